"""The lives of decisions and of the letters that tell of them."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class DecisionState(TextChoices):
    RECOMMENDED = "recommended", "Recommended"
    AGREED = "agreed", "Agreed by one person"
    DECIDED = "decided", "Decided"
    PUBLISHED = "published", "Published"
    REVERSED = "reversed", "Reversed"


# One of an application at a time; an award of these states uses the budget of its round.
LIVE_DECISIONS = frozenset(DecisionState) - {DecisionState.REVERSED}

DECISION = Life(
    app="grants",
    noun="decision",
    states=DecisionState,
    table={
        # Within the limit of the round one person decides; over it, one agrees and another confirms.
        (DecisionState.RECOMMENDED, "decide"): Transition(
            DecisionState.DECIDED, "can_decide", "decision_ready_for_one", "Decide", "decided"
        ),
        (DecisionState.RECOMMENDED, "agree"): Transition(
            DecisionState.AGREED, "can_decide", "decision_ready_for_two", "Agree", "agreed to"
        ),
        (DecisionState.AGREED, "confirm"): Transition(
            DecisionState.DECIDED, "can_confirm_decision", "decision_ready", "Confirm", "confirmed"
        ),
        (DecisionState.DECIDED, "publish"): Transition(
            DecisionState.PUBLISHED, "can_publish_decision", "decision_publishable", "Publish", "published"
        ),
        (DecisionState.RECOMMENDED, "reverse"): Transition(
            DecisionState.REVERSED, "can_recommend", label="Take back", done="took back", needs_reason=True
        ),
        (DecisionState.AGREED, "reverse"): Transition(
            DecisionState.REVERSED,
            "can_reverse_decision",
            label="Take back",
            done="took back",
            needs_reason=True,
        ),
        (DecisionState.DECIDED, "reverse"): Transition(
            DecisionState.REVERSED,
            "can_reverse_decision",
            "award_not_begun",
            "Reverse",
            "reversed",
            needs_reason=True,
        ),
        (DecisionState.PUBLISHED, "reverse"): Transition(
            DecisionState.REVERSED,
            "can_reverse_decision",
            "award_not_begun",
            "Reverse",
            "reversed",
            needs_reason=True,
        ),
    },
)


class LetterState(TextChoices):
    DRAFT = "draft", "To review"
    RELEASED = "released", "Leaving soon"
    SENT = "sent", "Sent"
    STOPPED = "stopped", "Stopped"


LETTER = Life(
    app="grants",
    noun="outcome letter",
    states=LetterState,
    table={
        (LetterState.DRAFT, "release"): Transition(
            LetterState.RELEASED, "can_release_letter", "letter_ready", "Release", "released"
        ),
        (LetterState.RELEASED, "stop"): Transition(
            LetterState.DRAFT, "can_release_letter", label="Stop", done="stopped the release of"
        ),
        (LetterState.RELEASED, "send"): Transition(
            LetterState.SENT, guard="letter_due", label="Send", done="sent"
        ),
        (LetterState.DRAFT, "discard"): Transition(
            LetterState.STOPPED,
            "can_release_letter",
            label="Do not send",
            done="decided not to send",
            needs_reason=True,
        ),
        # The decision that it tells of does not hold any more.
        (LetterState.DRAFT, "drop"): Transition(
            LetterState.STOPPED, label="Drop", done="dropped", needs_reason=True
        ),
        (LetterState.RELEASED, "drop"): Transition(
            LetterState.STOPPED, label="Drop", done="dropped", needs_reason=True
        ),
    },
)
