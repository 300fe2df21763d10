from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Grants"

    def ready(self) -> None:
        from grants.history import assessing, ballots, deciding, panels, rounds, staff, writing

        for area in (assessing, ballots, deciding, panels, rounds, staff, writing):
            area.describe_events()
        _register_places()
        _register_with_the_platform()


def _register_places() -> None:
    """The places of the bar, for members and for the public."""
    from grants.permissions import (
        can_list_applications,
        can_view_rounds,
        can_view_slate,
        has_applications,
        has_panel_page,
    )
    from grants.queries.public import has_announced, has_recipients
    from scsc.ui.nav import NavItem, PublicItem, register, register_public

    register(NavItem("Your applications", "apply:mine", has_applications, order=15))
    under_rounds = ("forms/", "rubrics/", "assessments/rounds/")
    under_panel = ("ballots/", "meetings/", "assessments/", "reports/meetings/", "reports/ballots/")
    register(NavItem("Rounds", "rounds:list", can_view_rounds, order=30, also=under_rounds))
    under = ("assessments/applications/",)
    register(NavItem("Applications", "applications:list", can_list_applications, order=35, also=under))
    register(NavItem("Panel", "panel:home", has_panel_page, order=37, also=under_panel))
    register(NavItem("Decisions", "decisions:list", can_view_slate, order=38))
    register_public(PublicItem("Grants", "grants:home", has_announced, order=10))
    register_public(PublicItem("Recipients", "grants:recipients", has_recipients, order=20))


def _register_with_the_platform() -> None:
    """What this app does for the apps below it, which cannot know it."""
    from grants.about_organisations import grants_of, hidden_sources
    from grants.openings import open_rounds
    from grants.permissions import can_read_answer_file
    from grants.permissions.blind import can_read_replacement
    from grants.queries.ballots import ballots_to_remind_of, due_ballots
    from grants.queries.deciding import agreements_hidden_from
    from grants.queries.letters import due_letters
    from grants.queries.rounds import due_rounds
    from grants.services.assignment import due_reminders, release_assignments
    from grants.services.organisations import move_to_organisation
    from grants.services.panels import end_body_terms
    from grants.services.stages import release_stage_people
    from grants.services.team import end_team_places
    from grants.tasks import expire_ballot, remind_assessor, remind_of_ballot, send_letter, turn_round
    from partners import merging, queries_agreements, related
    from scsc import jobs
    from scsc.documents.permissions import register_reader
    from scsc.programs import leaving
    from scsc.ui import openings

    leaving.register(end_team_places)
    leaving.register(release_stage_people)
    leaving.register(end_body_terms)
    leaving.register(release_assignments)
    merging.register(move_to_organisation)
    related.register(grants_of)
    related.register_hider(hidden_sources)
    register_reader(can_read_answer_file)
    register_reader(can_read_replacement)
    openings.register(open_rounds)
    queries_agreements.register_hider(agreements_hidden_from)
    jobs.register(jobs.JobKind("assessment", due_reminders, remind_assessor, "assignment_id"))
    jobs.register(jobs.JobKind("ballot_reminder", ballots_to_remind_of, remind_of_ballot, "ballot_id"))
    jobs.register(jobs.JobKind("ballot", due_ballots, expire_ballot, "ballot_id"))
    jobs.register(jobs.JobKind("letter", due_letters, send_letter, "letter_id"))
    jobs.register(jobs.JobKind("round", due_rounds, turn_round, "round_id"))
