"""What the database refuses about ballots, past every service: each trigger asked in raw SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from grants.models import Application, Ballot, Body, Declaration, Meeting
from grants.services.ballots import close_ballot, void_ballot
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, UserFactory
from tests.grants.ballots import (
    another,
    clear,
    meeting_of,
    newcomer,
    opened,
    prepared,
    present,
    put_to_roundtable,
    vote,
)


@dataclass(frozen=True)
class World:
    cast: Cast
    body: Body
    people: list[User]
    application: Application
    ballot: Ballot


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        application, body, people = put_to_roundtable(cast)
        clear(application, *people)
        yield World(cast, body, people, application, opened(cast, application, body))


def sql(text: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


def put_vote(world: World, user: User, **changed: Any) -> None:
    """A vote written straight into the table."""
    row = {
        "program_id": world.cast.program.pk,
        "ballot_id": world.ballot.pk,
        "user_id": user.pk,
        "choice": "endorse",
        "reason": "",
        "conditions": "",
        "record_dissent": False,
        "cast_at": timezone.now(),
    } | changed
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    sql(f"INSERT INTO grants_vote ({names}) VALUES ({marks})", *row.values())  # noqa: S608


def refused(words: str) -> Any:
    return pytest.raises(DatabaseError, match=words)


# Votes


def test_a_vote_that_may_be_is_taken(world: World) -> None:
    put_vote(world, world.people[0])
    assert world.ballot.votes.count() == 1


def test_a_second_vote_of_one_person_is_refused(world: World) -> None:
    put_vote(world, world.people[0])
    with refused("vote_once"):
        put_vote(world, world.people[0], choice="abstain")


@pytest.mark.parametrize("state", ["waiting", "out"])
def test_a_vote_with_a_conflict_is_refused(world: World, state: str) -> None:
    Declaration.objects.filter(user=world.people[0]).update(state=state, kind="perceived")
    with refused("without a clear declaration"):
        put_vote(world, world.people[0])


def test_a_vote_without_a_declaration_is_refused(world: World) -> None:
    Declaration.objects.filter(user=world.people[0]).delete()
    with refused("without a clear declaration"):
        put_vote(world, world.people[0])


def test_a_vote_of_somebody_off_the_roll_is_refused(world: World) -> None:
    late = newcomer(world.cast, world.body)
    clear(world.application, late)
    with refused("not on the roll"):
        put_vote(world, late)


def test_a_vote_before_or_after_its_time_is_refused(world: World) -> None:
    assert world.ballot.closes_at is not None
    ballot = Ballot.objects.get(pk=world.ballot.pk)
    with refused("outside the time"):
        put_vote(world, world.people[0], cast_at=ballot.closes_at)
    assert ballot.opened_at is not None
    with refused("outside the time"):
        put_vote(world, world.people[0], cast_at=ballot.opened_at.replace(year=2020))


def test_a_vote_after_the_close_is_refused(world: World) -> None:
    for person in world.people:
        vote(world.ballot, person)
    close_ballot(world.ballot, actor=world.cast.officer)
    stranger = newcomer(world.cast, world.body)
    clear(world.application, stranger)
    with refused("not open"):
        put_vote(world, stranger)


def test_a_vote_in_a_prepared_ballot_is_refused(world: World) -> None:
    other = another(world.cast, world.application)
    clear(other, *world.people)
    waiting = prepared(world.cast, other, world.body)
    with refused("not open"):
        put_vote(world, world.people[0], ballot_id=waiting.pk)


def test_a_vote_against_without_a_reason_is_refused(world: World) -> None:
    with refused("vote_against_has_reason"):
        put_vote(world, world.people[0], choice="not_endorse")


def test_dissent_of_a_vote_for_is_refused(world: World) -> None:
    with refused("vote_dissent_is_against"):
        put_vote(world, world.people[0], record_dissent=True)


@pytest.mark.parametrize(
    "statement", ["UPDATE grants_vote SET choice = 'abstain'", "DELETE FROM grants_vote"]
)
def test_a_vote_never_changes(world: World, statement: str) -> None:
    put_vote(world, world.people[0])
    with pytest.raises(DatabaseError):
        sql(statement)


def test_a_vote_in_a_meeting_needs_presence(world: World) -> None:
    other = another(world.cast, world.application)
    clear(other, *world.people)
    meeting = meeting_of(world.cast, world.body)
    present(meeting, world.people[1], by=world.cast.officer)
    ballot = opened(world.cast, other, world.body, meeting=meeting)
    with refused("not present"):
        put_vote(world, world.people[0], ballot_id=ballot.pk)
    put_vote(world, world.people[1], ballot_id=ballot.pk)
    assert ballot.votes.count() == 1


# Attendance


def voted_in_meeting(world: World) -> Meeting:
    other = another(world.cast, world.application)
    clear(other, *world.people)
    meeting = meeting_of(world.cast, world.body)
    present(meeting, *world.people[:2], by=world.cast.officer)
    ballot = opened(world.cast, other, world.body, meeting=meeting)
    put_vote(world, world.people[0], ballot_id=ballot.pk)
    return meeting


def test_who_voted_in_a_meeting_was_there(world: World) -> None:
    meeting = voted_in_meeting(world)
    where = "WHERE meeting_id = %s AND user_id = %s"
    for statement in ("UPDATE grants_attendance SET status = 'absent'", "DELETE FROM grants_attendance"):
        with refused("voted in the meeting"):
            sql(f"{statement} {where}", meeting.pk, world.people[0].pk)
        sql(f"{statement} {where}", meeting.pk, world.people[1].pk)
    assert meeting.attendance.count() == 1


# Declarations


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grants_declaration SET state = 'out', kind = 'actual' WHERE user_id = %s",
        "UPDATE grants_declaration SET state = 'waiting', kind = 'perceived' WHERE user_id = %s",
        "DELETE FROM grants_declaration WHERE user_id = %s",
    ],
)
def test_a_conflict_beside_a_vote_that_counts_is_refused(world: World, statement: str) -> None:
    put_vote(world, world.people[0])
    with refused("still counts"):
        sql(statement, world.people[0].pk)
    void_ballot(world.ballot, reason="A conflict was declared.")
    sql(statement, world.people[0].pk)
    assert not Declaration.objects.filter(user=world.people[0], state="clear").exists()


def test_a_declaration_never_becomes_somebody_elses(world: World) -> None:
    stranger = UserFactory.create()
    with refused("somebody else"):
        sql("UPDATE grants_declaration SET user_id = %s WHERE user_id = %s", stranger.pk, world.people[0].pk)


# The ballot and its roll


FROZEN = {
    "quorum": "'half'",
    "quorum_least": "9",
    "threshold": "'all'",
    "material_change_percent": "99",
    "basis": "'{}'::jsonb",
    "conditions": "'[\"Another\"]'::jsonb",
    "opened_at": "now() - interval '1 year'",
    "closes_at": "now() + interval '1 year'",
}


@pytest.mark.parametrize("column", FROZEN)
def test_what_was_frozen_at_the_opening_stays(world: World, column: str) -> None:
    with refused("frozen when it opened"):
        sql(f"UPDATE grants_ballot SET {column} = {FROZEN[column]} WHERE id = %s", world.ballot.pk)  # noqa: S608


def test_nobody_comes_on_the_roll_after_the_opening(world: World) -> None:
    with refused("fixed when the ballot opened"):
        sql(
            "INSERT INTO grants_ballotvoter (program_id, ballot_id, user_id) VALUES (%s, %s, %s)",
            world.cast.program.pk,
            world.ballot.pk,
            newcomer(world.cast, world.body).pk,
        )


def test_a_ballot_is_never_removed(world: World) -> None:
    with pytest.raises(DatabaseError):
        sql("DELETE FROM grants_ballot WHERE id = %s", world.ballot.pk)


def test_a_ballot_never_moves_to_another_application(world: World) -> None:
    other = another(world.cast, world.application)
    with refused("on something else"):
        sql("UPDATE grants_ballot SET application_id = %s WHERE id = %s", other.pk, world.ballot.pk)


def test_an_open_ballot_is_never_prepared_again(world: World) -> None:
    with refused("never goes back"):
        sql("UPDATE grants_ballot SET state = 'prepared' WHERE id = %s", world.ballot.pk)


def close_as(world: World, result: str, outcome: str = "endorsed") -> None:
    sql(
        "UPDATE grants_ballot SET state = 'closed', closed_at = now(), outcome = %s, result = %s::jsonb "
        "WHERE id = %s",
        outcome,
        result,
        world.ballot.pk,
    )


@pytest.mark.parametrize(
    "result",
    [
        "{}",
        '{"outcome": "endorsed", "voted": 2, "for_": 2}',
        '{"outcome": "endorsed", "voted": 1, "for_": 0}',
        '{"outcome": "lapsed", "voted": 1, "for_": 1}',
    ],
)
def test_a_result_that_is_not_the_count_is_refused(world: World, result: str) -> None:
    put_vote(world, world.people[0])
    with refused("not the count"):
        close_as(world, result)


def closed(world: World) -> None:
    for person in world.people:
        vote(world.ballot, person)
    close_ballot(world.ballot, actor=world.cast.officer)


CHANGES = {"outcome": "'lapsed'", "result": "'{}'::jsonb", "closed_at": "now() + interval '1 day'"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_never_changes(world: World, change: str) -> None:
    closed(world)
    with refused("never changes"):
        sql(f"UPDATE grants_ballot SET {change} = {CHANGES[change]} WHERE id = %s", world.ballot.pk)  # noqa: S608


def test_a_result_stays_when_the_ballot_becomes_void_for_good(world: World) -> None:
    closed(world)
    void_ballot(world.ballot, reason="The amount changed.")
    found = Ballot.objects.get(pk=world.ballot.pk)
    assert (found.state, found.outcome, found.result["voted"]) == ("void", "endorsed", 3)
    with refused("never goes back"):
        sql("UPDATE grants_ballot SET state = 'closed' WHERE id = %s", world.ballot.pk)


def test_a_ballot_begins_prepared(world: World) -> None:
    other = another(world.cast, world.application)
    with refused("begins prepared"), transaction.atomic():
        Ballot.objects.create(
            program=world.cast.program,
            body=world.body,
            application=other,
            state="closed",
            outcome="endorsed",
            closed_at=timezone.now(),
            quorum="half",
            quorum_least=1,
            threshold="all",
            material_change_percent=10,
            prepared_by=world.cast.officer,
        )


def test_there_is_one_ballot_that_counts(world: World) -> None:
    with refused("ballot_one_that_counts"), transaction.atomic():
        Ballot.objects.create(
            program=world.cast.program,
            body=world.body,
            application=world.application,
            quorum="half",
            quorum_least=1,
            threshold="all",
            material_change_percent=10,
            prepared_by=world.cast.officer,
        )
