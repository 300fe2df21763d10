"""What the tests of ballots share: a Roundtable with its members, a ballot on an application, its votes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from grants.models import (
    Application,
    Attendance,
    Ballot,
    Body,
    BodyMember,
    ChangeRequest,
    Declaration,
    Meeting,
    Vote,
)
from grants.services.ballot_opening import open_ballot, prepare_ballot
from grants.services.ballots import cast_vote, close_ballot
from grants.states import BallotState, DeclarationState
from scsc.accounts.models import User
from scsc.programs.roles import Role
from tests.factories import Cast, member
from tests.grants.bodies import add_member, body_of
from tests.grants.panels import panel_round, put_to_panel


@dataclass(frozen=True)
class Voting:
    """An application of a round that asks the Roundtable, whose members have all declared."""

    cast: Cast
    application: Application
    body: Body
    people: list[User]

    def opened(self, **fields: Any) -> Ballot:
        return opened(self.cast, self.application, self.body, **fields)

    def endorsed(self, **fields: Any) -> Ballot:
        ballot = self.opened(**fields)
        all_vote(ballot, self.people)
        return close_ballot(ballot, actor=self.cast.officer)

    def fresh(self) -> Application:
        """The application as it stands now, loaded anew."""
        found = Application.objects.select_related("organisation", "round").get(pk=self.application.pk)
        found.program = self.cast.program
        return found


def voting(cast: Cast) -> Voting:
    application, body, people = put_to_roundtable(cast)
    clear(application, *people)
    return Voting(cast, application, body, people)


WORDS = {"endorse": "", "not_endorse": "It reaches too few.", "abstain": ""}


def roundtable(cast: Cast, size: int = 3, **rules: Any) -> tuple[Body, list[User]]:
    """The Roundtable with so many voting members, the first of them its chair."""
    body = body_of(cast.program, Body.Kind.ROUNDTABLE, by=cast.manager, **rules)
    body.program = cast.program
    people = [newcomer(cast, body, role="chair" if not number else "member") for number in range(size)]
    return body, people


def put_to_roundtable(cast: Cast, size: int = 3, **rules: Any) -> tuple[Application, Body, list[User]]:
    """An application of a round that asks the Roundtable, whose members are these people alone."""
    round_ = panel_round(cast)
    BodyMember.objects.filter(user=cast.roundtable).delete()
    body, people = roundtable(cast, size, **rules)
    Body.objects.filter(pk=body.pk).update(**rules)
    body.refresh_from_db()
    body.program = cast.program
    return put_to_panel(cast, round_), body, people


def another(cast: Cast, application: Application) -> Application:
    """A second application of the same organisation to the same round."""
    return put_to_panel(cast, application.round, organisation=application.organisation)


def newcomer(cast: Cast, body: Body, *, role: str = BodyMember.Role.MEMBER, **fields: Any) -> User:
    """One more person in the Roundtable."""
    person = member(cast.program, Role.ROUNDTABLE)
    add_member(body, person, by=cast.manager, role=role, **fields)
    return person


def clear(application: Application, *people: User) -> None:
    """Each of them has declared that there is no conflict."""
    for person in people:
        Declaration.objects.create(
            program=application.program,
            application=application,
            user=person,
            kind="none",
            state=DeclarationState.CLEAR,
            declared_at=timezone.now(),
        )


def meeting_of(cast: Cast, body: Body, *, state: str = "open", **fields: Any) -> Meeting:
    values = {"title": "Meeting of April", "starts_at": timezone.now(), "created_by": cast.officer} | fields
    return Meeting.objects.create(program=cast.program, body=body, state=state, **values)


def present(meeting: Meeting, *people: User, by: User) -> None:
    for person in people:
        Attendance.objects.create(
            program=meeting.program, meeting=meeting, user=person, status="present", noted_by=by
        )


def prepared(cast: Cast, application: Application, body: Body, **fields: Any) -> Ballot:
    values: dict[str, Any] = {"actor": cast.officer, "closes_at": timezone.now() + timedelta(days=3)} | fields
    return prepare_ballot(application, body=body, **values)


def opened(cast: Cast, application: Application, body: Body, **fields: Any) -> Ballot:
    """A ballot by circulation that is open, unless a meeting is given."""
    return open_ballot(prepared(cast, application, body, **fields), actor=cast.officer)


def vote(ballot: Ballot, person: User, choice: str = "endorse", **fields: Any) -> Vote:
    values: dict[str, Any] = {"choice": choice, "reason": WORDS[choice], "actor": person} | fields
    return cast_vote(ballot, **values)


def all_vote(ballot: Ballot, people: Iterable[User], choice: str = "endorse") -> None:
    for person in people:
        vote(ballot, person, choice)


def after_its_end(ballot: Ballot) -> Any:
    """The first moment at which a ballot by circulation is over."""
    assert ballot.closes_at is not None
    return ballot.closes_at


def brought_to(ballot: Ballot, state: str, **fields: Any) -> Ballot:
    """A ballot moved on without its service, in the steps that the database allows."""
    steps = [BallotState.OPEN, BallotState.CLOSED, BallotState.VOID]
    rows = Ballot.objects.filter(pk=ballot.pk)
    if state != BallotState.PREPARED:
        opening = {"opened_at": timezone.now(), "closes_at": None} | fields
        names = ("opened_at", "closes_at", "basis", "conditions")
        rows.update(**{name: opening[name] for name in names if name in opening}, state=steps[0])
    if state in steps[1:] and fields.get("outcome", "endorsed"):
        outcome = fields.get("outcome", "endorsed")
        votes = Vote.objects.filter(ballot=ballot)
        result = {
            "outcome": outcome,
            "voted": votes.count(),
            "for_": votes.filter(choice="endorse").count(),
        }
        moment = fields.get("closed_at", timezone.now())
        rows.update(state=steps[1], outcome=outcome, closed_at=moment, result=result)
    if state == BallotState.VOID:
        rows.update(state=state, void_reason=fields.get("void_reason", ""))
    ballot.refresh_from_db()
    return ballot


def ask(world: Voting, *fields: str) -> ChangeRequest:
    """Staff ask the team to change these answers."""
    return ChangeRequest.objects.create(
        program=world.cast.program,
        application=world.application,
        fields=list(fields or ["plan"]),
        reason="Say more.",
        due_at=timezone.now() + timedelta(days=2),
        requested_by=world.cast.officer,
    )
