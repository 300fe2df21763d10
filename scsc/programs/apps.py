from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "scsc.programs"
    label = "programs"
    verbose_name = "Programs"

    def ready(self) -> None:
        from scsc.programs import checks  # noqa: F401  registers the system check
