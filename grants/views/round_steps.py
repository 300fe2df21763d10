"""Steps in the life of a round: publish, take back, close, open again, put away; and a closing that moves."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from grants.forms.rounds import ClosingForm
from grants.models import Round
from grants.queries.rounds import round_checks
from grants.queries.stages import stages_of, written
from grants.services.rounds import (
    archive_round,
    change_closing,
    close_round_early,
    discard_round,
    publish_round,
    reopen_round,
    unpublish_round,
)
from grants.states import ROUND, RoundState
from grants.views.round_pages import FORM, crumbs_to, done, staff_round, url_of
from scsc.accounts.models import User
from scsc.audit.life import Transition
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from scsc.ui.moments import moment
from workplan.forms import ReasonForm, StepForm
from workplan.views.form_page import form_page

LEADS = {
    "unpublish": "It leaves the public page, and can be changed again. Possible while nobody has begun.",
    "close_early": "Nobody can begin any more. Those who are writing are told, and have the grace to finish.",
    "reopen": "Applications can be begun and submitted again until the new closing.",
    "archive": "It leaves the public page. Its applications stay to be read.",
    "discard": "The draft is put away for good.",
}
# Steps without more than a reason.
PLAIN: dict[str, Callable[[Round, User, str], Round]] = {
    "unpublish": lambda round_, actor, reason: unpublish_round(round_, actor=actor, reason=reason),
    "close_early": lambda round_, actor, reason: close_round_early(round_, actor=actor, reason=reason),
    "archive": lambda round_, actor, reason: archive_round(round_, actor=actor),
    "discard": lambda round_, actor, reason: discard_round(round_, actor=actor),
}


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, code: str, step: str) -> HttpResponse:
    """One step in the life of a round."""
    round_ = staff_round(request, code)
    found = next((s for name, s in ROUND.table.items() if name[1] == step and s.allowed), None)
    if found is None:
        raise Http404(f"A round has no step {step} here.")
    if step == "publish":
        return _publish(request, round_)
    if step == "reopen":
        return _reopen(request, round_)
    return _plain(request, round_, step, found)


def _plain(request: MemberRequest, round_: Round, name: str, step: Transition) -> HttpResponse:
    form = (ReasonForm if step.needs_reason else StepForm)(*sent(request))
    if form.is_valid():
        with errors_on(form):
            PLAIN[name](round_, request.user, form.cleaned_data.get("reason", ""))
            return done(request, f"You {step.done} {round_.title}.", url_of(round_))
    return form_page(
        request,
        form,
        title=f"{step.label}: {round_.title}",
        submit=step.label,
        back=url_of(round_),
        lead=LEADS[name],
    )


def _publish(request: MemberRequest, round_: Round) -> HttpResponse:
    """The checklist, and the button once nothing on it keeps the round back."""
    form = StepForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            fresh = publish_round(round_, actor=request.user)
            words = "and open" if fresh.state == RoundState.OPEN else "and opens by the clock"
            return done(request, f"{round_.title} is published {words}.", url_of(round_))
    checks = round_checks(round_)
    context = {
        "round": round_,
        "crumbs": crumbs_to(round_),
        "form": form,
        "checks": checks,
        "is_ready": not any(check.blocks for check in checks),
        "is_draft": round_.state == RoundState.DRAFT,
    }
    return render(request, "rounds/publish.html", context, status=422 if form.is_bound else 200)


def _reopen(request: MemberRequest, round_: Round) -> HttpResponse:
    form = ClosingForm(*sent(request), round_=round_, stages=written(stages_of(round_)))
    if form.is_valid():
        with errors_on(form):
            data = form.cleaned_data
            reopen_round(
                round_,
                closes_at=data["closes_at"],
                reason=data["reason"],
                stage=data["stage"],
                actor=request.user,
            )
            return done(request, f"{round_.title} is open again.", url_of(round_))
    return form_page(
        request,
        form,
        title=f"Open {round_.title} again",
        submit="Open again",
        back=url_of(round_),
        lead=LEADS["reopen"],
    )


@require_http_methods(FORM)
@member_view
def closing(request: MemberRequest, code: str) -> HttpResponse:
    """Move the closing of a round that runs."""
    round_ = staff_round(request, code)
    form = ClosingForm(*sent(request), round_=round_, stages=written(stages_of(round_)))
    if form.is_valid():
        with errors_on(form):
            data = form.cleaned_data
            change_closing(
                round_,
                closes_at=data["closes_at"],
                reason=data["reason"],
                stage=data["stage"],
                actor=request.user,
            )
            return done(request, "The new closing is saved, and those who write are told.", url_of(round_))
    return form_page(
        request,
        form,
        title=f"Change the closing of {round_.title}",
        submit="Change the closing",
        back=url_of(round_),
        lead=f"It closes {moment(round_.closes_at, round_.timezone)} now." if round_.closes_at else "",
    )
