"""A finished PDF as an answer."""

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase

from reporting.models import RenderJob
from reporting.states import ReportState

log = structlog.get_logger(__name__)

# A report that was withdrawn is gone from caches soon.
PUBLIC = "public, max-age=300"
PRIVATE = "private, no-store"


def pdf_response(
    job: RenderJob, *, name: str, as_attachment: bool = True, caching: str = PRIVATE
) -> HttpResponseBase:
    """The file of a job that is ready, under this name; 404 where it is not."""
    if job.state != ReportState.READY:
        raise Http404("This PDF is not ready.")
    if not default_storage.exists(job.storage_name):
        log.error("report_file_missing", kind=job._meta.model_name, job_id=job.pk)
        raise Http404("This file is missing from storage. Tell whoever runs this system.")
    response = FileResponse(
        default_storage.open(job.storage_name),
        as_attachment=as_attachment,
        filename=name,
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = caching
    return response
