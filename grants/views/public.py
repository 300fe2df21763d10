"""Pages for everybody: rounds, one round, recipients, and the picture that goes with a link."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from grants.access import get_public_round
from grants.card import card_of, draw
from grants.forms.public import RecipientForm, read_filter
from grants.page_facts import linked_data, page_facts, round_facts
from grants.queries.public import (
    PublicRound,
    has_recipients,
    list_recipients,
    public_rounds,
    recipient_choices,
    round_detail,
)
from grants.stage_words import in_plain_words
from scsc.accounts.models import User
from scsc.programs.access import PublicRequest, is_member, public_view
from scsc.ui.context import public_places
from scsc.ui.sharing import ROBOTS, indexable, shared

CARD_FOR = timedelta(minutes=10)


@require_safe
@public_view
@indexable
@shared
def home(request: PublicRequest) -> HttpResponse:
    """The rounds of a program: open, coming and closed."""
    rounds = public_rounds(request.program, _person(request), timezone.now())
    if not rounds and not is_member(request) and not public_places(request, request.program):
        raise Http404("This program has published nothing.")
    context = {
        "open": [one for one in rounds if one.is_open],
        "coming": [one for one in rounds if one.is_coming],
        "closed": [one for one in rounds if one.is_closed],
        "facts": page_facts(
            request.program,
            title="Grants",
            description=f"Open and coming grant rounds of {request.program}. {request.program.purpose}",
            path=reverse("grants:home", args=[request.program.slug]),
        ),
    }
    return render(request, "grants/home.html", context)


@require_safe
@public_view
@indexable
@shared
def round_page(request: PublicRequest, code: str) -> HttpResponse:
    """One round: what it funds, who can apply, by when, and what happens then."""
    round_ = get_public_round(request, code)
    detail = round_detail(round_, timezone.now())
    context = {
        "detail": detail,
        "round": round_,
        "public": detail.public,
        "stages": in_plain_words(detail.stages),
        "facts": round_facts(round_),
        "data": linked_data(round_),
    }
    response = render(request, "grants/round.html", context)
    return _unlisted(response) if detail.public.by_invitation else response


@require_safe
@public_view
@indexable
@shared
def recipients(request: PublicRequest) -> HttpResponse:
    """Who was funded: by round and year, searched by words."""
    if not has_recipients(request.program) and not is_member(request):
        raise Http404("This program has published no recipient.")
    form = RecipientForm(request.GET, choices=recipient_choices())
    wanted = read_filter(form)
    found = list_recipients(request.program, wanted, number=request.GET.get("page"))
    path = reverse("grants:recipients", args=[request.program.slug])
    context = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "facts": page_facts(
            request.program,
            title="Recipients",
            description=f"Who was funded by {request.program}, for what, and with how much.",
            path=path if wanted or found.page.number == 1 else f"{path}?page={found.page.number}",
        ),
    }
    return render(request, "grants/recipients.html", context)


@require_safe
@public_view
def card(request: PublicRequest, code: str) -> HttpResponse:
    """The picture of a round for the sites that show one beside a link. Drawn only when it has changed."""
    public = PublicRound(get_public_round(request, code), timezone.now())
    facts = card_of(public)
    tag = quote_etag(facts.tag)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(draw(facts), content_type="image/png")
    response["ETag"] = tag
    if public.by_invitation:
        return _unlisted(response)
    patch_cache_control(response, public=True, max_age=int(CARD_FOR.total_seconds()))
    return response


def _person(request: PublicRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _unlisted(response: HttpResponse) -> HttpResponse:
    """For those invited, and for no search engine."""
    response[ROBOTS] = "noindex, nofollow"
    return response
