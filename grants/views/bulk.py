"""Screen several applications at once: a page for the reasons, and one that says what became of each."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from grants.access import STAFF_ONLY
from grants.forms.handling import BulkScreeningForm
from grants.listing import place_in_list
from grants.models import Round, Screening
from grants.permissions import is_staff
from grants.queries.applications import PER_PAGE
from grants.queries.bulk import candidates_of
from grants.services.screening import screen_many
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require


@require_http_methods(["GET", "HEAD", "POST"])
@member_view
def bulk(request: MemberRequest) -> HttpResponse:
    """Screen those that were chosen on the list. What cannot be screened is named, before and after."""
    require(is_staff(request.user, request.program), STAFF_ONLY)
    sent = request.POST if request.method == "POST" else request.GET
    candidates, outcome = candidates_of(_chosen(sent), request.user), _outcome(sent)
    context: dict[str, Any] = _back(request, sent)
    form = BulkScreeningForm(request.POST if request.method == "POST" else None, outcome=outcome)
    if candidates and form.is_valid():
        with errors_on(form):
            chosen = [candidate.application for candidate in candidates]
            results = screen_many(chosen, **form.cleaned_data, actor=request.user)
            context |= {"results": results, "done": sum(not r.problem for r in results), "outcome": outcome}
            return render(request, "applications/bulk_done.html", context)
    context |= {
        "form": form,
        "candidates": candidates,
        "possible": sum(not candidate.problem for candidate in candidates),
        "outcome": Screening.Outcome(outcome),
    }
    return render(request, "applications/bulk.html", context, status=422 if form.is_bound else 200)


def _back(request: MemberRequest, sent: QueryDict) -> dict[str, str]:
    """Where the list was: as its query for the form to carry on, and as an address."""
    query = place_in_list(sent.get("list", ""), list(Round.objects.only("code", "title", "opens_at")))
    url = reverse("applications:list", args=[request.program.slug])
    return {"list_query": query, "back": f"{url}?{query}" if query else url}


def _chosen(sent: QueryDict) -> list[str]:
    """The codes that were ticked, or all of the page."""
    return sent.getlist("all" if sent.get("scope") == "page" else "codes")[:PER_PAGE]


def _outcome(sent: QueryDict) -> str:
    outcome = sent.get("outcome", "")
    return outcome if outcome in Screening.Outcome.values else Screening.Outcome.ELIGIBLE.value
