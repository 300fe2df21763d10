"""Agreements: the list, one with everything about it, and the steps of its life."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partners.forms_agreements import AgreementFilterForm, AgreementForm
from partners.models import Agreement
from partners.permissions import can_activate_agreement, can_edit_agreement, can_list_agreements
from partners.queries_agreements import TONES, agreement_of, agreements_page
from partners.services_agreements import EDITORS_ONLY, activate_agreement, change_agreement
from partners.states import AgreementState
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

FORM = ["GET", "HEAD", "POST"]
READERS_ONLY = "Program staff, finance approvers, executives and auditors see agreements. Ask one of them."
MANAGERS_ONLY = "Program managers activate agreements, but not of an organisation they act for."


def agreement_url(agreement: Agreement) -> str:
    return reverse("agreements:agreement", args=[agreement.program.slug, agreement.code])


def get_agreement(request: MemberRequest, code: str) -> Agreement:
    """An agreement, for those who may know of it."""
    require(can_list_agreements(request.user, request.program), READERS_ONLY)
    agreement = agreement_of(request.user, code)
    if agreement is None:
        raise Http404(f"No agreement {code} for this person.")
    agreement.program = agreement.organisation.program = request.program
    return agreement


@require_safe
@member_view
def agreement_list(request: MemberRequest) -> HttpResponse:
    """All agreements, the newest first."""
    require(can_list_agreements(request.user, request.program), READERS_ONLY)
    form = AgreementFilterForm(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("words", "").replace("\0", "")
    chosen = form.cleaned_data.get("state", "")
    page = agreements_page(request.user, words=words, state=chosen, number=request.GET.get("page"))
    context = {"page": page, "filters": AgreementFilterForm(initial={"words": words, "state": chosen})}
    return render(request, "agreements/list.html", context)


@require_safe
@member_view
def agreement_page(request: MemberRequest, code: str) -> HttpResponse:
    """One agreement: what was agreed on, how it stands, what happened to it."""
    agreement = get_agreement(request, code)
    proposed = agreement.state == AgreementState.PROPOSED
    context = {
        "agreement": agreement,
        "tone": TONES[AgreementState(agreement.state)],
        "crumbs": [("Agreements", reverse("agreements:list", args=[request.program.slug]))],
        "history": history_of([agreement]),
        "can_edit": proposed and can_edit_agreement(request.user, agreement),
        "can_activate": proposed and can_activate_agreement(request.user, agreement),
    }
    return render(request, "agreements/agreement.html", context)


@require_http_methods(FORM)
@member_view
def edit(request: MemberRequest, code: str) -> HttpResponse:
    """Set the days of the work and the conditions, while it is proposed."""
    agreement = get_agreement(request, code)
    require(can_edit_agreement(request.user, agreement), EDITORS_ONLY)
    initial = {
        "starts_on": agreement.starts_on,
        "ends_on": agreement.ends_on,
        "conditions": "\n".join(agreement.conditions),
    }
    form = AgreementForm(*sent(request), initial=initial)
    if form.is_valid():
        with errors_on(form):
            change_agreement(agreement, **form.cleaned_data, actor=request.user)
            return _done(request, "The agreement is saved.", agreement)
    title = f"Dates and conditions of {agreement.code}"
    back = agreement_url(agreement)
    return form_page(request, form, title=title, submit="Save", back=back, guard=True)


@require_http_methods(FORM)
@member_view
def activate(request: MemberRequest, code: str) -> HttpResponse:
    """Let the work begin; first a page that says what follows."""
    agreement = get_agreement(request, code)
    require(can_activate_agreement(request.user, agreement), MANAGERS_ONLY)
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            activate_agreement(agreement, actor=request.user)
            return _done(request, f"Agreement {agreement.code} is active.", agreement)
    return form_page(
        request,
        form,
        title=f"Activate agreement {agreement.code}?",
        lead="The work begins as agreed. The award that it rests on can then not be reversed any more.",
        submit="Activate",
        back=agreement_url(agreement),
    )


def _done(request: MemberRequest, words: str, agreement: Agreement) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(agreement_url(agreement))
