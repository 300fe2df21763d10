"""The home page of a program: what needs me, and how the plan stands."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reporting.charts import plan_status
from reporting.needs import needs_of
from reporting.permissions import can_view_reports
from reporting.queries import reports_by_year
from scsc.programs.access import MemberRequest, member_view
from scsc.programs.permissions import has_today
from workplan.matrix import build_matrix
from workplan.permissions import can_edit_plan, can_view_plan
from workplan.queries import load_plan, only_visible

SHOWN = 12


@require_safe
@member_view
def today_page(request: MemberRequest) -> HttpResponse:
    """What needs this person first; below it the plan at a glance, or the actions shared with them.

    For somebody who only applies, that is their applications.
    """
    if not has_today(request.user, request.program):
        return redirect("apply:mine", request.program.slug)
    plan = load_plan(request.program)
    lines = only_visible(request.user, plan)
    reports = reports_by_year(plan.years, plan.on) if can_view_reports(request.user, request.program) else []
    needs = needs_of(request.user, request.program, lines, reports)
    sees_plan = can_view_plan(request.user, request.program)
    context = {
        "plan": plan,
        "lines": lines,
        "needs": needs[:SHOWN],
        "more": max(0, len(needs) - SHOWN),
        "matrix": build_matrix(plan) if sees_plan else None,
        "chart": plan_status(plan) if sees_plan and plan.lines else None,
        "reports": reports,
        "can_edit": can_edit_plan(request.user, request.program),
    }
    return render(request, "reporting/today.html", context)
