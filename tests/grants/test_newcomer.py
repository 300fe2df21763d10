"""What somebody meets who is new here: the pages say what is so, in the order in which it comes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from grants.forms.handling import ScreeningForm
from grants.models import Application, ChangeRequest, Round
from grants.services.answers import save_answer
from grants.services.submitting import submit_application
from grants.states import ApplicationState
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.announced import announced_round, full_round
from tests.grants.received import application_to, content_of, in_days, organisation_of, round_with, submit
from tests.grants.rounds import draft_round
from tests.grants.writing import team_of_two, url, words_of, write_all
from tests.ui.markup import parse, words

Sign = Callable[[User], Client]
ROUND = "/north/grants/rounds/IG27/"


def text(client: Client, path: str) -> str:
    return words_of(client.get(path))


def asked(cast: Cast, application: Application, **fields: object) -> ChangeRequest:
    values = {"fields": ["plan"], "reason": "How often?", "due_at": in_days(3), **fields}
    return ChangeRequest.objects.create(
        program=cast.program, application=application, requested_by=cast.officer, **values
    )


# The round, for everybody.


def test_steps_stand_in_the_order_in_which_they_come(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        full_round(cast.program)
    page = text(client, ROUND)
    steps = [
        "<li>Sign in",
        "<li>Check whether you can apply: 2 short questions.",
        "<li>Say which",
        "<li>Write",
    ]
    places = [page.index(step) for step in steps]
    assert places == sorted(places)


def test_round_that_asks_nothing_first_does_not_speak_of_a_check(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        announced_round(cast.program)
    page = text(client, ROUND)
    assert "Check whether you can apply" not in page
    assert ">Begin an application</a>" in page


def test_applicant_on_a_public_page_has_both_ways(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        announced_round(cast.program)
    assert places_of(signed_in(cast.applicant)) >= {"Your applications", "Grants"}
    assert "Grants" not in places_of(signed_in(cast.manager))
    # Their own list names the open rounds itself.
    assert "Your applications" in places_of(signed_in(cast.applicant), "/north/apply/")


def places_of(client: Client, path: str = ROUND) -> set[str]:
    """What stands in the bar."""
    page = parse(client.get(path).content.decode())
    return {words(link) for link in page.xpath("//nav[contains(@class, 'places')]//a")}


def test_who_cannot_apply_is_told_whom_to_ask(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        full_round(cast.program)
    client = signed_in(cast.applicant)
    page = client.get("/north/apply/rounds/IG27/check/")
    names = dict.fromkeys(page.context["form"].fields, "no")
    answer = client.post("/north/apply/rounds/IG27/check/", names, follow=True)
    assert "mailto:grants@example.org" in words_of(answer)


# The round, for staff.


@pytest.mark.parametrize(("days", "refused"), [(10, True), (30, True), (60, False)])
def test_outcome_before_the_closing_is_refused_beside_it(
    cast: Cast, signed_in: Sign, days: int, refused: bool
) -> None:
    with program_scope(cast.program):
        round_ = draft_round(cast)
    closing = timezone.localdate() + timedelta(days=30)
    dates = {
        "timezone": round_.timezone,
        "opens_on": timezone.localdate() + timedelta(days=1),
        "opens_at": "9:00",
        "closes_on": closing,
        "closes_at": "17:00",
        "grace_minutes": "15",
        "decided_by": timezone.localdate() + timedelta(days=days),
    }
    answer = signed_in(cast.officer).post("/north/rounds/IG27/dates/", dates)
    assert answer.status_code == (422 if refused else 302)
    if refused:
        assert answer.context["form"].errors.keys() == {"decided_by"}


def test_what_publishing_needs_is_not_called_optional(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        draft_round(cast)
    client = signed_in(cast.officer)
    money = text(client, "/north/rounds/IG27/money/")
    assert "Needed before you publish." in money
    assert 'Budget of the round <span class="optional">' not in money
    dates = text(client, "/north/rounds/IG27/dates/")
    assert dates.count("Needed before you publish.") == 2
    assert "Closing day <span" not in dates


# Applications, for staff.


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_with(cast.program)


def test_application_whose_changes_came_says_so_and_leads_to_them(
    cast: Cast, round_: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        application = application_to(round_, ApplicationState.ACCEPTED)
        change = asked(cast, application, state="answered")
        page = text(signed_in(cast.officer), f"/north/applications/{application.code}/")
        assert "The team sent the changes." not in page
        content = content_of({"plan": ("What you will do", ["Workshops every week."])})
        at = timezone.now().replace(year=2031, month=1, day=15, hour=3, minute=4)
        submit(application, content, number=2, change_request=change, submitted_at=at, sha256="cd" * 32)
    page = text(signed_in(cast.officer), f"/north/applications/{application.code}/")
    assert "The team sent the changes." in page
    assert 'href="#changed"' in page
    assert 'id="changed" open' in page
    about = page.partition("<h2>About</h2>")[2].partition("</dl>")[0]
    assert "Submission 2</dt>" in about
    assert "Wednesday 15 January 2031, 2:04 pm AEDT" in about
    assert "cd" * 32 in about
    earlier = text(signed_in(cast.officer), f"/north/applications/{application.code}/?submission=1")
    assert "The team sent the changes." not in earlier


def test_application_that_waits_for_its_team_has_a_tag_in_the_list(
    cast: Cast, round_: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        asked(cast, application_to(round_))
        application_to(round_)
    page = text(signed_in(cast.officer), "/north/applications/")
    assert page.count("Changes asked") == 1
    export = signed_in(cast.officer).get("/north/applications/export.csv").content.decode()
    assert "Changes asked" not in export, "the state in a file is the state"


def test_organisation_shows_what_was_not_submitted_by_its_code(
    cast: Cast, round_: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        harbour = organisation_of(cast.program)
        gone = application_to(round_, ApplicationState.DISCARDED, organisation=harbour)
        application_to(round_, organisation=harbour, title="")
    page = text(signed_in(cast.officer), f"/north/organisations/{harbour.pk}/")
    assert f">{gone.code}</a>" in page
    assert ">In progress</a>" not in page
    assert ">Untitled</a>" in page


# A request for changes, for the applicant.


def test_section_that_was_asked_about_is_to_change_until_it_is_changed(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application, noor, _ = team_of_two(cast)
        write_all(application, noor)
        submit_application(application, declared_name="Noor", declared_position="Director", actor=noor)
        asked(cast, application)
    client = signed_in(noor)
    page = text(client, url(application, "tasks"))
    assert "Changes asked" in page
    assert "1 section to change" in page
    assert "Continue: What you will do" in page
    assert "Completed" not in page
    with program_scope(cast.program):
        save_answer(application, key="plan", value="Every week.", version=1, actor=noor)
    page = text(client, url(application, "tasks"))
    assert "Completed" in page
    assert "Ready" in page


# Finding the way in, and whose step it is.


def test_doors_lead_to_an_account_of_ones_own(cast: Cast, client: Client) -> None:
    assert 'href="/accounts/signup/">make your own account</a>' in text(client, "/")
    login = text(client, "/accounts/login/")
    assert 'href="/accounts/signup/">Make an account</a>' in login
    assert "Remember me on this device" in login
    assert "Remember Me" not in login


@pytest.mark.parametrize(("name", "told"), [("officer", True), ("manager", False)])
def test_officer_is_told_who_can_screen_again(
    cast: Cast, round_: Round, signed_in: Sign, name: str, told: bool
) -> None:
    with program_scope(cast.program):
        application = application_to(round_, ApplicationState.ACCEPTED)
    page = text(signed_in(cast.people[name]), f"/north/applications/{application.code}/")
    assert ("Only a program manager can take the finding back" in page) is told
    assert (">Screen again</a>" in page) is not told


def test_organisation_names_its_country(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        harbour = organisation_of(cast.program, street="1 Quay Street", country="AU")
    page = text(signed_in(cast.officer), f"/north/organisations/{harbour.pk}/")
    assert "Australia" in page
    assert "<br>AU</dd>" not in page


def test_what_is_needed_at_times_is_not_called_optional(cast: Cast, signed_in: Sign) -> None:
    page = text(signed_in(cast.officer), "/north/applications/recipients/new/")
    assert 'Where the decision is written <span class="optional">' not in page
    assert 'list="organisations"' in page
    assert "before a program manager publishes it" in page
    form = str(ScreeningForm())
    assert "Comment for staff <span" in form
    assert "Why it is not eligible <span" not in form
