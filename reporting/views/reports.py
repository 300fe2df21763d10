"""Ask for, follow, preview and download reports."""

from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from reporting.access import NOT_SHARED, get_run
from reporting.models import ReportRun
from reporting.permissions import can_create_report, can_propose_publication, can_view_reports
from reporting.queries import is_superseded, publication_of, reports_by_year
from reporting.services import request_report, retry_report
from reporting.states import ON_ITS_WAY, UNDER_WAY, PublicationState, ReportState
from reporting.views.files import pdf_response
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.jobs import broker_is_up
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.clock import today
from workplan.models import ProgramYear

CREATORS_ONLY = "Executives and program staff have reports made. Ask one of them."


def report_url(run: ReportRun) -> str:
    return reverse("reporting:report", args=[run.program.slug, run.key])


@require_safe
@member_view
def report_list(request: MemberRequest) -> HttpResponse:
    """Every year of the plan with its reports."""
    require(can_view_reports(request.user, request.program), NOT_SHARED)
    years = reports_by_year(list(ProgramYear.objects.all()), today(request.program))
    context = {
        "years": years,
        "can_create": can_create_report(request.user, request.program),
        "has_published": any(item.published for item in years),
    }
    return render(request, "reporting/list.html", context)


@require_POST
@member_view
def request_report_page(request: MemberRequest, number: int) -> HttpResponseRedirect:
    """Freeze the figures of a year and have its report made."""
    require(can_create_report(request.user, request.program), CREATORS_ONLY)
    year = get_object_or_404(ProgramYear, number=number)
    year.program = request.program
    drafts = ReportRun.objects.filter(year=year, edition="draft")
    under_way = drafts.filter(state__in=UNDER_WAY).first()
    if under_way:
        return redirect("reporting:report", request.program.slug, under_way.key)
    try:
        run = request_report(year, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("reporting:list", request.program.slug)
    return redirect(report_url(run))


@require_safe
@member_view
def report_page(request: MemberRequest, key: UUID) -> HttpResponse:
    """One report: how far it is, or the PDF with a preview, and whether it is public."""
    run = get_run(request, key)
    publication = publication_of(run)
    if publication:
        publication.program = request.program
    context = {
        "run": run,
        "under_way": run.state in UNDER_WAY,
        "offline": _is_stuck(run),
        "superseded": run.state == ReportState.READY and is_superseded(run),
        "can_create": can_create_report(request.user, request.program),
        "publication": publication,
        "steps": publication.life.open_to(request.user, publication) if publication else [],
        "can_propose": _may_propose(request, run) and not (publication and _stands(publication.state)),
        "history": history_of([run, *([publication] if publication else [])]),
        "crumbs": [("Reports", reverse("reporting:list", args=[request.program.slug]))],
    }
    return render(request, "reporting/report.html", context)


@require_safe
@member_view
def progress(request: MemberRequest, key: UUID) -> HttpResponse:
    """The progress bar alone, which the page asks for every second; the page itself once it is over."""
    run = get_run(request, key)
    if run.state not in UNDER_WAY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "percent": run.percent,
        "stage": run.step or run.get_state_display(),
        "offline": _is_stuck(run),
    }
    return render(request, "ui/progress_bar.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@member_view
def preview(request: MemberRequest, key: UUID) -> HttpResponseBase:
    """The PDF for the browser's own viewer."""
    run = get_run(request, key)
    return pdf_response(run, name=file_name(run), as_attachment=False)


@require_safe
@member_view
def download(request: MemberRequest, key: UUID) -> HttpResponseBase:
    """The PDF as a file."""
    run = get_run(request, key)
    return pdf_response(run, name=file_name(run))


@require_POST
@member_view
def retry(request: MemberRequest, key: UUID) -> HttpResponseRedirect:
    """Try a failed report again, from the same figures."""
    run = get_run(request, key)
    require(can_create_report(request.user, request.program), CREATORS_ONLY)
    try:
        retry_report(run, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(report_url(run))


@require_safe
@member_view
def figures(request: MemberRequest, key: UUID) -> JsonResponse:
    """The frozen figures behind a report, each with its source, as JSON."""
    run = get_run(request, key)
    content: dict[str, Any] = {
        "sha256": run.snapshot.sha256,
        "edition": run.edition,
        "snapshot": run.snapshot.data,
    }
    return JsonResponse(content, json_dumps_params={"indent": 1, "ensure_ascii": False})


def file_name(run: ReportRun) -> str:
    """What a downloaded report is called; a draft says so."""
    year = run.year.label.lower().replace(" ", "-")
    draft = "-draft" if run.is_draft else ""
    return f"{run.program.slug}-{year}-progress-report{draft}-{run.pk}.pdf"


def _is_stuck(run: ReportRun) -> bool:
    """Whether a report waits for a queue that cannot be reached."""
    return run.state == ReportState.QUEUED and not broker_is_up()


def _may_propose(request: MemberRequest, run: ReportRun) -> bool:
    return run.is_draft and run.state == ReportState.READY and can_propose_publication(request.user, run)


def _stands(state: str) -> bool:
    return state in ON_ITS_WAY or state == PublicationState.PUBLISHED
