"""A ballot from its preparation to its count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grants.models import Application, Ballot, Body, BodyMember, Vote
from grants.queries.ballots import (
    ballots_open,
    ballots_to_remind_of,
    due_ballots,
    endorsement_of,
    left,
    readable_ballots,
    recused,
    turnout_of,
)
from grants.queries.shortlist import shortlist_of
from grants.services.ballot_opening import open_ballot
from grants.services.ballot_reminders import remind_once
from grants.services.ballots import (
    close_ballot,
    expire_ballot,
    withdraw_ballot,
)
from grants.services.conflicts import declare
from grants.tasks import expire_ballot as expire_task
from scsc import jobs
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import Voting as World
from tests.grants.ballots import (
    another,
    ask,
    meeting_of,
    newcomer,
    prepared,
    vote,
    voting,
)


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        yield voting(cast)


# Prepare


def test_a_ballot_by_circulation_needs_an_end_that_is_to_come(world: World) -> None:
    for ends in (None, timezone.now() - timedelta(minutes=1)):
        with pytest.raises(ValidationError) as refused:
            prepared(world.cast, world.application, world.body, closes_at=ends)
        assert "closes_at" in refused.value.message_dict


def test_only_a_roundtable_votes(world: World) -> None:
    advisory = Body.objects.get(kind="advisory")
    advisory.program = world.cast.program
    with pytest.raises(DomainError, match="advises and does not vote"):
        prepared(world.cast, world.application, advisory)


def test_only_the_body_that_the_round_asks_votes(world: World) -> None:
    other = Body.objects.create(program=world.cast.program, kind="roundtable", name="Another table")
    with pytest.raises(DomainError, match="and of no other body"):
        prepared(world.cast, world.application, other)


def test_only_an_eligible_application_is_voted_on(world: World) -> None:
    Application.objects.update(state="submitted")
    with pytest.raises(DomainError, match="nothing to vote on"):
        prepared(world.cast, world.application, world.body)


def test_there_is_one_ballot_at_a_time(world: World) -> None:
    prepared(world.cast, world.application, world.body)
    with pytest.raises(DomainError, match="There is a ballot"):
        prepared(world.cast, world.application, world.body)


@pytest.mark.parametrize("who", ["finance", "auditor", "executive", "advisory", "outsider"])
def test_others_do_not_prepare_ballots(world: World, who: str) -> None:
    with pytest.raises(PermissionDenied):
        prepared(world.cast, world.application, world.body, actor=world.cast.people[who])


def test_the_chair_prepares_and_a_plain_member_does_not(world: World) -> None:
    chair, member, _ = world.people
    with pytest.raises(PermissionDenied):
        prepared(world.cast, world.application, world.body, actor=member)
    assert prepared(world.cast, world.application, world.body, actor=chair).prepared_by == chair


def test_conditions_are_one_a_line_and_not_endless(world: World) -> None:
    ballot = prepared(world.cast, world.application, world.body, conditions=[" Report ", "", "Ask  again"])
    assert ballot.conditions == ["Report", "Ask again"]
    with pytest.raises(ValidationError):
        prepared(world.cast, world.application, world.body, conditions=["One"] * 21)


def test_a_ballot_of_a_meeting_is_on_its_agenda(world: World) -> None:
    meeting = meeting_of(world.cast, world.body)
    ballot = prepared(world.cast, world.application, world.body, meeting=meeting)
    assert ballot.closes_at is None
    assert [item.application for item in meeting.items.all()] == [world.application]


@pytest.mark.parametrize("state", ["closed", "approved", "cancelled"])
def test_no_ballot_is_prepared_for_a_meeting_that_is_over(world: World, state: str) -> None:
    meeting = meeting_of(world.cast, world.body, state=state)
    with pytest.raises(DomainError, match="Open it again first"):
        prepared(world.cast, world.application, world.body, meeting=meeting)


def test_the_shortlist_loses_what_has_a_ballot(world: World) -> None:
    other = another(world.cast, world.application)
    found = [line.application for line in shortlist_of(world.body, world.cast.officer)]
    assert found == [world.application, other]
    prepared(world.cast, world.application, world.body)
    assert [line.application for line in shortlist_of(world.body, world.cast.officer)] == [other]


# Open


def test_opening_freezes_the_rules_of_that_moment_and_writes_the_roll(world: World) -> None:
    ballot = prepared(world.cast, world.application, world.body)
    Body.objects.filter(pk=world.body.pk).update(quorum="all", threshold="three_quarters")
    open_ballot(ballot, actor=world.cast.officer)
    Body.objects.filter(pk=world.body.pk).update(quorum="half", threshold="majority")
    ballot.refresh_from_db()
    assert (ballot.state, ballot.quorum, ballot.threshold) == ("open", "all", "three_quarters")
    assert {row.user for row in ballot.voters.all()} == set(world.people)
    assert ballot.basis["amount"] == "50000.00"


def test_the_secretary_and_former_members_are_not_on_the_roll(world: World) -> None:
    newcomer(world.cast, world.body, role=BodyMember.Role.SECRETARY)
    past = timezone.now().date() - timedelta(days=9)
    newcomer(world.cast, world.body, starts_on=past, ends_on=past)
    ballot = world.opened()
    assert {row.user for row in ballot.voters.all()} == set(world.people)


def test_who_stepped_out_is_on_the_roll_and_recused(world: World) -> None:
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    ballot = world.opened()
    assert recused(ballot) == {world.people[2].pk}
    assert turnout_of(ballot).eligible == 2


def test_members_who_may_vote_get_a_mail_and_others_none(world: World) -> None:
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    OutgoingMail.objects.all().delete()
    ballot = world.opened()
    mails = {mail.to: mail for mail in OutgoingMail.objects.filter(subject__startswith="Your vote")}
    assert set(mails) == {world.people[0].email, world.people[1].email}
    body = mails[world.people[0].email].body
    assert f"/ballots/{ballot.pk}/" in body
    assert world.application.title not in body


def test_a_ballot_that_can_have_no_quorum_does_not_open(world: World) -> None:
    Body.objects.filter(pk=world.body.pk).update(quorum_least=3)
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    with pytest.raises(DomainError, match="2 of its members could vote, and a quorum is 3"):
        world.opened()
    assert not Ballot.objects.filter(state="open").exists()


def test_a_ballot_waits_for_answers_that_the_team_was_asked_to_change(world: World) -> None:
    ask(world)
    with pytest.raises(DomainError, match="still asked to change"):
        world.opened()


def test_a_ballot_of_a_meeting_opens_only_in_session(world: World) -> None:
    meeting = meeting_of(world.cast, world.body, state="planned")
    with pytest.raises(DomainError, match="not in session"):
        world.opened(meeting=meeting)


def test_a_ballot_opens_once(world: World) -> None:
    ballot = world.opened()
    with pytest.raises(DomainError, match="is open"):
        open_ballot(ballot, actor=world.cast.officer)


# Close


def test_quorum_is_of_the_eligible_and_abstentions_count_towards_it(world: World) -> None:
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    ballot = world.opened()
    vote(ballot, world.people[0])
    vote(ballot, world.people[1], "abstain")
    closed = close_ballot(ballot, actor=world.cast.officer)
    assert closed.outcome == "endorsed"
    assert closed.result == {
        "outcome": "endorsed",
        "roll": 3,
        "recused": 1,
        "left": 0,
        "eligible": 2,
        "quorum_needed": 2,
        "voted": 2,
        "for_": 1,
        "against": 0,
        "abstained": 1,
        "for_needed": 1,
    }


def test_two_thirds_are_needed_of_the_votes_for_or_against(world: World) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    vote(ballot, world.people[1], "not_endorse")
    vote(ballot, world.people[2], "abstain")
    assert close_ballot(ballot, actor=world.cast.officer).outcome == "not_endorsed"
    assert endorsement_of(world.fresh()) is None


def test_members_can_vote_until_the_end(world: World) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    with pytest.raises(DomainError, match="Members can still vote"):
        close_ballot(ballot, actor=world.cast.officer)


def test_who_left_without_a_vote_does_not_hinder_the_quorum(world: World) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    vote(ballot, world.people[1])
    yesterday = timezone.now().date() - timedelta(days=2)
    BodyMember.objects.filter(user__in=world.people[1:]).update(ends_on=yesterday)
    assert left(ballot, on=timezone.now().date()) == {world.people[2].pk}
    closed = close_ballot(ballot, actor=world.cast.officer)
    assert (closed.result["eligible"], closed.result["left"], closed.outcome) == (2, 1, "endorsed")


def test_without_quorum_a_ballot_lapses_by_the_clock(world: World) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    assert expire_ballot(ballot).state == "open"
    assert due_ballots() == []
    closed = expire_ballot(ballot, now=ballot.closes_at)
    assert (closed.state, closed.outcome) == ("closed", "lapsed")
    assert expire_ballot(ballot, now=ballot.closes_at).outcome == "lapsed"
    assert AuditEvent.objects.filter(action="expire").count() == 1


def test_the_sweeper_closes_what_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = world.opened()
    monkeypatch.setattr(timezone, "now", lambda: ballot.closes_at)
    assert due_ballots() == [ballot.pk]
    assert jobs._kinds["ballot"].task.name == expire_task.name
    expire_task(program_id=world.cast.program.pk, ballot_id=ballot.pk)
    expire_task(program_id=world.cast.program.pk, ballot_id=ballot.pk)
    ballot.refresh_from_db()
    assert ballot.outcome == "lapsed"


def test_a_ballot_is_counted_once(world: World) -> None:
    ballot = world.endorsed()
    with pytest.raises(DomainError, match="is closed"):
        close_ballot(ballot, actor=world.cast.officer)
    assert AuditEvent.objects.filter(action="close").count() == 1


@pytest.mark.parametrize("who", ["finance", "auditor", "advisory"])
def test_others_do_not_close_ballots(world: World, who: str) -> None:
    ballot = world.opened()
    with pytest.raises(PermissionDenied):
        close_ballot(ballot, actor=world.cast.people[who])


def test_a_withdrawn_ballot_counts_for_nothing_and_another_can_be_held(world: World) -> None:
    ballot = world.opened()
    vote(ballot, world.people[0])
    with pytest.raises(DomainError, match="Say why"):
        withdraw_ballot(ballot, reason=" ", actor=world.cast.officer)
    withdraw_ballot(ballot, reason="The wrong papers went out.", actor=world.cast.officer)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "The wrong papers went out.")
    assert world.endorsed().outcome == "endorsed"
    assert Vote.objects.count() == 4


# Reminders


def test_who_has_not_voted_is_reminded_once(world: World) -> None:
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    ballot = world.opened(closes_at=timezone.now() + timedelta(days=1))
    vote(ballot, world.people[0])
    assert ballots_to_remind_of() == [ballot.pk]
    assert [remind_once(ballot.pk), remind_once(ballot.pk)] == [1, 0]
    mails = OutgoingMail.objects.filter(subject__startswith="Reminder")
    assert [mail.to for mail in mails] == [world.people[1].email]
    assert ballots_to_remind_of() == []


def test_nobody_is_reminded_long_before_the_end_or_in_a_meeting(world: World) -> None:
    ballot = world.opened()
    assert ballots_to_remind_of() == []
    assert remind_once(ballot.pk) == 0


# What waits, and who reads it


def test_what_waits_for_a_member(world: World) -> None:
    ballot = world.opened()
    rows = ballots_open(world.people[0], world.cast.program)
    assert [(row.title, row.due) for row in rows] == [
        (f"Endorse “{world.application.title}”?", ballot.closes_at)
    ]
    vote(ballot, world.people[0])
    assert ballots_open(world.people[0], world.cast.program) == []
    assert ballots_open(world.cast.officer, world.cast.program) == []
    assert ballots_open(world.people[1], world.cast.program, now=ballot.closes_at) == []


def test_who_stepped_out_finds_no_ballot(world: World) -> None:
    world.opened()
    declare(world.fresh(), kind="perceived", statement="A cousin.", actor=world.people[2])
    assert not readable_ballots(world.people[2], world.cast.program).exists()
    assert ballots_open(world.people[2], world.cast.program) == []
