"""Reads of saved lists."""

from django.db.models import Q

from grants.models import SavedView
from scsc.accounts.models import User


def views_of(user: User) -> list[SavedView]:
    """A person's own saved lists and those that colleagues share, by name. One query."""
    mine = Q(user=user)
    return list(SavedView.objects.filter(mine | Q(is_shared=True)).select_related("user"))
