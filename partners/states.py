"""The life of an agreement."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class AgreementState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACTIVE = "active", "Active"
    CANCELLED = "cancelled", "Cancelled"


AGREEMENT = Life(
    app="partners",
    noun="agreement",
    states=AgreementState,
    table={
        (AgreementState.PROPOSED, "activate"): Transition(
            AgreementState.ACTIVE, "can_activate_agreement", "agreement_complete", "Activate", "activated"
        ),
        # The award that it rests on was reversed.
        (AgreementState.PROPOSED, "cancel"): Transition(
            AgreementState.CANCELLED, label="Cancel", done="cancelled", needs_reason=True
        ),
    },
)
