"""Reads of reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from reporting.models import ReportRun
from reporting.states import HELD_BY_WORKER, UNDER_WAY, ReportState
from workplan.models import ProgramYear


@dataclass(frozen=True)
class YearReports:
    """The reports of one program year, newest first."""

    year: ProgramYear
    runs: list[ReportRun]

    @property
    def under_way(self) -> ReportRun | None:
        return next((run for run in self.runs if run.state in UNDER_WAY), None)

    @property
    def ready(self) -> list[ReportRun]:
        return [run for run in self.runs if run.state == ReportState.READY]

    @property
    def latest(self) -> ReportRun | None:
        """The newest ready report, which supersedes the older ones."""
        return next(iter(self.ready), None)


def reports_by_year(years: list[ProgramYear]) -> list[YearReports]:
    """Every year of the plan, newest first, with its reports. One query."""
    runs = list(ReportRun.objects.select_related("requested_by", "year").order_by("-id"))
    return [YearReports(year, [run for run in runs if run.year_id == year.pk]) for year in reversed(years)]


def is_superseded(run: ReportRun) -> bool:
    """Whether a newer report of the same year is ready."""
    newer = ReportRun.objects.filter(kind=run.kind, year=run.year_id, state=ReportState.READY, pk__gt=run.pk)
    return newer.exists()


def due_runs(now: datetime | None = None) -> list[int]:
    """Reports that wait for a worker or whose worker went silent: what the sweeper hands out again."""
    now = now or timezone.now()
    silent = Q(state__in=HELD_BY_WORKER, lease_until__lt=now)
    waiting = Q(state=ReportState.QUEUED, requested_at__lt=now - timedelta(seconds=5))
    return list(ReportRun.objects.filter(silent | waiting).order_by("id").values_list("pk", flat=True)[:50])
