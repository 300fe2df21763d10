"""Ask for a report."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting.annual import take_annual_snapshot
from reporting.models import Edition, ReportKind, ReportRun, Snapshot
from reporting.permissions import can_create_report
from reporting.queries import has_begun
from reporting.services import jobs
from reporting.snapshot_schema import snapshot_hash
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.jobs import wake
from workplan.models import ProgramYear


@transaction.atomic
def request_report(year: ProgramYear, *, actor: User) -> ReportRun:
    """Freeze the figures of a year now and queue the draft made from them.

    Raises DomainError for a year that has not begun, and while another draft of it is being made.
    """
    if not can_create_report(actor, year.program):
        raise PermissionDenied
    if not has_begun(year):
        raise DomainError(
            f"{year} begins on {year.starts_on:%-d %B %Y}. There is nothing to report on before that."
        )
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
            return queue_report(snapshot, edition=Edition.DRAFT, actor=actor)
    except IntegrityError as error:
        raise DomainError(
            f"A report of {year} is being made already. Wait for it, then ask again."
        ) from error


@transaction.atomic
def retry_report(run: ReportRun, *, actor: User) -> ReportRun:
    """Queue a failed report again, from the same frozen figures."""
    try:
        with transaction.atomic():
            locked = jobs.retry(run, actor=actor)
    except IntegrityError as error:
        raise DomainError(f"A newer report of {run.year} is being made. Wait for it.") from error
    _wake(locked)
    return locked


def queue_report(snapshot: Snapshot, *, edition: Edition, actor: User) -> ReportRun:
    """Queue a report from frozen figures. IntegrityError while another of its edition is under way."""
    run = ReportRun.objects.create(
        program=snapshot.program,
        kind=snapshot.kind,
        year=snapshot.year,
        snapshot=snapshot,
        edition=edition,
        template_version=ReportRun.newest_template,
        requested_by=actor,
    )
    after = {"year": snapshot.year.number, "snapshot": snapshot.sha256, "edition": edition}
    record(run, "request", actor=actor, after=after)
    _wake(run)
    return run


def _wake(run: ReportRun) -> None:
    wake("reporting.tasks.render_report", program_id=run.program_id, run_id=run.pk)
