"""Assessments, for those who make them: the list, one of them with its autosave, submitting, handing back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.engine.rubric import missing
from grants.forms.assessing import SummaryForm, WhyForm, read_mark
from grants.models import Application, Assignment
from grants.permissions import can_assess, has_assessments, may_see_scores
from grants.queries.assessing import (
    compared,
    may_assess_now,
    rows_of,
    score_so_far,
    submitted_of,
    work_of,
)
from grants.queries.blind import content_for, is_blind_to
from grants.queries.discussion import comment_choices, comments_for
from grants.queries.marks import marks_of
from grants.queries.received import file_states_of, submissions_of
from grants.queries.sight import is_blocked
from grants.services.assessing import (
    MarkConflictError,
    SummaryConflictError,
    hand_back,
    save_mark,
    save_summary,
    submit_assessment,
)
from grants.states import ASSIGNED_NOW, AssignmentState
from grants.views.panel_places import places
from grants.views.round_pages import FORM, done
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

NOBODY = "Assessors and staff have this page."


@require_safe
@member_view
def mine(request: MemberRequest) -> HttpResponse:
    """What somebody has to assess, and has assessed."""
    require(has_assessments(request.user, request.program), NOBODY)
    works = work_of(request.user)
    context = {
        "open": [work for work in works if work.assignment.state == AssignmentState.ASSIGNED],
        "done": [work for work in works if work.assignment.state == AssignmentState.SUBMITTED],
        "places": places(request),
    }
    return render(request, "assessing/mine.html", context)


@require_http_methods(FORM)
@member_view
def assessment(request: MemberRequest, pk: int) -> HttpResponse:
    """One assessment: the text beside the rubric. Without script the form saves everything at once."""
    found = own(request, pk)
    if not can_assess(request.user, found):
        return render(request, "assessing/declare_first.html", _summary(found))
    if request.method == "POST":
        return _save_all(request, found)
    return _page(request, found, SummaryForm(initial=SummaryForm.shown(found)))


def own(request: MemberRequest, pk: int) -> Assignment:
    """An assessment of the person's own; one of which they lost sight is not there."""
    require(has_assessments(request.user, request.program), NOBODY)
    rows = Assignment.objects.select_related(
        "application__round", "application__organisation", "rubric_version__rubric", "user"
    ).prefetch_related("scores")
    found = rows.filter(pk=pk, user=request.user, state__in=ASSIGNED_NOW).first()
    if found is None:
        raise Http404(f"No assessment {pk} of this person.")
    found.application.program = found.application.round.program = request.program
    if is_blocked(request.user, found.application):
        raise Http404(f"No sight of {found.application}.")
    return found


def _summary(found: Assignment) -> dict[str, Any]:
    application = found.application
    return {"assignment": found, "application": application, "crumbs": _crumbs(application)}


def _crumbs(application: Application) -> list[tuple[str, str]]:
    return [("Your assessments", reverse("assess:mine", args=[application.program.slug]))]


