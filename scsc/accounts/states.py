"""Where an invitation stands. It has no state field: its three moments say it, and time expires it."""

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils import timezone


class InvitationState(TextChoices):
    OPEN = "open", "Waiting for an answer"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Withdrawn"
    ACCEPTED = "accepted", "Accepted"


class HasMoments(Protocol):
    """The moments in the life of an invitation."""

    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


def state_of(invitation: HasMoments) -> InvitationState:
    """Where an invitation stands now."""
    if invitation.accepted_at:
        return InvitationState.ACCEPTED
    if invitation.revoked_at:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if invitation.expires_at <= timezone.now() else InvitationState.OPEN
