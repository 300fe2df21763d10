"""The steps by which a worker makes a PDF.

The row is the job. A worker takes it with a lease; only the holder of the current lease may go on, so a PDF
that is handed out twice is still finished once. Each function but `take` and `retry` is given the row as it
was taken, which carries the lease.
"""

import uuid
from datetime import timedelta
from typing import TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from reporting.models import RenderJob
from reporting.states import HELD_BY_WORKER, ReportState
from scsc.accounts.models import User
from scsc.audit.services import transition

J = TypeVar("J", bound=RenderJob)

# A worker that says nothing for so long is taken for dead.
LEASE = timedelta(seconds=30)
LAST_LEASE = timedelta(minutes=3)
MAX_ATTEMPTS = 5
STOPPED = "The worker that was making it stopped."
STOPPED_EACH_TIME = (
    "The worker stopped each time it was tried. Try again later, or tell whoever runs this system."
)


class LeaseLostError(Exception):
    """Somebody else has taken the job over: stop without a trace."""


def take(kind: type[J], pk: int) -> J | None:
    """Take a queued job, with a lease; None when it is not to be had. A dead worker's is taken over."""
    job = kind.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if job and job.state in HELD_BY_WORKER and _expired(job):
        job = transition(job, "requeue", actor=None, reason=STOPPED)
    if job is None or job.state != ReportState.QUEUED:
        return None
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, STOPPED_EACH_TIME)
        return None
    job = transition(job, "render", actor=None)
    job.lease, job.lease_until = uuid.uuid4(), timezone.now() + LEASE
    job.attempts += 1
    job.percent, job.step, job.error = 0, "Starting", ""
    job.template_version = job.newest_template
    job.save(
        update_fields=[
            "lease",
            "lease_until",
            "attempts",
            "percent",
            "step",
            "error",
            "template_version",
        ]
    )
    return job


def beat(job: RenderJob, *, percent: int, step: str) -> None:
    """Say how far a job is and keep the lease. Raises LeaseLostError when it is held by another."""
    held = type(job).objects.filter(pk=job.pk, lease=job.lease, state__in=HELD_BY_WORKER)
    if not held.update(percent=percent, step=step[:200], lease_until=timezone.now() + LEASE):
        raise LeaseLostError


def begin_check(job: RenderJob) -> None:
    """The PDF is written; it is now checked, which says nothing until it is done: a long last lease."""
    locked = _held(job)
    locked.lease_until = timezone.now() + LAST_LEASE
    locked.save(update_fields=["lease_until"])
    transition(locked, "check", actor=None)


def finish(job: J, *, pdf: "File[bytes]", sha256: str, pages: int) -> J:
    """Keep the PDF and make the job ready, once."""
    locked = _held(job)
    # A worker that was killed may have left half a file there.
    default_storage.delete(locked.storage_name)
    default_storage.save(locked.storage_name, pdf)
    locked.file_sha256, locked.file_size, locked.pages = sha256, pdf.size, pages
    locked.percent, locked.step, locked.finished_at = 100, "", timezone.now()
    locked.lease = locked.lease_until = None
    locked.save(
        update_fields=[
            "file_sha256",
            "file_size",
            "pages",
            "percent",
            "step",
            "finished_at",
            "lease",
            "lease_until",
        ]
    )
    return transition(locked, "finish", actor=None)


def fail(job: J, *, message: str) -> J:
    """Note in words why the PDF could not be made."""
    return _fail(_held(job), message)


def retry(job: J, *, actor: User) -> J:
    """Queue a failed job again. Raises DomainError for one that did not fail, PermissionDenied for others."""
    locked = transition(job, "retry", actor=actor)
    locked.error, locked.percent, locked.step, locked.attempts = "", 0, "", 0
    locked.save(update_fields=["error", "percent", "step", "attempts"])
    return locked


def _held(job: J) -> J:
    """The fresh row of a job, locked, if its lease is still that of the caller."""
    found = type(job).objects.select_for_update(of=("self",)).filter(pk=job.pk, lease=job.lease).first()
    if found is None or found.state not in HELD_BY_WORKER:
        raise LeaseLostError
    return found


def _fail(job: J, message: str) -> J:
    job.error, job.step, job.finished_at, job.lease, job.lease_until = message, "", timezone.now(), None, None
    job.save(update_fields=["error", "step", "finished_at", "lease", "lease_until"])
    return transition(job, "fail", actor=None, reason=message)


def _expired(job: RenderJob) -> bool:
    return job.lease_until is None or job.lease_until < timezone.now()
