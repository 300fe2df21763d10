"""Beside and after writing: where an application stands, notes, messages, and the ways out and back."""

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import get_own_application
from grants.forms.team import MessageForm, NoteForm, WithdrawForm
from grants.models import Application
from grants.permissions import can_submit_application
from grants.queries.discussion import comments_for
from grants.queries.following import change_of, finding_of, messages_of, notes_by_section, submissions_of
from grants.queries.mine import title_of
from grants.queries.standing import is_funded, journey_of, standing_of, story_of
from grants.queries.team import team_of
from grants.queries.writing import answers_of
from grants.services.leaving import discard_application, restore_application, withdraw_application
from grants.services.messages import post_message
from grants.services.notes import write_note
from grants.states import UNDER_CONSIDERATION, ApplicationState
from grants.timing import may_write
from grants.views.own_page import crumbs, form_page, frame, home_of, own_url
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent

# Whose outcome is still to come.
AWAITING = UNDER_CONSIDERATION | {ApplicationState.DRAFT}
SUBMITTERS_ONLY = "Only somebody of the team who may submit can do this. Ask one of them."


@require_safe
@member_view
def status(request: MemberRequest, code: str) -> HttpResponse:
    """What happened to an application, what comes next, and what its team can do now."""
    application, now = get_own_application(request, code), timezone.now()
    change, stages = change_of(application), list(application.round.stages.all())
    steps = application.life.open_to(request.user, application)
    context: dict[str, Any] = {
        **frame(request, application, "status"),
        "title": title_of(application, answers_of(application).values),
        "standing": standing_of(application, change=change, now=now, stages=stages),
        "journey": journey_of(application, stages),
        "story": story_of(application),
        "change": change,
        "finding": finding_of(application),
        "submissions": submissions_of(application),
        "team": team_of(application),
        "messages_sent": messages_of(application),
        "outcome_by": _outcome_by(application),
        "remarks": comments_for(request.user, application),
        "steps": [name for name, _ in steps if name in {"withdraw", "discard", "restore"}],
        "can_write": may_write(application, now),
        "now": now,
    }
    return render(request, "apply/status.html", context)


@require_http_methods(["GET", "POST"])
@member_view
def notes(request: MemberRequest, code: str) -> HttpResponse:
    """What the team wrote to itself, by section, and a new note."""
    application = get_own_application(request, code)
    schema = application.form_version.schema
    form = NoteForm(*sent(request), schema=schema, initial={"section": request.GET.get("section", "")})
    if form.is_valid():
        with errors_on(form):
            note = write_note(application, actor=request.user, **form.cleaned_data)
            return redirect(f"{own_url(application, 'notes')}#note-{note.pk}")
    context = frame(request, application, "notes")
    context |= {"form": form, "groups": notes_by_section(application, schema)}
    return render(request, "apply/notes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def messages(request: MemberRequest, code: str) -> HttpResponse:
    """What the team and the program wrote to each other, and a new message."""
    application = get_own_application(request, code)
    form = MessageForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            post_message(application, from_staff=False, actor=request.user, **form.cleaned_data)
            notices.success(request, "Your message is sent. The program gets a mail that there is one.")
            return redirect(own_url(application, "messages"))
    context = frame(request, application, "messages")
    context |= {"form": form, "messages_sent": messages_of(application)}
    return render(request, "apply/messages.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def withdraw(request: MemberRequest, code: str) -> HttpResponse:
    """Withdraw what was submitted, with the reason."""
    application = _submittable(request, code)
    form = WithdrawForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            withdraw_application(application, actor=request.user, **form.cleaned_data)
            notices.success(request, "Your application is withdrawn. Your team and the program are told.")
            return redirect(own_url(application, "status"))
    return form_page(
        request,
        form,
        title=f"Withdraw {application.code}?",
        lead="It is no longer considered. Your team keeps reading it, and can copy it into a later round.",
        submit="Withdraw the application",
        back=own_url(application, "status"),
        crumbs=crumbs(application),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@member_view
def discard(request: MemberRequest, code: str) -> HttpResponse:
    """Put a draft aside."""
    application = _submittable(request, code)
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            discard_application(application, actor=request.user)
            notices.success(request, "Your application is discarded. You can restore it.")
            return redirect(own_url(application, "status"))
    return form_page(
        request,
        form,
        title=f"Discard {application.code}?",
        lead="Nobody can write in it then, and it does not count towards a limit of the round. Nothing is "
        "deleted: you can restore it.",
        submit="Discard the application",
        back=home_of(application),
        crumbs=crumbs(application),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@member_view
def restore(request: MemberRequest, code: str) -> HttpResponse:
    """Take a discarded draft up again."""
    application = _submittable(request, code)
    form = Form(*sent(request))
    if form.is_valid():
        with errors_on(form):
            restored = restore_application(application, actor=request.user)
            notices.success(request, "Your application is back, as you left it.")
            return redirect(home_of(restored))
    return form_page(
        request,
        form,
        title=f"Restore {application.code}?",
        lead="Your team can write in it again, while the round is open.",
        submit="Restore the application",
        back=own_url(application, "status"),
        crumbs=crumbs(application),
    )


def _outcome_by(application: Application) -> date | None:
    """The day an outcome is expected; None once there is one."""
    awaited = application.state in AWAITING and not is_funded(application)
    return application.round.decided_by if awaited else None


def _submittable(request: MemberRequest, code: str) -> Application:
    """An own application that this person may submit: 404 for others', 403 without the right."""
    application = get_own_application(request, code)
    require(can_submit_application(request.user, application), SUBMITTERS_ONLY)
    return application
