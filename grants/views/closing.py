"""When writing ends, in the words of a page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from grants.queries.writing import Draft
from grants.timing import closing_of, grace_end_of, may_write
from scsc.ui.moments import moment, relative, zone_words

# From then on the end is announced as a warning.
NEAR = timedelta(hours=24)


@dataclass(frozen=True)
class Closing:
    """The card about the end: its heading, the moment in words, and whether writing is still possible."""

    heading: str
    words: str
    note: str
    at: datetime
    is_open: bool
    tone: str


def closing_for(draft: Draft, now: datetime) -> Closing:
    """How long there is, for a draft or for the changes that staff wait for."""
    zone = draft.application.round.timezone
    if draft.change:
        due = draft.change.due_at
        heading = f"Changes are due {relative(due, now)}" if due > now else "Changes are overdue"
        return Closing(heading, _words(due, zone), "Send them by then.", due, True, _tone(due, now))
    end, last = closing_of(draft.application), grace_end_of(draft.application)
    if now < end:
        note = "What you have typed by then is kept."
        return Closing(f"Closes {relative(end, now)}", _words(end, zone), note, end, True, _tone(end, now))
    if may_write(draft.application, now):
        note = f"You may finish and submit what you have begun until {moment(last, zone)}."
        return Closing("Closed: finish now", _words(end, zone), note, last, True, "bad")
    return Closing("Closed", _words(end, zone), "", end, False, "idle")


def closing_words_of(draft: Draft, now: datetime) -> str:
    """The heading of the card, for a page that stays open."""
    return closing_for(draft, now).heading


def _words(at: datetime, zone: str) -> str:
    return f"{moment(at, zone)} ({zone_words(zone).removesuffix(' time')})"


def _tone(end: datetime, now: datetime) -> str:
    return "warn" if end - now < NEAR else ""
