"""The pages of rounds for staff: forms that keep what was typed, lists put in order, the checklist."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Round, Stage
from grants.services import rounds
from grants.services.round_invitations import invite_to_round
from scsc.accounts.models import User
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, member
from tests.grants.bodies import body_of, rubric_of
from tests.grants.rounds import draft_round, in_days, open_round, published_form

Sign = Callable[[User], Client]
AT_MOST = 12


def text(client: Client, path: str, **data: object) -> str:
    response = client.post(path, data) if data else client.get(path)
    return response.content.decode()


@pytest.fixture
def draft(cast: Cast) -> Round:
    with program_scope(cast.program):
        return draft_round(cast)


@pytest.fixture
def running(cast: Cast) -> Round:
    with program_scope(cast.program):
        return open_round(cast)


def stored(cast: Cast, code: str = "IG27") -> Round:
    with program_scope(cast.program):
        return Round.objects.get(code=code)


# From nothing to a published round, through the pages


def test_round_is_made_through_its_pages_and_published(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    response = client.post(
        "/north/rounds/new/",
        {"title": "Impact grants", "code": "IG27", "summary": "Safer.", "audience": "public", "plan": "one"},
    )
    assert response["Location"] == "/north/rounds/IG27/"
    page = text(client, "/north/rounds/IG27/")
    for words in ("Give the budget of the round.", "Choose the form of “Full application”.", "To do"):
        assert words in page
    base = "/north/rounds/IG27/"
    assert client.post(f"{base}money/", {"budget": "500000", "maximum_amount": "120000"}).status_code == 302
    tomorrow, closing = timezone.localdate() + timedelta(days=1), timezone.localdate() + timedelta(days=30)
    dates = {
        "timezone": "Australia/Sydney",
        "opens_on": tomorrow,
        "opens_at": "9:00",
        "closes_on": closing,
        "closes_at": "5:00 pm",
        "grace_minutes": "15",
        "decided_by": closing + timedelta(days=30),
    }
    assert client.post(f"{base}dates/", dates).status_code == 302
    with program_scope(cast.program):
        version, rubric = published_form(cast), rubric_of(cast.program, cast.officer)
        body = body_of(cast.program, "roundtable", cast.roundtable, by=cast.manager)
        stages = {stage.kind: stage.pk for stage in Stage.objects.all()}
    client.post(f"{base}stages/{stages['application']}/", {"form_version": version.pk})
    for kind, people in (("screening", [cast.officer]), ("assessment", [cast.advisory, cast.roundtable])):
        client.post(f"{base}stages/{stages[kind]}/people/", {"people": [person.pk for person in people]})
    due = {"assess_by_on": closing + timedelta(days=20), "assess_by": "17:00", "assessors_each": "2"}
    client.post(f"{base}stages/{stages['assessment']}/", {"rubric_version": rubric.pk, **due})
    client.post(f"{base}stages/{stages['endorsement']}/", {"body": body.pk})
    page = text(client, f"{base}steps/publish/")
    assert "Everything that a round needs is there" in page
    assert "There is no eligibility question" in page
    response = client.post(f"{base}steps/publish/", follow=True)
    assert "is published and opens by the clock" in response.content.decode()
    assert stored(cast).state == "published"


def test_publishing_too_early_says_what_is_missing_and_publishes_nothing(
    cast: Cast, draft: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        rounds.change_round(draft, changes={"budget": None}, actor=cast.officer)
    client = signed_in(cast.officer)
    page = text(client, "/north/rounds/IG27/steps/publish/")
    assert "Give the budget of the round." in page
    assert '<button class="btn primary">Publish</button>' not in page
    response = client.post("/north/rounds/IG27/steps/publish/")
    assert (response.status_code, stored(cast).state) == (422, "draft")
    assert "This round is not ready" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("new/", {}, "Give the round a title."),
        ("new/", {"code": "a b"}, "Use letters, digits and hyphens, such as IG27."),
        (
            "new/",
            {"code": "IG27", "title": "T", "summary": "S", "audience": "public", "plan": "one"},
            "already",
        ),
        ("IG27/edit/", {"title": ""}, "Give the round a title."),
        ("IG27/money/", {"budget": "much"}, "Enter a number."),
        ("IG27/money/", {"minimum_amount": "9", "maximum_amount": "5"}, "below the smallest"),
        ("IG27/stages/", {"kind": ""}, "Choose a stage."),
        ("IG27/stages/", {"kind": "screening"}, "Select a valid choice"),
        ("IG27/questions/", {"text": ""}, "Write the question."),
        ("IG27/clone/", {"code": "IG27", "title": "T"}, "already"),
    ],
)
def test_mistake_keeps_what_was_typed_and_says_what_to_do(
    cast: Cast, draft: Round, signed_in: Sign, path: str, data: dict[str, str], words: str
) -> None:
    response = signed_in(cast.officer).post(f"/north/rounds/{path}", data or {"code": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert words in page


DATES = {"timezone": "Australia/Sydney", "grace_minutes": "15"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"opens_on": "2027-10-03", "opens_at": "02:30"}, "there is no 2:30 am on Sunday 3 October 2027"),
        ({"closes_on": "2027-04-04", "closes_at": "02:00"}, "comes twice"),
        ({"opens_on": "2027-10-03"}, "Give the time too."),
        ({"opens_at": "09:00"}, "Give the day too."),
        ({"opens_on": "someday", "opens_at": "09:00"}, "Give a day, such as 5 March 2027."),
        ({"opens_on": "2027-10-03", "opens_at": "noonish"}, "Give a time, such as 17:00 or 5:00 pm."),
        (
            {
                "opens_on": "2027-10-04",
                "opens_at": "09:00",
                "closes_on": "2027-10-04",
                "closes_at": "08:59",
            },
            "The round closes before it opens. Choose a later closing.",
        ),
        ({"grace_minutes": "-1"}, "greater than or equal to 0"),
    ],
)
def test_dates_that_cannot_be_are_said_beside_the_field(
    cast: Cast, draft: Round, signed_in: Sign, typed: dict[str, str], words: str
) -> None:
    response = signed_in(cast.officer).post("/north/rounds/IG27/dates/", DATES | typed)
    page = response.content.decode()
    assert response.status_code == 422
    # Once in the summary, once beside the field.
    assert page.count(words) == 2
    assert stored(cast).opens_at == in_days(-1)


def test_dates_are_read_by_the_clock_of_the_zone_and_shown_by_it(
    cast: Cast, draft: Round, signed_in: Sign
) -> None:
    client = signed_in(cast.officer)
    typed = {
        "timezone": "Pacific/Port_Moresby",
        "opens_on": "2027-03-05",
        "opens_at": "09:00",
        "closes_on": "2027-04-05",
        "closes_at": "17:00",
    }
    assert client.post("/north/rounds/IG27/dates/", DATES | typed).status_code == 302
    round_ = stored(cast)
    assert round_.opens_at == datetime(2027, 3, 4, 23, tzinfo=UTC)
    page = text(client, "/north/rounds/IG27/dates/")
    assert 'value="2027-03-05"' in page
    assert 'value="09:00"' in page
    assert "Friday 5 March 2027, 9:00 am" in text(client, "/north/rounds/IG27/")


# Lists that are put in order


def order(page: str) -> list[str]:
    return re.findall(r'data-item="(\d+)"', page)


def test_stages_move_by_buttons_and_to_a_place(cast: Cast, draft: Round, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    first, second, third, *rest = order(text(client, path))
    page = client.post(f"{path}move/", {"item": first, "by": "down"}, follow=True).content.decode()
    assert order(page)[:3] == [second, first, third]
    assert "The order is saved." in page
    client.post(f"{path}move/", {"item": first, "by": "up"})
    client.post(f"{path}move/", {"item": third, "to": "0"})
    assert order(text(client, path)) == [third, first, second, *rest]


@pytest.mark.parametrize(
    "data", [{}, {"item": "0", "by": "up"}, {"item": "x"}, {"by": "up"}, {"item": "FIRST", "by": "up"}]
)
def test_move_that_names_nothing_or_leads_out_changes_nothing(
    cast: Cast, draft: Round, signed_in: Sign, data: dict[str, str]
) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    before = order(text(client, path))
    sent = {name: before[0] if value == "FIRST" else value for name, value in data.items()}
    assert client.post(f"{path}move/", sent).status_code == 302
    assert order(text(client, path)) == before


def test_stage_of_a_running_round_does_not_move(cast: Cast, running: Round, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    page = text(client, path)
    assert "data-move" not in page
    assert "data-sortable" not in page
    answer = client.post(f"{path}move/", {"item": order(page)[0], "by": "down"}, follow=True)
    assert "its rules stay as they are" in answer.content.decode()
    assert order(text(client, path)) == order(page)


def test_stage_is_added_where_it_usually_stands_and_removed(
    cast: Cast, draft: Round, signed_in: Sign
) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    client.post(path, {"kind": "advice"})
    with program_scope(cast.program):
        kinds = list(draft.stages.values_list("kind", flat=True))
        assert kinds == ["screening", "application", "advice", "assessment", "endorsement", "decision"] or (
            kinds.index("advice") < kinds.index("assessment")
        )
        advice = draft.stages.get(kind="advice")
    assert "Remove “Advice”?" in text(client, f"{path}{advice.pk}/remove/")
    client.post(f"{path}{advice.pk}/remove/")
    with program_scope(cast.program):
        assert list(draft.stages.values_list("order", flat=True)) == [1, 2, 3, 4, 5]


def test_first_written_stage_has_no_closing_of_its_own(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = draft_round(cast, plan="two")
        first, later = round_.stages.filter(kind__in=Stage.WRITTEN).order_by("order")
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    assert "Closing day" not in text(client, f"{path}{first.pk}/")
    assert "Closing day" in text(client, f"{path}{later.pk}/")
    typed = {"form_version": later.form_version_id, "closes_on": "2030-05-01", "closes_at": "17:00"}
    client.post(f"{path}{later.pk}/", typed)
    with program_scope(cast.program):
        assert Stage.objects.get(pk=later.pk).closes_at == datetime(2030, 5, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("screening", {"manager", "officer"}),
        ("assessment", {"manager", "officer", "roundtable", "advisory"}),
    ],
)
def test_people_offered_for_a_stage_have_a_role_for_it(
    cast: Cast, signed_in: Sign, kind: str, fits: set[str]
) -> None:
    with program_scope(cast.program):
        stage = draft_round(cast, plan="two").stages.get(kind=kind)
    page = text(signed_in(cast.officer), f"/north/rounds/IG27/stages/{stage.pk}/people/")
    offered = {name for name, person in cast.people.items() if f'value="{person.pk}"' in page}
    assert offered == fits


def test_person_without_the_role_is_not_named(cast: Cast, draft: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        stage = draft.stages.get(kind="assessment")
    path = f"/north/rounds/IG27/stages/{stage.pk}/people/"
    assert signed_in(cast.officer).post(path, {"people": [cast.finance.pk]}).status_code == 422


def test_people_of_a_running_round_can_change_but_not_all_leave(
    cast: Cast, running: Round, signed_in: Sign
) -> None:
    other = member(cast.program, Role.ROUNDTABLE, name="Other")
    with program_scope(cast.program):
        stage = running.stages.get(kind="assessment")
    client, path = signed_in(cast.officer), f"/north/rounds/IG27/stages/{stage.pk}/people/"
    assert client.post(path, {"people": [other.pk]}).status_code == 302
    response = client.post(path, {})
    assert response.status_code == 422
    assert "leave at least one person" in response.content.decode()
    with program_scope(cast.program):
        assert [person.user for person in stage.people.all()] == [other]


def test_pages_of_stages_that_have_none_are_not_found(cast: Cast, draft: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        decision = draft.stages.get(kind="decision").pk
        written = draft.stages.get(kind="application").pk
    client, path = signed_in(cast.officer), "/north/rounds/IG27/stages/"
    for url in (f"{path}{decision}/", f"{path}{decision}/people/", f"{path}{written}/people/", f"{path}0/"):
        assert client.get(url).status_code == 404


# Steps


def test_round_is_closed_early_and_opened_again_through_the_pages(
    cast: Cast, running: Round, signed_in: Sign
) -> None:
    client, base = signed_in(cast.officer), "/north/rounds/IG27/"
    assert client.post(f"{base}steps/close_early/", {"reason": ""}).status_code == 422
    client.post(f"{base}steps/close_early/", {"reason": "No more money."})
    assert stored(cast).state == "closed"
    page = text(client, base)
    assert "closed early Impact grants 2027" in page
    assert "No more money." in page
    closing = timezone.localdate() + timedelta(days=9)
    typed = {"closes_on": closing, "closes_at": "17:00", "reason": "Found some."}
    assert client.post(f"{base}steps/reopen/", typed).status_code == 302
    assert stored(cast).state == "open"


def test_closing_moves_through_the_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = open_round(cast, plan="two")
        later = round_.stages.get(kind="application")
    client, path = signed_in(cast.officer), "/north/rounds/IG27/closing/"
    assert "Expression of interest" in text(client, path)
    day = timezone.localdate() + timedelta(days=70)
    typed = {"closes_on": day, "closes_at": "17:00", "reason": "Floods."}
    assert client.post(path, typed).status_code == 422
    assert client.post(path, typed | {"stage": later.pk}).status_code == 302
    with program_scope(cast.program):
        moved = Stage.objects.get(pk=later.pk).closes_at
        assert moved is not None
        assert moved.date() == day


@pytest.mark.parametrize("step", ["open", "close", "nonsense"])
def test_steps_of_the_clock_have_no_page(cast: Cast, running: Round, signed_in: Sign, step: str) -> None:
    assert signed_in(cast.manager).get(f"/north/rounds/IG27/steps/{step}/").status_code == 404


def test_words_of_a_running_round_change_with_a_reason_and_nothing_else(
    cast: Cast, running: Round, signed_in: Sign
) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/edit/"
    page = text(client, path)
    assert "criteria" not in page
    typed = {"title": "Impact grants 2027", "summary": "Typo gone.", "criteria": "Other", "budget": "1"}
    assert client.post(path, typed).status_code == 422
    client.post(path, typed | {"reason": "A typo."})
    round_ = stored(cast)
    assert (round_.summary, round_.criteria, round_.budget) == ("Typo gone.", "It works", Decimal(500_000))


def test_copy_through_the_page_is_a_draft_without_dates(cast: Cast, running: Round, signed_in: Sign) -> None:
    response = signed_in(cast.officer).post(
        "/north/rounds/IG27/clone/", {"code": "IG28", "title": "Impact grants 2028"}
    )
    assert response["Location"] == "/north/rounds/IG28/"
    round_ = stored(cast, "IG28")
    assert (round_.state, round_.opens_at) == ("draft", None)


def test_preview_shows_the_page_of_a_draft_to_staff_alone(cast: Cast, draft: Round, signed_in: Sign) -> None:
    page = text(signed_in(cast.officer), "/north/rounds/IG27/preview/")
    for words in ("Nobody else sees it yet.", "For safer places online.", "Are you a charity?", "Charities"):
        assert words in page
    assert "Check whether you can apply</a>" in page, "its opening has passed"
    with program_scope(cast.program):
        rounds.change_round(draft, changes={"opens_at": in_days(1)}, actor=cast.officer)
    assert "Not open yet" in text(signed_in(cast.officer), "/north/rounds/IG27/preview/")
    assert stored(cast).state == "draft"
    assert signed_in(cast.auditor).get("/north/rounds/IG27/preview/").status_code == 403
    assert signed_in(cast.outsider).get("/north/rounds/IG27/preview/").status_code == 404


def test_preview_needs_the_dates_and_says_so(cast: Cast, draft: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        rounds.change_round(draft, changes={"closes_at": None}, actor=cast.officer)
    answer = signed_in(cast.officer).get("/north/rounds/IG27/preview/", follow=True)
    assert answer.redirect_chain == [("/north/rounds/IG27/dates/", 302)]
    assert "Give the dates first" in answer.content.decode()


def test_staff_preview_a_round_by_invitation_that_runs(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = draft_round(cast, audience=Round.Audience.INVITED)
        invite_to_round(round_, emails=["a@example.org"], actor=cast.officer)
        rounds.publish_round(round_, actor=cast.officer)
    client = signed_in(cast.officer)
    assert "This is what applicants read." in text(client, "/north/rounds/IG27/preview/")
    assert client.get("/north/grants/rounds/IG27/").status_code == 404
