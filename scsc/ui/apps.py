from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "scsc.ui"
    label = "ui"
    verbose_name = "Interface"
