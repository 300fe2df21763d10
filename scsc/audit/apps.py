from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "scsc.audit"
    label = "audit"
    verbose_name = "Audit trail"
