"""The audit trail: events as they happen, and the seals that make a later change show."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from scsc.programs.models import TenantModel


class AuditEvent(TenantModel):
    """What happened to one object: who, what, when, why, before and after. Never changed or removed."""

    append_only: ClassVar[bool] = True

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "object_type", "object_id", "id"], name="event_of_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditSeal(TenantModel):
    """One link of a program's chain: the hash of an event together with the hash of the seal before."""

    append_only: ClassVar[bool] = True

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="seal")
    sequence = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["program", "sequence"], name="seal_sequence_once")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
