"""The closing of a round: early, later, again, by the clock, and what those who write are told."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone

from grants import tasks
from grants.models import Round, Stage
from grants.queries.rounds import due_rounds, last_closing
from grants.services import rounds
from grants.timing import accepts_new, in_grace, may_write
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from scsc.ui.moments import moment
from tests.factories import Cast, make_cast
from tests.grants.rounds import begun, draft_round, in_days, open_round, writer


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def later_stage(round_: Round) -> Stage:
    stage = round_.stages.get(kind=Stage.Kind.APPLICATION)
    stage.round = round_
    return stage


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("id").values_list("to", "subject"))


# Early


def test_round_is_closed_early_with_a_reason(scope: Cast) -> None:
    round_ = open_round(scope)
    before = round_.closes_at
    assert before is not None
    with pytest.raises(DomainError, match="Say why"):
        rounds.close_round_early(round_, reason=" ", actor=scope.officer)
    now = timezone.now()
    fresh = rounds.close_round_early(round_, reason="The money is spent.", actor=scope.officer, now=now)
    assert (fresh.state, fresh.closes_at) == ("closed", now)
    assert AuditEvent.objects.get(action="close_early").reason == "The money is spent."
    event = AuditEvent.objects.get(action="change_closing")
    assert event.before["round"] == before.isoformat().replace("+00:00", "Z")
    assert not accepts_new(fresh, now)


def test_who_writes_when_a_round_closes_early_is_told_and_has_the_grace(scope: Cast) -> None:
    round_ = open_round(scope, contact_email="grants@example.org")
    lena, noor = writer(scope, email="lena@example.org"), writer(scope, email="noor@example.org")
    application = begun(scope, round_, lena, noor)
    begun(scope, round_, writer(scope), state="submitted", submitted_at=in_days(-1))
    now = timezone.now()
    application.round = rounds.close_round_early(
        round_, reason="No more money.", actor=scope.officer, now=now
    )
    subject = "Closing changed: Impact grants 2027"
    assert mails() == [("lena@example.org", subject), ("noor@example.org", subject)]
    body = OutgoingMail.objects.first().body  # type: ignore[union-attr]
    for words in (
        "closed early",
        "for 15 minutes",
        "Why: No more money.",
        application.code,
        "grants@example.org",
    ):
        assert words in body
    assert may_write(application, now + timedelta(minutes=14))
    assert in_grace(application, now + timedelta(minutes=14))
    assert not may_write(application, now + timedelta(minutes=15))


def test_closing_early_closes_every_stage(scope: Cast) -> None:
    round_ = open_round(scope, plan="two")
    now = timezone.now()
    fresh = rounds.close_round_early(round_, reason="R", actor=scope.officer, now=now)
    assert later_stage(fresh).closes_at == now == last_closing(fresh)


def test_closing_early_after_the_first_stage_leaves_its_closing_alone(scope: Cast) -> None:
    round_ = open_round(scope, plan="two")
    first, now = round_.closes_at, in_days(35)
    fresh = rounds.close_round_early(round_, reason="R", actor=scope.officer, now=now)
    assert (fresh.closes_at, later_stage(fresh).closes_at) == (first, now)


def test_round_that_the_clock_has_closed_is_not_closed_early(scope: Cast) -> None:
    round_ = open_round(scope)
    with pytest.raises(DomainError, match="is closed"):
        rounds.close_round_early(round_, reason="R", actor=scope.officer, now=in_days(31))


def test_round_that_no_job_has_opened_yet_can_be_closed_early(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(2)), actor=scope.officer)
    fresh = rounds.close_round_early(round_, reason="R", actor=scope.officer, now=in_days(3))
    assert fresh.state == "closed"


# Moved


def test_closing_moves_later_and_those_who_write_are_told(scope: Cast) -> None:
    round_ = open_round(scope)
    begun(scope, round_, writer(scope, email="lena@example.org"))
    closes_at = in_days(40)
    fresh = rounds.change_closing(round_, closes_at=closes_at, reason="Floods.", actor=scope.officer)
    assert (fresh.closes_at, fresh.state) == (closes_at, "open")
    assert mails() == [("lena@example.org", "Closing changed: Impact grants 2027")]
    body = OutgoingMail.objects.get().body
    assert f"It now closes {moment(closes_at, 'Australia/Sydney')}." in body
    event = AuditEvent.objects.get(action="change_closing")
    assert (event.reason, event.actor) == ("Floods.", scope.officer)


def test_closing_moves_earlier_but_not_into_the_past(scope: Cast) -> None:
    round_ = open_round(scope)
    with pytest.raises(ValidationError, match="has passed"):
        rounds.change_closing(round_, closes_at=in_days(-0.5), reason="R", actor=scope.officer)
    fresh = rounds.change_closing(round_, closes_at=in_days(2), reason="R", actor=scope.officer)
    assert rounds.turn_round(fresh.pk, now=in_days(3)) == "closed"


def test_closing_moves_only_with_a_reason_and_by_staff(scope: Cast) -> None:
    round_ = open_round(scope)
    with pytest.raises(ValidationError, match="Say why"):
        rounds.change_closing(round_, closes_at=in_days(40), reason="", actor=scope.officer)
    with pytest.raises(PermissionDenied):
        rounds.change_closing(round_, closes_at=in_days(40), reason="R", actor=scope.auditor)
    assert OutgoingMail.objects.count() == 0


def test_closing_of_a_published_round_stays_after_its_opening(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(5)), actor=scope.officer)
    with pytest.raises(ValidationError, match="before it opens"):
        rounds.change_closing(round_, closes_at=in_days(4), reason="R", actor=scope.officer)


@pytest.mark.parametrize("state", ["draft", "closed", "archived"])
def test_closing_of_a_round_that_does_not_run_is_not_moved(scope: Cast, state: str) -> None:
    round_ = draft_round(scope)
    Round.objects.update(state=state)
    with pytest.raises(DomainError, match="not changed here"):
        rounds.change_closing(round_, closes_at=in_days(40), reason="R", actor=scope.officer)


def test_closings_of_two_stages_stay_in_order(scope: Cast) -> None:
    round_ = open_round(scope, plan="two")
    stage = later_stage(round_)
    with pytest.raises(ValidationError, match="“Full application” closes before that"):
        rounds.change_closing(round_, closes_at=in_days(55), reason="R", actor=scope.officer)
    with pytest.raises(ValidationError, match="before the stage that it follows"):
        rounds.change_closing(round_, stage=stage, closes_at=in_days(20), reason="R", actor=scope.officer)
    rounds.change_closing(round_, stage=stage, closes_at=in_days(70), reason="R", actor=scope.officer)
    rounds.change_closing(round_, closes_at=in_days(55), reason="R", actor=scope.officer)
    fresh = Round.objects.get()
    assert (fresh.closes_at, later_stage(fresh).closes_at) == (in_days(55), in_days(70))


def test_closing_of_one_stage_concerns_those_who_write_in_it(scope: Cast) -> None:
    round_ = open_round(scope, plan="two")
    stage = later_stage(round_)
    begun(scope, round_, writer(scope, email="interest@example.org"))
    begun(scope, round_, writer(scope, email="full@example.org"), stage=stage)
    rounds.change_closing(round_, closes_at=in_days(35), reason="R", actor=scope.officer)
    assert [to for to, _ in mails()] == ["interest@example.org"]
    rounds.change_closing(round_, stage=stage, closes_at=in_days(60), reason="R", actor=scope.officer)
    assert [to for to, _ in mails()] == ["interest@example.org", "full@example.org"]


# Again


def closed(scope: Cast, **settings: Any) -> Round:
    return rounds.close_round_early(open_round(scope, **settings), reason="R", actor=scope.officer)


def test_closed_round_opens_again_until_a_new_closing(scope: Cast) -> None:
    round_ = closed(scope)
    begun(scope, round_, writer(scope, email="lena@example.org"))
    fresh = rounds.reopen_round(round_, closes_at=in_days(7), reason="A mistake.", actor=scope.officer)
    assert (fresh.state, fresh.closes_at) == ("open", in_days(7))
    assert accepts_new(fresh, in_days(6))
    assert "open again" in OutgoingMail.objects.get().body
    assert AuditEvent.objects.get(action="reopen").reason == "A mistake."


def test_round_opens_again_only_into_the_future(scope: Cast) -> None:
    round_ = closed(scope)
    with pytest.raises(ValidationError, match="has passed"):
        rounds.reopen_round(round_, closes_at=in_days(-0.1), reason="R", actor=scope.officer)
    assert Round.objects.get().state == "closed"


def test_later_stage_opens_again_by_itself(scope: Cast) -> None:
    round_ = closed(scope, plan="two")
    first = round_.closes_at
    fresh = rounds.reopen_round(
        round_, stage=later_stage(round_), closes_at=in_days(7), reason="R", actor=scope.officer
    )
    assert (fresh.state, fresh.closes_at, later_stage(fresh).closes_at) == ("open", first, in_days(7))
    assert not accepts_new(fresh, in_days(1))


def test_first_stage_opens_again_though_the_later_one_is_closed(scope: Cast) -> None:
    round_ = closed(scope, plan="two")
    fresh = rounds.reopen_round(round_, closes_at=in_days(7), reason="R", actor=scope.officer)
    assert rounds.turn_round(fresh.pk, now=in_days(6)) == "open"


# By the clock


def test_rounds_are_due_when_their_moment_came_longest_waiting_first(scope: Cast) -> None:
    later = rounds.publish_round(draft_round(scope, "B", opens_at=in_days(3)), actor=scope.officer)
    sooner = rounds.publish_round(draft_round(scope, "A", opens_at=in_days(2)), actor=scope.officer)
    two = open_round(scope, code="TWO", plan="two")
    draft_round(scope, "D")
    assert list(due_rounds()) == []
    assert list(due_rounds(in_days(4))) == [sooner.pk, later.pk]
    assert two.pk not in due_rounds(in_days(31))
    assert set(due_rounds(in_days(51))) == {two.pk, sooner.pk, later.pk}
    for found in (two, sooner, later):
        rounds.turn_round(found.pk, now=in_days(51))
    assert list(due_rounds(in_days(51))) == []


def test_task_turns_the_round_in_its_program(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = rounds.publish_round(draft_round(cast, opens_at=in_days(2)), actor=cast.officer)
        Round.objects.update(opens_at=in_days(-1))
    for _ in range(2):
        tasks.turn_round(program_id=cast.program.pk, round_id=round_.pk)
    with program_scope(cast.program):
        assert Round.objects.get().state == "open"
        assert AuditEvent.objects.filter(action="open").count() == 1


def test_task_of_another_program_finds_nothing(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = rounds.publish_round(draft_round(cast, opens_at=in_days(2)), actor=cast.officer)
        Round.objects.update(opens_at=in_days(-1))
    tasks.turn_round(program_id=cast.other.pk, round_id=round_.pk)
    with program_scope(cast.program):
        assert Round.objects.get().state == "published"


def test_of_two_who_close_at_once_one_does(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        round_ = open_round(cast)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def close(reason: str) -> None:
        try:
            ready.wait()
            with program_scope(cast.program):
                found = Round.objects.get(pk=round_.pk)
                found.program = cast.program
                rounds.close_round_early(found, reason=reason, actor=cast.officer)
            outcomes.append("closed")
        except DomainError as error:
            outcomes.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=close, args=(reason,)) for reason in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This round is closed, so “Close now” is not possible.", "closed"]
    with program_scope(cast.program):
        assert AuditEvent.objects.filter(action="close_early").count() == 1
