"""What the pages of one application share: loading it for staff, the way back, a form on its own page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from grants.access import get_listed_application
from grants.models import Application
from grants.permissions import can_screen_application
from grants.queries.conflicts import has_tie
from grants.services.staff import OWN, STAFF_ONLY
from scsc.accounts.models import User
from scsc.programs.access import MemberRequest, require
from workplan.views.form_page import form_page

FORM = ["GET", "HEAD", "POST"]


def application_url(application: Application) -> str:
    return reverse("applications:application", args=[application.program.slug, application.code])


def done(request: MemberRequest, words: str, application: Application) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(application_url(application))


def staff_application(request: MemberRequest, code: str) -> Application:
    """An application for staff who have no part in it."""
    application = get_listed_application(request, code)
    allowed = can_screen_application(request.user, application)
    require(allowed, why_not(request.user, application))
    return application


def why_not(user: User, application: Application) -> str:
    """What to say to somebody who may not act on it."""
    return OWN if has_tie(user, application) else STAFF_ONLY


def step_page(
    request: MemberRequest, form: forms.Form, application: Application, **words: Any
) -> HttpResponse:
    """The page of one form about an application: `title`, `submit`, `lead`."""
    return form_page(request, form, back=application_url(application), guard=True, **words)
