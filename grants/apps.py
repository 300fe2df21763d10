from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Grants"

    def ready(self) -> None:
        from grants.permissions import can_read_answer_file
        from scsc.documents.permissions import register_reader

        register_reader(can_read_answer_file)
