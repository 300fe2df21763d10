"""The plan as a whole: matrix, list, program file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.forms import ProgramFileForm
from workplan.listing import filter_form, filters_of, sort_lines
from workplan.matrix import build_matrix
from workplan.models import ProgramFile
from workplan.permissions import can_edit_plan, can_load_program_file, can_view_plan
from workplan.program_files import ProgramFileError, dump_program, load_program_file
from workplan.queries import load_plan, narrow, with_outcomes

PLAN_IS_NOT_SHARED = "You see the actions that are shared with you. They are on your Today page."
FILE_IS_FOR_MANAGERS = "Program managers load program files. Ask one of them."


@require_safe
@member_view
def matrix(request: MemberRequest) -> HttpResponse:
    """Ambitions down, years across, as the published plan looks."""
    require(can_view_plan(request.user, request.program), PLAN_IS_NOT_SHARED)
    plan = with_outcomes(load_plan(request.program))
    context = {
        "matrix": build_matrix(plan),
        "plan": plan,
        "can_edit": can_edit_plan(request.user, request.program),
        "can_load": can_load_program_file(request.user, request.program),
    }
    return render(request, "workplan/matrix.html", context)


@require_safe
@member_view
def action_list(request: MemberRequest) -> HttpResponse:
    """All actions, to search, filter and sort."""
    require(can_view_plan(request.user, request.program), PLAN_IS_NOT_SHARED)
    plan = load_plan(request.program)
    form = filter_form(plan, request.GET)
    lines = sort_lines(narrow(plan.lines, filters_of(form)), request.GET.get("sort", ""))
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "filter_form": form,
        "page": page,
        "found": len(lines),
        "sort": request.GET.get("sort", ""),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    rows_alone = htmx and not htmx.history_restore_request
    response = render(request, "workplan/_action_rows.html" if rows_alone else "workplan/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@member_view
def program_file(request: MemberRequest) -> HttpResponse:
    """Load a program file: every error with its line, or all of it."""
    require(can_load_program_file(request.user, request.program), FILE_IS_FOR_MANAGERS)
    form = ProgramFileForm(*sent(request))
    problem, report = None, None
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            report = load_program_file(
                name=upload.name, text=upload.read(), actor=request.user, program=request.program
            )
        except ProgramFileError as error:
            problem = error
        else:
            messages.success(request, f"{upload.name} is loaded.")
    latest = ProgramFile.objects.select_related("loaded_by").first()
    context = {"form": form, "problem": problem, "report": report, "latest": latest}
    return render(request, "workplan/file.html", context, status=422 if problem or form.errors else 200)


@require_safe
@member_view
def download_program_file(request: MemberRequest) -> HttpResponse:
    """The plan as it stands, as a program file."""
    require(can_view_plan(request.user, request.program), PLAN_IS_NOT_SHARED)
    return HttpResponse(
        dump_program(request.program),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{request.program.slug}.yaml"'},
    )
