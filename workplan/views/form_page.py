"""The page of one form: a title, what it is about, the fields, one button."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from scsc.programs.access import MemberRequest
from workplan.permissions import can_view_plan


def crumbs_to_plan(request: MemberRequest) -> list[tuple[str, str]]:
    """The way back: to the plan, or to Today for those who see only what is shared with them."""
    slug = request.program.slug
    if can_view_plan(request.user, request.program):
        return [("Work plan", reverse("workplan:matrix", args=[slug]))]
    return [("Today", reverse("today", args=[slug]))]


def form_page(
    request: MemberRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    lead: str = "",
    **context: Any,
) -> HttpResponse:
    """Show a form, or show it again with what is wrong (status 422)."""
    return render(
        request,
        "workplan/form.html",
        {"form": form, "title": title, "submit": submit, "back": back, "lead": lead, **context},
        status=422 if form.is_bound else 200,
    )
