"""One decision: recommended, changed, decided by one or two people, published, gone back on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import STAFF_ONLY
from grants.forms.deciding import PublishForm, RecommendationForm, WordsForm, typed
from grants.forms.handling import WhyForm
from grants.guards import decision_publishable
from grants.models import Application, Decision, Outcome
from grants.permissions import can_recommend, can_recommend_on
from grants.queries.ballots import endorsement_of
from grants.queries.deciding import (
    TONES,
    feedback_of,
    needs_two,
    problem_now,
    to_publish,
)
from grants.queries.scores import score_of
from grants.queries.sight import has_sight
from grants.services.deciding import agree, confirm, decide, publish, publish_many, reverse
from grants.services.deciding_recommend import change_recommendation, recommend
from grants.states import DECISION, DecisionState
from grants.views.deciding_pages import (
    FORM,
    MANAGERS_ONLY,
    crumbs_to,
    done,
    get_considered,
    get_decision,
    results_context,
    slate_round,
    staff_round,
    url_to,
)
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

LEADS = {
    "decide": "An award proposes its agreement, and a letter is drafted. Nobody outside is told yet.",
    "agree": "You are the first of two people. Nothing is decided before somebody else confirms it.",
    "confirm": "You are the second of two people: with this it is decided. Nobody outside is told yet.",
    "publish": "The applicant reads the outcome on the page of the application. A letter can be released.",
    "reverse": "The agreement that was proposed is cancelled, a letter that has not left is dropped, the "
    "award leaves the public page, and a team that could read the outcome is told.",
}
Act = Callable[[Decision, User, dict[str, Any]], Decision]
ACTS: dict[str, tuple[type[forms.Form], Act]] = {
    "decide": (forms.Form, lambda decision, actor, data: decide(decision, actor=actor)),
    "agree": (forms.Form, lambda decision, actor, data: agree(decision, actor=actor)),
    "confirm": (forms.Form, lambda decision, actor, data: confirm(decision, actor=actor)),
    "publish": (PublishForm, lambda decision, actor, data: publish(decision, actor=actor, **data)),
    "reverse": (WhyForm, lambda decision, actor, data: reverse(decision, actor=actor, **data)),
}


@require_safe
@member_view
def decision_page(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """One decision with what it rests on, and what can be done with it now."""
    round_ = slate_round(request, code)
    decision = get_decision(request, round_, pk)
    letter = getattr(decision, "letter", None)
    context = {
        "decision": decision,
        "round": round_,
        "application": decision.application,
        "crumbs": crumbs_to(round_),
        "tone": TONES[DecisionState(decision.state)],
        "problem": _problem(decision),
        "score": score_of(decision.application),
        "may_read": has_sight(request.user, decision.application),
        "steps": _steps(request.user, decision),
        "can_edit": decision.state not in {"published", "reversed"} and can_recommend(request.user, decision),
        "letter": letter,
        "sees_letter": letter is not None and can_recommend(request.user, decision),
        "history": history_of([decision, *([letter] if letter else [])]),
    }
    return render(request, "decisions/decision.html", context)


@require_http_methods(FORM)
@member_view
def new_decision(request: MemberRequest, code: str, application: str) -> HttpResponse:
    """Recommend to award or to decline one application."""
    round_ = staff_round(request, code)
    found = get_considered(request, round_, application)
    require(can_recommend_on(request.user, found), STAFF_ONLY)
    form = RecommendationForm(*sent(request), initial=_begun(found), currency=request.program.currency)
    if form.is_valid():
        with errors_on(form):
            made = recommend(found, **form.cleaned_data, actor=request.user)
            return done(request, "The recommendation is saved.", url_to(round_, "decision", made.pk))
    return form_page(
        request,
        form,
        title=f"Recommend: {found.title}",
        lead=f"{found.code}, {found.organisation}",
        submit="Save the recommendation",
        back=url_to(round_, "slate"),
        guard=True,
    )


@require_http_methods(FORM)
@member_view
def edit(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Change a recommendation; once it is decided, only the words that others read."""
    round_ = staff_round(request, code)
    decision = get_decision(request, round_, pk)
    require(can_recommend(request.user, decision), STAFF_ONLY)
    shown = typed(decision)
    form: forms.Form
    if decision.state == DecisionState.RECOMMENDED:
        form = RecommendationForm(*sent(request), initial=shown, currency=request.program.currency)
    else:
        form = WordsForm(*sent(request), initial=shown)
    back = url_to(round_, "decision", pk)
    if form.is_valid():
        with errors_on(form):
            change_recommendation(decision, **form.cleaned_data, actor=request.user)
            return done(request, "The changes are saved.", back)
    title = f"Change the decision about {decision.application.title}"
    return form_page(request, form, title=title, submit="Save changes", back=back, guard=True)


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, code: str, pk: int, step: str) -> HttpResponse:
    """One step in the life of a decision, with a page that says what follows."""
    round_ = slate_round(request, code)
    decision = get_decision(request, round_, pk)
    found = DECISION.table.get((decision.state, step))
    if step not in ACTS:
        raise Http404(f"A decision has no step {step}.")
    predicate = DECISION.predicate(found or next(s for (_, n), s in DECISION.table.items() if n == step))
    require(bool(predicate and predicate(request.user, decision)), MANAGERS_ONLY)
    kind, act = ACTS[step]
    form, back = kind(*sent(request)), url_to(round_, "decision", pk)
    if form.is_valid():
        with errors_on(form):
            after = act(decision, request.user, form.cleaned_data)
            words = f"{decision.application} is {DecisionState(after.state).label.lower()}."
            return done(request, words, back)
    label = found.label if found else step.capitalize()
    return form_page(
        request, form, title=f"{label}: {_what(decision)}", lead=LEADS[step], submit=label, back=back
    )


