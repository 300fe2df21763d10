"""Reads of the remarks on an application."""

from grants.models import Application, PanelComment
from grants.permissions import readable_visibilities, writable_visibilities
from scsc.accounts.models import User


def comments_for(user: User, application: Application) -> list[PanelComment]:
    """The remarks that somebody may read, and their own, oldest first."""
    visible = readable_visibilities(user, application)
    if not visible:
        return []
    found = PanelComment.objects.filter(application=application, visibility__in=visible)
    return list(found.select_related("author").order_by("pk"))


def comment_choices(user: User, application: Application) -> list[tuple[str, str]]:
    """For whom somebody may write, as choices of a form: the narrowest first."""
    open_to = writable_visibilities(user, application)
    return [(value, label) for value, label in PanelComment.Visibility.choices if value in open_to]
