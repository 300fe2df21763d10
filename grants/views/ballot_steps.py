"""What those who run a body do with its ballots: prepare, open, close, withdraw."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access_ballots import bodies_run_by, get_ballot
from grants.forms.ballots import BallotForm
from grants.models import Application, Ballot, Body, Meeting
from grants.permissions import can_run_ballot
from grants.queries.applications import amount_words
from grants.queries.shortlist import shortlist_of
from grants.services.ballot_opening import open_ballot, prepare_ballot
from grants.services.ballots import close_ballot, withdraw_ballot
from grants.states import BALLOT, MeetingState
from grants.views.round_pages import FORM, done
from scsc.accounts.models import User
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.forms import ReasonForm, StepForm
from workplan.views.form_page import form_page

ONLY_RUNNERS = "The chair and the secretary of the body do this, and program staff."
LEADS = {
    "open": (
        "Members can vote from now on. The rules, the conditions, what is voted on and who is on the roll "
        "are frozen, and everybody on the roll gets a mail."
    ),
    "close": "Nobody can vote any more. The votes are counted, and the result never changes.",
    "withdraw": "Nobody can vote any more, and nothing is counted. Votes that were cast stay on record.",
}
DONE = {
    "open": "The ballot is open.",
    "close": "The ballot is closed.",
    "withdraw": "The ballot is withdrawn.",
}
STEPS: dict[str, Callable[[Ballot, User, str], object]] = {
    "open": lambda ballot, actor, reason: open_ballot(ballot, actor=actor),
    "close": lambda ballot, actor, reason: close_ballot(ballot, actor=actor),
    "withdraw": lambda ballot, actor, reason: withdraw_ballot(ballot, reason=reason, actor=actor),
}


@require_safe
@member_view
def shortlist(request: MemberRequest, body: int) -> HttpResponse:
    """The applications that a body may be asked to endorse, the best first."""
    found = _body(request, body)
    lines = [
        (line, amount_words(line.application.amount, request.program))
        for line in shortlist_of(found, request.user)
    ]
    crumbs = [("Ballots", reverse("ballots:list", args=[request.program.slug]))]
    return render(request, "ballots/shortlist.html", {"body": found, "lines": lines, "crumbs": crumbs})


@require_http_methods(FORM)
@member_view
def prepare(request: MemberRequest, body: int, code: str) -> HttpResponse:
    """Prepare a ballot on one application."""
    found = _body(request, body)
    application = _of_shortlist(request, found, code)
    planned = Meeting.objects.filter(body=found, state__in=[MeetingState.PLANNED, MeetingState.OPEN])
    zone = request.program.timezone
    form = BallotForm(*sent(request), meetings=list(planned.order_by("starts_at")), zone=zone)
    if form.is_valid():
        with errors_on(form):
            facts = {name: form.cleaned_data[name] for name in ("meeting", "closes_at", "conditions")}
            prepare_ballot(application, body=found, **facts, actor=request.user)
            back = reverse("ballots:list", args=[request.program.slug])
            return done(request, f"The ballot on {application} is prepared. Open it when it is time.", back)
    back = reverse("ballots:shortlist", args=[request.program.slug, found.pk])
    lead = f"“{application.title}” of {application.organisation}. Nobody can vote before you open it."
    title = f"Prepare a ballot on {application}"
    return form_page(request, form, title=title, submit="Prepare the ballot", back=back, lead=lead)


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Open, close or withdraw a ballot."""
    ballot = get_ballot(request, pk)
    found = next((s for (_, name), s in BALLOT.table.items() if name == step and s.allowed), None)
    if found is None:
        raise Http404(f"A ballot has no step {step} here.")
    require(can_run_ballot(request.user, ballot), ONLY_RUNNERS)
    form = (ReasonForm if found.needs_reason else StepForm)(*sent(request))
    back = reverse("ballots:ballot", args=[request.program.slug, pk])
    if form.is_valid():
        with errors_on(form):
            STEPS[step](ballot, request.user, form.cleaned_data.get("reason", ""))
            return done(request, DONE[step], back)
    title = f"{found.label}: {ballot.application}"
    return form_page(request, form, title=title, submit=found.label, back=back, lead=LEADS[step])


def _body(request: MemberRequest, pk: int) -> Body:
    mine = bodies_run_by(request, Body.objects.filter(kind=Body.Kind.ROUNDTABLE))
    body = next((one for one in mine if one.pk == pk), None)
    if body is None:
        raise Http404(f"No body {pk} that this person runs.")
    return body


def _of_shortlist(request: MemberRequest, body: Body, code: str) -> Application:
    lines = shortlist_of(body, request.user)
    found = next((line.application for line in lines if line.application.code == code), None)
    if found is None:
        raise Http404(f"Application {code} is not on the shortlist.")
    return found
