"""The lives of what a panel does: declarations, meetings, ballots."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class DeclarationState(TextChoices):
    CLEAR = "clear", "May take part"
    WAITING = "waiting", "Waiting for the chair"
    OUT = "out", "Steps out"


DECLARATION = Life(
    app="grants",
    noun="declaration",
    states=DeclarationState,
    table={
        # A member, or what the system finds, can always take sight away; only the chair gives it back.
        (DeclarationState.CLEAR, "question"): Transition(
            DeclarationState.WAITING, "can_declare", label="Declare a perceived conflict", done="questioned"
        ),
        (DeclarationState.CLEAR, "step_out"): Transition(
            DeclarationState.OUT, "can_declare", label="Step out", done="stepped out by"
        ),
        (DeclarationState.WAITING, "step_out"): Transition(
            DeclarationState.OUT, "can_declare", label="Step out", done="stepped out by"
        ),
        (DeclarationState.CLEAR, "find"): Transition(
            DeclarationState.WAITING, label="Find", done="found a possible conflict in"
        ),
        (DeclarationState.CLEAR, "exclude"): Transition(
            DeclarationState.OUT, label="Exclude", done="found a conflict in"
        ),
        (DeclarationState.WAITING, "exclude"): Transition(
            DeclarationState.OUT, label="Exclude", done="found a conflict in"
        ),
        (DeclarationState.WAITING, "rule_in"): Transition(
            DeclarationState.CLEAR,
            "can_rule_on_conflict",
            "only_perceived",
            "May take part",
            "let take part, by a ruling on the",
            needs_reason=True,
        ),
        (DeclarationState.WAITING, "rule_out"): Transition(
            DeclarationState.OUT,
            "can_rule_on_conflict",
            label="Must step out",
            done="ruled out, by a ruling on the",
            needs_reason=True,
        ),
        (DeclarationState.OUT, "look_again"): Transition(
            DeclarationState.WAITING,
            "can_rule_on_conflict",
            "only_perceived",
            "Look at it again",
            "will look again at the",
            needs_reason=True,
        ),
    },
)


class MeetingState(TextChoices):
    PLANNED = "planned", "Planned"
    OPEN = "open", "In session"
    CLOSED = "closed", "Closed"
    APPROVED = "approved", "Minutes approved"
    CANCELLED = "cancelled", "Cancelled"


MEETING = Life(
    app="grants",
    noun="meeting",
    states=MeetingState,
    table={
        (MeetingState.PLANNED, "open"): Transition(
            MeetingState.OPEN, "can_run_meeting", "meeting_has_chair", "Open the meeting", "opened"
        ),
        (MeetingState.PLANNED, "cancel"): Transition(
            MeetingState.CANCELLED,
            "can_run_meeting",
            "no_ballot_of_meeting_open",
            "Cancel",
            "cancelled",
            needs_reason=True,
        ),
        (MeetingState.OPEN, "close"): Transition(
            MeetingState.CLOSED, "can_run_meeting", "no_ballot_of_meeting_open", "Close the meeting", "closed"
        ),
        (MeetingState.CLOSED, "reopen"): Transition(
            MeetingState.OPEN,
            "can_run_meeting",
            label="Open it again",
            done="opened again",
            needs_reason=True,
        ),
        (MeetingState.CLOSED, "approve_minutes"): Transition(
            MeetingState.APPROVED,
            "can_approve_minutes",
            "minutes_written",
            "Approve the minutes",
            "approved the minutes of",
        ),
    },
)


class BallotState(TextChoices):
    PREPARED = "prepared", "Prepared"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    VOID = "void", "Void"


# A ballot of which the votes count, or may still count.
BALLOT_COUNTS = frozenset({BallotState.OPEN, BallotState.CLOSED})

BALLOT = Life(
    app="grants",
    noun="ballot",
    states=BallotState,
    table={
        (BallotState.PREPARED, "open"): Transition(
            BallotState.OPEN, "can_run_ballot", "ballot_can_open", "Open the ballot", "opened"
        ),
        (BallotState.OPEN, "close"): Transition(
            BallotState.CLOSED, "can_run_ballot", "ballot_can_close", "Close and count", "closed"
        ),
        # The closing moment of a ballot by circulation came.
        (BallotState.OPEN, "expire"): Transition(
            BallotState.CLOSED, label="Expire", done="closed, by the clock,"
        ),
        (BallotState.PREPARED, "withdraw"): Transition(
            BallotState.VOID, "can_run_ballot", label="Withdraw", done="withdrew", needs_reason=True
        ),
        (BallotState.OPEN, "withdraw"): Transition(
            BallotState.VOID, "can_run_ballot", label="Withdraw", done="withdrew", needs_reason=True
        ),
        # The application is not any more what was voted on, or a vote cannot stand.
        (BallotState.PREPARED, "void"): Transition(
            BallotState.VOID, label="Void", done="voided", needs_reason=True
        ),
        (BallotState.OPEN, "void"): Transition(
            BallotState.VOID, label="Void", done="voided", needs_reason=True
        ),
        (BallotState.CLOSED, "void"): Transition(
            BallotState.VOID, label="Void", done="voided", needs_reason=True
        ),
    },
)
