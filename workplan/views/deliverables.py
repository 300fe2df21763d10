"""One deliverable: its page, its evidence, its steps."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.clock import today
from scsc.ui.forms import sent
from workplan.access import get_deliverable, get_evidence
from workplan.forms import ChangeDeliverableForm, CompleteForm, EvidenceForm, ReasonForm, StepForm
from workplan.models import Deliverable
from workplan.permissions import can_edit_plan, can_manage_deliverable, can_work_on_deliverable
from workplan.queries import evidence_of
from workplan.services import (
    add_evidence_file,
    add_evidence_link,
    change_deliverable,
    complete_deliverable,
    move_deliverable,
    remove_evidence,
)
from workplan.states import DELIVERABLE, OPEN, DeliverableState
from workplan.status import deliverable_status
from workplan.views.actions import FORM, MANAGERS_ONLY, REPORTERS_ONLY, STAFF_ONLY, action_url
from workplan.views.form_page import crumbs_to_plan, form_page


def deliverable_url(deliverable: Deliverable) -> str:
    return reverse("workplan:deliverable", args=[deliverable.program.slug, deliverable.code])


def done(request: MemberRequest, words: str, deliverable: Deliverable) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(deliverable_url(deliverable))


@require_safe
@member_view
def deliverable_page(request: MemberRequest, code: str) -> HttpResponse:
    """What is promised, by when, on what evidence, and what happened to it."""
    deliverable = get_deliverable(request, code)
    evidence = evidence_of(deliverable)
    context = {
        "deliverable": deliverable,
        "crumbs": [*crumbs_to_plan(request), (deliverable.action.code, action_url(deliverable.action))],
        "status": deliverable_status(deliverable, today(request.program)),
        "evidence": evidence,
        "history": history_of([deliverable, *deliverable.evidence.all()]),
        "steps": [
            (name, step)
            for name, step in deliverable.life.open_to(request.user, deliverable)
            if name != "complete"
        ],
        "can_work": can_work_on_deliverable(request.user, deliverable),
        "can_edit": can_edit_plan(request.user, request.program),
        "is_open": deliverable.state in OPEN,
        "is_cancelled": deliverable.state == DeliverableState.CANCELLED,
    }
    return render(request, "workplan/deliverable.html", context)


@require_http_methods(FORM)
@member_view
def complete(request: MemberRequest, code: str) -> HttpResponse:
    """Mark a deliverable done."""
    deliverable = get_deliverable(request, code)
    require(can_work_on_deliverable(request.user, deliverable), REPORTERS_ONLY)
    form = CompleteForm(*sent(request), today=today(request.program))
    if form.is_valid():
        with errors_on(form):
            complete_deliverable(deliverable, **form.cleaned_data, actor=request.user)
            return done(request, f"{deliverable.code} is done.", deliverable)
    return form_page(
        request,
        form,
        title=f"Complete {deliverable.code}",
        submit="Mark as done",
        back=deliverable_url(deliverable),
        lead=deliverable.text,
    )


@require_http_methods(FORM)
@member_view
def change(request: MemberRequest, code: str) -> HttpResponse:
    """Reword a deliverable or move its due day."""
    deliverable = get_deliverable(request, code)
    require(can_edit_plan(request.user, request.program), STAFF_ONLY)
    initial = {"text": deliverable.text, "due_on": deliverable.due_on}
    form = ChangeDeliverableForm(*sent(request), initial=initial)
    if form.is_valid():
        with errors_on(form):
            change_deliverable(deliverable, **form.cleaned_data, actor=request.user)
            return done(request, f"{deliverable.code} is changed.", deliverable)
    return form_page(
        request,
        form,
        title=f"Change {deliverable.code}",
        submit="Save changes",
        back=deliverable_url(deliverable),
    )


@require_http_methods(FORM)
@member_view
def add_evidence(request: MemberRequest, code: str) -> HttpResponse:
    """Add a file or an address that shows the deliverable was met."""
    deliverable = get_deliverable(request, code)
    require(can_work_on_deliverable(request.user, deliverable), REPORTERS_ONLY)
    form = EvidenceForm(*sent(request))
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            if data["file"]:
                add_evidence_file(deliverable, title=data["title"], upload=data["file"], actor=request.user)
                return done(request, "The file is kept. It is being checked now.", deliverable)
            add_evidence_link(deliverable, title=data["title"], url=data["url"], actor=request.user)
            return done(request, "The evidence is added.", deliverable)
    return form_page(
        request,
        form,
        title=f"Add evidence for {deliverable.code}",
        submit="Add evidence",
        back=deliverable_url(deliverable),
        lead=deliverable.text,
    )


@require_http_methods(FORM)
@member_view
def remove_evidence_page(request: MemberRequest, pk: int) -> HttpResponse:
    """Take evidence away, with a reason."""
    evidence, deliverable = get_evidence(request, pk)
    require(can_work_on_deliverable(request.user, deliverable), REPORTERS_ONLY)
    form = ReasonForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            remove_evidence(evidence, **form.cleaned_data, actor=request.user)
            return done(request, "The evidence is removed. Its record stays.", deliverable)
    return form_page(
        request,
        form,
        title=f"Remove “{evidence.title}”",
        submit="Remove evidence",
        back=deliverable_url(deliverable),
    )


@require_http_methods(FORM)
@member_view
def deliverable_step(request: MemberRequest, code: str, step: str) -> HttpResponse:
    """Start, reopen, cancel or reinstate a deliverable."""
    deliverable = get_deliverable(request, code)
    if step not in DELIVERABLE.actions or step == "complete":
        raise Http404(f"A deliverable has no step {step} here.")
    found = next((s for name, s in deliverable.life.open_to(request.user, deliverable) if name == step), None)
    require(found is not None or can_manage_deliverable(request.user, deliverable), MANAGERS_ONLY)
    needs_reason = found is not None and found.needs_reason
    form = (ReasonForm if needs_reason else StepForm)(*sent(request))
    if form.is_valid():
        with errors_on(form):
            move_deliverable(
                deliverable, step, reason=form.cleaned_data.get("reason", ""), actor=request.user
            )
            return done(request, f"You {found.done if found else step} {deliverable.code}.", deliverable)
    label = found.label if found else step.capitalize()
    back = deliverable_url(deliverable)
    return form_page(request, form, title=f"{label} {code}", submit=label, back=back, lead=deliverable.text)
