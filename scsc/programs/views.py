"""The people of a program: who is in it, as what, and who is invited."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from scsc.accounts.models import Invitation, User
from scsc.accounts.permissions import can_change_invitation
from scsc.accounts.queries import pending_invitations, people_history, people_of
from scsc.accounts.services import invite_person, renew_invitation, revoke_invitation
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.forms import InvitationForm, RolesForm
from scsc.programs.permissions import can_manage_people, can_view_people
from scsc.programs.services import set_roles

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
    form = InvitationForm(_posted(request))
    if form.is_valid() and _done(form, lambda: _invite(request, form.cleaned_data)):
        messages.success(request, f"The invitation is on its way to {form.cleaned_data['email']}.")
        return redirect("programs:people", program=request.program.slug)
    return render(request, "programs/invite.html", {"form": form}, status=422 if form.errors else 200)


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
    held = list(request.program.memberships.filter(user=person).values_list("role", flat=True))
    form = RolesForm(_posted(request), initial={"roles": held})
    if form.is_valid() and _done(form, lambda: _set(request, person, form.cleaned_data["roles"])):
        messages.success(request, f"The roles of {person} are changed.")
        return redirect("programs:people", program=request.program.slug)
    context = {"form": form, "person": person}
    return render(request, "programs/roles.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a person from the program: all their roles at once."""
    person = _other_member(request, pk)
    return _confirmed(
        request,
        act=lambda: _set(request, person, []),
        done=f"{person} is no longer in this program.",
        title=f"Remove {person} from {request.program}?",
        text="They lose every role here at once. What they did stays in the record.",
        button="Remove",
    )


def _invite(request: MemberRequest, data: dict[str, Any]) -> None:
    invite_person(request.program, actor=request.user, **data)


def _set(request: MemberRequest, person: User, roles: list[Any]) -> None:
    set_roles(request.program, user=person, roles=roles, actor=request.user)


def _invitation(request: MemberRequest, pk: int) -> Invitation:
    """An invitation of this program that the person may change: 404 for others' and 403 for readers."""
    require(can_view_people(request.user, request.program))
    invitation = get_object_or_404(request.program.invitations.select_related("program"), pk=pk)
    require(can_change_invitation(request.user, invitation), MANAGERS_ONLY)
    return invitation


def _other_member(request: MemberRequest, pk: int) -> User:
    """A member whose roles the person may change: 404 for strangers, 403 for readers and for oneself."""
    require(can_view_people(request.user, request.program))
    members = User.objects.filter(memberships__program=request.program).distinct()
    person = get_object_or_404(members, pk=pk)
    require(can_manage_people(request.user, request.program), MANAGERS_ONLY)
    require(person.pk != request.user.pk, "Nobody changes their own roles. Ask another manager.")
    return person


def _done(form: InvitationForm | RolesForm, act: Callable[[], None]) -> bool:
    """Whether the service agreed; what it had against it becomes an error of the form."""
    try:
        act()
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True


def _confirmed(
    request: MemberRequest, *, act: Callable[[], object], done: str, title: str, text: str, button: str
) -> HttpResponse:
    """Ask on a page of its own, then act and go back to the people."""
    back = reverse("programs:people", kwargs={"program": request.program.slug})
    if request.method != "POST":
        context = {"title": title, "text": text, "button": button, "back": back}
        return render(request, "programs/confirm.html", context)
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What the form sent, also where that is nothing; None where none was sent."""
    return request.POST if request.method == "POST" else None