@require_http_methods(FORM)
@member_view
def publish_round(request: MemberRequest, code: str) -> HttpResponse:
    """Publish what was decided in a round: those that are ticked, each for itself."""
    round_ = slate_round(request, code)
    require(has_role(request.user, request.program, Role.MANAGER), MANAGERS_ONLY)
    waiting = to_publish(round_, request.user)
    form = PublishForm(*sent(request))
    chosen = [decision for decision in waiting if str(decision.pk) in request.POST.getlist("decisions")]
    if form.is_valid() and not chosen:
        form.add_error(None, "Tick at least one decision to publish.")
    if form.is_valid():
        results = publish_many(chosen, actor=request.user, **form.cleaned_data)
        context = results_context(round_, results, title="published", back=url_to(round_, "letters"))
        return render(request, "decisions/done.html", context)
    context = {
        "round": round_,
        "form": form,
        "lines": [(decision, decision_publishable(decision)) for decision in waiting],
        "chosen": [decision.pk for decision in chosen] if form.is_bound else [d.pk for d in waiting],
        "crumbs": crumbs_to(round_),
    }
    return render(request, "decisions/publish.html", context, status=422 if form.is_bound else 200)


def _begun(application: Application) -> dict[str, Any]:
    """What a recommendation begins with: the amount asked for, the feedback of the assessors."""
    ballot = endorsement_of(application)
    return {
        "outcome": Outcome.AWARD,
        "amount": application.amount,
        "feedback": feedback_of(application),
        "conditions": "\n".join(ballot.conditions) if ballot else "",
    }


def _problem(decision: Decision) -> str | None:
    """What would keep the next step back, in words."""
    if decision.state in {DecisionState.RECOMMENDED, DecisionState.AGREED}:
        return problem_now(decision)
    return decision_publishable(decision) if decision.state == DecisionState.DECIDED else None


def _steps(user: User, decision: Decision) -> list[tuple[str, str]]:
    """The buttons, as (step, label): of deciding alone and agreeing, the one that the amount asks for."""
    found = [(name, step.label) for name, step in DECISION.open_to(user, decision)]
    left_out = "decide" if needs_two(decision) else "agree"
    return [(name, label) for name, label in found if name != left_out]


def _what(decision: Decision) -> str:
    return f"{decision.get_outcome_display().lower()} for {decision.application.title}"
