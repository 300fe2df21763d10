"""Reads of reports."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from grants.models import Submission
from reporting.models import MeetingPdf, Publication, ReportRun
from reporting.states import HELD_BY_WORKER, ON_ITS_WAY, UNDER_WAY, PublicationState, ReportState
from scsc.programs.clock import today
from scsc.programs.models import Program
from workplan.models import ProgramYear

# Rows that one sweep may hand out again.
MOST_DUE = 50
# The worker that was woken with the submission has this long to begin.
SUBMISSION_WAITS = timedelta(seconds=15)


@dataclass(frozen=True)
class ReportLine:
    """A report in the list, with where it stands in words."""

    run: ReportRun
    tone: str
    label: str


@dataclass(frozen=True)
class YearReports:
    """The reports of one program year, newest first."""

    year: ProgramYear
    runs: list[ReportRun]
    on: date

    @property
    def has_begun(self) -> bool:
        return self.year.starts_on <= self.on

    @property
    def under_way(self) -> ReportRun | None:
        """The draft that is being made."""
        return next((run for run in self.runs if run.state in UNDER_WAY and run.is_draft), None)

    @property
    def ready(self) -> list[ReportRun]:
        return [run for run in self.runs if run.state == ReportState.READY]

    @property
    def latest(self) -> ReportRun | None:
        """The newest report that is ready and was not taken back."""
        return next((run for run in self.ready if not _is_withdrawn(run)), None)

    @property
    def published(self) -> ReportRun | None:
        """The one that stands on the public page."""
        return next((run for run in self.ready if _is_public(run)), None)

    @property
    def lines(self) -> list[ReportLine]:
        """Every report with its word."""
        return [ReportLine(run, *self._standing(run)) for run in self.runs]

    def _standing(self, run: ReportRun) -> tuple[str, str]:
        if run.state == ReportState.FAILED:
            return "bad", "Failed"
        if run.state in UNDER_WAY:
            return "info", str(run.get_state_display())
        if not run.is_draft:
            return self._public_standing(run)
        proposal = next(iter(run.proposals.all()), None)
        if proposal and proposal.state in ON_ITS_WAY | {PublicationState.PUBLISHED}:
            tone = "idle" if proposal.state == PublicationState.PUBLISHED else "info"
            return tone, f"Draft, {proposal.get_state_display().lower()}"
        newer = any(other.snapshot_id > run.snapshot_id for other in self.ready)
        return ("idle", "Draft, superseded") if newer else ("warn", "Draft")

    def _public_standing(self, run: ReportRun) -> tuple[str, str]:
        if _is_withdrawn(run):
            return "idle", "Withdrawn"
        if run != self.published:
            return "idle", "Published, superseded"
        return "done", "Published"


def _is_public(run: ReportRun) -> bool:
    return not run.is_draft and run.publication.state == PublicationState.PUBLISHED


def _is_withdrawn(run: ReportRun) -> bool:
    return not run.is_draft and run.publication.state == PublicationState.WITHDRAWN


def has_begun(year: ProgramYear) -> bool:
    """Whether a program year has begun, on the program's own calendar."""
    return year.starts_on <= today(year.program)


def reports_by_year(years: list[ProgramYear], on: date) -> list[YearReports]:
    """Every year of the plan, newest first, with its reports. Two queries. `on` is the program's day."""
    found = ReportRun.objects.select_related("requested_by", "year", "snapshot", "publication")
    proposals = Prefetch("proposals", Publication.objects.order_by("-id"))
    runs = list(found.defer("snapshot__data").prefetch_related(proposals).order_by("-id"))
    return [
        YearReports(year, [run for run in runs if run.year_id == year.pk], on) for year in reversed(years)
    ]


def is_superseded(run: ReportRun) -> bool:
    """Whether newer figures of the same year are ready; for a final report, whether they are published."""
    newer = ReportRun.objects.filter(
        kind=run.kind, year=run.year_id, state=ReportState.READY, snapshot__gt=run.snapshot_id
    )
    if not run.is_draft:
        newer = newer.filter(publication__state=PublicationState.PUBLISHED)
    return newer.exists()


def publication_of(run: ReportRun) -> Publication | None:
    """The newest publication that a report is the draft or the final edition of."""
    related = ("year", "proposed_by", "published_by", "draft__snapshot", "final")
    found = Publication.objects.select_related(*related).defer("draft__snapshot__data")
    return found.filter(Q(draft=run) | Q(final=run)).order_by("-id").first()


def waiting_publications() -> list[Publication]:
    """What was proposed and waits for somebody else."""
    found = Publication.objects.filter(state=PublicationState.PROPOSED)
    return list(found.select_related("year", "draft", "proposed_by"))


def due_runs(now: datetime | None = None) -> list[int]:
    """Reports that wait for a worker or whose worker went silent: what the sweeper hands out again."""
    now = now or timezone.now()
    silent = Q(state__in=HELD_BY_WORKER, lease_until__lt=now)
    waiting = Q(state=ReportState.QUEUED, requested_at__lt=now - timedelta(seconds=5))
    return list(
        ReportRun.objects.filter(silent | waiting).order_by("id").values_list("pk", flat=True)[:MOST_DUE]
    )


def due_submissions(now: datetime | None = None) -> list[int]:
    """Submissions whose PDF nobody has begun, or whose worker went silent. A failed one waits for people."""
    now = now or timezone.now()
    no_row = Q(pdf=None)
    waiting = Q(pdf__state=ReportState.QUEUED)
    silent = Q(pdf__state__in=HELD_BY_WORKER, pdf__lease_until__lt=now)
    old_enough = Submission.objects.filter(submitted_at__lt=now - SUBMISSION_WAITS)
    due = old_enough.filter(no_row | waiting | silent).order_by("id")
    return list(due.values_list("pk", flat=True)[:MOST_DUE])


def due_meeting_papers(now: datetime | None = None) -> list[int]:
    """Papers of meetings that wait for a worker, or whose worker went silent."""
    now = now or timezone.now()
    silent = Q(state__in=HELD_BY_WORKER, lease_until__lt=now)
    waiting = Q(state=ReportState.QUEUED, requested_at__lt=now - timedelta(seconds=5))
    due = MeetingPdf.objects.filter(silent | waiting).order_by("id")
    return list(due.values_list("pk", flat=True)[:MOST_DUE])


@dataclass(frozen=True)
class PublishedYear:
    """What anybody reads about a year: the report that stands, and those it took the place of."""

    year: ProgramYear
    current: Publication
    earlier: list[Publication]


def has_published(program: Program) -> bool:
    """Whether strangers find a report of the program. Inside its scope."""
    return Publication.objects.filter(state=PublicationState.PUBLISHED).exists()


def published_years() -> list[PublishedYear]:
    """The published reports by year, newest first. One query."""
    found = Publication.objects.filter(state=PublicationState.PUBLISHED)
    related = found.select_related("year", "final__snapshot").defer("final__snapshot__data")
    by_year: dict[int, list[Publication]] = {}
    for publication in related.order_by("-year__number", "-final__snapshot_id"):
        by_year.setdefault(publication.year_id, []).append(publication)
    return [PublishedYear(rows[0].year, rows[0], rows[1:]) for rows in by_year.values()]
