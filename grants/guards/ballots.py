"""Guards of meetings and ballots."""

from django.utils import timezone

from grants.engine.count import least_of
from grants.models import Ballot, BodyMember, ChangeRequest, Meeting
from grants.queries.ballots import recused, roll, turnout_of
from grants.queries.panels import current_members, panel_day
from grants.states import ApplicationState, BallotState, ChangeRequestState, MeetingState


def meeting_has_chair(meeting: Meeting) -> str | None:
    """The body has a chair, who can lead it and approve its minutes."""
    members = current_members(meeting.body, on=panel_day(meeting.program))
    if any(member.role == BodyMember.Role.CHAIR for member in members):
        return None
    return f"The {meeting.body} has no chair now. Ask a program manager to name one."


def no_ballot_of_meeting_open(meeting: Meeting) -> str | None:
    """A meeting ends after its ballots."""
    open_ = Ballot.objects.filter(meeting=meeting, state=BallotState.OPEN).count()
    if not open_:
        return None
    things = "A ballot is" if open_ == 1 else f"{open_} ballots are"
    return f"{things} still open. Close and count first."


def minutes_written(meeting: Meeting) -> str | None:
    """There is something to approve: who came is noted, and something was written."""
    if not meeting.attendance.exists():
        return "Nobody is noted as present or absent. Note who came first."
    if not meeting.minutes.strip() and not meeting.items.exclude(note="").exists():
        return "The minutes are empty. Write down what happened first."
    return None


def ballot_can_open(ballot: Ballot) -> str | None:
    """What is voted on stands still, the time is right, and a quorum is possible."""
    if ballot.application.state != ApplicationState.ACCEPTED:
        word = ApplicationState(ballot.application.state).label.lower()
        return f"Application {ballot.application} is {word}, so there is nothing to vote on."
    asked = ChangeRequest.objects.filter(application=ballot.application_id, state=ChangeRequestState.OPEN)
    if asked.exists():
        return "The team is still asked to change answers. Wait for them, or cancel that request first."
    return _no_time(ballot) or _no_quorum(ballot)


def ballot_can_close(ballot: Ballot) -> str | None:
    """One in a meeting whenever the meeting says so; by circulation at its end, or when all have voted."""
    if ballot.closes_at is None or ballot.closes_at <= timezone.now():
        return None
    turnout = turnout_of(ballot)
    if turnout.voted >= turnout.eligible:
        return None
    return "Members can still vote. It closes by itself at its end, or here once all who may have voted."


def _no_time(ballot: Ballot) -> str | None:
    if ballot.meeting is not None:
        in_session = ballot.meeting.state == MeetingState.OPEN
        return None if in_session else f"{ballot.meeting} is not in session. Open the meeting first."
    if ballot.closes_at is None or ballot.closes_at <= timezone.now():
        return "Its closing moment has passed. Withdraw it and prepare another one."
    return None


def _no_quorum(ballot: Ballot) -> str | None:
    eligible = len(roll(ballot) - recused(ballot))
    needed = max(ballot.quorum_least, least_of(ballot.quorum, eligible))
    if eligible >= needed:
        return None
    people = "Nobody" if not eligible else f"{eligible} of its members"
    return f"{people} could vote, and a quorum is {needed}. Others stepped out, or have no term now."
