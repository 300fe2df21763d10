"""The people of a program: who is in it, as what, and who is invited."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scsc.accounts.models import Invitation, User
from scsc.accounts.permissions import can_change_invitation
from scsc.accounts.queries import pending_invitations, people_history, people_of
from scsc.accounts.services import invite_person, renew_invitation, revoke_invitation
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.forms import InvitationForm, RolesForm
from scsc.programs.permissions import can_change_membership, can_manage_people, can_view_people
from scsc.programs.queries import given_memberships
from scsc.programs.services import OTHER_MANAGERS_ONLY, set_roles
from scsc.ui.forms import sent

MANAGERS_ONLY = "Only a manager of the program can do this."


@require_safe
@member_view
def people(request: MemberRequest) -> HttpResponse:
    """Everybody in the program with their roles; open invitations; what changed lately."""
    require(can_view_people(request.user, request.program))
    context = {
        "people": people_of(request.program),
        "invitations": pending_invitations(request.program),
        "history": people_history(request.program),
        "may_manage": can_manage_people(request.user, request.program),
    }
    return render(request, "programs/people.html", context)


@require_http_methods(["GET", "POST"])
@member_view
def invite(request: MemberRequest) -> HttpResponse:
    """Invite a person by mail."""
    require(can_manage_people(request.user, request.program), MANAGERS_ONLY)
    form = InvitationForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            invite_person(request.program, actor=request.user, **form.cleaned_data)
            messages.success(request, f"The invitation is on its way to {form.cleaned_data['email']}.")
            return redirect(_people_url(request))
    context = {"form": form, "crumbs": [("People", _people_url(request))]}
    return render(request, "programs/invite.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def resend(request: MemberRequest, pk: int) -> HttpResponse:
    """Send an invitation again with a new link."""
    invitation = _invitation(request, pk)
    return _confirmed(
        request,
        act=lambda: renew_invitation(invitation, actor=request.user),
        done=f"A new invitation is on its way to {invitation.email}. The earlier link no longer works.",
        title=f"Send the invitation of {invitation.email} again?",
        text="The message goes out with a new link. The link sent before stops working.",
        button="Send again",
    )


@require_http_methods(["GET", "POST"])
@member_view
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _invitation(request, pk)
    return _confirmed(
        request,
        act=lambda: revoke_invitation(invitation, actor=request.user),
        done=f"The invitation of {invitation.email} is withdrawn.",
        title=f"Withdraw the invitation of {invitation.email}?",
        text="Its link stops working at once. You can invite the person again later.",
        button="Withdraw",
    )


@require_http_methods(["GET", "POST"])
@member_view
def roles(request: MemberRequest, pk: int) -> HttpResponse:
    """Change the roles of one person."""
    person = _other_member(request, pk)
    held = list(given_memberships(request.program).filter(user=person).values_list("role", flat=True))
    form = RolesForm(*sent(request), initial={"roles": held})
    if form.is_valid():
        with errors_on(form):
            set_roles(request.program, user=person, actor=request.user, **form.cleaned_data)
            messages.success(request, f"The roles of {person} are changed.")
            return redirect(_people_url(request))
    context = {"form": form, "person": person, "crumbs": [("People", _people_url(request))]}
    return render(request, "programs/roles.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a person from the program: all their roles at once."""
    person = _other_member(request, pk)
    return _confirmed(
        request,
        act=lambda: set_roles(request.program, user=person, roles=[], actor=request.user),
        done=f"{person} is no longer in this program.",
        title=f"Remove {person} from {request.program}?",
        text="They lose every role here at once. What they did stays in the record, and applications of "
        "their own stay theirs.",
        button="Remove",
    )


def _people_url(request: MemberRequest) -> str:
    return reverse("programs:people", kwargs={"program": request.program.slug})


def _invitation(request: MemberRequest, pk: int) -> Invitation:
    """An invitation of this program that the person may change: 404 for others' and 403 for readers."""
    require(can_view_people(request.user, request.program))
    invitation = get_object_or_404(request.program.invitations.select_related("program"), pk=pk)
    require(can_change_invitation(request.user, invitation), MANAGERS_ONLY)
    return invitation


def _other_member(request: MemberRequest, pk: int) -> User:
    """A member whose roles the person may change: 404 for strangers and mere applicants, 403 for readers and
    for oneself."""
    require(can_view_people(request.user, request.program))
    found = given_memberships(request.program).select_related("program", "user")
    membership = found.filter(user=pk).first()
    if membership is None:
        raise Http404("Nobody of this program.")
    require(can_change_membership(request.user, membership), OTHER_MANAGERS_ONLY)
    return membership.user


def _confirmed(
    request: MemberRequest, *, act: Callable[[], object], done: str, title: str, text: str, button: str
) -> HttpResponse:
    """Ask on a page of its own, then act and go back to the people."""
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            act()
            messages.success(request, done)
            return redirect(_people_url(request))
    context = {"form": form, "title": title, "text": text, "button": button, "back": _people_url(request)}
    return render(request, "programs/confirm.html", context, status=422 if form.errors else 200)
