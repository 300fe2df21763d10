"""The register of interests: one's own, and everybody's for those who keep the record."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.forms.panels import InterestForm
from grants.models import Interest
from grants.permissions import can_view_register, has_interests
from grants.queries.interests import all_interests, is_statement_due, last_statement, register_of
from grants.registers import csv_response, interests_csv
from grants.services.interests import NOT_FOR_YOU, add_interest, end_interest, state_interests
from grants.views.handling import FORM
from grants.views.panel_places import places
from partners.queries import names_to_offer
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent

REGISTER_ONLY = "Chairs, secretaries, program managers and auditors read everybody's interests."


def _own_url(request: MemberRequest) -> str:
    return reverse("panel:interests", args=[request.program.slug])


@require_safe
@member_view
def own_register(request: MemberRequest) -> HttpResponse:
    """One's own entries, and whether the yearly statement is due."""
    return _own(request, Form())


@require_http_methods(FORM)
@member_view
def new_interest(request: MemberRequest) -> HttpResponse:
    """Enter an interest."""
    require(has_interests(request.user, request.program), NOT_FOR_YOU)
    form = InterestForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            entry = add_interest(request.program, **form.cleaned_data, actor=request.user)
            messages.success(request, f"Your interest in {entry.organisation_name} is on the register.")
            return redirect(_own_url(request))
    context = {"form": form, "back": _own_url(request), "names": names_to_offer()}
    return render(request, "panels/new_interest.html", context, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
@member_view
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """Say that an interest has ended; asked on a page of its own."""
    require(has_interests(request.user, request.program), NOT_FOR_YOU)
    entry = Interest.objects.filter(pk=pk, user=request.user, ended_at=None).first()
    if entry is None:
        raise Http404(f"No interest {pk} of this person.")
    entry.program = request.program
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            end_interest(entry, actor=request.user)
            messages.success(request, f"Your interest in {entry.organisation_name} has ended.")
            return redirect(_own_url(request))
    context: dict[str, Any] = {
        "form": form,
        "title": f"Has your interest in {entry.organisation_name} ended?",
        "text": "The entry stays on the register, with today as its end. What was declared stays as it is.",
        "button": "It has ended",
        "back": _own_url(request),
    }
    return render(request, "programs/confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
@member_view
def state(request: MemberRequest) -> HttpResponse:
    """State that the register is complete."""
    require(has_interests(request.user, request.program), NOT_FOR_YOU)
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            state_interests(request.program, actor=request.user)
            messages.success(request, "Thank you. Your statement is recorded, and due again in a year.")
            return redirect(_own_url(request))
    return _own(request, form)


@require_safe
@member_view
def register(request: MemberRequest) -> HttpResponse:
    """Everybody's interests."""
    require(can_view_register(request.user, request.program), REGISTER_ONLY)
    found = register_of(request.program, now=timezone.now())
    context = {"registers": found, "places": places(request), "due": sum(row.is_due for row in found)}
    return render(request, "panels/register.html", context)


@require_safe
@member_view
def export(request: MemberRequest) -> HttpResponse:
    """The same as a file."""
    require(can_view_register(request.user, request.program), REGISTER_ONLY)
    text = interests_csv(register_of(request.program, now=timezone.now()), request.program)
    return csv_response(text, f"{request.program.slug}-interests-{timezone.localdate():%Y-%m-%d}.csv")


def _own(request: MemberRequest, form: Form) -> HttpResponse:
    require(has_interests(request.user, request.program), NOT_FOR_YOU)
    stated_at = last_statement(request.user)
    context = {
        "form": form,
        "interests": all_interests(request.user),
        "places": places(request),
        "stated_at": stated_at,
        "is_due": is_statement_due(stated_at, timezone.now()),
    }
    return render(request, "panels/interests.html", context, status=422 if form.errors else 200)
