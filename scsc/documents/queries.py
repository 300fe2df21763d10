"""Reads of files."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.documents.permissions import can_see_document
from scsc.documents.states import DocumentState

# A scan that was asked for at the upload starts within this time, or its message was lost.
PATIENCE = timedelta(seconds=15)
SWEPT_AT_ONCE = 1_000


def visible_document(user: User, key: UUID) -> Document:
    """The file of this key. Raises Http404 where there is none or it is not for this person."""
    document = Document.objects.select_related("program").filter(key=key).first()
    if document is None or not can_see_document(user, document):
        raise Http404("No such file for this person.")
    return document


def waiting_for_scan() -> Iterable[int]:
    """Files of the entered program that wait for a scan longer than they should, oldest first."""
    waiting = Document.objects.filter(
        state=DocumentState.QUARANTINED, uploaded_at__lt=timezone.now() - PATIENCE
    )
    return waiting.order_by("id").values_list("id", flat=True)[:SWEPT_AT_ONCE]


def kept_keys(keys: Iterable[UUID]) -> set[UUID]:
    """Those of the keys whose bytes must stay in storage."""
    documents = Document.objects.filter(key__in=list(keys)).exclude(state=DocumentState.REJECTED)
    return set(documents.values_list("key", flat=True))
