"""The life of a report: asked for once, made by one worker at a time, finished once, whatever happens."""

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting import services
from reporting.models import ReportRun, Snapshot
from reporting.queries import due_runs
from reporting.tasks import render_report
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast, YearFactory
from workplan.models import ProgramYear


@pytest.fixture
def year(cast: Cast) -> ProgramYear:
    with program_scope(cast.program):
        ActionFactory.create(program=cast.program)
        return YearFactory.create(program=cast.program, number=1)


@pytest.fixture
def run(cast: Cast, year: ProgramYear) -> Iterator[ReportRun]:
    """Inside the scope of the program, a queued report."""
    with program_scope(cast.program):
        yield services.request_report(year, actor=cast.executive)


def pdf() -> "File[bytes]":
    return File(io.BytesIO(b"%PDF-1.7 content"), name="r.pdf")


def taken(run: ReportRun) -> ReportRun:
    found = services.take_run(run.pk)
    assert found is not None
    assert found.lease is not None
    return found


def lease_of(run: ReportRun) -> uuid.UUID:
    assert run.lease is not None
    return run.lease


def expire(run: ReportRun) -> None:
    ReportRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def finish(run: ReportRun) -> ReportRun:
    services.begin_check(run.pk, lease=lease_of(run))
    return services.finish_run(run.pk, lease=lease_of(run), pdf=pdf(), sha256="0" * 64, pages=3)


def test_request_freezes_the_figures_and_leaves_an_event(cast: Cast, run: ReportRun) -> None:
    snapshot = Snapshot.objects.get()
    assert run.snapshot == snapshot
    assert snapshot.data["meta"]["taken_by"] == str(cast.executive)
    event = AuditEvent.objects.get(action="request")
    assert (event.actor, event.after["snapshot"]) == (cast.executive, snapshot.sha256)


@pytest.mark.parametrize("role", ["finance", "auditor", "roundtable", "advisory", "partner", "outsider"])
def test_others_do_not_request(cast: Cast, year: ProgramYear, role: str) -> None:
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        services.request_report(year, actor=cast.people[role])


def test_second_request_waits_for_the_first(cast: Cast, run: ReportRun) -> None:
    with pytest.raises(DomainError, match="being made already"):
        services.request_report(run.year, actor=cast.manager)
    assert Snapshot.objects.count() == ReportRun.objects.count() == 1


def test_finished_report_has_its_file_and_a_newer_one_may_follow(cast: Cast, run: ReportRun) -> None:
    done = finish(taken(run))
    assert (done.state, done.pages, done.percent) == ("ready", 3, 100)
    with default_storage.open(done.storage_name) as file:
        assert file.read() == b"%PDF-1.7 content"
    services.request_report(run.year, actor=cast.executive)


def test_report_is_taken_once(run: ReportRun) -> None:
    taken(run)
    assert services.take_run(run.pk) is None


def test_redelivered_task_of_a_ready_report_does_nothing(cast: Cast, run: ReportRun) -> None:
    finish(taken(run))
    before = AuditEvent.objects.count()
    assert services.take_run(run.pk) is None
    assert AuditEvent.objects.count() == before


def test_silent_worker_loses_the_report_to_the_next(run: ReportRun) -> None:
    dead = taken(run)
    expire(run)
    alive = taken(run)
    assert alive.attempts == 2
    for late in (
        lambda: services.beat(run.pk, lease=lease_of(dead), percent=50, step="Late"),
        lambda: services.begin_check(run.pk, lease=lease_of(dead)),
        lambda: finish(dead),
        lambda: services.fail_run(run.pk, lease=lease_of(dead), message="late"),
    ):
        with pytest.raises(services.LeaseLostError):
            late()
    assert finish(alive).state == "ready"
    assert AuditEvent.objects.filter(action="finish").count() == 1


