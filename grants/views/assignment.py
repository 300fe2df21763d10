"""Giving out the applications of a round, for staff: the board, the plan, by hand, reminders, calibration."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.access import LISTED_FOR, get_received_application, get_round
from grants.forms.assessing import AssignForm, SeedForm, WhyForm
from grants.models import Assignment, Round, Stage
from grants.permissions import can_list_applications, can_screen_application, may_see_scores
from grants.queries.assessing import assessment_stage, assignments_of, compared, submitted_of, to_assess
from grants.queries.assignment import board_of, can_be_given, loads_of, proposal_of, runs_of
from grants.queries.calibration import calibration_of
from grants.queries.scores import score_of
from grants.queries.sight import is_blocked
from grants.queries.stages import stages_of
from grants.services.assessing import reopen_assessment
from grants.services.assignment import NO_STAGE, assign, assign_round, remind, take_back
from grants.states import AssignmentState
from grants.views.handling import application_url, staff_application
from grants.views.round_pages import FORM, crumbs_to, done, staff_round, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page


def board_url(round_: Round) -> str:
    return reverse("assess:round", args=[round_.program.slug, round_.code])


@require_safe
@member_view
def board(request: MemberRequest, code: str) -> HttpResponse:
    """The applications of a round with those who assess them, and what each person has."""
    round_, stage, stages = _to_be_assessed(request, code)
    rows = board_of(round_, request.user, stages=stages)
    context = {
        "round": round_,
        "stage": stage,
        "crumbs": crumbs_to(round_),
        "rows": [(row, row.missing(stage.assessors_each)) for row in rows],
        "loads": loads_of(stage, rows),
        "runs": runs_of(round_),
        "open": sum(one.state == AssignmentState.ASSIGNED for row in rows for one in row.assignments),
        "missing": sum(row.missing(stage.assessors_each) for row in rows),
    }
    return render(request, "assessing/round.html", context)


def _to_be_assessed(request: MemberRequest, code: str) -> tuple[Round, Stage, list[Stage]]:
    round_ = staff_round(request, code)
    stages = stages_of(round_)
    stage = assessment_stage(round_, stages=stages)
    if stage is None:
        raise Http404(NO_STAGE)
    return round_, stage, stages


@require_http_methods(FORM)
@member_view
def plan(request: MemberRequest, code: str) -> HttpResponse:
    """What an automatic assignment would do with a seed, with its reasons; then do it."""
    round_, stage, _ = _to_be_assessed(request, code)
    seed = request.POST.get("seed") or request.GET.get("seed") or len(runs_of(round_)) + 1
    form = SeedForm({"seed": seed, "digest": request.POST.get("digest", "")})
    if form.is_valid() and request.method == "POST":
        with errors_on(form):
            run = assign_round(round_, **form.cleaned_data, actor=request.user)
            given = len(run.plan["given"])
            return done(request, f"{given} assignments are made. Everybody was told.", board_url(round_))
    found = form.cleaned_data.get("seed")
    context = {
        "round": round_,
        "stage": stage,
        "crumbs": [*crumbs_to(round_), ("Assessors", board_url(round_))],
        "form": form,
        "proposal": None if found is None else proposal_of(round_, request.user, seed=found),
    }
    return render(request, "assessing/plan.html", context, status=422 if form.errors else 200)


@require_POST
@member_view
def remind_all(request: MemberRequest, code: str) -> HttpResponse:
    """Remind everybody in a round who has not submitted yet."""
    round_, _, _ = _to_be_assessed(request, code)
    waiting = Assignment.objects.filter(
        application__in=to_assess(round_), state=AssignmentState.ASSIGNED
    ).select_related("application__round")
    number = remind(list(waiting), actor=request.user)
    words = f"{number} {'person was' if number == 1 else 'people were'} reminded."
    if not number:
        words = "Nobody was reminded: everybody was within a day, or all is in."
    return done(request, words, board_url(round_))


@require_safe
@member_view
def calibration(request: MemberRequest, code: str) -> HttpResponse:
    """How far the assessors of a round agree, for staff and auditors."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    round_ = get_round(request, code)
    context = {
        "round": round_,
        "crumbs": [
            ("Rounds", reverse("rounds:list", args=[request.program.slug])),
            (round_.title, url_of(round_)),
        ],
        "found": calibration_of(round_, request.user),
    }
    return render(request, "assessing/calibration.html", context)


@require_http_methods(FORM)
@member_view
def give(request: MemberRequest, code: str) -> HttpResponse:
    """Give one application to one person by hand."""
    application = staff_application(request, code)
    stage = assessment_stage(application.round)
    if stage is None:
        raise Http404(NO_STAGE)
    offered = can_be_given(application, stage)
    form = AssignForm(*sent(request), offered=offered)
    if form.is_valid():
        with errors_on(form):
            user = form.chosen()
            assign(application, user=user, why=form.cleaned_data["why"], actor=request.user)
            return done(request, f"{user} has {code} to assess now.", board_url(application.round))
    lead = "Nobody is left who could: they have it already, or may have a conflict." if not offered else ""
    back = board_url(application.round)
    title = f"Who assesses {code}?"
    return form_page(request, form, title=title, submit="Give it out", back=back, lead=lead)


def _assignment(request: MemberRequest, pk: int) -> Assignment:
    """Anybody's assignment, for staff who have no part in the application."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    found = Assignment.objects.select_related("application__round", "user").filter(pk=pk).first()
    if found is None:
        raise Http404(f"No assignment {pk}.")
    found.application.program = found.application.round.program = request.program
    if is_blocked(request.user, found.application):
        raise Http404(f"No sight of {found.application}.")
    require(can_screen_application(request.user, found.application), LISTED_FOR)
    return found


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Take an application back from somebody, or open an assessment again; both with a reason."""
    found = _assignment(request, pk)
    possible = found.life.table.get((found.state, step)) if step in {"remove", "reopen"} else None
    if possible is None:
        raise Http404(f"{found} has no step {step} now.")
    form = WhyForm(*sent(request))
    if form.is_valid():
        act = take_back if step == "remove" else reopen_assessment
        with errors_on(form):
            act(found, reason=form.cleaned_data["reason"], actor=request.user)
            return done(request, f"You {possible.done} the {found}.", board_url(found.application.round))
    back, title = board_url(found.application.round), f"{possible.label}: {found}"
    return form_page(request, form, title=title, submit=possible.label, back=back)


@require_safe
@member_view
def results(request: MemberRequest, code: str) -> HttpResponse:
    """What was scored for one application and why, for staff and auditors; after theirs, if they assess."""
    application = get_received_application(request, code)
    if not may_see_scores(request.user, application):
        messages.info(request, "You assess this application yourself. Submit yours, then you see the others.")
        return redirect("assess:mine", request.program.slug)
    found = submitted_of(application)
    context = {
        "application": application,
        "crumbs": [(application.code, application_url(application))],
        "submitted": found,
        "compared": compared(found),
        "summary": score_of(application),
        "assignments": assignments_of(application),
    }
    return render(request, "assessing/results.html", context)
