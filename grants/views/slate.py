"""The slate of a round: what would be funded, with what-if, and what is recommended from it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from grants.engine.kinds.amounts import NotANumber, parse_number, symbol_of
from grants.forms.deciding import LineForm, SlateForm
from grants.models import Outcome, Round
from grants.permissions import can_view_slate, is_staff
from grants.queries.deciding import TONES
from grants.queries.slate import Slate, SlateRow, rounds_to_decide, slate_of
from grants.services.deciding_recommend import Proposal, recommend_many
from grants.states import DecisionState
from grants.views.deciding_pages import (
    SEEN_BY,
    crumbs_to,
    done,
    results_context,
    slate_round,
    staff_round,
    url_to,
)
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require

BY_SCORE = "Ranked by the mean of its assessments, within the budget of the round."


@require_safe
@member_view
def round_list(request: MemberRequest) -> HttpResponse:
    """Rounds with something to decide, or decided."""
    require(can_view_slate(request.user, request.program), SEEN_BY)
    context = {
        "lines": rounds_to_decide(request.user),
        "is_staff": is_staff(request.user, request.program),
    }
    return render(request, "decisions/list.html", context)


@require_safe
@member_view
def slate(request: MemberRequest, code: str) -> HttpResponse:
    """The applications of a round by score. `?fund=3` funds the first three of them, as a what-if."""
    round_ = slate_round(request, code)
    found = slate_of(round_, request.user, line=_line(request.GET))
    return _page(request, found, SlateForm(initial={"rationale": BY_SCORE}))


@require_POST
@member_view
def recommend_slate(request: MemberRequest, code: str) -> HttpResponse:
    """Work the what-if out again with other amounts, or recommend what it funds."""
    round_ = staff_round(request, code)
    found, problems = _what_if(request, round_)
    form = SlateForm(request.POST)
    if request.POST.get("do") != "recommend":
        return _page(request, found, SlateForm(initial=_typed(request.POST)), problems)
    proposals = _proposals(found, decline="decline_others" in request.POST)
    if form.is_valid() and not proposals:
        form.add_error(None, "Nothing is above the line that could be recommended. Move the line first.")
    if form.is_valid() and not problems:
        with errors_on(form):
            results = recommend_many(proposals, rationale=form.cleaned_data["rationale"], actor=request.user)
            if not any(result.problem for result in results):
                words = f"{len(results)} recommended." if len(results) != 1 else "One is recommended."
                return done(request, words, url_to(round_, "slate"))
            context = results_context(round_, results, title="recommended", back=url_to(round_, "slate"))
            return render(request, "decisions/done.html", context)
    return _page(request, found, form, problems)


def _page(
    request: MemberRequest, found: Slate, form: SlateForm, problems: Mapping[str, str] | None = None
) -> HttpResponse:
    decided = sum(row.decision is not None and row.decision.state == "decided" for row in found.rows)
    problems = problems or {}
    rows = [replace(row, problem=problems.get(row.application.code, "")) for row in found.rows]
    context: dict[str, Any] = {
        "slate": replace(found, rows=rows),
        "round": found.round,
        "form": form,
        "problems": [(code, words) for code, words in problems.items()],
        "crumbs": crumbs_to(found.round)[:1],
        "symbol": symbol_of(request.program.currency),
        "is_staff": is_staff(request.user, request.program),
        "decided": decided,
        "tones": TONES,
        "has_letters": any(
            row.decision is not None
            and row.decision.state in {DecisionState.DECIDED, DecisionState.PUBLISHED}
            for row in found.rows
        ),
    }
    refused = bool(problems) or form.is_bound
    return render(request, "decisions/slate.html", context, status=422 if refused else 200)


def _what_if(request: MemberRequest, round_: Round) -> tuple[Slate, dict[str, str]]:
    """The slate with the amounts as typed, and what is wrong with those that cannot be read."""
    amounts: dict[str, Decimal] = {}
    problems: dict[str, str] = {}
    for name, typed in request.POST.items():
        code = name.removeprefix("amount-")
        if name == code or not isinstance(typed, str):
            continue
        try:
            amount = parse_number(typed, places=2)
        except NotANumber as error:
            problems[code] = f"Amount of {code}: {error}."
            continue
        if amount <= 0:
            problems[code] = f"Amount of {code}: give an amount above nothing."
        else:
            amounts[code] = amount
    found = slate_of(round_, request.user, line=_line(request.POST), amounts=amounts)
    known = {row.application.code for row in found.open_rows}
    return found, {code: words for code, words in problems.items() if code in known}


def _line(sent: QueryDict) -> int | None:
    form = LineForm(sent)
    return form.cleaned_data.get("fund") if form.is_valid() else None


def _typed(sent: QueryDict) -> dict[str, Any]:
    return {"rationale": sent.get("rationale", BY_SCORE), "decline_others": "decline_others" in sent}


def _proposals(found: Slate, *, decline: bool) -> list[Proposal]:
    """Awards above the line; refusals below it where they are asked for."""
    return [
        _award(row) if row.is_funded else Proposal(row.application, Outcome.DECLINE)
        for row in found.open_rows
        if row.is_funded or decline
    ]


def _award(row: SlateRow) -> Proposal:
    return Proposal(row.application, Outcome.AWARD, row.amount)
