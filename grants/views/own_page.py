"""What the pages of an applicant's own application share: the way back, places of the application, a form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grants.models import Application
from grants.permissions import can_edit_application, can_submit_application
from grants.states import ApplicationState
from scsc.programs.access import MemberRequest

# Pages of one application as its team moves between them.
PLACES = [
    ("Status", "status"),
    ("Answers", "tasks"),
    ("Organisation", "organisation"),
    ("Team", "team"),
    ("Notes", "notes"),
    ("Messages", "messages"),
]


@dataclass(frozen=True)
class Place:
    """A link to a page of the application."""

    label: str
    url: str
    current: bool


def own_url(application: Application, name: str, *args: object) -> str:
    """The address of a page of this application."""
    return reverse(f"apply:{name}", args=[application.program.slug, application.code, *args])


def home_of(application: Application) -> str:
    """Where its team goes on: to the answers while it is a draft, else to where it stands."""
    return own_url(application, "tasks" if application.state == ApplicationState.DRAFT else "status")


def crumbs(application: Application, *, inside: bool = True) -> list[tuple[str, str]]:
    """The way back to the list, and for a page inside the application to that."""
    top = [("Your applications", reverse("apply:mine", args=[application.program.slug]))]
    return [*top, (application.code, home_of(application))] if inside else top


def frame(request: MemberRequest, application: Application, here: str) -> dict[str, Any]:
    """What every page of an application needs."""
    return {
        "application": application,
        "crumbs": crumbs(application, inside=here != "status"),
        "here": next(label for label, name in PLACES if name == here),
        "places": [Place(label, own_url(application, name), name == here) for label, name in PLACES],
        "may_edit": can_edit_application(request.user, application),
        "may_submit": can_submit_application(request.user, application),
    }


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
    """Show a form on a page of its own, or show it again with what is wrong (status 422)."""
    return render(
        request,
        "apply/form.html",
        {"form": form, "title": title, "submit": submit, "back": back, "lead": lead, **context},
        status=422 if form.is_bound else 200,
    )
