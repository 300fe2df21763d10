"""A person's account, the second factor, invitations, and the sign-in of the demonstration."""

from typing import cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from scsc.accounts.demonstration import begin_demonstration_session
from scsc.accounts.forms import NameForm, NewPersonForm, PersonaForm
from scsc.accounts.mailbox import mail_folder, read_mails
from scsc.accounts.models import Invitation, User
from scsc.accounts.queries import has_account, invitation_of, personas
from scsc.accounts.second_factor import Standing, factors_of, standing_of
from scsc.accounts.services import CANNOT_ACCEPT, accept_as_new_person, accept_invitation, rename_person
from scsc.accounts.states import InvitationState, state_of
from scsc.errors import errors_on
from scsc.programs.permissions import can_enter_program
from scsc.programs.tenancy import program_scope
from scsc.ui.forms import sent


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The person's name, and the way to their address, password, second factor and sessions."""
    person = cast(User, request.user)
    form = NameForm(*sent(request), initial={"name": person.name})
    if form.is_valid():
        rename_person(person, name=form.cleaned_data["name"], actor=person)
        messages.success(request, "Your name is changed.")
        return redirect("accounts:index")
    context = {"form": form, "factors": factors_of(person.pk).count()}
    return render(request, "accounts/index.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and how to set one up or show it."""
    onward = _safe_next(request)
    standing = standing_of(request)
    if standing.may_pass:
        return redirect(onward)
    kinds = set(factors_of(request.user.pk).values_list("type", flat=True))
    context = {"missing": standing is Standing.MISSING, "kinds": kinds, "next": onward}
    return render(request, "accounts/second_factor.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link: what is offered, and accepting it."""
    found = invitation_of(token)
    if found is None:
        return render(request, "accounts/invitation_closed.html", status=404)
    with timezone.override(found.program.timezone):
        return _answer(request, found)


@never_cache
@require_http_methods(["GET", "POST"])
def demonstration(request: HttpRequest) -> HttpResponse:
    """One button a persona, in a demonstration only."""
    if not settings.DEMO:
        raise Http404("This is not a demonstration.")
    found, form = personas(), PersonaForm(*sent(request))
    if form.is_valid():
        user, slug = form.cleaned_data["persona"], form.cleaned_data["program"]
        if any(persona.user == user and persona.enters.slug == slug for persona in found):
            begin_demonstration_session(request, user)
            return redirect("today", slug)
    if form.is_bound:
        messages.error(request, "That persona is not part of the demonstration. Choose one of these.")
    return render(request, "accounts/demonstration.html", {"personas": found})


@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mails of a demonstration, so that links in them can be followed without a mail server."""
    if not settings.DEMO:
        raise Http404("This is not a demonstration.")
    folder, to = mail_folder(), request.GET.get("to", "").strip()
    mails = read_mails(folder, to=to) if folder else []
    return render(request, "accounts/mailbox.html", {"is_kept": folder is not None, "mails": mails, "to": to})


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    """What an invitation says to this person, by where both stand."""
    if _has_taken_up(request, found):
        return redirect("today", found.program.slug)
    if closed := CANNOT_ACCEPT.get(state_of(found)):
        context = {"invitation": found, "closed": closed, "used": state_of(found) == InvitationState.ACCEPTED}
        return render(request, "accounts/invitation_closed.html", context, status=410)
    if not request.user.is_authenticated and not has_account(found.email):
        return _accept_as_stranger(request, found)
    return _accept_as_member(request, found)


def _accept_as_stranger(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Name and password make the account and take up the role in one step."""
    form = NewPersonForm(*sent(request), email=found.email, initial={"name": found.name})
    if form.is_valid():
        with errors_on(form):
            with program_scope(found.program):
                user = accept_as_new_person(found, **form.cleaned_data)
            return _sign_in(request, user, onward=reverse("today", args=[found.program.slug]))
    context = {"invitation": found, "form": form}
    return render(request, "accounts/invitation_new.html", context, status=422 if form.errors else 200)


def _accept_as_member(request: HttpRequest, found: Invitation) -> HttpResponse:
    """One button for the person invited; for anybody else, the way to the right account."""
    person = cast(User, request.user)
    right = request.user.is_authenticated and person.email.lower() == found.email.lower()
    form = Form(*sent(request))
    if right and form.is_valid():
        with errors_on(form):
            with program_scope(found.program):
                accept_invitation(found, actor=person)
            messages.success(request, f"You are now {found.get_role_display()} of {found.program}.")
            return redirect("today", found.program.slug)
    context = {"invitation": found, "right": right, "here": request.get_full_path(), "form": form}
    return render(request, "accounts/invitation_known.html", context, status=422 if form.errors else 200)


def _sign_in(request: HttpRequest, user: User, *, onward: str) -> HttpResponse:
    """Begin the session of an account that the link's holder has just made."""
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=onward)
    return response


def _has_taken_up(request: HttpRequest, found: Invitation) -> bool:
    """Whether this very person accepted before, in another tab or with a second click, and is still in."""
    taken = request.user.is_authenticated and found.accepted_by_id == request.user.pk
    return taken and can_enter_program(cast(User, request.user), found.program)


def _safe_next(request: HttpRequest) -> str:
    """Where to go on to, on this site only."""
    onward = request.GET.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts=hosts, require_https=request.is_secure())
    return onward if onward and safe else "/"
