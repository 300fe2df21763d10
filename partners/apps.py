from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners import merging, related
        from partners.about_agreements import agreements_of
        from partners.history import describe_events
        from partners.permissions import can_list_organisations
        from partners.services_agreements import move_agreements
        from scsc.ui.nav import NavItem, register

        describe_events()
        # Agreements are for the same people, one tab further.
        also = ("agreements/",)
        register(NavItem("Organisations", "organisations:list", can_list_organisations, order=40, also=also))
        merging.register(move_agreements)
        related.register(agreements_of)
