"""The register of conflicts, and a chair's ruling on one."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.forms.handling import WhyForm
from grants.forms.panels import RulingForm
from grants.models import Declaration
from grants.permissions import can_rule_on_conflict, can_view_conflicts, ruling_chairs
from grants.queries.conflicts import detect
from grants.queries.panel_home import declaration_of, declarations_for
from grants.registers import conflicts_csv, csv_response
from grants.services.conflicts import look_again, rule
from grants.states import DeclarationState
from grants.views.handling import FORM
from grants.views.panel_places import places
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

RULERS_ONLY = "Chairs, program managers and auditors see the conflicts of interest. Ask one of them."
PER_PAGE = 50
TONES = {DeclarationState.CLEAR: "good", DeclarationState.WAITING: "warn", DeclarationState.OUT: "idle"}


def _declarations(request: MemberRequest) -> list[Declaration]:
    require(can_view_conflicts(request.user, request.program), RULERS_ONLY)
    everybody = has_role(request.user, request.program, Role.MANAGER, Role.AUDITOR)
    return declarations_for(request.user, request.program, everybody=everybody)


def _declaration(request: MemberRequest, pk: int) -> Declaration:
    """One of those that the person sees; for everybody else it is not there."""
    require(can_view_conflicts(request.user, request.program), RULERS_ONLY)
    everybody = has_role(request.user, request.program, Role.MANAGER, Role.AUDITOR)
    found = declaration_of(request.user, request.program, pk, everybody=everybody)
    if found is None:
        raise Http404(f"No declaration {pk} for this person.")
    return found


@require_safe
@member_view
def conflict_list(request: MemberRequest) -> HttpResponse:
    """Every declaration that this person may know of: those that wait for a ruling, then the newest."""
    found = sorted(_declarations(request), key=lambda row: row.state != DeclarationState.WAITING)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(row, TONES[DeclarationState(row.state)], _found(row.findings)) for row in page],
        "places": places(request),
        "waiting": sum(row.state == DeclarationState.WAITING for row in found),
    }
    return render(request, "panels/conflicts.html", context)


@require_safe
@member_view
def export(request: MemberRequest) -> HttpResponse:
    """The same as a file."""
    name = f"{request.program.slug}-conflicts-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(conflicts_csv(_declarations(request), request.program), name)


@require_http_methods(FORM)
@member_view
def conflict_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One declaration with what was found, and the form of a ruling for whoever may rule."""
    declaration = _declaration(request, pk)
    may_rule = can_rule_on_conflict(request.user, declaration)
    require(may_rule or request.method != "POST", "Somebody else rules on this conflict.")
    form = RulingForm(*sent(request))
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            rule(declaration, may_take_part=data["ruling"] == "in", reason=data["reason"], actor=request.user)
            messages.success(request, f"Your ruling about {declaration.user} is recorded.")
            return redirect("panel:conflicts", request.program.slug)
    status = 422 if form.is_bound else 200
    return render(
        request, "panels/conflict.html", _about(declaration, form, may_rule=may_rule), status=status
    )


@require_http_methods(FORM)
@member_view
def again_page(request: MemberRequest, pk: int) -> HttpResponse:
    """Go back on what keeps somebody out."""
    declaration = _declaration(request, pk)
    require(can_rule_on_conflict(request.user, declaration), "Somebody else rules on this conflict.")
    form = WhyForm(*sent(request))
    back = reverse("panel:conflict", args=[request.program.slug, pk])
    if form.is_valid():
        with errors_on(form):
            look_again(declaration, **form.cleaned_data, actor=request.user)
            messages.success(request, "It waits for a ruling again.")
            return redirect(back)
    return form_page(request, form, title="Look at it again", submit="Look at it again", back=back)


def _about(declaration: Declaration, form: RulingForm, *, may_rule: bool) -> dict[str, object]:
    found = detect(declaration.application, declaration.user)
    every = [value for value in Declaration.Finding if value in {*found, *declaration.findings}]
    is_waiting = declaration.state == DeclarationState.WAITING
    is_out = declaration.state == DeclarationState.OUT
    return {
        "declaration": declaration,
        "application": declaration.application,
        "tone": TONES[DeclarationState(declaration.state)],
        "findings": _found(every),
        "form": form,
        "may_rule": may_rule and is_waiting,
        "may_look_again": may_rule and is_out and declaration.kind == Declaration.Kind.PERCEIVED,
        "chairs": ruling_chairs(declaration) if is_waiting else [],
        "history": history_of([declaration]),
        "crumbs": [("Conflicts", reverse("panel:conflicts", args=[declaration.program.slug]))],
    }


def _found(findings: Iterable[str]) -> list[str]:
    return [str(Declaration.Finding(value).label) for value in findings]
