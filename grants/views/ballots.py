"""Ballots for members: what waits for a vote, and one page per ballot, on a phone too."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.access_ballots import FOR_BODIES, get_ballot, waits_for_declaration
from grants.ballot_page import facts_of
from grants.forms.ballots import VoteForm
from grants.models import Body
from grants.permissions import can_list_meetings, can_plan_meetings
from grants.queries.ballots import ballots_open, readable_ballots
from grants.queries.sight import to_declare
from grants.services.ballots import cast_vote
from grants.views.panel_places import places
from grants.views.round_pages import FORM
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent

PER_PAGE = 25


@require_safe
@member_view
def ballot_list(request: MemberRequest) -> HttpResponse:
    """What waits for a vote, then every ballot that this person may see."""
    user, program = request.user, request.program
    require(can_list_meetings(user, program), FOR_BODIES)
    ballots = Paginator(readable_ballots(user, program).order_by("-pk"), PER_PAGE)
    bodies = list(Body.objects.filter(kind=Body.Kind.ROUNDTABLE))
    for body in bodies:
        body.program = program
    context = {
        "waiting": ballots_open(user, program),
        "page_obj": ballots.get_page(request.GET.get("page")),
        "undeclared": to_declare(user, program).count(),
        "places": places(request),
        "bodies": [body for body in bodies if can_plan_meetings(user, body)],
    }
    return render(request, "ballots/list.html", context)


@require_http_methods(FORM)
@member_view
def ballot_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One ballot: what it is about, the vote, and after the close what was counted."""
    if application := waits_for_declaration(request, pk):
        return redirect("panel:declare", request.program.slug, application.code)
    ballot = get_ballot(request, pk)
    form = VoteForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            cast_vote(ballot, **form.vote(), actor=request.user)
            messages.success(request, "Your vote is cast. It is final.")
            return redirect("ballots:ballot", request.program.slug, pk)
    context = {"form": form, **facts_of(ballot, request.user, now=timezone.now())}
    return render(request, "ballots/ballot.html", context, status=422 if form.is_bound else 200)
