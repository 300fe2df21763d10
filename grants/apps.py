from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Grants"

    def ready(self) -> None:
        from grants.history import rounds, staff, writing

        for area in (rounds, staff, writing):
            area.describe_events()
        _register_places()
        _register_with_the_platform()


def _register_places() -> None:
    """The places of the bar, for members and for the public."""
    from grants.permissions import can_list_applications, can_view_rounds, has_applications
    from grants.queries.public import has_announced, has_recipients
    from scsc.ui.nav import NavItem, PublicItem, register, register_public

    register(NavItem("Your applications", "apply:mine", has_applications, order=15))
    register(NavItem("Rounds", "rounds:list", can_view_rounds, order=30))
    register(NavItem("Applications", "applications:list", can_list_applications, order=35))
    register_public(PublicItem("Grants", "grants:home", has_announced, order=10))
    register_public(PublicItem("Recipients", "grants:recipients", has_recipients, order=20))


def _register_with_the_platform() -> None:
    """What this app does for the apps below it, which cannot know it."""
    from grants.about_organisations import grants_of
    from grants.openings import open_rounds
    from grants.permissions import can_read_answer_file
    from grants.queries.rounds import due_rounds
    from grants.services.organisations import move_to_organisation
    from grants.services.stages import release_stage_people
    from grants.services.team import end_team_places
    from grants.tasks import turn_round
    from partners import merging, related
    from scsc import jobs
    from scsc.documents.permissions import register_reader
    from scsc.programs import leaving
    from scsc.ui import openings

    leaving.register(end_team_places)
    leaving.register(release_stage_people)
    merging.register(move_to_organisation)
    related.register(grants_of)
    register_reader(can_read_answer_file)
    openings.register(open_rounds)
    jobs.register(jobs.JobKind("round", due_rounds, turn_round, "round_id"))
