"""Whatever happens around a ballot, its quorum and result equal an independent recount from what was done."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from grants.models import Application, Attendance, Ballot, Body, BodyMember, Declaration, Meeting, Vote
from grants.models.panels import Quorum, Threshold
from grants.permissions import ruling_chairs
from grants.services import conflicts
from grants.services.ballot_opening import open_ballot, prepare_ballot
from grants.services.ballots import cast_vote, close_ballot, expire_ballot, withdraw_ballot
from grants.services.meetings import (
    close_meeting,
    note_attendance,
    open_meeting,
    plan_meeting,
    reopen_meeting,
)
from scsc.accounts.models import User
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import WORDS, roundtable
from tests.grants.panels import panel_round, put_to_panel

PEOPLE = 5
LATER = timedelta(days=3)
SHARES = {
    "half": Fraction(1, 2),
    "two_thirds": Fraction(2, 3),
    "three_quarters": Fraction(3, 4),
    "all": Fraction(1),
}
person = st.integers(0, PEOPLE - 1)
choices = st.sampled_from(list(Vote.Choice.values))
# Rare steps, so that what they end has had the time to happen.
one_in_three = st.sampled_from([False, False, True])


@dataclass
class Known:
    """What the test itself remembers of a ballot, without asking the product."""

    ballot: Ballot
    rules: tuple[str, int, str]
    in_meeting: bool
    state: str = "prepared"
    roll: set[int] = field(default_factory=set)
    votes: dict[int, str] = field(default_factory=dict)
    outcome: str = ""


def enough(share: str, part: int, whole: int) -> bool:
    """Whether a part is the share of a whole that a rule names."""
    if share == "majority":
        return part * 2 > whole
    return Fraction(part) >= SHARES[share] * whole


class Ballots(RuleBasedStateMachine):
    """Members come and go, declare, attend, vote and vote again, while ballots open, close and open anew."""

    cast: ClassVar[Cast]
    application: ClassVar[Application]
    body: ClassVar[Body]
    people: ClassVar[list[User]]
    # What was counted in all the runs together: a machine that counts nothing proves nothing.
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.members: set[int] = set(range(PEOPLE))
        self.stance: dict[int, str] = {}
        self.here: set[int] = set()
        self.meeting: Meeting | None = None
        self.in_session = False
        self.known: Known | None = None
        self.settled: list[Known] = []

    def teardown(self) -> None:
        """What is still open is counted in the end, whatever was done to it."""
        try:
            if self.known is not None and self.known.state == "open":
                self.count(by_clock=True)
        finally:
            transaction.savepoint_rollback(self.savepoint)

    @initialize(
        quorum=st.sampled_from(list(Quorum.values)),
        least=st.integers(1, 3),
        threshold=st.sampled_from(list(Threshold.values)),
        meets=st.booleans(),
        undeclared=st.sampled_from([0, 0, 1, 2]),
        stepping_out=st.sampled_from([0, 1, 1, 2]),
        leaves=st.booleans(),
        regrets=st.sampled_from([False, False, False, True]),
        first=st.lists(choices, min_size=1, max_size=PEOPLE),
    )
    def begin(
        self,
        quorum: str,
        least: int,
        threshold: str,
        meets: bool,
        undeclared: int,
        stepping_out: int,
        leaves: bool,
        regrets: bool,
        first: list[str],
    ) -> None:
        """The rules of the body, a meeting that some come to, and those who declared and voted early."""
        rules = {"quorum": quorum, "quorum_least": least, "threshold": threshold}
        Body.objects.filter(pk=self.body.pk).update(**rules)
        self.body_rules = (quorum, least, threshold)
        self.body.refresh_from_db()
        self.body.program = self.cast.program
        if meets:
            at = timezone.now()
            self.meeting = plan_meeting(self.body, title="April", starts_at=at, actor=self.cast.officer)
            self.turn_the_meeting()
        for who in range(PEOPLE - undeclared):
            self.declare_none(who)
            self.come_or_go(who)
        for who in range(1, 1 + stepping_out):
            self.step_out(who, "actual", sure=True)
        self.prepare(in_meeting=meets)
        self.open()
        for who, choice in enumerate(first):
            self.vote(who, choice)
        self.step_out(0, "perceived", sure=regrets)
        self.leave(PEOPLE - 1, sure=leaves)

    # What members do.

    @rule(who=person)
    def declare_none(self, who: int) -> None:
        if who in self.stance or who not in self.members:
            return
        conflicts.declare(self.fresh(), kind="none", statement="", actor=self.user(who))
        self.stance[who] = "clear"

    @rule(who=person, kind=st.sampled_from(["perceived", "actual"]), sure=one_in_three)
    def step_out(self, who: int, kind: str, sure: bool) -> None:
        """Also after having voted: then the ballot is void before the declaration stands."""
        before = self.stance.get(who)
        if not sure or who not in self.members or before == "out":
            return
        if before == "waiting" and kind == "perceived":
            return
        application = self.fresh()
        try:
            conflicts.declare(application, kind=kind, statement="A cousin works there.", actor=self.user(who))
        except PermissionDenied:
            assert before == "waiting", "only what waits for a ruling is out of reach"
            return
        self.stance[who] = {"perceived": "waiting", "actual": "out"}[kind]
        for known in [*self.settled, *([self.known] if self.known else [])]:
            if who in known.votes and known.state in {"open", "closed"}:
                known.state = "void"
                self.seen["void"] += 1
        self.drop_void()

    @precondition(lambda self: "waiting" in self.stance.values())
    @rule(may=st.booleans())
    def chair_rules(self, may: bool) -> None:
        who = next(who for who, stance in self.stance.items() if stance == "waiting")
        declaration = Declaration.objects.get(user=self.user(who), application=self.application)
        declaration.program = declaration.application.program = self.cast.program
        chairs = ruling_chairs(declaration)
        ruler = chairs[0] if chairs else self.cast.manager
        conflicts.rule(declaration, may_take_part=may, reason="It is long ago.", actor=ruler)
        self.stance[who] = "clear" if may else "out"

    @rule(who=person, choice=choices)
    def vote(self, who: int, choice: str) -> None:
        """Whether the product takes a vote is what the test thinks of it; a second one never changes it."""
        if self.known is None or self.known.state == "prepared":
            return
        known = self.known
        try:
            cast_vote(self.again(known), choice=choice, reason=WORDS[choice], actor=self.user(who))
        except (DomainError, PermissionDenied):
            assert not self.may_vote(known, who) or known.votes.get(who, choice) != choice
        else:
            assert self.may_vote(known, who) or known.votes[who] == choice
            known.votes.setdefault(who, choice)
            assert known.votes[who] == choice

    @rule(chosen=st.lists(choices, min_size=PEOPLE, max_size=PEOPLE))
    def everybody_tries_to_vote(self, chosen: list[str]) -> None:
        for who, choice in enumerate(chosen):
            self.vote(who, choice)

    @precondition(lambda self: self.known is not None and self.known.state == "open")
    @rule(who=person)
    def vote_too_late(self, who: int) -> None:
        assert self.known is not None
        ballot = self.again(self.known)
        if ballot.closes_at is None or who in self.known.votes:
            return
        with pytest.raises((DomainError, PermissionDenied)):
            cast_vote(ballot, choice="abstain", actor=self.user(who), now=ballot.closes_at)

    @precondition(lambda self: self.known is not None)
    @rule(who=person, choice=choices)
    def force_a_vote(self, who: int, choice: str) -> None:
        """Past every service the database takes only what may be, and never a second one."""
        assert self.known is not None
        known = self.known
        stands = self.stance.get(who) == "clear" and (not known.in_meeting or who in self.here)
        if stands and known.state == "open" and who in known.roll and who not in known.votes:
            return
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(
                program=self.cast.program,
                ballot=known.ballot,
                user=self.user(who),
                choice=choice,
                reason="By force.",
                cast_at=timezone.now(),
            )

    @rule(who=person)
    def come_or_go(self, who: int) -> None:
        """Attendance of the meeting; whoever voted in it stays noted as present."""
        if self.meeting is None:
            return
        status = "absent" if who in self.here else "present"
        try:
            note_attendance(self.meeting, statuses={self.user(who).pk: status}, actor=self.cast.officer)
        except DomainError:
            assert any(who in known.votes for known in self.everything())
            return
        row = Attendance.objects.filter(meeting=self.meeting, user=self.user(who)).first()
        if row is None:
            return
        self.here = self.here | {who} if row.status == "present" else self.here - {who}

    # Membership changes. The chair stays, so that somebody can rule.

    @rule(who=st.integers(1, PEOPLE - 1), sure=one_in_three)
    def leave(self, who: int, sure: bool) -> None:
        if sure and who in self.members:
            yesterday = timezone.now().date() - timedelta(days=2)
            BodyMember.objects.filter(body=self.body, user=self.user(who)).update(
                ends_on=yesterday, starts_on=yesterday
            )
            self.members.discard(who)

    @rule(who=st.integers(1, PEOPLE - 1))
    def join(self, who: int) -> None:
        """A new term. On the roll of a ballot that is open it puts nobody."""
        if who not in self.members:
            BodyMember.objects.filter(body=self.body, user=self.user(who)).update(ends_on=None)
            self.members.add(who)

    # Meetings and ballots.

    @precondition(lambda self: self.meeting is not None)
    @rule()
    def turn_the_meeting(self) -> None:
        """Open, closed, open again: what was counted stays."""
        assert self.meeting is not None
        officer, state = self.cast.officer, Meeting.objects.get(pk=self.meeting.pk).state
        if state == "planned":
            open_meeting(self.meeting, actor=officer)
        elif state == "closed":
            reopen_meeting(self.meeting, reason="One more item.", actor=officer)
        else:
            voting = self.known is not None and self.known.in_meeting and self.known.state == "open"
            try:
                close_meeting(self.meeting, actor=officer)
            except DomainError:
                assert voting
                return
            assert not voting
        self.in_session = Meeting.objects.get(pk=self.meeting.pk).state == "open"

    @precondition(lambda self: self.known is None)
    @rule(in_meeting=st.booleans())
    def prepare(self, in_meeting: bool) -> None:
        if any(known.state == "closed" and known.outcome == "endorsed" for known in self.settled):
            with pytest.raises(DomainError, match="endorsement that holds"):
                self.prepared(None)
            return
        meeting = self.meeting if in_meeting and self.in_session else None
        self.known = Known(self.prepared(meeting), self.body_rules, meeting is not None)

    @precondition(lambda self: self.known is not None and self.known.state == "prepared")
    @rule()
    def open(self) -> None:
        assert self.known is not None
        known = self.known
        out = {who for who in self.members if self.stance.get(who) in {"waiting", "out"}}
        able = len(self.members - out)
        possible = able >= self.needed(known, able) and (not known.in_meeting or self.in_session)
        try:
            open_ballot(self.again(known), actor=self.cast.officer)
        except DomainError:
            assert not possible
            return
        assert possible
        known.state, known.roll = "open", set(self.members)

    @precondition(lambda self: self.known is not None and self.known.state == "open")
    @rule(by_clock=st.booleans(), sure=one_in_three)
    def close(self, by_clock: bool, sure: bool) -> None:
        if sure:
            self.count(by_clock=by_clock)

    def count(self, *, by_clock: bool) -> None:
        """Close the ballot by hand or by the clock, and count it again here."""
        assert self.known is not None
        known, ballot = self.known, self.again(self.known)
        if by_clock and ballot.closes_at is not None:
            closed = expire_ballot(ballot, now=ballot.closes_at)
        else:
            try:
                closed = close_ballot(ballot, actor=self.cast.officer)
            except DomainError:
                assert not known.in_meeting
                assert known.votes.keys() < self.eligible(known)
                return
        known.state, known.outcome = "closed", closed.outcome
        self.recount(known, closed)
        self.seen[closed.outcome] += 1
        self.seen["recused"] += bool(closed.result["recused"] and known.votes)
        self.seen["left"] += bool(closed.result["left"] and known.votes)
        self.seen["in meeting"] += known.in_meeting
        self.settled.append(known)
        self.known = None

    @precondition(lambda self: self.known is not None and self.known.state in {"prepared", "open"})
    @rule(sure=one_in_three)
    def withdraw(self, sure: bool) -> None:
        assert self.known is not None
        if not sure:
            return
        withdraw_ballot(self.again(self.known), reason="Wrong papers.", actor=self.cast.officer)
        self.known.state = "void"
        self.drop_void()

    # What must always hold.

    @invariant()
    def states_and_votes_are_what_was_done(self) -> None:
        for known in self.everything():
            row = Ballot.objects.get(pk=known.ballot.pk)
            assert row.state == known.state
            cast = {self.place(vote.user_id): vote.choice for vote in row.votes.all()}
            assert cast == known.votes
            assert {self.place(one.user_id) for one in row.voters.all()} == known.roll
            if row.state == "closed":
                assert row.outcome == known.outcome

    @invariant()
    def no_vote_that_counts_has_a_conflict(self) -> None:
        for known in self.everything():
            if known.state in {"open", "closed"}:
                assert all(self.stance.get(who) == "clear" for who in known.votes)

    # The recount, from what the test remembers alone.

    def recount(self, known: Known, closed: Ballot) -> None:
        share, least, threshold = known.rules
        able, votes = self.eligible(known), list(known.votes.values())
        for_, against = votes.count("endorse"), votes.count("not_endorse")
        quorate = len(votes) >= least and enough(share, len(votes), len(able))
        carried = for_ > 0 and enough(threshold, for_, for_ + against)
        expected = ("endorsed" if carried else "not_endorsed") if quorate else "lapsed"
        out = {who for who in known.roll if self.stance.get(who) in {"waiting", "out"}}
        assert closed.outcome == closed.result["outcome"] == expected
        assert closed.result["eligible"] == len(able)
        assert closed.result["recused"] == len(out)
        assert closed.result["voted"] == len(votes)
        assert (closed.result["for_"], closed.result["against"]) == (for_, against)
        assert closed.result["abstained"] == votes.count("abstain")
        assert closed.result["left"] == len(known.roll) - len(out) - len(able)

    def eligible(self, known: Known) -> set[int]:
        """On the roll, not stepped out, and still a member or has voted."""
        able = {who for who in known.roll if self.stance.get(who) not in {"waiting", "out"}}
        return {who for who in able if who in self.members or who in known.votes}

    def needed(self, known: Known, able: int) -> int:
        share, least, _ = known.rules
        return next(n for n in range(least, 99) if enough(share, n, able))

    def may_vote(self, known: Known, who: int) -> bool:
        return (
            known.state == "open"
            and who in known.roll
            and who in self.members
            and self.stance.get(who) == "clear"
            and (not known.in_meeting or who in self.here)
        )

    def prepared(self, meeting: Meeting | None) -> Ballot:
        ends = None if meeting else timezone.now() + LATER
        return prepare_ballot(
            self.fresh(), body=self.body, meeting=meeting, closes_at=ends, actor=self.cast.officer
        )

    def drop_void(self) -> None:
        if self.known is not None and self.known.state == "void":
            self.settled.append(self.known)
            self.known = None

    def everything(self) -> list[Known]:
        return [*self.settled, *([self.known] if self.known else [])]

    def fresh(self) -> Application:
        found = Application.objects.select_related("round", "organisation").get(pk=self.application.pk)
        found.program = self.cast.program
        return found

    def again(self, known: Known) -> Ballot:
        ballot = Ballot.objects.select_related("body", "meeting").get(pk=known.ballot.pk)
        ballot.application = self.fresh()
        ballot.program = ballot.body.program = self.cast.program
        return ballot

    def user(self, who: int) -> User:
        return self.people[who]

    def place(self, pk: int) -> int:
        return next(place for place, user in enumerate(self.people) if user.pk == pk)


def test_a_ballot_always_equals_an_independent_recount(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = panel_round(cast)
        # The member of the cast has no part in it: everybody in the body is one of the machine's people.
        BodyMember.objects.filter(user=cast.roundtable).update(ends_on=timezone.now().date() - timedelta(1))
        body, people = roundtable(cast, PEOPLE)
        Ballots.cast, Ballots.body, Ballots.people = cast, body, people
        Ballots.application = put_to_panel(cast, round_)
        run_machine(
            Ballots,
            settings=settings(
                max_examples=50,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    for wanted in (*Ballot.Outcome.values, "recused", "left", "in meeting", "void"):
        assert Ballots.seen[wanted], f"never met: {wanted}"


def test_the_recount_of_the_test_itself_is_right() -> None:
    """The oracle against numbers worked by hand."""
    assert enough("majority", 3, 5)
    assert not enough("majority", 2, 4)
    assert enough("half", 2, 4)
    assert enough("two_thirds", 4, 6)
    assert not enough("two_thirds", 3, 5)
    assert enough("three_quarters", 3, 4)
    assert not enough("all", 4, 5)
