"""Organisations: the list with its duplicates, one with everything about it, and the merge of two."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partners.access import READERS_ONLY, STAFF_ONLY, get_organisation
from partners.forms import OrganisationForm, profile_of
from partners.forms_staff import MergeForm, RegisterForm, profile_words
from partners.models import Organisation
from partners.permissions import (
    can_edit_organisation,
    can_list_organisations,
    can_merge_organisations,
    can_open_statements,
    is_contact,
)
from partners.queries import contacts_of, duplicates_of, organisation_page, rows_of, safeguarding_of
from partners.related import hidden_from, sections_of
from partners.services import REGISTER, create_organisation, update_organisation
from partners.services_merge import merge_organisations
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.clock import day_of
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

FORM = ["GET", "HEAD", "POST"]
MERGERS_ONLY = "Program managers and officers merge organisations. Ask one of them."
OWN = "You act for one of these organisations. Ask a colleague to merge them."


def organisation_url(organisation: Organisation) -> str:
    return reverse("organisations:organisation", args=[organisation.program.slug, organisation.pk])


def _done(request: MemberRequest, words: str, organisation: Organisation) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(organisation_url(organisation))


@require_safe
@member_view
def organisation_list(request: MemberRequest) -> HttpResponse:
    """All organisations that stand for themselves, to search; those that may be the same ones are marked."""
    require(can_list_organisations(request.user, request.program), READERS_ONLY)
    words, only_alike = request.GET.get("words", "")[:200].replace("\0", ""), "alike" in request.GET
    page = organisation_page(words, only_alike=only_alike, number=request.GET.get("page"))
    context = {
        "page": page,
        "words": words,
        "only_alike": only_alike,
        "can_enter": can_merge_organisations(request.user, request.program),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    alone = htmx and not htmx.history_restore_request
    return render(request, "organisations/_rows.html" if alone else "organisations/list.html", context)


@require_safe
@member_view
def organisation_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """Everything about one; a merged one leads to the row that stands for it."""
    organisation = get_organisation(request, pk)
    if organisation.merged_into is not None:
        messages.info(request, f"“{organisation}” was merged into this organisation.")
        return redirect("organisations:organisation", request.program.slug, organisation.merged_into_id)
    rows = rows_of(organisation)
    ids = [row.pk for row in rows]
    context = {
        "organisation": organisation,
        "profile": profile_words(organisation),
        "merged": rows[1:],
        "crumbs": [("Organisations", reverse("organisations:list", args=[request.program.slug]))],
        "duplicates": duplicates_of(organisation),
        "contacts": contacts_of(rows),
        "safeguarding": safeguarding_of(
            rows, on=day_of(request.program, timezone.now()), hidden=hidden_from(request.user, ids)
        ),
        "sections": sections_of(request.user, organisation, ids),
        "may_open": can_open_statements(request.user, request.program),
        "history": history_of(rows),
        "can_edit": can_edit_organisation(request.user, organisation),
        "can_merge": can_merge_organisations(request.user, request.program)
        and not is_contact(request.user, organisation),
    }
    return render(request, "organisations/organisation.html", context)


@require_http_methods(FORM)
@member_view
def new_organisation(request: MemberRequest) -> HttpResponse:
    """Enter an organisation that nobody of it has entered."""
    require(can_merge_organisations(request.user, request.program), STAFF_ONLY)
    form = OrganisationForm(*sent(request), country=request.program.country)
    if form.is_valid():
        with errors_on(form):
            made = create_organisation(
                request.program, **form.cleaned_data, actor=request.user, as_contact=False
            )
            return _done(request, f"{made} is entered.", made)
    back = reverse("organisations:list", args=[request.program.slug])
    return form_page(request, form, title="Enter an organisation", submit="Enter organisation", back=back)


@require_http_methods(FORM)
@member_view
def edit_profile(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct what is known about an organisation."""
    organisation = _editable(request, pk)
    form = OrganisationForm(*sent(request), initial=profile_of(organisation), country=organisation.country)
    return _change(request, organisation, form, title=f"Change the profile of {organisation}")


@require_http_methods(FORM)
@member_view
def edit_register(request: MemberRequest, pk: int) -> HttpResponse:
    """Note what a register says: charity, deductible gift recipient, where it was read, and when."""
    organisation = _editable(request, pk)
    today = day_of(request.program, timezone.now())
    initial = {name: getattr(organisation, name) for name in REGISTER}
    form = RegisterForm(*sent(request), initial=initial, today=today)
    return _change(request, organisation, form, title=f"What the register says of {organisation}")


@require_http_methods(FORM)
@member_view
def merge(request: MemberRequest, pk: int, other: int) -> HttpResponse:
    """Two rows side by side: which values stay, then one organisation."""
    into, source = get_organisation(request, pk), get_organisation(request, other)
    require(can_merge_organisations(request.user, request.program), MERGERS_ONLY)
    require(not is_contact(request.user, into) and not is_contact(request.user, source), OWN)
    if into.pk == source.pk or into.merged_into or source.merged_into:
        raise Http404("One of the two was merged already, or both are the same.")
    form = MergeForm(*sent(request), into=into, source=source)
    if form.is_valid():
        with errors_on(form):
            merge_organisations(source, into=into, take=form.cleaned_data, actor=request.user)
            return _done(request, f"“{source}” and “{into}” are one organisation now.", into)
    context: dict[str, Any] = {
        "form": form,
        "differences": form.differences(),
        "into": into,
        "source": source,
        "people": contacts_of([into, source]),
        "sections": sections_of(request.user, source, [source.pk]),
        "back": organisation_url(into),
    }
    return render(request, "organisations/merge.html", context, status=422 if form.is_bound else 200)


def _editable(request: MemberRequest, pk: int) -> Organisation:
    organisation = get_organisation(request, pk)
    require(can_edit_organisation(request.user, organisation), STAFF_ONLY)
    if organisation.merged_into is not None:
        raise Http404(f"Organisation {pk} was merged into another.")
    return organisation


def _change(request: MemberRequest, organisation: Organisation, form: Any, *, title: str) -> HttpResponse:
    if form.is_valid():
        with errors_on(form):
            changed = update_organisation(organisation, **form.cleaned_data, actor=request.user)
            return _done(request, "The changes are saved.", changed)
    return form_page(request, form, title=title, submit="Save changes", back=organisation_url(organisation))
