from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners.history import describe_events
        from partners.permissions import can_list_organisations
        from scsc.ui.nav import NavItem, register

        describe_events()
        register(NavItem("Organisations", "organisations:list", can_list_organisations, order=40))
