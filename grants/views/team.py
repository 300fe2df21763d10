"""The team of an application: who is on it, invitations, rights, and the way out."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.access import get_own_application
from grants.forms.team import InviteForm, RightsForm
from grants.models import Application, TeamInvitation
from grants.permissions import can_submit_application
from grants.queries.team import TeamMember, invitations_for, team_of, waiting_invitations
from grants.services.team import (
    accept_team_invitation,
    change_rights,
    invite_to_team,
    remove_from_team,
    renew_team_invitation,
    withdraw_team_invitation,
)
from grants.views.own_page import crumbs, form_page, frame, own_url
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, member_view, person_view, require
from scsc.ui.forms import sent

SUBMITTERS_ONLY = "Only somebody of the team who may submit can do this. Ask one of them."


@require_safe
@member_view
def team(request: MemberRequest, code: str) -> HttpResponse:
    """Everybody on the team with what they may do, and the invitations that wait for an answer."""
    application = get_own_application(request, code)
    context = frame(request, application, "team")
    context |= {"team": team_of(application), "invitations": waiting_invitations(application)}
    return render(request, "apply/team.html", context)


@require_http_methods(["GET", "POST"])
@member_view
def invite(request: MemberRequest, code: str) -> HttpResponse:
    """Invite a colleague by mail."""
    application = _managed(request, code)
    form = InviteForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            invitation = invite_to_team(application, actor=request.user, **form.cleaned_data)
            messages.success(request, f"The invitation is on its way to {invitation.email}.")
            return redirect(own_url(application, "team"))
    return form_page(
        request,
        form,
        title="Invite a colleague",
        lead="They get a message with a link that works once. They read what is written so far.",
        submit="Send the invitation",
        back=own_url(application, "team"),
        crumbs=_crumbs(application),
    )


@require_http_methods(["GET", "POST"])
@member_view
def rights(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Change what a member of the team may do."""
    application = _managed(request, code)
    member = _member(application, pk)
    form = RightsForm(*sent(request), initial={"rights": member.rights})
    if form.is_valid():
        with errors_on(form):
            change_rights(application, user=member.user, actor=request.user, **form.cleaned_data)
            messages.success(request, f"What {member.user} may do is changed.")
            return redirect(own_url(application, "team"))
    return form_page(
        request,
        form,
        title=f"What {member.user} may do",
        submit="Save",
        back=own_url(application, "team"),
        crumbs=_crumbs(application),
    )


@require_http_methods(["GET", "POST"])
@member_view
def remove_member(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Take somebody off the team, or leave it oneself."""
    application = get_own_application(request, code)
    own = pk == request.user.pk
    require(own or can_submit_application(request.user, application), SUBMITTERS_ONLY)
    user = _member(application, pk).user
    return _confirmed(
        request,
        application,
        act=lambda: remove_from_team(application, user=user, actor=request.user),
        done="You have left the team." if own else f"{user} is no longer on the team.",
        title="Leave this team?" if own else f"Remove {user} from the team?",
        text="You lose access at once. A colleague can invite you again."
        if own
        else "They lose access at once, and invitations they sent are withdrawn. What they wrote stays.",
        button="Leave the team" if own else "Remove",
        after="mine" if own else "team",
    )


@require_http_methods(["GET", "POST"])
@member_view
def withdraw_invitation(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    application = _managed(request, code)
    invitation = _invitation(application, pk)
    return _confirmed(
        request,
        application,
        act=lambda: withdraw_team_invitation(invitation, actor=request.user),
        done=f"The invitation of {invitation.email} is withdrawn.",
        title=f"Withdraw the invitation of {invitation.email}?",
        text="Its link stops working at once. You can invite them again later.",
        button="Withdraw the invitation",
    )


@require_http_methods(["GET", "POST"])
@member_view
def resend_invitation(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    application = _managed(request, code)
    invitation = _invitation(application, pk)
    return _confirmed(
        request,
        application,
        act=lambda: renew_team_invitation(invitation, actor=request.user),
        done=f"A new invitation is on its way to {invitation.email}. The earlier link no longer works.",
        title=f"Send the invitation of {invitation.email} again?",
        text="The message goes out with a new link. The link sent before stops working.",
        button="Send again",
    )


@require_POST
@person_view
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    """Join from the list of invitations that wait for one's own, confirmed address."""
    waiting = invitations_for(request.user, timezone.now())
    invitation = next((found for found in waiting if found.pk == pk), None)
    if invitation is None:
        raise Http404("No such invitation for this person.")
    invitation.application.program = request.program
    try:
        application = accept_team_invitation(invitation, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("apply:mine", request.program.slug)
    messages.success(request, f"You are now on the team of {application.code}.")
    return redirect("apply:tasks", request.program.slug, application.code)


def _managed(request: MemberRequest, code: str) -> Application:
    """An own application whose team this person manages: 404 for others', 403 without the right."""
    application = get_own_application(request, code)
    require(can_submit_application(request.user, application), SUBMITTERS_ONLY)
    return application


def _member(application: Application, pk: int) -> TeamMember:
    member = next((found for found in team_of(application) if found.user.pk == pk), None)
    if member is None:
        raise Http404("Nobody of this team.")
    return member


def _invitation(application: Application, pk: int) -> TeamInvitation:
    invitation = application.invitations.filter(pk=pk).first()
    if invitation is None:
        raise Http404("No invitation to this team.")
    invitation.application = application
    return invitation


def _crumbs(application: Application) -> list[tuple[str, str]]:
    return [*crumbs(application), ("Team", own_url(application, "team"))]


def _confirmed(
    request: MemberRequest,
    application: Application,
    *,
    act: Callable[[], object],
    done: str,
    title: str,
    text: str,
    button: str,
    after: str = "team",
) -> HttpResponse:
    """Ask on a page of its own, then act and go back to the team."""
    back, form = own_url(application, "team"), Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            act()
            messages.success(request, done)
            return redirect("apply:mine", request.program.slug) if after == "mine" else redirect(back)
    return form_page(
        request, form, title=title, lead=text, submit=button, back=back, crumbs=_crumbs(application)
    )
