"""One action: its page, and what people do on it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.clock import today
from scsc.ui.forms import sent
from workplan.access import get_action, get_update
from workplan.forms import (
    DeliverableForm,
    OverrideForm,
    OwnerForm,
    ReasonForm,
    ShareForm,
    StepForm,
    UpdateForm,
    YearsForm,
)
from workplan.models import Action, ProgramYear, ProgressUpdate
from workplan.permissions import (
    can_correct_update,
    can_edit_action,
    can_manage_action,
    can_report_on_action,
    can_view_plan,
)
from workplan.queries import line_of, shared_with, updates_of, year_on
from workplan.services import (
    add_deliverable,
    assign_owner,
    confirm_years,
    move_action,
    override_status,
    report_on_action,
    share_action,
    unshare_action,
)
from workplan.states import ACTION
from workplan.status import deliverable_status
from workplan.views.form_page import crumbs_to_plan, form_page

STAFF_ONLY = "Program managers and officers do this. Ask one of them."
MANAGERS_ONLY = "Program managers do this. Ask one of them."
REPORTERS_ONLY = "Program staff and the partners of this action report on it."
FORM = ["GET", "HEAD", "POST"]


def action_url(action: Action) -> str:
    return reverse("workplan:action", args=[action.program.slug, action.code])


def done(request: MemberRequest, words: str, action: Action) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(action_url(action))


@require_safe
@member_view
def action_page(request: MemberRequest, code: str) -> HttpResponse:
    """Everything about one action: status, deliverables, updates, shares, history."""
    action = get_action(request, code)
    line, updates = line_of(action), updates_of(action)
    history = history_of([action, *line.deliverables, *updates])
    user = request.user
    can_edit, can_report = can_edit_action(user, action), can_report_on_action(user, action)
    context = {
        "action": action,
        "crumbs": crumbs_to_plan(request),
        "line": line,
        "deliverables": [(d, deliverable_status(d, line.on)) for d in line.deliverables],
        # As can_correct_update says, asked once for all.
        "updates": [(u, can_edit or (can_report and u.author_id == user.pk)) for u in updates],
        "history": history,
        "steps": action.life.open_to(user, action),
        "can_report": can_report,
        "can_edit": can_edit,
        "sees_plan": can_view_plan(user, request.program),
        "can_manage": can_manage_action(user, action),
        "shared_with": shared_with(action),
    }
    return render(request, "workplan/action.html", context)


@require_http_methods(FORM)
@member_view
def report_progress(request: MemberRequest, code: str) -> HttpResponse:
    """Post an update."""
    action = get_action(request, code)
    require(can_report_on_action(request.user, action), REPORTERS_ONLY)
    years = list(ProgramYear.objects.all())
    form = UpdateForm(
        *sent(request), action=action, years=years, initial={"year": year_on(years, today(request.program))}
    )
    if form.is_valid():
        with errors_on(form):
            report_on_action(action, **form.cleaned_data, actor=request.user)
            return done(request, f"Your update on {action.code} is posted.", action)
    return form_page(
        request,
        form,
        title=f"Report progress on {action.code}",
        submit="Post update",
        back=action_url(action),
        lead=action.text,
        guard=True,
    )


@require_http_methods(FORM)
@member_view
def correct_update(request: MemberRequest, pk: int) -> HttpResponse:
    """Replace an update of one's own by a better one; the first stays in the record."""
    update: ProgressUpdate = get_update(request, pk)
    action = update.action
    require(can_correct_update(request.user, update), "You correct your own updates. Staff correct any.")
    initial = {"year": update.year_id, "rag": update.rag, "narrative": update.narrative}
    years = list(ProgramYear.objects.all())
    form = UpdateForm(*sent(request), action=action, years=years, initial=initial)
    if form.is_valid():
        with errors_on(form):
            report_on_action(action, **form.cleaned_data, replaces=update, actor=request.user)
            return done(request, "The update is corrected. The first version stays in the record.", action)
    return form_page(
        request,
        form,
        title=f"Correct the {update}",
        submit="Post correction",
        back=action_url(action),
        guard=True,
    )


@require_http_methods(FORM)
@member_view
def override(request: MemberRequest, code: str) -> HttpResponse:
    """Set a status beside the computed one."""
    action = get_action(request, code)
    require(can_edit_action(request.user, action), STAFF_ONLY)
    initial = {"rag": action.rag_override, "reason": action.rag_reason}
    form = OverrideForm(*sent(request), initial=initial)
    if form.is_valid():
        with errors_on(form):
            override_status(action, **form.cleaned_data, actor=request.user)
            return done(request, f"The status of {action.code} is changed.", action)
    computed = line_of(action).computed
    lead = f"Computed: {computed.label.lower()}. {computed.reason}"
    return form_page(
        request,
        form,
        title=f"Set the status of {action.code}",
        submit="Set status",
        back=action_url(action),
        lead=lead,
    )


