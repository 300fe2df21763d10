"""What makes a ballot void: a change of what was voted on, a conflict, an application that is gone."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import timezone

from grants.models import Application, Ballot, Body, ChangeRequest, Stage
from grants.queries.ballots import (
    endorsement_of,
    endorsements_of,
    material_changes_of,
)
from grants.services.ballots import (
    close_ballot,
    drop_ballots,
    void_where_changed,
)
from grants.services.conflicts import declare
from grants.services.leaving import withdraw_application
from grants.states import ChangeRequestState
from partners.models import Organisation
from partners.services_merge import merge_organisations
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import Voting as World
from tests.grants.ballots import (
    all_vote,
    another,
    ask,
    clear,
    opened,
    vote,
    voting,
)
from tests.grants.panels import ABN
from tests.grants.received import ANSWERS, content_of, submit
from tests.queries import counted_queries


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        yield voting(cast)


# What makes it void


def resubmit(world: World, *flagged: str, amount: Decimal | None = None, **answers: str) -> None:
    """The team answers a request for changes with these answers."""
    change = ask(world, *flagged)
    labels = {key: (ANSWERS[key][0], [answers.get(key, ANSWERS[key][1][0])]) for key in ANSWERS}
    if amount is not None:
        Application.objects.filter(pk=world.application.pk).update(amount=amount)
    ChangeRequest.objects.filter(pk=change.pk).update(state=ChangeRequestState.ANSWERED)
    submit(world.fresh(), content_of(labels), change_request=change, submitted_at=timezone.now())


def test_an_endorsement_holds_while_nothing_changes(world: World) -> None:
    ballot = world.endorsed()
    assert endorsement_of(world.fresh()) == ballot
    assert void_where_changed(world.fresh()) == []


def test_a_flagged_answer_that_changed_voids_the_endorsement(world: World) -> None:
    ballot = world.endorsed()
    resubmit(world, "plan", plan="Something else.")
    assert material_changes_of(Ballot.objects.get(pk=ballot.pk)) == [
        "The answer to “What you will do” changed."
    ]
    assert endorsement_of(world.fresh()) is None
    assert [one.pk for one in void_where_changed(world.fresh())] == [ballot.pk]
    ballot.refresh_from_db()
    assert (ballot.state, ballot.outcome) == ("void", "endorsed")
    assert "What you will do" in ballot.void_reason
    assert any("voided" in entry.words for entry in history_of([ballot]))


def test_a_flagged_answer_that_stayed_the_same_changes_nothing(world: World) -> None:
    ballot = world.endorsed()
    resubmit(world, "plan")
    assert endorsement_of(world.fresh()) == ballot


def test_an_open_ballot_is_void_too(world: World) -> None:
    ballot = world.opened()
    resubmit(world, "plan", plan="Something else.")
    void_where_changed(world.fresh())
    ballot.refresh_from_db()
    assert ballot.state == "void"
    with pytest.raises(DomainError, match="not open"):
        vote(ballot, world.people[0])


def test_a_ballot_on_what_has_changed_is_void_and_not_counted(world: World) -> None:
    ballot = world.opened()
    all_vote(ballot, world.people)
    resubmit(world, "plan", plan="Something else.")
    closed = close_ballot(ballot, actor=world.cast.officer)
    assert (closed.state, closed.outcome, closed.result) == ("void", "", {})


@pytest.mark.parametrize(
    ("amount", "holds"), [("55000.00", True), ("55000.01", False), ("45000.00", True), ("44999.99", False)]
)
def test_the_amount_may_move_by_its_share_and_no_more(world: World, amount: str, holds: bool) -> None:
    world.endorsed()
    resubmit(world, "budget", amount=Decimal(amount))
    assert (endorsement_of(world.fresh()) is not None) is holds


def test_a_submission_in_a_later_stage_is_another_application(world: World) -> None:
    world.endorsed()
    later = Stage.objects.filter(round=world.application.round).order_by("order").last()
    submit(world.fresh(), content_of(), stage=later, submitted_at=timezone.now())
    assert endorsement_of(world.fresh()) is None


def test_another_organisation_voids_the_endorsement(world: World) -> None:
    ballot = world.endorsed()
    other = Organisation.objects.create(program=world.cast.program, name="Another", abn="53004085616")
    Application.objects.filter(pk=world.application.pk).update(organisation=other)
    void_where_changed(world.fresh())
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "The organisation is another one.")


@pytest.mark.parametrize(("abn", "state"), [(ABN, "closed"), ("53004085616", "void")])
def test_a_merge_that_keeps_the_abn_is_no_change(world: World, abn: str, state: str) -> None:
    ballot = world.endorsed()
    twin = Organisation.objects.create(program=world.cast.program, name="Lantern Trust Inc", abn=abn)
    source = world.fresh().organisation
    source.program = twin.program = world.cast.program
    merge_organisations(source, into=twin, take={}, actor=world.cast.officer)
    ballot.refresh_from_db()
    assert world.fresh().organisation == twin
    assert ballot.state == state


def test_what_was_decided_is_not_voided_afterwards(world: World) -> None:
    ballot = world.endorsed()
    Application.objects.filter(pk=world.application.pk).update(state="awarded", amount=Decimal(1))
    assert void_where_changed(world.fresh()) == []
    ballot.refresh_from_db()
    assert ballot.state == "closed"


def test_a_conflict_declared_after_voting_voids_the_ballot(world: World) -> None:
    ballot = world.endorsed()
    declare(world.fresh(), kind="actual", statement="I joined its board.", actor=world.people[1])
    ballot.refresh_from_db()
    assert ballot.state == "void"
    assert endorsement_of(world.fresh()) is None


def test_a_withdrawn_application_takes_its_ballot_with_it(world: World) -> None:
    ballot = world.opened()
    application = world.fresh()
    withdraw_application(application, reason="We found money.", actor=application.created_by)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "The application was withdrawn.")


def test_what_has_a_result_stays_when_others_are_dropped(world: World) -> None:
    ballot = world.endorsed()
    assert drop_ballots(world.fresh(), reason="Gone.") == []
    ballot.refresh_from_db()
    assert ballot.state == "closed"


def test_the_endorsement_of_another_body_does_not_count(world: World) -> None:
    world.endorsed()
    other = Body.objects.create(program=world.cast.program, kind="roundtable", name="Another table")
    Stage.objects.filter(kind="endorsement").update(body=other)
    assert endorsement_of(world.fresh()) is None
    Stage.objects.filter(kind="endorsement").update(body=None)
    assert endorsement_of(world.fresh()) is not None


def test_endorsements_of_many_take_as_many_queries_as_of_one(world: World) -> None:
    world.endorsed()
    for _ in range(3):
        more = another(world.cast, world.application)
        clear(more, *world.people)
        ballot = opened(world.cast, more, world.body)
        all_vote(ballot, world.people)
        close_ballot(ballot, actor=world.cast.officer)
    every = list(Application.objects.select_related("organisation"))
    with counted_queries() as one:
        endorsements_of(every[:1])
    with counted_queries() as many:
        assert len(endorsements_of(every)) == 4
    assert one.number == many.number == 2
