"""What the pages of decisions share: loading for those who may see, the way back, what came of several."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from grants.access import STAFF_ONLY, get_round
from grants.models import Application, Decision, Letter, Round
from grants.permissions import can_view_slate, is_staff
from grants.queries.deciding import decision_of
from grants.queries.letters import letter_of
from grants.queries.slate import applications_on_slate
from scsc.programs.access import MemberRequest, require

FORM = ["GET", "HEAD", "POST"]
SEEN_BY = "Program staff, finance approvers and auditors see decisions. Ask one of them."
MANAGERS_ONLY = "Program managers do this, but not about an application they have a part in. Ask one of them."
Crumbs = list[tuple[str, str]]


def url_to(round_: Round, name: str, *more: object) -> str:
    """The address of a page of a round's decisions."""
    return reverse(f"decisions:{name}", args=[round_.program.slug, round_.code, *more])


def crumbs_to(round_: Round, *parts: tuple[str, str]) -> Crumbs:
    """The way back: all rounds, the slate of this one, and pages below it as (label, name)."""
    decisions = reverse("decisions:list", args=[round_.program.slug])
    below = [(label, url_to(round_, name)) for label, name in parts]
    return [("Decisions", decisions), (round_.title, url_to(round_, "slate")), *below]


def slate_round(request: MemberRequest, code: str) -> Round:
    """A round, for those who see how it is decided."""
    require(can_view_slate(request.user, request.program), SEEN_BY)
    return get_round(request, code)


def staff_round(request: MemberRequest, code: str) -> Round:
    """A round, for those who recommend and write letters."""
    require(is_staff(request.user, request.program), STAFF_ONLY)
    return slate_round(request, code)


def get_considered(request: MemberRequest, round_: Round, code: str) -> Application:
    """An application on the slate, for those who may see it there."""
    application = applications_on_slate(round_, request.user).filter(code=code).first()
    if application is None:
        raise Http404(f"No application {code} on the slate for this person.")
    application.program = application.organisation.program = request.program
    application.round = round_
    return application


def get_decision(request: MemberRequest, round_: Round, pk: int) -> Decision:
    decision = decision_of(round_, pk, request.user)
    if decision is None:
        raise Http404(f"No decision {pk} for this person.")
    return decision


def get_letter(request: MemberRequest, round_: Round, pk: int) -> Letter:
    letter = letter_of(round_, pk, request.user)
    if letter is None:
        raise Http404(f"No letter {pk} for this person.")
    return letter


def done(request: MemberRequest, words: str, url: str) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(url)


def results_context(round_: Round, results: list[Any], *, title: str, back: str) -> dict[str, Any]:
    """What became of several at once, for decisions/done.html. Each has an application and a problem."""
    good = sum(not result.problem for result in results)
    return {"round": round_, "results": results, "good": good, "title": title, "back": back}
