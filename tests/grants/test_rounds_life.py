"""Every step in the life of a round, and what stays once it is published."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from grants.models import Round, Stage
from grants.services import rounds
from grants.services.locking import LOCKED
from grants.services.stages import name_people
from grants.states import ROUND, RoundState
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.rounds import (
    begun,
    change,
    draft_round,
    first_stage,
    in_days,
    open_round,
)


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


# Its life


def test_every_way_through_the_life_is_walked_here() -> None:
    assert {action for _, action in ROUND.table} == {
        "publish",
        "unpublish",
        "open",
        "close",
        "close_early",
        "reopen",
        "archive",
        "discard",
    }


def test_round_that_is_not_ready_is_not_published(scope: Cast) -> None:
    round_ = change(draft_round(scope), scope.officer, budget=None, opens_at=None)
    with pytest.raises(DomainError) as error:
        rounds.publish_round(round_, actor=scope.officer)
    assert str(error.value) == "This round is not ready: Give the budget of the round. And 1 more."
    assert Round.objects.get().state == "draft"


def test_published_round_opens_when_its_moment_comes(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(2)), actor=scope.officer)
    assert (round_.state, round_.published_at is not None) == ("published", True)
    assert rounds.turn_round(round_.pk, now=in_days(1)) == "published"
    assert rounds.turn_round(round_.pk, now=in_days(3)) == "open"
    event = AuditEvent.objects.get(action="open")
    assert event.actor is None


def test_round_whose_opening_has_passed_opens_at_once(scope: Cast) -> None:
    assert open_round(scope).state == "open"


def test_round_closes_when_its_moment_comes(scope: Cast) -> None:
    round_ = open_round(scope)
    assert rounds.turn_round(round_.pk, now=in_days(29)) == "open"
    assert rounds.turn_round(round_.pk, now=in_days(31)) == "closed"
    assert rounds.turn_round(round_.pk, now=in_days(32)) == "closed"
    assert AuditEvent.objects.filter(action="close").count() == 1


def test_round_stays_open_until_its_last_stage_closes(scope: Cast) -> None:
    round_ = open_round(scope, plan="two")
    assert rounds.turn_round(round_.pk, now=in_days(31)) == "open"
    assert rounds.turn_round(round_.pk, now=in_days(51)) == "closed"


def test_round_that_nobody_turned_opens_and_closes_in_one_go(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(2)), actor=scope.officer)
    assert rounds.turn_round(round_.pk, now=in_days(40)) == "closed"
    assert list(AuditEvent.objects.filter(action__in=["open", "close"]).values_list("action", flat=True)) == [
        "open",
        "close",
    ]


def test_turning_a_round_that_is_gone_does_nothing(scope: Cast) -> None:
    assert rounds.turn_round(99_999) == ""


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_clock_leaves_drafts_and_archived_rounds_alone(scope: Cast, state: str) -> None:
    round_ = draft_round(scope)
    Round.objects.update(state=state)
    assert rounds.turn_round(round_.pk, now=in_days(90)) == state


def test_published_round_goes_back_while_nobody_has_begun(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(2)), actor=scope.officer)
    with pytest.raises(DomainError, match="Say why"):
        rounds.unpublish_round(round_, actor=scope.officer, reason=" ")
    fresh = rounds.unpublish_round(round_, actor=scope.officer, reason="The budget was wrong.")
    assert (fresh.state, fresh.published_at) == ("draft", None)
    assert change(fresh, scope.officer, budget=Decimal(900_000)).budget == 900_000


def test_round_that_somebody_applies_to_stays_published(scope: Cast) -> None:
    round_ = rounds.publish_round(draft_round(scope, opens_at=in_days(2)), actor=scope.officer)
    begun(scope, round_)
    with pytest.raises(DomainError, match="begun an application"):
        rounds.unpublish_round(round_, actor=scope.officer, reason="Why not.")


def test_closed_round_is_archived_and_then_stays(scope: Cast) -> None:
    round_ = open_round(scope)
    rounds.close_round_early(round_, reason="Enough.", actor=scope.officer)
    assert rounds.archive_round(round_, actor=scope.officer).state == "archived"
    with pytest.raises(DomainError, match="archived"):
        change(round_, scope.officer, title="New")
    with pytest.raises(DomainError, match="archived"):
        name_people(round_.stages.get(kind="screening"), people=[scope.manager], actor=scope.officer)


def test_draft_is_discarded(scope: Cast) -> None:
    assert rounds.discard_round(draft_round(scope), actor=scope.officer).state == "archived"


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in RoundState for step in ROUND.actions if (state, step) not in ROUND.table],
)
def test_step_from_another_state_is_refused(scope: Cast, state: RoundState, step: str) -> None:
    round_ = draft_round(scope)
    Round.objects.update(state=state)
    act = {
        "publish": lambda: rounds.publish_round(round_, actor=scope.officer),
        "unpublish": lambda: rounds.unpublish_round(round_, actor=scope.officer, reason="R"),
        "open": lambda: rounds.open_round(round_),
        "close": lambda: rounds.close_round(round_),
        "close_early": lambda: rounds.close_round_early(
            round_, actor=scope.officer, reason="R", now=in_days(-2)
        ),
        "reopen": lambda: rounds.reopen_round(round_, actor=scope.officer, reason="R", closes_at=in_days(40)),
        "archive": lambda: rounds.archive_round(round_, actor=scope.officer),
        "discard": lambda: rounds.discard_round(round_, actor=scope.officer),
    }[step]
    with pytest.raises(DomainError, match="is not possible"):
        act()
    assert Round.objects.get().state == state


# What stays once it is published


@pytest.mark.parametrize(
    "changes",
    [
        {"budget": Decimal(1_000_000)},
        {"maximum_amount": None},
        {"opens_at": in_days(1)},
        {"closes_at": in_days(60)},
        {"grace_minutes": 0},
        {"criteria": "Other ones"},
        {"who_can_apply": "Anybody"},
        {"audience": Round.Audience.INVITED},
        {"timezone": "Asia/Manila"},
        {"most_per_organisation": 1},
    ],
)
def test_rules_of_a_published_round_stay(scope: Cast, changes: dict[str, Any]) -> None:
    round_ = open_round(scope)
    with pytest.raises(DomainError, match="its rules stay"):
        rounds.change_round(round_, changes=changes, actor=scope.officer, reason="R")


def test_words_of_a_published_round_change_with_a_reason(scope: Cast) -> None:
    round_ = open_round(scope)
    with pytest.raises(ValidationError, match="Say why"):
        change(round_, scope.officer, summary="For safer places on line.")
    rounds.change_round(round_, changes={"summary": "Safer."}, actor=scope.officer, reason="A typo.")
    assert Round.objects.get().summary == "Safer."
    assert AuditEvent.objects.get(action="change").reason == "A typo."


def test_stages_and_questions_of_a_published_round_stay(scope: Cast) -> None:
    from grants.services import questions, stages

    round_ = open_round(scope)
    stage, question = first_stage(round_), round_.questions.get()
    question.round = round_
    form = stage.form_version
    order = list(round_.stages.values_list("pk", flat=True))
    again: dict[str, Any] = {"text": "T", "needs_yes": True, "otherwise": "O", "actor": scope.officer}
    for write in (
        lambda: stages.add_stage(round_, kind=Stage.Kind.ADVICE, actor=scope.officer),
        lambda: stages.remove_stage(stage, actor=scope.officer),
        lambda: stages.order_stages(round_, order=order[::-1], actor=scope.officer),
        lambda: stages.change_stage(stage, form_version=form, closes_at=None, actor=scope.officer),
        lambda: questions.add_question(round_, **again),
        lambda: questions.change_question(question, **again),
        lambda: questions.remove_question(question, actor=scope.officer),
        lambda: questions.order_questions(round_, order=[question.pk], actor=scope.officer),
    ):
        with pytest.raises(DomainError) as error:
            write()
        assert str(error.value) == LOCKED
