"""The life of a message. It is `sending` before the mail server hears of it: a crash cannot send it twice."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class MailState(TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "May have been sent"
    FAILED = "failed", "Could not be sent"


MAIL = Life(
    app="scsc.notices",
    noun="message",
    states=MailState,
    table={
        (MailState.QUEUED, "send"): Transition(MailState.SENDING, label="Send", done="began to send"),
        (MailState.SENDING, "sent"): Transition(MailState.SENT, label="Mark as sent", done="sent"),
        (MailState.SENDING, "retry"): Transition(
            MailState.QUEUED, label="Try again", done="will try again to send", needs_reason=True
        ),
        (MailState.SENDING, "give_up"): Transition(
            MailState.FAILED, label="Give up", done="could not send", needs_reason=True
        ),
        # A worker died between asking the mail server and noting its answer.
        (MailState.SENDING, "lose_track"): Transition(
            MailState.UNCERTAIN, label="Lose track", done="may have sent", needs_reason=True
        ),
    },
)
