"""What staff do on one application: screen it, ask for changes, give more time, and decide."""

from collections.abc import Callable
from datetime import time, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from grants.forms.handling import (
    ChangesForm,
    DeclineForm,
    ExtensionForm,
    InviteForm,
    MessageForm,
    ScreeningForm,
    WhyForm,
)
from grants.forms.moments import typed
from grants.models import Application, ChangeRequest
from grants.permissions import can_manage_application, can_read_application
from grants.queries.writing import latest_submission
from grants.services.extensions import extend_application
from grants.services.messages import post_message
from grants.services.requests import cancel_change_request, request_changes
from grants.services.screening import decline, invite_to_apply, reconsider, reinstate, screen
from grants.states import APPLICATION
from grants.timing import closing_of
from grants.views.handling import FORM, application_url, done, staff_application, step_page
from grants.zones import city
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.clock import day_of
from scsc.ui.forms import sent
from scsc.ui.moments import moment

MANAGERS_ONLY = "Program managers go back on a finding. Ask one of them."
FORMS: dict[str, type[forms.Form]] = {
    "invite_to_apply": InviteForm,
    "decline": DeclineForm,
    "reconsider": WhyForm,
    "reinstate": WhyForm,
}
SERVICES: dict[str, Callable[..., Application]] = {
    "invite_to_apply": invite_to_apply,
    "decline": decline,
    "reconsider": reconsider,
    "reinstate": reinstate,
}
LEADS = {
    "invite_to_apply": "What the team wrote is carried over to the full application. They are told by mail.",
    "decline": "The application ends here. The team is told by the message that you write.",
    "reconsider": "What was decided before does not hold any more. The team is told by mail.",
    "reinstate": "The application is taken up again as it was submitted. The team is told by mail.",
}
DECLINED = """Thank you for applying to {round}.

We have looked at your application with care, and it will not go further in this round."""
# Time that a team usually gets for changes.
FOR_CHANGES = timedelta(days=7)


def _received(request: MemberRequest, code: str) -> Application:
    """One that was submitted, for staff who are not in its team."""
    application = staff_application(request, code)
    if not can_read_application(request.user, application):
        raise Http404(f"{code} was not submitted.")
    return application


@require_http_methods(FORM)
@member_view
def screen_page(request: MemberRequest, code: str) -> HttpResponse:
    """Find an application eligible or not, with reasons."""
    application = _received(request, code)
    form = ScreeningForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            found = screen(application, **form.cleaned_data, actor=request.user)
            return done(request, f"{code} is {found.get_outcome_display().lower()}.", application)
    return step_page(
        request,
        form,
        application,
        title=f"Screen {code}",
        submit="Save finding",
        lead=f"{application.title}, {application.organisation}",
    )


@require_http_methods(FORM)
@member_view
def changes_page(request: MemberRequest, code: str) -> HttpResponse:
    """Flag answers that should change."""
    application = _received(request, code)
    submission, zone = latest_submission(application), application.round.timezone
    day = day_of(request.program, timezone.now() + FOR_CHANGES)
    form = ChangesForm(
        *sent(request),
        sections=submission.content["sections"] if submission else [],
        zone=zone,
        initial={"due_on": day, "due_at": time(17)},
    )
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            request_changes(
                application,
                fields=data["fields_to_change"],
                reason=data["reason"],
                due_at=data["due"],
                actor=request.user,
            )
            return done(request, f"The team of {code} is asked for changes.", application)
    context = {
        "application": application,
        "form": form,
        "groups": form.groups(),
        "place": city(zone),
        "back": application_url(application),
    }
    return render(request, "applications/changes.html", context, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
@member_view
def cancel_changes(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Take a request for changes back."""
    application = _received(request, code)
    change = get_object_or_404(ChangeRequest, application=application, pk=pk)
    change.application, change.program = application, request.program
    form = WhyForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            cancel_change_request(change, **form.cleaned_data, actor=request.user)
            return done(request, "The request for changes is cancelled.", application)
    lead = "The answers are locked again, as they were submitted. The team is told by mail."
    return step_page(
        request,
        form,
        application,
        title=f"Cancel the request for changes to {code}",
        submit="Cancel the request",
        lead=lead,
    )


@require_http_methods(FORM)
@member_view
def extend_page(request: MemberRequest, code: str) -> HttpResponse:
    """Give one team more time than the others."""
    application = staff_application(request, code)
    zone, now = application.round.timezone, closing_of(application)
    initial = typed(now + timedelta(days=7), zone, day="until_on", time="until_at")
    form = ExtensionForm(*sent(request), zone=zone, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            extend_application(application, until=data["until"], reason=data["reason"], actor=request.user)
            return done(request, f"{code} has until {moment(data['until'], zone)}.", application)
    return step_page(
        request,
        form,
        application,
        title=f"Give {code} more time",
        submit="Give more time",
        lead=f"It closes {moment(now, zone)}. Give times of {city(zone)}. The team is told by mail.",
    )


@require_http_methods(FORM)
@member_view
def application_step(request: MemberRequest, code: str, step: str) -> HttpResponse:
    """Invite to apply in full, decline, take up again, or screen again."""
    if step not in FORMS:
        raise Http404(f"Staff take no step {step} here.")
    application = _received(request, code)
    require(step != "reconsider" or can_manage_application(request.user, application), MANAGERS_ONLY)
    found = APPLICATION.find(application.state, step)
    label = found.label if found else next(s.label for (_, a), s in APPLICATION.table.items() if a == step)
    form = FORMS[step](*sent(request), initial={"message": _first_words(step, application)})
    if form.is_valid():
        with errors_on(form):
            SERVICES[step](application, **form.cleaned_data, actor=request.user)
            words = found.done if found else step
            return done(request, f"You {words} {code}.", application)
    return step_page(request, form, application, title=f"{label}: {code}", submit=label, lead=LEADS[step])


@require_POST
@member_view
def post_message_page(request: MemberRequest, code: str) -> HttpResponse:
    """Write to the team."""
    application = staff_application(request, code)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            post_message(application, body=form.cleaned_data["body"], from_staff=True, actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your message is sent to the team.")
            return redirect(f"{application_url(application)}#messages")
    return step_page(
        request, form, application, title=f"Write to the team of {code}", submit="Send message", lead=""
    )


def _first_words(step: str, application: Application) -> str:
    """What a message begins with; staff change it as they like."""
    return DECLINED.format(round=application.round.title) if step == "decline" else ""
