"""The public page of a round as staff see it before anybody else does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grants.queries.public import round_detail
from grants.stage_words import in_plain_words
from grants.states import RoundState
from grants.views.round_pages import staff_round, url_of
from scsc.programs.access import MemberRequest, member_view


@require_safe
@member_view
def preview(request: MemberRequest, code: str) -> HttpResponse:
    """The page as applicants will read it; a draft is shown as it would look if it were published now."""
    round_ = staff_round(request, code)
    if round_.opens_at is None or round_.closes_at is None:
        messages.warning(request, "Give the dates first: the page of a round begins with them.")
        return redirect(url_of(round_, "dates"))
    is_draft = round_.state == RoundState.DRAFT
    if is_draft:
        # It stands for the round that it would be if it were published now, and is not saved.
        round_.state = RoundState.PUBLISHED
    detail = round_detail(round_, timezone.now())
    context = {
        "detail": detail,
        "round": round_,
        "public": detail.public,
        "stages": in_plain_words(detail.stages),
        "is_draft": is_draft,
    }
    return render(request, "rounds/preview.html", context)
