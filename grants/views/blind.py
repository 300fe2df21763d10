"""What a blind review hides of one application, for staff: every answer and file, and what assessors see."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.forms.assessing import RedactForm
from grants.models import Application, Redaction
from grants.queries.assessing import assessment_stage
from grants.queries.blind import BlindLine, blind_content, blind_lines
from grants.queries.received import file_states_of, submissions_of
from grants.services.blind import redact, unredact
from grants.views.handling import application_url, staff_application
from grants.views.round_pages import FORM, done
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.views.form_page import form_page


def overlay_url(application: Application, part: str = "blind", *more: str | int) -> str:
    return reverse(f"assess:{part}", args=[application.program.slug, application.code, *more])


@require_safe
@member_view
def overlay(request: MemberRequest, code: str) -> HttpResponse:
    """Every answer and file, with what assessors see of it."""
    application = staff_application(request, code)
    stage = assessment_stage(application.round)
    context = {
        "application": application,
        "crumbs": [(code, application_url(application))],
        "lines": _lines(application),
        "is_blind": stage is not None and stage.is_blind,
    }
    return render(request, "assessing/blind.html", context)


def _lines(application: Application) -> list[BlindLine]:
    submission = next(iter(submissions_of(application)), None)
    if submission is None:
        raise Http404(f"{application} was not submitted.")
    return blind_lines(application, submission.content)


@require_safe
@member_view
def preview(request: MemberRequest, code: str) -> HttpResponse:
    """The application as assessors read it."""
    application = staff_application(request, code)
    submission = next(iter(submissions_of(application)), None)
    if submission is None:
        raise Http404(f"{application} was not submitted.")
    context = {
        "application": application,
        "crumbs": [(code, application_url(application)), ("What assessors see", overlay_url(application))],
        "content": blind_content(application, submission.content),
        "file_states": file_states_of(submission),
    }
    return render(request, "assessing/blind_preview.html", context)


@require_http_methods(FORM)
@member_view
def edit(request: MemberRequest, code: str, subject: str, key: str) -> HttpResponse:
    """What assessors see of one answer or file."""
    application = staff_application(request, code)
    line = _line(application, subject, key)
    held = line.redaction
    initial = {
        "mode": held.mode if held else Redaction.Mode.HIDE if line.is_hidden else Redaction.Mode.SHOW,
        "passages": "\n".join(held.passages) if held else "",
    }
    form = RedactForm(*sent(request), subject=subject, initial=initial)
    if form.is_valid():
        with errors_on(form):
            redact(
                application,
                subject=subject,
                key=key,
                mode=form.cleaned_data["mode"],
                passages=form.lines(),
                replacement=form.cleaned_data.get("replacement"),
                actor=request.user,
            )
            return done(request, f"Saved: {line.label}.", overlay_url(application))
    back, lead = overlay_url(application), line.about
    return form_page(
        request, form, title=f"What assessors see: {line.label}", submit="Save", back=back, lead=lead
    )


def _line(application: Application, subject: str, key: str) -> BlindLine:
    found = next((line for line in _lines(application) if (line.subject, line.key) == (subject, key)), None)
    if found is None:
        raise Http404(f"{application} has no {subject} {key}.")
    return found


@require_POST
@member_view
def reset(request: MemberRequest, code: str, subject: str, key: str) -> HttpResponse:
    """Take a rule back."""
    application = staff_application(request, code)
    line = _line(application, subject, key)
    if line.redaction is not None:
        line.redaction.application = application
        unredact(line.redaction, actor=request.user)
    return done(request, f"The rule for “{line.label}” is gone.", overlay_url(application))
