"""Ask for a report, and the steps by which a worker makes it.

The row is the job. A worker takes it with a lease; only the holder of the current lease may go on, so a
report that is handed out twice is still finished once.
"""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting.annual import take_annual_snapshot
from reporting.models import ReportKind, ReportRun, Snapshot
from reporting.permissions import can_create_report
from reporting.snapshot_schema import snapshot_hash
from reporting.states import HELD_BY_WORKER, ReportState
from reporting.versions import TEMPLATE_VERSION
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.jobs import wake
from workplan.models import ProgramYear

# A worker that says nothing for so long is taken for dead.
LEASE = timedelta(seconds=30)
LAST_LEASE = timedelta(minutes=3)
MAX_ATTEMPTS = 5


class LeaseLostError(Exception):
    """Somebody else has taken the report over: stop without a trace."""


@transaction.atomic
def request_report(year: ProgramYear, *, actor: User) -> ReportRun:
    """Freeze the figures of a year now and queue the report made from them."""
    if not can_create_report(actor, year.program):
        raise PermissionDenied
    now = timezone.now()
    data = take_annual_snapshot(year, taken_by=actor, taken_at=now)
    snapshot = Snapshot(
        program=year.program,
        kind=ReportKind.ANNUAL,
        year=year,
        data=data,
        sha256=snapshot_hash(data),
        taken_by=actor,
        taken_at=now,
    )
    try:
        with transaction.atomic():
            snapshot.save(force_insert=True)
            run = ReportRun.objects.create(
                program=year.program,
                kind=ReportKind.ANNUAL,
                year=year,
                snapshot=snapshot,
                template_version=TEMPLATE_VERSION,
                requested_by=actor,
            )
    except IntegrityError as error:
        raise DomainError(
            f"A report of {year} is being made already. Wait for it, then ask again."
        ) from error
    record(run, "request", actor=actor, after={"year": year.number, "snapshot": snapshot.sha256})
    _wake(run)
    return run


@transaction.atomic
def retry_report(run: ReportRun, *, actor: User) -> ReportRun:
    """Queue a failed report again, from the same frozen figures."""
    try:
        with transaction.atomic():
            locked = transition(run, "retry", actor=actor)
    except IntegrityError as error:
        raise DomainError(f"A newer report of {run.year} is being made. Wait for it.") from error
    locked.error, locked.percent, locked.step, locked.attempts = "", 0, "", 0
    locked.save(update_fields=["error", "percent", "step", "attempts"])
    _wake(locked)
    return locked


def take_run(pk: int) -> ReportRun | None:
    """Take a queued report, with a lease; None when it is not to be had. A dead worker's is taken over."""
    run = ReportRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if run and run.state in HELD_BY_WORKER and _expired(run):
        run = transition(run, "requeue", actor=None, reason="The worker that was making it stopped.")
    if run is None or run.state != ReportState.QUEUED:
        return None
    if run.attempts >= MAX_ATTEMPTS:
        _fail(
            run,
            "The worker stopped each time it was tried. Try again later, or tell whoever runs this system.",
        )
        return None
    run = transition(run, "render", actor=None)
    run.lease, run.lease_until = uuid.uuid4(), timezone.now() + LEASE
    run.attempts += 1
    run.percent, run.step, run.error = 0, "Starting", ""
    run.save(update_fields=["lease", "lease_until", "attempts", "percent", "step", "error"])
    return run


def beat(pk: int, *, lease: uuid.UUID, percent: int, step: str) -> None:
    """Say how far the report is and keep the lease. Raises LeaseLostError when it is held by another."""
    held = ReportRun.objects.filter(pk=pk, lease=lease, state__in=HELD_BY_WORKER)
    if not held.update(percent=percent, step=step[:200], lease_until=timezone.now() + LEASE):
        raise LeaseLostError


def begin_check(pk: int, *, lease: uuid.UUID) -> None:
    """The PDF is written; it is now checked, which says nothing until it is done: a long last lease."""
    run = _held(pk, lease)
    run.lease_until = timezone.now() + LAST_LEASE
    run.save(update_fields=["lease_until"])
    transition(run, "check", actor=None)


def finish_run(pk: int, *, lease: uuid.UUID, pdf: "File[bytes]", sha256: str, pages: int) -> ReportRun:
    """Keep the PDF and make the report ready, once."""
    run = _held(pk, lease)
    # A worker that was killed may have left half a file there.
    default_storage.delete(run.storage_name)
    default_storage.save(run.storage_name, pdf)
    run.file_sha256, run.file_size, run.pages = sha256, pdf.size, pages
    run.percent, run.step, run.finished_at = 100, "", timezone.now()
    run.lease = run.lease_until = None
    run.save(
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
    return transition(run, "finish", actor=None)


def fail_run(pk: int, *, lease: uuid.UUID, message: str) -> ReportRun:
    """Note in words why the report could not be made."""
    return _fail(_held(pk, lease), message)


def _held(pk: int, lease: uuid.UUID) -> ReportRun:
    run = ReportRun.objects.select_for_update(of=("self",)).filter(pk=pk, lease=lease).first()
    if run is None or run.state not in HELD_BY_WORKER:
        raise LeaseLostError
    return run


def _fail(run: ReportRun, message: str) -> ReportRun:
    run.error, run.step, run.finished_at, run.lease, run.lease_until = message, "", timezone.now(), None, None
    run.save(update_fields=["error", "step", "finished_at", "lease", "lease_until"])
    return transition(run, "fail", actor=None, reason=message)


def _expired(run: ReportRun) -> bool:
    return run.lease_until is None or run.lease_until < timezone.now()


def _wake(run: ReportRun) -> None:
    wake("reporting.tasks.render_report", program_id=run.program_id, run_id=run.pk)
