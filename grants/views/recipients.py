"""Who was funded: written down by staff, made public by managers."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import LISTED_FOR, STAFF_ONLY
from grants.forms.handling import WhyForm
from grants.forms.recipients import NewRecipientForm, RecipientForm
from grants.models import Recipient, Round
from grants.permissions import (
    can_edit_recipient,
    can_list_recipients,
    can_publish_recipient,
    can_record_recipients,
)
from grants.queries.recipients import Award, award_of, awards_page
from grants.services.recipients import (
    FACTS,
    MANAGERS_ONLY,
    OWN,
    change_recipient,
    publish_recipient,
    record_recipient,
    remove_recipient,
    unpublish_recipient,
)
from grants.views.handling import FORM
from partners.models import Organisation
from partners.queries import names_to_offer
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page


def _url(recipient: Recipient) -> str:
    return reverse("applications:recipient", args=[recipient.program.slug, recipient.pk])


def _list_url(request: MemberRequest) -> str:
    return reverse("applications:recipients", args=[request.program.slug])


def _award(request: MemberRequest, pk: int) -> Award:
    require(can_list_recipients(request.user, request.program), LISTED_FOR)
    award = award_of(request.user, request.program, pk)
    if award is None:
        raise Http404(f"No recipient {pk}.")
    return award


def _get(request: MemberRequest, pk: int) -> Recipient:
    return _award(request, pk).recipient


def _done(request: MemberRequest, words: str, url: str) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(url)


@require_safe
@member_view
def recipient_list(request: MemberRequest) -> HttpResponse:
    """Everybody who was written down, published or not."""
    require(can_list_recipients(request.user, request.program), LISTED_FOR)
    chosen, only_unpublished = request.GET.get("round", ""), request.GET.get("show") == "unpublished"
    context = {
        "page": awards_page(
            request.user,
            request.program,
            round_code=chosen,
            only_unpublished=only_unpublished,
            number=request.GET.get("page"),
        ),
        "rounds": Round.objects.only("code", "title", "opens_at"),
        "chosen": chosen,
        "only_unpublished": only_unpublished,
        "can_record": can_record_recipients(request.user, request.program),
        "crumbs": [("Applications", reverse("applications:list", args=[request.program.slug]))],
    }
    return render(request, "applications/recipients.html", context)


@require_http_methods(FORM)
@member_view
def new_recipient(request: MemberRequest) -> HttpResponse:
    """Write down an award that was decided outside this system."""
    require(can_record_recipients(request.user, request.program), STAFF_ONLY)
    initial = {
        "round": request.GET.get("round", ""),
        "organisation": _name_of(request.GET.get("organisation", "")),
    }
    form = NewRecipientForm(*sent(request), initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        round_, organisation = data.pop("round"), data.pop("organisation")
        round_.program = organisation.program = request.program
        with errors_on(form):
            recipient = record_recipient(round_, organisation=organisation, **data, actor=request.user)
            words = "The recipient is written down. The public sees it once a program manager publishes it."
            return _done(request, words, _url(recipient))
    context = {"form": form, "back": _list_url(request), "names": names_to_offer()}
    return render(request, "applications/new_recipient.html", context, status=422 if form.is_bound else 200)


@require_safe
@member_view
def recipient_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One award with its history."""
    award = _award(request, pk)
    recipient = award.recipient
    context = {
        "recipient": recipient,
        "amount": award.amount,
        "crumbs": [("Recipients", _list_url(request))],
        "history": history_of([recipient]),
        "can_edit": can_edit_recipient(request.user, recipient),
        "can_publish": can_publish_recipient(request.user, recipient),
    }
    return render(request, "applications/recipient.html", context)


@require_http_methods(FORM)
@member_view
def edit_recipient(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct one that is not public yet."""
    recipient = _get(request, pk)
    require(can_record_recipients(request.user, request.program), STAFF_ONLY)
    require(can_edit_recipient(request.user, recipient), OWN)
    form = RecipientForm(*sent(request), initial={name: getattr(recipient, name) for name in FACTS})
    if form.is_valid():
        with errors_on(form):
            change_recipient(recipient, **form.cleaned_data, actor=request.user)
            return _done(request, "The changes are saved.", _url(recipient))
    return form_page(
        request,
        form,
        title=f"Change “{recipient.title}”",
        submit="Save changes",
        back=_url(recipient),
        lead=f"{recipient.organisation}, {recipient.round}",
    )


@require_http_methods(FORM)
@member_view
def publish(request: MemberRequest, pk: int) -> HttpResponse:
    """Let everybody read it; first a page that shows what they will read."""
    award = _award(request, pk)
    recipient = award.recipient
    require(can_publish_recipient(request.user, recipient), MANAGERS_ONLY)
    if request.method == "POST":
        publish_recipient(recipient, actor=request.user)
        return _done(request, f"“{recipient.title}” is public.", _url(recipient))
    context = {"recipient": recipient, "amount": award.amount, "back": _url(recipient)}
    return render(request, "applications/publish_recipient.html", context)


@require_http_methods(FORM)
@member_view
def unpublish(request: MemberRequest, pk: int) -> HttpResponse:
    """Take it off the public page."""
    recipient = _get(request, pk)
    require(can_publish_recipient(request.user, recipient), MANAGERS_ONLY)
    form = WhyForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            unpublish_recipient(recipient, **form.cleaned_data, actor=request.user)
            return _done(request, f"“{recipient.title}” is not public any more.", _url(recipient))
    return form_page(
        request,
        form,
        title=f"Take “{recipient.title}” off the public page",
        submit="Take off",
        back=_url(recipient),
        lead="It stays written down and can be published again.",
    )


@require_http_methods(FORM)
@member_view
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Take out one that was written down by mistake."""
    recipient = _get(request, pk)
    require(can_record_recipients(request.user, request.program), STAFF_ONLY)
    require(can_edit_recipient(request.user, recipient), OWN)
    form = WhyForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            remove_recipient(recipient, **form.cleaned_data, actor=request.user)
            return _done(request, f"“{recipient.title}” is taken out.", _list_url(request))
    return form_page(
        request,
        form,
        title=f"Take out “{recipient.title}”",
        submit="Take out",
        back=_url(recipient),
        lead="For something written down by mistake. The audit trail keeps what it said.",
    )


def _name_of(pk: str) -> str:
    """The name of the organisation that the address names, if there is one."""
    found = Organisation.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    return found.name if found else ""