def _page(
    request: MemberRequest,
    found: Assignment,
    form: SummaryForm,
    *,
    errors: dict[str, str] | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """The page, or the page again with what is wrong (status 422)."""
    application, user = found.application, request.user
    submission = next(iter(submissions_of(application)), None)
    sees = found.state == AssignmentState.SUBMITTED and may_see_scores(user, application)
    others = submitted_of(application) if sees else []
    content = content_for(user, application, submission.content) if submission else {}
    context = {
        **_summary(found),
        "rows": rows_of(found),
        "typed": typed,
        "form": form,
        "errors": errors or {},
        "can_write": may_assess_now(found, user),
        "score": score_so_far(found),
        "content": content,
        "title": content.get("title") or application.code,
        "is_blind": is_blind_to(user, application),
        "file_states": file_states_of(submission),
        "others": others,
        "compared": compared(others),
        "comments": comments_for(user, application),
        "comment_choices": comment_choices(user, application),
    }
    status = 422 if errors or form.errors else 200
    return render(request, "assessing/assessment.html", context, status=status)


def _save_all(request: MemberRequest, found: Assignment) -> HttpResponse:
    """Save every criterion and the summary, keep what could not be saved on the page, then go on."""
    errors, form = {}, SummaryForm(request.POST)
    for criterion in found.rubric.criteria:
        try:
            mark, version = read_mark(request.POST, criterion)
            save_mark(found, criterion=criterion.key, mark=mark, version=version, actor=request.user)
        except (DomainError, ValidationError) as error:
            errors[criterion.key] = _words(error)
    if form.is_valid():
        with errors_on(form):
            save_summary(found, **form.cleaned_data, actor=request.user)
    if errors or form.errors:
        return _page(request, own(request, found.pk), form, errors=errors, typed=request.POST)
    if "submit" in request.POST:
        return redirect("assess:submit", request.program.slug, found.pk)
    url = reverse("assess:assessment", args=[request.program.slug, found.pk])
    return done(request, "Saved. Nobody else sees it before you submit it.", url)


def _words(error: DomainError | ValidationError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


@require_POST
@member_view
def save_one(request: MemberRequest, pk: int, criterion: str) -> HttpResponse:
    """What the page's script asks: save one criterion."""
    found = own(request, pk)
    wanted = found.rubric.criterion(criterion)
    if wanted is None:
        raise Http404(f"The rubric has no criterion {criterion}.")
    try:
        mark, version = read_mark(request.POST, wanted)
        score = save_mark(found, criterion=criterion, mark=mark, version=version, actor=request.user)
    except MarkConflictError as error:
        kept = {"version": error.score.version, "points": error.score.points, "reason": error.score.reason}
        return JsonResponse({"error": str(error), **kept}, status=409)
    except (DomainError, ValidationError) as error:
        return JsonResponse({"error": _words(error)}, status=422)
    return JsonResponse({"version": score.version, "at": score.saved_at.isoformat(), **_progress(found)})


@require_POST
@member_view
def save_whole(request: MemberRequest, pk: int) -> HttpResponse:
    """What the page's script asks: save the summary."""
    found, form = own(request, pk), SummaryForm(request.POST)
    if not form.is_valid():
        return JsonResponse(
            {"error": " ".join(str(words) for said in form.errors.values() for words in said)}, status=422
        )
    try:
        saved = save_summary(found, **form.cleaned_data, actor=request.user)
    except SummaryConflictError as error:
        return JsonResponse({"error": str(error), "version": error.assignment.version}, status=409)
    except (DomainError, ValidationError) as error:
        return JsonResponse({"error": _words(error)}, status=422)
    return JsonResponse({"version": saved.version, **_progress(found)})


def _progress(found: Assignment) -> dict[str, Any]:
    """How far it is, as it stands in the database now."""
    fresh = Assignment.objects.select_related("rubric_version").get(pk=found.pk)
    return {"score": score_so_far(fresh), "missing": missing(fresh.rubric, marks_of(fresh))}


@require_http_methods(FORM)
@member_view
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Look at everything once more, then submit."""
    found = own(request, pk)
    if not can_assess(request.user, found) or found.state == AssignmentState.SUBMITTED:
        return redirect("assess:assessment", request.program.slug, pk)
    problem = ""
    if request.method == "POST":
        try:
            submit_assessment(found, actor=request.user)
        except DomainError as error:
            problem = str(error)
        else:
            url = reverse("assess:assessment", args=[request.program.slug, pk])
            return done(request, "Your assessment is in. You can read what the others said now.", url)
    rows = rows_of(found, with_problems=True)
    context = {
        **_summary(found),
        "rows": rows,
        "problem": problem,
        "incomplete": any(row.problem for row in rows) or not found.recommendation,
        "score": score_so_far(found),
    }
    return render(request, "assessing/submit.html", context, status=422 if problem else 200)


@require_http_methods(FORM)
@member_view
def give_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Hand an application back with the reason."""
    found = own(request, pk)
    form = WhyForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            hand_back(found, reason=form.cleaned_data["reason"], actor=request.user)
            url = reverse("assess:mine", args=[request.program.slug])
            return done(request, f"You handed back {found.application.code}. Staff were told.", url)
    lead = (
        "Staff give it to somebody else. If you have an interest in it, declare that instead: "
        "you then lose sight of it."
    )
    back = reverse("assess:assessment", args=[request.program.slug, pk])
    title = f"Hand back {found.application.code}?"
    return form_page(request, form, title=title, submit="Hand it back", back=back, lead=lead)
