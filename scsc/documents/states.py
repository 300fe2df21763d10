"""The life of an uploaded file: nothing is served before its scan."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class DocumentState(TextChoices):
    QUARANTINED = "quarantined", "Being checked"
    RELEASED = "released", "Checked"
    REJECTED = "rejected", "Refused"


DOCUMENT = Life(
    app="scsc.documents",
    noun="file",
    states=DocumentState,
    table={
        (DocumentState.QUARANTINED, "release"): Transition(
            DocumentState.RELEASED, label="Release", done="checked and released"
        ),
        (DocumentState.QUARANTINED, "reject"): Transition(
            DocumentState.REJECTED, label="Refuse", done="refused", needs_reason=True
        ),
    },
)
