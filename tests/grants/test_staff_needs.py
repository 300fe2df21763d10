"""What Today says to staff about rounds and applications."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grants.models import Application, ChangeRequest, Message, Round, Stage, StagePerson
from grants.queries.needs import staff_needs
from grants.states import ApplicationState
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from scsc.ui.needs import Need
from tests.factories import Cast
from tests.grants.received import application_to, in_days, round_with
from tests.queries import counted_queries


@pytest.fixture
def round_(cast: Cast) -> Round:
    """A round with someone to screen, which closes in a month."""
    with program_scope(cast.program):
        found = round_with(cast.program, closes_at=in_days(30))
        name_screener(found, cast.officer)
        return found


def name_screener(round_: Round, person: User) -> None:
    stage = Stage.objects.get(round=round_, kind="screening")
    StagePerson.objects.create(program=round_.program, stage=stage, user=person)


def needs(cast: Cast, person: User | None = None) -> list[Need]:
    with program_scope(cast.program):
        return staff_needs(cast.program, person or cast.officer, timezone.now())


def labels(cast: Cast, person: User | None = None) -> list[str]:
    return [need.label for need in needs(cast, person)]


def ask(cast: Cast, application: Application, days: float) -> ChangeRequest:
    return ChangeRequest.objects.create(
        program=cast.program,
        application=application,
        fields=["plan"],
        reason="More.",
        due_at=in_days(days),
        requested_by=cast.officer,
    )


def write(application: Application, *, from_staff: bool, author: User) -> None:
    Message.objects.create(
        program=application.program,
        application=application,
        from_staff=from_staff,
        body="Hello",
        author=author,
    )


def test_quiet_round_needs_nothing(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application_to(round_, ApplicationState.DRAFT)
        application_to(round_, ApplicationState.ACCEPTED)
    assert needs(cast) == []


def test_submitted_applications_are_to_screen(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application_to(round_)
        application_to(round_)
    (need,) = needs(cast)
    assert need.title == "Screen 2 applications to Impact grants IG27"
    assert need.url == "/north/applications/?round=IG27&state=submitted"
    assert need.since.isoformat() == "2027-03-01"


def test_ones_own_application_is_not_ones_own_to_screen(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        own = application_to(round_, team=cast.officer)
        write(own, from_staff=False, author=cast.officer)
        ask(cast, own, -1)
        other = application_to(round_, team=cast.officer)
    assert labels(cast) == []
    assert sorted(labels(cast, cast.manager)) == ["Changes overdue", "To screen", "Unanswered"]
    with program_scope(cast.program):
        ask(cast, other, 1)
    assert sorted(labels(cast, cast.manager)) == ["Changes overdue", "Unanswered"], "it waits for its team"


def test_message_waits_until_staff_answer(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = application_to(round_, ApplicationState.ACCEPTED)
        write(application, from_staff=True, author=cast.officer)
        assert staff_needs(cast.program, cast.officer, timezone.now()) == []
        write(application, from_staff=False, author=application.created_by)
    (need,) = needs(cast)
    assert (need.label, need.title) == ("Unanswered", "Noor West wrote about IG27-0001")
    with program_scope(cast.program):
        write(application, from_staff=True, author=cast.officer)
    assert needs(cast) == []


def test_change_request_is_a_need_once_it_is_overdue(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = application_to(round_, ApplicationState.ACCEPTED)
        change = ask(cast, application, 1)
    assert needs(cast) == []
    with program_scope(cast.program):
        ChangeRequest.objects.filter(pk=change.pk).update(due_at=in_days(-2))
    (need,) = needs(cast)
    assert (need.tone, need.label, need.is_mine) == ("bad", "Changes overdue", True)
    assert not needs(cast, cast.manager)[0].is_mine


@pytest.mark.parametrize(("days", "said"), [(6, True), (8, False), (-1, False)])
def test_round_that_closes_within_a_week(cast: Cast, round_: Round, days: float, said: bool) -> None:
    with program_scope(cast.program):
        application_to(round_, ApplicationState.DRAFT)
        Round.objects.update(opens_at=in_days(-20), closes_at=in_days(days))
    found = needs(cast)
    assert bool(found) is said
    if said:
        assert found[0].detail == "IG27 · 1 application not submitted yet"
        assert found[0].label.startswith("Closes in")


@pytest.mark.parametrize(("days", "said"), [(6, True), (8, False), (-1, False)])
def test_later_stage_that_closes_within_a_week(cast: Cast, days: float, said: bool) -> None:
    with program_scope(cast.program):
        round_ = round_with(cast.program, "EOI", "eoi", "application")
        Round.objects.update(opens_at=in_days(-20), closes_at=in_days(-2), state="open")
        Stage.objects.filter(round=round_, kind="application").update(closes_at=in_days(days))
    found = needs(cast)
    assert [need.title for need in found] == ([f"{round_} closes a stage"] if said else [])
    assert all(need.label.startswith("Closes in") for need in found)


def test_round_with_a_stage_that_nobody_does(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        StagePerson.objects.all().delete()
    assert labels(cast) == ["Nobody named"]
    with program_scope(cast.program):
        Round.objects.update(state="archived")
    assert needs(cast) == []


@pytest.mark.parametrize(
    "name", ["auditor", "finance", "executive", "applicant", "outsider", "other_manager"]
)
def test_needs_are_for_staff(cast: Cast, round_: Round, name: str) -> None:
    with program_scope(cast.program):
        application_to(round_)
    assert labels(cast) == ["To screen"]
    assert needs(cast, cast.people[name]) == []


def test_needs_cost_three_queries(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        for _ in range(4):
            application = application_to(round_)
            write(application, from_staff=False, author=application.created_by)
            ask(cast, application, -1)
        application_to(round_)
        staff_needs(cast.program, cast.officer, timezone.now())
        with counted_queries() as count:
            found = staff_needs(cast.program, cast.officer, timezone.now() + timedelta(days=1))
    assert len(found) == 9
    assert count.number == 3, "\n".join(count.statements)
