"""Who opens a file that stands in place of one which a blind review hides."""

from grants.models import Redaction
from grants.queries.sight import has_sight
from scsc.accounts.models import User
from scsc.documents.models import Document


def can_read_replacement(user: User, document: Document) -> bool | None:
    """Whoever has sight of the application; None for a file that replaces none."""
    found = list(Redaction.objects.filter(replacement=document).select_related("application"))
    for row in found:
        row.application.program = document.program
        if has_sight(user, row.application):
            return True
    return False if found else None
