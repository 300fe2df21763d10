"""What every service begins with: the right to do it, and the row to itself."""

from django.core.exceptions import PermissionDenied

from workplan.models import Action


def allow(allowed: bool) -> None:
    """Raise PermissionDenied unless allowed."""
    if not allowed:
        raise PermissionDenied


def lock(action: Action) -> Action:
    """The action as it stands now, kept from other writers until the transaction ends."""
    fresh = Action.objects.select_for_update(of=("self",)).select_related("owner", "rag_by").get(pk=action.pk)
    fresh.program = action.program
    return fresh
