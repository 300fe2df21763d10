"""Bodies: which there are, their rules, and the terms of their members."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.forms.panels import BodyForm, NewBodyForm, NewTermForm, TermForm
from grants.models import Body, BodyMember
from grants.permissions import can_manage_bodies, can_view_bodies
from grants.queries.bodies import bodies_with_members, body_lines, can_be_member
from grants.queries.panels import panel_day
from grants.services.panels import (
    MANAGERS_ONLY,
    RULES,
    add_member,
    change_body,
    change_member,
    create_body,
)
from grants.views.handling import FORM
from grants.views.panel_places import places
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

READERS_ONLY = "Those who read the program see its bodies."


def _url(body: Body) -> str:
    return reverse("panel:body", args=[body.program.slug, body.pk])


def _list_url(request: MemberRequest) -> str:
    return reverse("panel:bodies", args=[request.program.slug])


def _body(request: MemberRequest, pk: int) -> Body:
    require(can_view_bodies(request.user, request.program), READERS_ONLY)
    body = Body.objects.filter(pk=pk).first()
    if body is None:
        raise Http404(f"No body {pk}.")
    body.program = request.program
    return body


@require_safe
@member_view
def body_list(request: MemberRequest) -> HttpResponse:
    """Which bodies there are, with who is in them now."""
    require(can_view_bodies(request.user, request.program), READERS_ONLY)
    context = {
        "bodies": bodies_with_members(request.program),
        "places": places(request),
        "can_manage": can_manage_bodies(request.user, request.program),
    }
    return render(request, "panels/bodies.html", context)


@require_http_methods(FORM)
@member_view
def new_body(request: MemberRequest) -> HttpResponse:
    """Set up a body."""
    require(can_manage_bodies(request.user, request.program), MANAGERS_ONLY)
    usual = Body(program=request.program)
    form = NewBodyForm(*sent(request), initial={name: getattr(usual, name) for name in RULES})
    if form.is_valid():
        with errors_on(form):
            body = create_body(request.program, **form.cleaned_data, actor=request.user)
            messages.success(request, f"The {body} is set up. Begin the terms of its members.")
            return redirect(_url(body))
    return form_page(request, form, title="Set up a body", submit="Set up", back=_list_url(request))


@require_safe
@member_view
def body_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One body: its rules, who is in it, who was, and what happened."""
    body = _body(request, pk)
    lines = body_lines(body, on=panel_day(request.program))
    context = {
        "body": body,
        "now": [line for line in lines if line.is_running],
        "others": [line for line in lines if not line.is_running],
        "can_manage": can_manage_bodies(request.user, request.program),
        "history": history_of([body, *(line.member for line in lines)]),
        "crumbs": [("Bodies", _list_url(request))],
    }
    return render(request, "panels/body.html", context)


@require_http_methods(FORM)
@member_view
def edit_body(request: MemberRequest, pk: int) -> HttpResponse:
    """Change the rules of a body."""
    body = _body(request, pk)
    require(can_manage_bodies(request.user, request.program), MANAGERS_ONLY)
    form = BodyForm(*sent(request), initial={name: getattr(body, name) for name in RULES})
    if form.is_valid():
        with errors_on(form):
            change_body(body, **form.cleaned_data, actor=request.user)
            messages.success(request, "The rules are changed. Ballots that are open keep the earlier ones.")
            return redirect(_url(body))
    return form_page(request, form, title=f"Rules of the {body}", submit="Save changes", back=_url(body))


@require_http_methods(FORM)
@member_view
def new_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Begin a term."""
    body = _body(request, pk)
    require(can_manage_bodies(request.user, request.program), MANAGERS_ONLY)
    initial = {"role": BodyMember.Role.MEMBER, "starts_on": panel_day(request.program)}
    form = NewTermForm(*sent(request), initial=initial, people=can_be_member(body))
    if form.is_valid():
        with errors_on(form):
            member = add_member(body, **form.cleaned_data, actor=request.user)
            messages.success(request, f"The term of {member.user} is recorded.")
            return redirect(_url(body))
    return form_page(request, form, title=f"A term in the {body}", submit="Begin the term", back=_url(body))


@require_http_methods(FORM)
@member_view
def edit_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct a term, or give it a last day."""
    require(can_manage_bodies(request.user, request.program), MANAGERS_ONLY)
    member = BodyMember.objects.select_related("body", "user").filter(pk=pk).first()
    if member is None:
        raise Http404(f"No term {pk}.")
    member.program = member.body.program = request.program
    initial: dict[str, Any] = {name: getattr(member, name) for name in ("role", "starts_on", "ends_on")}
    form = TermForm(*sent(request), initial=initial | {"expertise": "\n".join(member.expertise)})
    if form.is_valid():
        with errors_on(form):
            change_member(member, **form.cleaned_data, actor=request.user)
            messages.success(request, f"The term of {member.user} is changed.")
            return redirect(_url(member.body))
    title = f"Term of {member.user} in the {member.body}"
    return form_page(request, form, title=title, submit="Save changes", back=_url(member.body))
