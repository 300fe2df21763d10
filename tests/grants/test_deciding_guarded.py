"""What the database itself refuses, whoever asks and past every service; and what many at once come to."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from grants.models import Application, Ballot, Decision, Round
from grants.services.deciding import decide
from grants.services.deciding_holding import database_words
from partners.models import Agreement
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, make_cast
from tests.grants.decided import ballot_on, considered, raw_decision, recommended, round_to_decide


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast)


@pytest.fixture
def of_panel(cast: Cast) -> Application:
    with program_scope(cast.program):
        return considered(round_to_decide(cast, "EN27", endorsed=True))


def refused(cast: Cast, application: Application, words: str, **fields: Any) -> None:
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        raw_decision(cast, application, **fields)
    with pytest.raises(DomainError), transaction.atomic(), database_words():
        raw_decision(cast, application, **fields)


def test_award_without_an_endorsement_cannot_exist(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        refused(cast, of_panel, "without a valid endorsement")


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "void", "void_reason": "It changed."},
        {"outcome": "lapsed"},
        {"outcome": "not_endorsed"},
        {"state": "open", "outcome": "", "closed_at": None},
    ],
)
def test_award_on_a_ballot_that_does_not_endorse_cannot_exist(
    cast: Cast, of_panel: Application, fields: dict[str, Any]
) -> None:
    with program_scope(cast.program):
        refused(cast, of_panel, "without a valid endorsement", ballot=ballot_on(cast, of_panel, **fields))


def test_award_on_the_ballot_of_another_application_cannot_exist(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        other = ballot_on(cast, considered(of_panel.round))
        refused(cast, of_panel, "without a valid endorsement", ballot=other)


def test_award_on_a_ballot_that_was_voided_cannot_be_published(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        ballot = ballot_on(cast, of_panel)
        decision = raw_decision(cast, of_panel, ballot=ballot)
        Ballot.objects.filter(pk=ballot.pk).update(state="void")
        with pytest.raises(IntegrityError, match="without a valid endorsement"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(state="published")


def test_award_by_one_person_over_the_limit_cannot_exist(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = considered(round_)
        refused(cast, application, "over the limit of one person", amount=Decimal("60000.01"))
        raw_decision(
            cast, application, amount=Decimal("60000.01"), agreed_by=cast.manager, decided_by=cast.finance
        )


def test_one_person_cannot_be_both_of_two(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        refused(cast, considered(round_), "decision_four_eyes", agreed_by=cast.manager)


def test_award_over_the_budget_cannot_exist(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        raw_decision(cast, considered(round_), amount=Decimal(60_000))
        refused(cast, considered(round_), "over the budget of the round", amount=Decimal("40000.01"))
        raw_decision(cast, considered(round_), amount=Decimal(40_000))


def test_recommendation_becomes_an_award_only_by_the_same_rules(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, considered(round_), amount=Decimal(90_000))
        with (
            pytest.raises(IntegrityError, match="over the limit"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE grants_decision SET state = 'decided', decided_by_id = %s, decided_at = now() "
                "WHERE id = %s",
                [cast.manager.pk, decision.pk],
            )


def test_award_of_another_round_cannot_exist(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = considered(round_)
        application.round = round_to_decide(cast, "OT27")
        refused(cast, application, "of another round")


def test_second_live_decision_cannot_exist(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = considered(round_)
        raw_decision(cast, application, amount=Decimal(1))
        refused(cast, application, "decision_one_live", amount=Decimal(1))


def test_other_refusals_of_the_database_stay_what_they_are(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        fields: dict[str, Any] = {"decided_by": None, "state": "decided"}
        with pytest.raises(IntegrityError), transaction.atomic(), database_words():
            raw_decision(cast, considered(round_), **fields)


def test_of_awards_at_once_only_those_within_the_budget_are_made(committed: None) -> None:
    """Four managers' browsers decide four awards of 40,000 in a round of 100,000 at the same moment."""
    cast = make_cast()
    with program_scope(cast.program):
        round_ = round_to_decide(cast)
        decisions = [recommended(cast, considered(round_)) for _ in range(4)]
    start, outcomes = threading.Barrier(len(decisions)), []

    def one(decision: Decision) -> None:
        start.wait()
        try:
            with program_scope(cast.program):
                decide(decision, actor=cast.manager)
            outcomes.append("decided")
        except DomainError as error:
            outcomes.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[decision]) for decision in decisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("decided") == 2, outcomes
    assert all("over the budget" in found for found in outcomes if found != "decided")
    with program_scope(cast.program):
        assert Agreement.objects.count() == 2
