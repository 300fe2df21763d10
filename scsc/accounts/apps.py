from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "scsc.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from scsc.accounts.second_factor import note_enrolment
        from scsc.accounts.services import end_invitations
        from scsc.audit.history import describe
        from scsc.programs import leaving
        from scsc.programs.permissions import can_view_people
        from scsc.ui.nav import NavItem, register

        authenticator_added.connect(note_enrolment, dispatch_uid="scsc.accounts.note_enrolment")
        leaving.register(end_invitations)
        register(NavItem(label="People", url_name="programs:people", allowed=can_view_people, order=80))
        describe(
            "accounts.invitation",
            invite="invited",
            renew="sent again the invitation of",
            revoke="withdrew the invitation of",
            accept="accepted the invitation of",
        )
        describe(
            "programs.membership",
            join="joined:",
            grant_role="gave a role:",
            revoke_role="took away a role:",
            rename="changed a name:",
        )