@require_http_methods(FORM)
@member_view
def owner(request: MemberRequest, code: str) -> HttpResponse:
    """Name who answers for an action."""
    action = get_action(request, code)
    require(can_edit_action(request.user, action), STAFF_ONLY)
    form = OwnerForm(*sent(request), action=action)
    if form.is_valid():
        with errors_on(form):
            assign_owner(action, owner=form.cleaned_data["owner"], actor=request.user)
            return done(request, f"The owner of {action.code} is changed.", action)
    return form_page(
        request, form, title=f"Who answers for {action.code}?", submit="Save owner", back=action_url(action)
    )


@require_http_methods(FORM)
@member_view
def confirm_years_page(request: MemberRequest, code: str) -> HttpResponse:
    """Confirm or correct the years of an action that were read with doubt."""
    action = get_action(request, code)
    require(can_edit_action(request.user, action), STAFF_ONLY)
    initial = {"first_year": action.first_year, "last_year": action.last_year}
    form = YearsForm(*sent(request), initial=initial)
    if form.is_valid():
        with errors_on(form):
            confirm_years(action, **form.cleaned_data, actor=request.user)
            return done(request, f"The years of {action.code} are confirmed.", action)
    return form_page(
        request,
        form,
        title=f"Confirm the years of {action.code}",
        submit="Confirm years",
        back=action_url(action),
        lead=action.text,
    )


@require_http_methods(FORM)
@member_view
def share(request: MemberRequest, code: str) -> HttpResponse:
    """Share one action with a partner contact."""
    action = get_action(request, code)
    require(can_manage_action(request.user, action), MANAGERS_ONLY)
    form = ShareForm(*sent(request), action=action)
    if form.is_valid():
        with errors_on(form):
            person = form.cleaned_data["person"]
            share_action(action, person=person, actor=request.user)
            return done(request, f"{person} can now see {action.code} and report on it.", action)
    return form_page(
        request,
        form,
        title=f"Share {action.code}",
        submit="Share",
        back=action_url(action),
        lead="A partner contact sees the actions that are shared with them and reports on those.",
    )


@require_POST
@member_view
def unshare(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """End a share."""
    action = get_action(request, code)
    require(can_manage_action(request.user, action), MANAGERS_ONLY)
    person = next((user for user in shared_with(action) if user.pk == pk), None)
    if person is None:
        raise Http404(f"{action.code} is not shared with person {pk}.")
    unshare_action(action, person=person, actor=request.user)
    return done(request, f"{person} no longer sees {action.code}.", action)


@require_http_methods(FORM)
@member_view
def add_deliverable_page(request: MemberRequest, code: str) -> HttpResponse:
    """Promise a deliverable."""
    action = get_action(request, code)
    require(can_edit_action(request.user, action), STAFF_ONLY)
    form = DeliverableForm(*sent(request), initial={"code": f"{action.code}."})
    if form.is_valid():
        with errors_on(form):
            deliverable = add_deliverable(action, **form.cleaned_data, actor=request.user)
            return done(request, f"Deliverable {deliverable.code} is added.", action)
    return form_page(
        request,
        form,
        title=f"Add a deliverable to {action.code}",
        submit="Add deliverable",
        back=action_url(action),
    )


@require_http_methods(FORM)
@member_view
def action_step(request: MemberRequest, code: str, step: str) -> HttpResponse:
    """One step in the life of an action, with a reason where it needs one."""
    action = get_action(request, code)
    if step not in ACTION.actions:
        raise Http404(f"An action has no step {step}.")
    found = next((s for name, s in action.life.open_to(request.user, action) if name == step), None)
    require(found is not None or can_manage_action(request.user, action), MANAGERS_ONLY)
    needs_reason = found is not None and found.needs_reason
    form = (ReasonForm if needs_reason else StepForm)(*sent(request))
    if form.is_valid():
        with errors_on(form):
            move_action(action, step, reason=form.cleaned_data.get("reason", ""), actor=request.user)
            return done(request, f"You {found.done if found else step} {action.code}.", action)
    label = found.label if found else step.capitalize()
    return form_page(
        request, form, title=f"{label} {action.code}", submit=label, back=action_url(action), lead=action.text
    )
