"""Meetings of a body: planned, held, and their record. Once the minutes are approved nothing changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import AgendaItem, Attendance, Ballot, BallotVoter, Body, Meeting, Vote
from grants.permissions import can_approve_minutes, can_plan_meetings, can_run_meeting
from grants.queries.panels import current_members
from grants.services.holding import allow
from grants.states import BallotState, MeetingState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.clock import day_of

ONLY_RUNNERS = "The chair and the secretary of the body do this, and program staff."
VOTED = "{} has voted in this meeting, so they are noted as present."
SETTLED = frozenset({MeetingState.APPROVED, MeetingState.CANCELLED})


@transaction.atomic
def plan_meeting(body: Body, *, title: str, starts_at: datetime, place: str = "", actor: User) -> Meeting:
    """Plan a meeting. Raises ValidationError by field, PermissionDenied for those who do not run the body."""
    allow(can_plan_meetings(actor, body), ONLY_RUNNERS)
    meeting = Meeting.objects.create(
        program=body.program,
        body=body,
        title=_title(title),
        starts_at=starts_at,
        place=place.strip(),
        created_by=actor,
    )
    record(meeting, "plan", actor=actor, after={"title": meeting.title, "starts_at": starts_at})
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting, *, title: str, starts_at: datetime, place: str = "", actor: User
) -> Meeting:
    """Correct when and where it is. Raises DomainError once the minutes are approved."""
    held = hold_meeting(meeting, actor=actor)
    before = {"title": held.title, "starts_at": held.starts_at, "place": held.place}
    held.title, held.starts_at, held.place = _title(title), starts_at, place.strip()
    held.save(update_fields=["title", "starts_at", "place"])
    after = {"title": held.title, "starts_at": held.starts_at, "place": held.place}
    record(held, "change", actor=actor, before=before, after=after)
    return held


@transaction.atomic
def note_attendance(meeting: Meeting, *, statuses: Mapping[int, str], actor: User) -> Meeting:
    """Note who came, by key of the person; an empty status takes back what was noted.

    For members on the day of the meeting, and people on the roll of its ballots. Raises DomainError for
    somebody who voted in the meeting and would not have been there.
    """
    held = hold_meeting(meeting, actor=actor)
    known = {row.user_id: row for row in Attendance.objects.filter(meeting=held).select_related("user")}
    may_come = people_of(held)
    before, after = {}, {}
    for pk, status in statuses.items():
        row = known.get(pk)
        if pk not in may_come or (row.status if row else "") == status:
            continue
        if status and status not in Attendance.Status.values:
            raise ValidationError("Choose whether each person was present.")
        before[str(may_come[pk])], after[str(may_come[pk])] = row.status if row else "", status
        _note(held, row, may_come[pk], status, actor=actor)
    if after:
        record(held, "note_attendance", actor=actor, before=before, after=after)
    return held


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, minutes: str, notes: Mapping[int, str] | None = None, actor: User
) -> Meeting:
    """Write the minutes: of the whole, and by key of the item of each. Only what changed is recorded."""
    held = hold_meeting(meeting, actor=actor)
    notes = notes or {}
    items = {item.pk: item for item in AgendaItem.objects.filter(meeting=held, pk__in=notes)}
    for pk, item in items.items():
        if item.note != (note := notes[pk].strip()):
            before, item.note, item.program = item.note, note, held.program
            item.save(update_fields=["note"])
            record(item, "note", actor=actor, before={"note": before}, after={"note": note})
    if held.minutes != (words := minutes.strip()):
        before, held.minutes = held.minutes, words
        held.save(update_fields=["minutes"])
        record(held, "write_minutes", actor=actor, before={"minutes": before}, after={"minutes": words})
    return held


@transaction.atomic
def open_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """Begin it. Its ballots can open from now on."""
    return _step(meeting, "open", actor=actor)


@transaction.atomic
def close_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """End it. Raises DomainError while a ballot of it is open."""
    return _step(meeting, "close", actor=actor)


@transaction.atomic
def reopen_meeting(meeting: Meeting, *, reason: str, actor: User) -> Meeting:
    """Go on with a meeting that was closed: what was counted in it stays as it was counted."""
    return _step(meeting, "reopen", actor=actor, reason=reason)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, actor: User) -> Meeting:
    """Call it off. Its prepared ballots are void, and can be prepared again for another day."""
    cancelled = _step(meeting, "cancel", actor=actor, reason=reason)
    waiting = Ballot.objects.filter(meeting=cancelled, state=BallotState.PREPARED)
    for ballot in waiting.select_related("application").order_by("application", "pk"):
        why = f"The meeting was cancelled: {reason.strip()}"
        transition(ballot, "void", actor=None, reason=why, also={"void_reason": why})
    return cancelled


@transaction.atomic
def approve_minutes(meeting: Meeting, *, actor: User) -> Meeting:
    """Approve the minutes as they are; they never change again. A chair of the body does this."""
    allow(can_approve_minutes(actor, meeting), "A chair of the body approves its minutes.")
    now = timezone.now()
    also = {"approved_by_id": actor.pk, "approved_at": now}
    Meeting.objects.select_for_update(no_key=True).only("pk").get(pk=meeting.pk)
    done = transition(meeting, "approve_minutes", actor=actor, also=also)
    return done


def hold_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """The meeting as it stands now, for somebody who runs it and while its record can still be written."""
    allow(can_run_meeting(actor, meeting), ONLY_RUNNERS)
    fresh = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
    fresh.program, fresh.body = meeting.program, meeting.body
    if fresh.state in SETTLED:
        word = MeetingState(fresh.state).label.lower()
        raise DomainError(f"The record of this meeting cannot change any more: {word}.")
    return fresh


def people_of(meeting: Meeting) -> dict[int, User]:
    """Who may have come: members on the day, the secretary too, and who is on the roll of its ballots."""
    day = day_of(meeting.program, meeting.starts_at)
    members = {row.user_id: row.user for row in current_members(meeting.body, on=day, voting=False)}
    rows = BallotVoter.objects.filter(ballot__meeting=meeting).select_related("user")
    return members | {row.user_id: row.user for row in rows}


def _note(meeting: Meeting, row: Attendance | None, user: User, status: str, *, actor: User) -> None:
    if status != Attendance.Status.PRESENT and row is not None:
        if Vote.objects.filter(ballot__meeting=meeting, user=user).exists():
            raise DomainError(VOTED.format(user))
        if not status:
            row.delete()
            return
    if not status:
        return
    row = row or Attendance(program=meeting.program, meeting=meeting, user=user)
    row.status, row.noted_by = status, actor
    row.save()


def _step(meeting: Meeting, action: str, *, actor: User, reason: str = "") -> Meeting:
    done: Any = transition(meeting, action, actor=actor, reason=reason)
    done.body = meeting.body
    return done  # type: ignore[no-any-return]


def _title(title: str) -> str:
    words = " ".join(title.split())
    if not words:
        raise ValidationError({"title": "Give the meeting a name, such as “Meeting of 14 April”."})
    return words[:150]
