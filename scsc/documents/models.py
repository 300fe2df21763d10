"""An uploaded file and what is known of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from scsc.audit.life import Life
from scsc.documents.states import DOCUMENT, DocumentState
from scsc.programs.models import TenantModel


class Document(TenantModel):
    """A file. Its bytes lie in storage under a random key; only a released one is ever served."""

    life: ClassVar[Life] = DOCUMENT

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=DocumentState.choices, default=DocumentState.QUARANTINED)
    # Which scanner looked at it, or that none is configured; why it was refused.
    scan_note = models.CharField(max_length=300, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def storage_name(self) -> str:
        """Where the bytes lie, relative to the storage."""
        return f"{self.program_id}/{str(self.key)[:2]}/{self.key}"

    @property
    def tone(self) -> str:
        """The colour class of its state in the interface."""
        return {"quarantined": "info", "released": "good", "rejected": "bad"}[self.state]
