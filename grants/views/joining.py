"""The page behind the link of an invitation to a team: for the person invited, and for everybody else."""

from typing import cast

from allauth.account.utils import perform_login
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grants.models import TeamInvitation
from grants.models.applications import Rights
from grants.permissions import rights_on
from grants.queries.team import team_invitation_of
from grants.services.invitations import CANNOT_JOIN, MAY
from grants.services.team import accept_team_invitation, join_as_new_person
from scsc.accounts.forms import NewPersonForm
from scsc.accounts.models import User
from scsc.accounts.queries import has_account
from scsc.accounts.states import InvitationState, state_of
from scsc.errors import errors_on
from scsc.programs.access import PublicRequest, public_view
from scsc.ui.forms import sent


@never_cache
@require_http_methods(["GET", "POST"])
@public_view
def join(request: PublicRequest, token: str) -> HttpResponse:
    """What an invitation offers, and accepting it. Opening the page accepts nothing."""
    found = team_invitation_of(token)
    if found is None:
        return render(request, "apply/join_closed.html", status=404)
    found.program = found.application.program = request.program
    if _has_joined(request, found):
        return redirect("apply:tasks", request.program.slug, found.application.code)
    if closed := CANNOT_JOIN.get(state_of(found)):
        used = state_of(found) == InvitationState.ACCEPTED
        context = {"invitation": found, "closed": closed, "used": used}
        return render(request, "apply/join_closed.html", context, status=410)
    if not request.user.is_authenticated and not has_account(found.email):
        return _join_as_stranger(request, found)
    return _join_as_known(request, found)


def _join_as_stranger(request: PublicRequest, found: TeamInvitation) -> HttpResponse:
    """Name and password make the account and join the team in one step."""
    form = NewPersonForm(*sent(request), email=found.email)
    if form.is_valid():
        with errors_on(form):
            user = join_as_new_person(found, **form.cleaned_data)
            onward = reverse("apply:tasks", args=[request.program.slug, found.application.code])
            return cast(
                HttpResponse, perform_login(request, user, email_verification="none", redirect_url=onward)
            )
    context = {"invitation": found, "may": MAY[Rights(found.rights)], "form": form}
    return render(request, "apply/join_new.html", context, status=422 if form.errors else 200)


def _join_as_known(request: PublicRequest, found: TeamInvitation) -> HttpResponse:
    """One button for the person invited; for anybody else, the way to the right account."""
    person = request.user
    right = isinstance(person, User) and person.email.lower() == found.email.lower()
    form = Form(*sent(request))
    if isinstance(person, User) and right and form.is_valid():
        with errors_on(form):
            application = accept_team_invitation(found, actor=person)
            messages.success(request, f"You are now on the team of {application.code}.")
            return redirect("apply:tasks", request.program.slug, application.code)
    context = {"invitation": found, "may": MAY[Rights(found.rights)], "right": right, "form": form}
    context["here"] = request.get_full_path()
    return render(request, "apply/join_known.html", context, status=422 if form.errors else 200)


def _has_joined(request: PublicRequest, found: TeamInvitation) -> bool:
    """Whether this very person accepted before, in another tab or with a second click, and is still there."""
    person = request.user
    return (
        isinstance(person, User)
        and found.accepted_by_id == person.pk
        and rights_on(person, found.application) is not None
    )
