"""Lists of applications that somebody set up and kept."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from grants.models import SavedView
from grants.permissions import (
    can_change_saved_view,
    can_delete_saved_view,
    can_list_applications,
    can_share_saved_views,
)
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Program

TAKEN = "You have a view of this name. Choose another name."
LONGEST = 1000


@transaction.atomic
def save_view(program: Program, *, name: str, query: str, is_shared: bool = False, actor: User) -> SavedView:
    """Keep a list under a name. `query` is the address's own words, as grants.listing writes them."""
    if not can_list_applications(actor, program) or (is_shared and not can_share_saved_views(actor, program)):
        raise PermissionDenied
    if len(query) > LONGEST:
        raise ValidationError({"name": "This search is too long to be kept. Use fewer words."})
    view = SavedView(program=program, user=actor, name=name.strip(), query=query, is_shared=is_shared)
    _store(view)
    record(view, "save", actor=actor, after={"query": query, "is_shared": is_shared})
    return view


@transaction.atomic
def change_view(view: SavedView, *, name: str, is_shared: bool, actor: User) -> SavedView:
    """Rename a list, share it, or keep it to oneself."""
    if not can_change_saved_view(actor, view):
        raise PermissionDenied
    if is_shared and not view.is_shared and not can_share_saved_views(actor, view.program):
        raise PermissionDenied
    before = {"name": view.name, "is_shared": view.is_shared}
    view.name, view.is_shared = name.strip(), is_shared
    _store(view)
    record(view, "change", actor=actor, before=before, after={"name": view.name, "is_shared": is_shared})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: User) -> None:
    """Forget a list. The applications in it stay as they are."""
    if not can_delete_saved_view(actor, view):
        raise PermissionDenied
    record(view, "delete", actor=actor, before={"query": view.query, "is_shared": view.is_shared})
    view.delete()


def _store(view: SavedView) -> None:
    if not view.name:
        raise ValidationError({"name": "Give the view a name."})
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise ValidationError({"name": TAKEN}) from None
