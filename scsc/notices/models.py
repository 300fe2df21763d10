"""The mail outbox: a message is a row first, so that none is lost and none is sent twice."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from scsc.audit.life import Life
from scsc.notices.states import MAIL, MailState
from scsc.programs.models import TenantModel


class OutgoingMail(TenantModel):
    """A message to one person, written in the transaction that caused it and sent by a job."""

    life: ClassVar[Life] = MAIL

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # A link in it signs somebody up or in: the text is forgotten once it has left.
    holds_secret = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    # When a worker last went to the mail server with it.
    sending_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "state", "next_attempt_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"“{self.subject}” to {self.to}"