def test_heartbeat_keeps_the_lease(run: ReportRun) -> None:
    held = taken(run)
    expire(run)
    services.beat(run.pk, lease=lease_of(held), percent=40, step="Laying out")
    assert services.take_run(run.pk) is None
    stored = ReportRun.objects.get()
    assert (stored.percent, stored.step) == (40, "Laying out")


def test_report_that_kills_every_worker_fails_in_the_end(run: ReportRun) -> None:
    for _ in range(services.MAX_ATTEMPTS):
        taken(run)
        expire(run)
    assert services.take_run(run.pk) is None
    stored = ReportRun.objects.get()
    assert stored.state == "failed"
    assert "stopped each time" in stored.error


def test_failed_report_is_tried_again_from_the_same_figures(cast: Cast, run: ReportRun) -> None:
    held = taken(run)
    services.fail_run(run.pk, lease=lease_of(held), message="No memory.")
    failed = ReportRun.objects.get()
    assert (failed.state, failed.error) == ("failed", "No memory.")
    with pytest.raises(PermissionDenied):
        services.retry_report(failed, actor=cast.auditor)
    again = services.retry_report(failed, actor=cast.executive)
    assert (again.state, again.error, again.snapshot_id) == ("queued", "", run.snapshot_id)
    assert finish(taken(again)).state == "ready"


def test_retry_waits_for_a_newer_report(cast: Cast, run: ReportRun) -> None:
    held = taken(run)
    services.fail_run(run.pk, lease=lease_of(held), message="No memory.")
    services.request_report(run.year, actor=cast.executive)
    with pytest.raises(DomainError, match="newer report"):
        services.retry_report(ReportRun.objects.get(pk=run.pk), actor=cast.executive)


def test_sweeper_finds_what_waits_and_what_went_silent(run: ReportRun) -> None:
    later = timezone.now() + timedelta(seconds=10)
    assert due_runs(later) == [run.pk]
    taken(run)
    assert due_runs(later) == []
    assert due_runs(later + services.LEASE) == [run.pk]


def test_database_refuses_a_ready_report_without_a_file(run: ReportRun) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRun.objects.update(state="ready")


def test_figures_cannot_be_changed(run: ReportRun) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Snapshot.objects.update(sha256="0")


def test_task_makes_the_report_for_real(cast: Cast, year: ProgramYear) -> None:
    with program_scope(cast.program):
        run = services.request_report(year, actor=cast.executive)
    render_report(program_id=cast.program.pk, run_id=run.pk)
    render_report(program_id=cast.program.pk, run_id=run.pk)
    with program_scope(cast.program):
        done = ReportRun.objects.get()
        assert (done.state, done.error, done.attempts) == ("ready", "", 1)
        assert done.pages
        with default_storage.open(done.storage_name) as file:
            assert file.read(5) == b"%PDF-"


def test_snapshot_that_cannot_be_rendered_fails_with_words(cast: Cast, year: ProgramYear) -> None:
    with program_scope(cast.program):
        good = services.request_report(year, actor=cast.executive).snapshot
        broken = Snapshot.objects.create(
            program=cast.program,
            kind="annual",
            year=year,
            data=good.data | {"version": 2},
            sha256="1",
            taken_by=cast.executive,
            taken_at=good.taken_at,
        )
        run = ReportRun.objects.get()
        ReportRun.objects.filter(pk=run.pk).update(snapshot=broken)
    render_report(program_id=cast.program.pk, run_id=run.pk)
    with program_scope(cast.program):
        failed = ReportRun.objects.get()
        assert failed.state == "failed"
        assert "version" in failed.error


def test_storage_that_refuses_the_file_is_told_in_words(
    cast: Cast, year: ProgramYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with program_scope(cast.program):
        run = services.request_report(year, actor=cast.executive)
    monkeypatch.setattr(default_storage, "save", refuse)
    render_report(program_id=cast.program.pk, run_id=run.pk)
    with program_scope(cast.program):
        failed = ReportRun.objects.get()
        assert (failed.state, failed.attempts) == ("failed", 1)
        assert "could not be stored (Permission denied)" in failed.error
