"""The profile of the organisation that applies, from inside its application. It goes for all rounds."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from grants.access import get_own_application
from grants.forms.team import ContactForm
from grants.models import Application
from grants.queries.organisation import CONTACTS_ONLY, contacts_of, history_of_profile, shown_profile
from grants.queries.team import team_of
from grants.views.own_page import crumbs, form_page, frame, own_url
from partners.forms import OrganisationForm, profile_of
from partners.permissions import is_contact
from partners.services import add_contact, remove_contact, update_organisation
from scsc.accounts.models import User
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent


@require_http_methods(["GET", "POST"])
@member_view
def organisation(request: MemberRequest, code: str) -> HttpResponse:
    """What the organisation says of itself. Those who act for it change it; others of the team read."""
    application = get_own_application(request, code)
    found = application.organisation
    may_change = is_contact(request.user, found)
    require(may_change or request.method != "POST", CONTACTS_ONLY)
    form = OrganisationForm(*sent(request), initial=profile_of(found), country=found.country)
    if form.is_valid():
        with errors_on(form):
            update_organisation(found, actor=request.user, **form.cleaned_data)
            messages.success(request, "The profile is saved, for all applications of the organisation.")
            return redirect(own_url(application, "organisation"))
    context = frame(request, application, "organisation")
    context |= {"organisation": found, "form": form, "may_change": may_change}
    context |= {"profile": shown_profile(found)}
    context |= {"contacts": contacts_of(found), "history": history_of_profile(found)}
    return render(request, "apply/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def add_person(request: MemberRequest, code: str) -> HttpResponse:
    """Let a colleague of the team act for the organisation as well."""
    application = _kept(request, code)
    people = _colleagues(application)
    form = ContactForm(*sent(request), people={str(pk): str(user) for pk, user in people.items()})
    if form.is_valid():
        with errors_on(form):
            user = people[int(form.cleaned_data["person"])]
            add_contact(application.organisation, user=user, actor=request.user)
            messages.success(request, f"{user} can now apply for {application.organisation}.")
            return redirect(own_url(application, "organisation"))
    return form_page(
        request,
        form,
        title=f"Who else acts for {application.organisation}?",
        lead="They can change its profile and begin applications in its name. "
        "Somebody who is not listed joins the team first.",
        submit="Add",
        back=own_url(application, "organisation"),
        crumbs=crumbs(application),
    )


@require_http_methods(["GET", "POST"])
@member_view
def remove_person(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """End that somebody acts for the organisation."""
    application = _kept(request, code)
    user = next((contact for contact in contacts_of(application.organisation) if contact.pk == pk), None)
    if user is None:
        raise Http404("Nobody who acts for this organisation.")
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            remove_contact(application.organisation, user=user, actor=request.user)
            messages.success(request, f"{user} no longer acts for {application.organisation}.")
            return redirect(own_url(application, "organisation"))
    return form_page(
        request,
        form,
        title=f"Remove {user} from {application.organisation}?",
        lead="They can no longer change its profile or begin applications in its name. "
        "Teams that they are on stay as they are.",
        submit="Remove",
        back=own_url(application, "organisation"),
        crumbs=crumbs(application),
    )


def _kept(request: MemberRequest, code: str) -> Application:
    """An own application whose organisation this person acts for: 404 for others', 403 without that."""
    application = get_own_application(request, code)
    require(is_contact(request.user, application.organisation), CONTACTS_ONLY)
    return application


def _colleagues(application: Application) -> dict[int, User]:
    """Those of the team who do not act for the organisation yet."""
    contacts = {user.pk for user in contacts_of(application.organisation)}
    return {member.user.pk: member.user for member in team_of(application) if member.user.pk not in contacts}
