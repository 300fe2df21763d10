"""The life of a report: asked for once, made by one worker at a time, finished once, whatever happens."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from reporting import services
from reporting.models import ReportRun, Snapshot
from reporting.queries import due_runs
from reporting.services import jobs
from reporting.tasks import render_report
from scsc.accounts.models import User
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
    found = jobs.take(ReportRun, run.pk)
    assert found is not None
    assert found.lease is not None
    return found


def expire(run: ReportRun) -> None:
    ReportRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def finish(run: ReportRun) -> ReportRun:
    jobs.begin_check(run)
    return jobs.finish(run, pdf=pdf(), sha256="0" * 64, pages=3)


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
    assert jobs.take(ReportRun, run.pk) is None


def test_redelivered_task_of_a_ready_report_does_nothing(cast: Cast, run: ReportRun) -> None:
    finish(taken(run))
    before = AuditEvent.objects.count()
    assert jobs.take(ReportRun, run.pk) is None
    assert AuditEvent.objects.count() == before


def test_silent_worker_loses_the_report_to_the_next(run: ReportRun) -> None:
    dead = taken(run)
    expire(run)
    alive = taken(run)
    assert alive.attempts == 2
    for late in (
        lambda: jobs.beat(dead, percent=50, step="Late"),
        lambda: jobs.begin_check(dead),
        lambda: jobs.finish(dead, pdf=pdf(), sha256="0" * 64, pages=3),
        lambda: jobs.fail(dead, message="late"),
    ):
        with pytest.raises(jobs.LeaseLostError):
            late()
    assert finish(alive).state == "ready"
    assert AuditEvent.objects.filter(action="finish").count() == 1


def test_heartbeat_keeps_the_lease(run: ReportRun) -> None:
    held = taken(run)
    expire(run)
    jobs.beat(held, percent=40, step="Laying out")
    assert jobs.take(ReportRun, run.pk) is None
    stored = ReportRun.objects.get()
    assert (stored.percent, stored.step) == (40, "Laying out")


def test_report_that_kills_every_worker_fails_in_the_end(run: ReportRun) -> None:
    for _ in range(jobs.MAX_ATTEMPTS):
        taken(run)
        expire(run)
    assert jobs.take(ReportRun, run.pk) is None
    stored = ReportRun.objects.get()
    assert stored.state == "failed"
    assert "stopped each time" in stored.error


def test_failed_report_is_tried_again_from_the_same_figures(cast: Cast, run: ReportRun) -> None:
    held = taken(run)
    jobs.fail(held, message="No memory.")
    failed = ReportRun.objects.get()
    assert (failed.state, failed.error) == ("failed", "No memory.")
    with pytest.raises(PermissionDenied):
        services.retry_report(failed, actor=cast.auditor)
    again = services.retry_report(failed, actor=cast.executive)
    assert (again.state, again.error, again.snapshot_id) == ("queued", "", run.snapshot_id)
    assert finish(taken(again)).state == "ready"


def test_retry_waits_for_a_newer_report(cast: Cast, run: ReportRun) -> None:
    held = taken(run)
    jobs.fail(held, message="No memory.")
    services.request_report(run.year, actor=cast.executive)
    with pytest.raises(DomainError, match="newer report"):
        services.retry_report(ReportRun.objects.get(pk=run.pk), actor=cast.executive)


def test_sweeper_finds_what_waits_and_what_went_silent(run: ReportRun) -> None:
    later = timezone.now() + timedelta(seconds=10)
    assert due_runs(later) == [run.pk]
    taken(run)
    assert due_runs(later) == []
    assert due_runs(later + jobs.LEASE) == [run.pk]


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


def test_worker_notes_the_template_that_it_used(run: ReportRun) -> None:
    ReportRun.objects.update(template_version="annual-0")
    assert taken(run).template_version == ReportRun.newest_template


def test_report_is_a_draft_until_it_is_published(run: ReportRun) -> None:
    assert run.edition == "draft"
    assert "draft" not in run.snapshot.data["meta"]


def at(cast: Cast, day: date) -> None:
    cast.program.shown_as_at = day
    cast.program.save()


@pytest.mark.parametrize(("day", "begun"), [(date(2020, 12, 31), False), (date(2021, 1, 1), True)])
def test_report_of_a_year_is_made_from_its_first_day(
    cast: Cast, year: ProgramYear, signed_in: Callable[[User], Client], day: date, begun: bool
) -> None:
    at(cast, day)
    client = signed_in(cast.executive)
    page = client.get("/north/reports/").content.decode()
    assert ("Make the report" in page) is begun
    assert ("This year has not begun." in page) is not begun
    answer = client.post("/north/reports/request/1/", follow=True).content.decode()
    assert (
        "Year 1 begins on 1 January 2021. There is nothing to report on before that." in answer
    ) is not begun
    with program_scope(cast.program):
        assert ReportRun.objects.exists() is begun
        assert Snapshot.objects.exists() is begun
