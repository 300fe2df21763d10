"""Who may run meetings and ballots, and who votes. Plain predicates."""

from django.utils import timezone

from grants.models import Ballot, Body, Meeting
from grants.permissions.panels import is_chair, is_member, runs_body
from grants.queries.ballots import is_present, own_vote, roll
from grants.queries.conflicts import has_tie
from grants.queries.panels import terms_of
from grants.queries.sight import has_sight
from grants.states import BallotState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role


def can_list_meetings(user: User, program: Program) -> bool:
    """Staff, auditors and the members of bodies have a list of meetings and ballots: what they may see."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR, Role.ROUNDTABLE, Role.ADVISORY)


def can_view_meeting(user: User, meeting: Meeting) -> bool:
    """Staff, auditors, and who is in the body now, the secretary included."""
    if has_role(user, meeting.program, Role.MANAGER, Role.OFFICER, Role.AUDITOR):
        return True
    return terms_of(user, meeting.program).filter(body=meeting.body_id).exists()


def can_plan_meetings(user: User, body: Body) -> bool:
    """The chair and the secretary of a body, and program staff."""
    return runs_body(user, body)


def can_run_meeting(user: User, meeting: Meeting) -> bool:
    """The same people open and close it, note who came, and write its minutes."""
    return runs_body(user, meeting.body)


def can_approve_minutes(user: User, meeting: Meeting) -> bool:
    """Only a chair of the body, whoever wrote them."""
    return is_chair(user, meeting.body)


def can_run_ballot(user: User, ballot: Ballot) -> bool:
    """Who runs the body, has sight of the application, and no tie to it."""
    if not runs_body(user, ballot.body) or has_tie(user, ballot.application):
        return False
    return has_sight(user, ballot.application)


def can_vote(user: User, ballot: Ballot) -> bool:
    """On the roll, in a voting term, with sight by a clear declaration, there if it is in a meeting; once."""
    now = timezone.now()
    if ballot.state != BallotState.OPEN or (ballot.closes_at is not None and now >= ballot.closes_at):
        return False
    if user.pk not in roll(ballot) or not is_member(user, ballot.body, on=day_of(ballot.program, now)):
        return False
    if not has_sight(user, ballot.application) or not is_present(ballot, user):
        return False
    return own_vote(ballot, user) is None and _has_declared(user, ballot)


def _has_declared(user: User, ballot: Ballot) -> bool:
    return ballot.application.declarations.filter(user=user, state="clear").exists()
