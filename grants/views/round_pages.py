"""What the pages of a round share: loading it for staff, the way back, lists that are put in order."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from grants.access import STAFF_ONLY, get_round
from grants.models import Round, Stage
from grants.permissions import can_manage_round
from grants.queries.stages import stages_of
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest, require

FORM = ["GET", "HEAD", "POST"]
Crumbs = list[tuple[str, str]]


def staff_round(request: MemberRequest, code: str) -> Round:
    """A round for those who set it up."""
    round_ = get_round(request, code)
    require(can_manage_round(request.user, round_), STAFF_ONLY)
    return round_


def stage_of(round_: Round, pk: int) -> tuple[Stage, list[Stage]]:
    """One stage of a round, and all of them."""
    stages = stages_of(round_)
    found = next((stage for stage in stages if stage.pk == pk), None)
    if found is None:
        raise Http404(f"{round_.code} has no stage {pk}.")
    return found, stages


def url_of(round_: Round, part: str = "round", *more: object) -> str:
    """The address of a page of a round."""
    return reverse(f"rounds:{part}", args=[round_.program.slug, round_.code, *more])


def crumbs_to(round_: Round, *parts: tuple[str, str]) -> Crumbs:
    """The way back: all rounds, this one, and pages below it as (label, part)."""
    rounds = reverse("rounds:list", args=[round_.program.slug])
    below = [(label, url_of(round_, part)) for label, part in parts]
    return [("Rounds", rounds), (round_.title, url_of(round_)), *below]


def done(request: MemberRequest, words: str, url: str) -> HttpResponseRedirect:
    messages.success(request, words)
    return redirect(url)


def attempt(
    request: MemberRequest, act: Callable[[], object], *, words: str, url: str
) -> HttpResponseRedirect:
    """Do something that a button asks for, then say what came of it on the page it belongs to."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(url)
    return done(request, words, url)


def new_order(posted: QueryDict, items: Sequence[str]) -> list[str]:
    """The order after a move: the `item` by one place (`by`: "up", "down"), or to a place (`to`, from 0).

    What names nothing of the list, or leads out of it, leaves the order as it is.
    """
    ordered, item = list(items), posted.get("item", "")
    if item not in ordered:
        return ordered
    place = ordered.index(item)
    to = place + {"up": -1, "down": 1}.get(posted.get("by", ""), 0)
    if (typed := posted.get("to", "")).isascii() and typed.isdigit():
        to = int(typed)
    ordered.remove(item)
    ordered.insert(min(max(to, 0), len(items) - 1), item)
    return ordered
