"""Reads of recipients for staff, published or not."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from grants.models import Recipient
from grants.queries.applications import amount_words
from grants.queries.sight import blocked
from scsc.accounts.models import User
from scsc.programs.models import Program

PER_PAGE = 50


@dataclass(frozen=True)
class Award:
    """A recipient, with its amount in words."""

    recipient: Recipient
    amount: str


def recipients_for(user: User) -> QuerySet[Recipient]:
    """Those written down, without the ones whose application this person must not see."""
    return Recipient.objects.exclude(application__in=blocked(user))


def awards_page(
    user: User,
    program: Program,
    *,
    round_code: str = "",
    only_unpublished: bool = False,
    number: str | None = None,
) -> "Page[Award]":
    """One page of those written down, the latest award first. Two queries."""
    found = recipients_for(user).select_related("round", "organisation")
    if round_code:
        found = found.filter(round__code=round_code)
    if only_unpublished:
        found = found.filter(published_at=None)
    page: Any = Paginator(found.order_by("-awarded_on", "-pk"), PER_PAGE).get_page(number)
    awards = [Award(recipient, amount_words(recipient.amount, program)) for recipient in page.object_list]
    return Page(awards, page.number, page.paginator)


def award_of(user: User, program: Program, pk: int) -> Award | None:
    """One of them, with its round and organisation."""
    rows = recipients_for(user).select_related("round", "organisation", "application", "recorded_by")
    recipient = rows.filter(pk=pk).first()
    if recipient is None:
        return None
    recipient.program = recipient.organisation.program = program
    return Award(recipient, amount_words(recipient.amount, program))
