"""Ask for, follow, preview and download reports."""

from typing import Any
from uuid import UUID

import structlog
from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from reporting.access import NOT_SHARED, get_run
from reporting.models import ReportRun
from reporting.permissions import can_create_report, can_view_reports
from reporting.queries import is_superseded, reports_by_year
from reporting.services import request_report, retry_report
from reporting.states import UNDER_WAY, ReportState
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.jobs import broker_is_up
from scsc.programs.access import MemberRequest, member_view, require
from workplan.models import ProgramYear

log = structlog.get_logger(__name__)

CREATORS_ONLY = "Executives and program staff have reports made. Ask one of them."


def report_url(run: ReportRun) -> str:
    return reverse("reporting:report", args=[run.program.slug, run.key])


@require_safe
@member_view
def report_list(request: MemberRequest) -> HttpResponse:
    """Every year of the plan with its reports."""
    require(can_view_reports(request.user, request.program), NOT_SHARED)
    context = {
        "years": reports_by_year(list(ProgramYear.objects.all())),
        "can_create": can_create_report(request.user, request.program),
    }
    return render(request, "reporting/list.html", context)


@require_POST
@member_view
def request_report_page(request: MemberRequest, number: int) -> HttpResponseRedirect:
    """Freeze the figures of a year and have its report made."""
    require(can_create_report(request.user, request.program), CREATORS_ONLY)
    year = get_object_or_404(ProgramYear, number=number)
    year.program = request.program
    under_way = ReportRun.objects.filter(year=year, state__in=UNDER_WAY).first()
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
    """One report: how far it is, or the PDF with a preview."""
    run = get_run(request, key)
    context = {
        "run": run,
        "under_way": run.state in UNDER_WAY,
        "offline": _is_stuck(run),
        "superseded": run.state == ReportState.READY and is_superseded(run),
        "can_create": can_create_report(request.user, request.program),
        "history": history_of([run]),
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
    return _pdf(get_run(request, key), as_attachment=False)


@require_safe
@member_view
def download(request: MemberRequest, key: UUID) -> HttpResponseBase:
    """The PDF as a file."""
    return _pdf(get_run(request, key), as_attachment=True)


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
    content: dict[str, Any] = {"sha256": run.snapshot.sha256, "snapshot": run.snapshot.data}
    return JsonResponse(content, json_dumps_params={"indent": 1, "ensure_ascii": False})


def _is_stuck(run: ReportRun) -> bool:
    """Whether a report waits for a queue that cannot be reached."""
    return run.state == ReportState.QUEUED and not broker_is_up()


def _pdf(run: ReportRun, *, as_attachment: bool) -> HttpResponseBase:
    if run.state != ReportState.READY:
        raise Http404("This report is not ready.")
    if not default_storage.exists(run.storage_name):
        log.error("report_file_missing", run_id=run.pk)
        raise Http404("The file of this report is missing from storage. Tell whoever runs this system.")
    name = f"{run.program.slug}-{run.year.label.lower().replace(' ', '-')}-progress-report-{run.pk}.pdf"
    response = FileResponse(
        default_storage.open(run.storage_name),
        as_attachment=as_attachment,
        filename=name,
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
