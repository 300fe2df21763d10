"""Reads of the mail outbox, in the program whose scope is entered."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from scsc.notices.models import OutgoingMail
from scsc.notices.states import MailState

# Longer than any conversation with a mail server lasts: nobody is at it any more.
LOST_AFTER = timedelta(minutes=10)
SWEPT_AT_ONCE = 1_000


def due_mail() -> Iterable[int]:
    """Messages to send now, longest waiting first."""
    due = OutgoingMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=timezone.now())
    return due.order_by("next_attempt_at", "id").values_list("id", flat=True)[:SWEPT_AT_ONCE]


def lost_mail() -> Iterable[int]:
    """Messages whose worker died between asking the mail server and noting its answer."""
    lost = OutgoingMail.objects.filter(state=MailState.SENDING, sending_since__lt=timezone.now() - LOST_AFTER)
    return lost.order_by("id").values_list("id", flat=True)[:SWEPT_AT_ONCE]
