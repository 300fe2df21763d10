"""Who may vote, once and for good; and votes, closings and declarations at the same moment."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grants.models import Ballot, BodyMember, Vote
from grants.queries.ballots import (
    recused,
)
from grants.services.ballot_opening import prepare_ballot
from grants.services.ballots import (
    VOTED,
    cast_vote,
    close_ballot,
    void_ballot,
)
from grants.services.conflicts import declare
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.accounts.people import race
from tests.factories import Cast, make_cast
from tests.grants.ballots import Voting as World
from tests.grants.ballots import (
    all_vote,
    clear,
    meeting_of,
    newcomer,
    present,
    vote,
    voting,
)


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        yield voting(cast)


# Vote


def test_the_same_vote_sent_twice_is_one(world: World) -> None:
    ballot = world.opened()
    first = vote(ballot, world.people[0], conditions="Report.")
    assert vote(ballot, world.people[0], conditions="Report.") == first
    assert Vote.objects.count() == 1
    assert AuditEvent.objects.filter(action="cast").count() == 1


@pytest.mark.parametrize(
    "second", [{"choice": "abstain"}, {"conditions": "Another."}, {"choice": "not_endorse", "reason": "No."}]
)
def test_a_second_vote_that_differs_is_refused(world: World, second: dict[str, Any]) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    with pytest.raises(DomainError, match=VOTED[:20]):
        vote(ballot, world.people[0], **second)
    assert Vote.objects.get().choice == "endorse"


def test_a_vote_that_was_taken_is_still_the_same_after_the_close(world: World) -> None:
    ballot = world.opened()
    all_vote(ballot, world.people)
    close_ballot(ballot, actor=world.cast.officer)
    assert vote(ballot, world.people[0]).choice == "endorse"


def test_a_vote_against_needs_a_reason(world: World) -> None:
    ballot = world.opened()
    with pytest.raises(ValidationError) as refused:
        cast_vote(ballot, choice="not_endorse", reason="  ", actor=world.people[0])
    assert "reason" in refused.value.message_dict
    with pytest.raises(ValidationError):
        cast_vote(ballot, choice="perhaps", actor=world.people[0])


def test_the_trail_does_not_tell_what_was_chosen(world: World) -> None:
    vote(world.opened(), world.people[0], "not_endorse")
    event = AuditEvent.objects.get(action="cast")
    assert "not_endorse" not in str([event.before, event.after, event.reason, event.object_label])
    assert "It reaches too few." not in str([event.before, event.after, event.reason])


def test_who_may_not_vote_is_told_why(world: World) -> None:
    ballot = world.opened()
    late = newcomer(world.cast, world.body)
    clear(world.application, late)
    with pytest.raises(DomainError, match="not on its roll"):
        vote(ballot, late)
    BodyMember.objects.filter(user=world.people[1]).update(ends_on=timezone.now().date() - timedelta(days=2))
    with pytest.raises((DomainError, PermissionDenied)):
        vote(ballot, world.people[1])
    assert ballot.closes_at is not None
    with pytest.raises(DomainError, match="has ended"):
        vote(ballot, world.people[0], now=ballot.closes_at)


def test_who_has_not_declared_or_stepped_out_does_not_vote(world: World) -> None:
    new = newcomer(world.cast, world.body)
    ballot = world.opened()
    with pytest.raises(PermissionDenied, match="Declare first"):
        vote(ballot, new)
    declare(world.fresh(), kind="actual", statement="Board member.", actor=new)
    with pytest.raises(PermissionDenied):
        vote(ballot, new)


def test_staff_have_sight_and_no_vote(world: World) -> None:
    with pytest.raises(DomainError, match="not on its roll"):
        vote(world.opened(), world.cast.officer)


def test_in_a_meeting_only_who_is_there_votes(world: World) -> None:
    meeting = meeting_of(world.cast, world.body)
    present(meeting, world.people[0], by=world.cast.officer)
    ballot = world.opened(meeting=meeting)
    vote(ballot, world.people[0])
    with pytest.raises(DomainError, match="not noted as present"):
        vote(ballot, world.people[1])


# At once


def committed_world() -> World:
    cast = make_cast()
    with program_scope(cast.program):
        return voting(cast)


def loaded(world: World, pk: int) -> Ballot:
    ballot = Ballot.objects.select_related("body", "application", "meeting").get(pk=pk)
    ballot.program = ballot.body.program = ballot.application.program = world.cast.program
    return ballot


def test_of_two_votes_of_one_person_at_once_one_is_taken(committed: None) -> None:
    world = committed_world()
    with program_scope(world.cast.program):
        pk = world.opened().pk

    def press(choice: str) -> None:
        with program_scope(world.cast.program):
            vote(loaded(world, pk), User.objects.get(pk=world.people[0].pk), choice)

    refused = race(lambda: press("endorse"), lambda: press("not_endorse"))
    assert isinstance(refused, DomainError)
    with program_scope(world.cast.program):
        assert Vote.objects.count() == 1


def test_a_vote_and_a_close_at_once_are_counted_or_refused(committed: None) -> None:
    world = committed_world()
    with program_scope(world.cast.program):
        ballot = world.opened(meeting=meeting_of(world.cast, world.body))
        present(ballot.meeting, *world.people, by=world.cast.officer)  # type: ignore[arg-type]
        vote(ballot, world.people[0])
        vote(ballot, world.people[1])

    def press() -> None:
        with program_scope(world.cast.program):
            vote(loaded(world, ballot.pk), User.objects.get(pk=world.people[2].pk))

    def close() -> None:
        with program_scope(world.cast.program):
            close_ballot(loaded(world, ballot.pk), actor=User.objects.get(pk=world.cast.officer.pk))

    refused = race(press, close)
    with program_scope(world.cast.program):
        closed = Ballot.objects.get(pk=ballot.pk)
        assert closed.state == "closed"
        assert closed.result["voted"] == Vote.objects.count() == (2 if refused else 3)


def test_a_vote_and_a_declaration_at_once_leave_no_conflicted_vote(committed: None) -> None:
    world = committed_world()
    with program_scope(world.cast.program):
        pk = world.opened().pk

    def press() -> None:
        with program_scope(world.cast.program):
            vote(loaded(world, pk), User.objects.get(pk=world.people[0].pk))

    def step_out() -> None:
        with program_scope(world.cast.program):
            person = User.objects.get(pk=world.people[0].pk)
            declare(world.fresh(), kind="actual", statement="Board member.", actor=person)

    race(press, step_out)
    with program_scope(world.cast.program):
        ballot = Ballot.objects.get(pk=pk)
        counted = Vote.objects.filter(ballot=ballot, user=world.people[0]).exists()
        out = recused(ballot) == {world.people[0].pk}
        assert out
        assert not (counted and ballot.state == "open")


def test_two_who_void_or_close_at_once_leave_one_end(committed: None) -> None:
    world = committed_world()
    with program_scope(world.cast.program):
        ballot = world.opened()
        all_vote(ballot, world.people)

    def close() -> None:
        with program_scope(world.cast.program):
            close_ballot(loaded(world, ballot.pk), actor=User.objects.get(pk=world.cast.officer.pk))

    refused = race(close, close)
    assert isinstance(refused, DomainError)
    with program_scope(world.cast.program):
        assert Ballot.objects.get(pk=ballot.pk).result["voted"] == 3
        void_ballot(loaded(world, ballot.pk), reason="It changed.")
        assert prepare_ballot(
            world.fresh(),
            body=world.body,
            closes_at=timezone.now() + timedelta(days=1),
            actor=world.cast.officer,
        )
