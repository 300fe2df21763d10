"""Reads of agreements. What somebody must not know of is left out by those who know why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from partners.models import Agreement
from partners.states import AgreementState
from scsc.accounts.models import User

PER_PAGE = 50
MOST_WORDS = 8
# The colour class of each state in the interface.
TONES = {
    AgreementState.PROPOSED: "info",
    AgreementState.ACTIVE: "good",
    AgreementState.CANCELLED: "idle",
}

# Agreements that an app hides from a person, as a condition, such as those of an application that they
# declared a conflict about.
Hider = Callable[[User], Q]

_hiders: list[Hider] = []


def register_hider(hider: Hider) -> None:
    """Add one. Called from AppConfig.ready."""
    if hider not in _hiders:
        _hiders.append(hider)


@dataclass(frozen=True)
class AgreementLine:
    """One agreement of a list."""

    agreement: Agreement

    @property
    def tone(self) -> str:
        return TONES[AgreementState(self.agreement.state)]


def seen_by(user: User) -> QuerySet[Agreement]:
    """The agreements that somebody with the right to agreements may know of."""
    found = Agreement.objects.all()
    for hider in _hiders:
        found = found.exclude(hider(user))
    return found


def agreements_page(
    user: User, *, words: str = "", state: str = "", number: str | None = None
) -> "Page[AgreementLine]":
    """One page of agreements, the newest first. Two queries."""
    found = seen_by(user).select_related("organisation")
    for part in words.split()[:MOST_WORDS]:
        named = Q(organisation__name__icontains=part) | Q(title__icontains=part)
        found = found.filter(named | Q(code__icontains=part))
    if state in AgreementState.values:
        found = found.filter(state=state)
    page: Any = Paginator(found.order_by("-pk"), PER_PAGE).get_page(number)
    return Page([AgreementLine(row) for row in page.object_list], page.number, page.paginator)


def agreement_of(user: User, code: str) -> Agreement | None:
    """One agreement by its code, with its organisation."""
    rows = seen_by(user).select_related("organisation", "created_by")
    found: Agreement | None = rows.filter(code=code).first()
    return found
