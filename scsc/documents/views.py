"""Serve files: as an attachment, to those who may read them, once they have been checked."""

from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from scsc.documents.models import Document
from scsc.documents.queries import visible_document
from scsc.documents.states import DocumentState
from scsc.programs.access import MemberRequest, member_view

log = structlog.get_logger(__name__)

# Whatever a file holds, a browser that opens it all the same runs nothing and loads nothing.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
# Not there yet; not there any more.
STATUS = {DocumentState.QUARANTINED: 409, DocumentState.REJECTED: 410}


@require_safe
@member_view
def download(request: MemberRequest, key: UUID) -> HttpResponseBase:
    """A file's bytes, or a page that says why they are not to be had."""
    document = visible_document(request.user, key)
    if document.state != DocumentState.RELEASED:
        status = STATUS[DocumentState(document.state)]
        return render(request, "documents/unavailable.html", {"document": document}, status=status)
    etag = f'"{document.sha256}"'
    try:
        response = get_conditional_response(request, etag=etag, response=None) or _file(document)
    except FileNotFoundError:
        log.exception("document_lost", document=document.pk)
        return render(request, "documents/unavailable.html", {"document": document, "lost": True}, status=410)
    for header, value in {**SAFE_HEADERS, "ETag": etag}.items():
        response[header] = value
    return response


def _file(document: Document) -> FileResponse:
    file = default_storage.open(document.storage_name)
    return FileResponse(file, as_attachment=True, filename=document.name, content_type=document.content_type)
