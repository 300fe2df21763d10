"""Reads of organisations. A row that was merged is read through the one that stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from partners.identifiers import spaced_abn
from partners.likeness import Traits, alike_ids, alike_to
from partners.models import Organisation, OrganisationContact, SafeguardingRecord

PER_PAGE = 50
MOST_WORDS = 8
MOST_DUPLICATES = 20
# Evidence that ends within so many days is worth a word.
SOON_DAYS = 60


@dataclass(frozen=True)
class Duplicate:
    """Another organisation that may be the same one, and why."""

    organisation: Organisation
    reasons: Sequence[str]


@dataclass(frozen=True)
class Line:
    """One organisation of the list, and whether another one looks like it."""

    organisation: Organisation
    is_alike: bool

    @property
    def abn(self) -> str:
        """As it is printed."""
        return spaced_abn(self.organisation.abn)


def standing() -> QuerySet[Organisation]:
    """The organisations that stand for themselves: not merged into another."""
    return Organisation.objects.filter(merged_into=None)


def standing_for(organisation: Organisation) -> Organisation:
    """The row that stands for this one: itself, or the one it was merged into."""
    return organisation.merged_into or organisation


def rows_of(organisation: Organisation) -> list[Organisation]:
    """An organisation with the rows that were merged into it. One query."""
    return [organisation, *Organisation.objects.filter(merged_into=organisation)]


def search(words: str) -> QuerySet[Organisation]:
    """Organisations in whose name, numbers or addresses each word is found, by name."""
    together = words.replace(" ", "")
    parts = [together] if together.isdigit() and len(together) >= 9 else words.split()[:MOST_WORDS]
    found = standing()
    for part in parts:
        named = Q(name__icontains=part) | Q(email__icontains=part) | Q(website__icontains=part)
        found = found.filter(named | Q(abn__contains=part) | Q(acn__contains=part))
    return found


def organisation_page(words: str, *, only_alike: bool, number: str | None) -> "Page[Line]":
    """One page of the list. Three queries."""
    alike = alike_ids(_traits())
    found = search(words).filter(pk__in=list(alike)) if only_alike else search(words)
    found = found.annotate(merged_rows=Count("merged")).order_by("name", "pk")
    page: Any = Paginator(found, PER_PAGE).get_page(number)
    lines = [Line(row, row.pk in alike) for row in page.object_list]
    return Page(lines, page.number, page.paginator)


def duplicates_of(organisation: Organisation) -> list[Duplicate]:
    """Those that may be the same one, the likeliest first, twenty at most. Two queries."""
    one = Traits(
        organisation.pk, organisation.name, organisation.abn, organisation.email, organisation.website
    )
    found = alike_to(one, _traits())
    likeliest = sorted(found, key=lambda pk: (-len(found[pk]), pk))[:MOST_DUPLICATES]
    rows = standing().in_bulk(likeliest)
    return [Duplicate(rows[pk], found[pk]) for pk in likeliest if pk in rows]


def contacts_of(organisations: Sequence[Organisation]) -> list[OrganisationContact]:
    """Who acts for it, by name. One query."""
    found = OrganisationContact.objects.filter(organisation__in=organisations).select_related("user")
    return list(found.order_by("user__name", "pk"))


@dataclass(frozen=True)
class Statement:
    """A statement about child safety, and whether it still holds on a day."""

    record: SafeguardingRecord
    on: date
    is_latest: bool

    @property
    def days_left(self) -> int | None:
        return (self.record.expires_on - self.on).days if self.record.expires_on else None

    @property
    def facts(self) -> str:
        """The counts, where it states some."""
        return _words(self.record.content, self.record.kind)

    @property
    def tone(self) -> str:
        if not self.is_latest:
            return "idle"
        if self.days_left is None:
            return "info"
        return "bad" if self.days_left < 0 else "warn" if self.days_left <= SOON_DAYS else "good"

    @property
    def label(self) -> str:
        if not self.is_latest:
            return "Replaced"
        if self.record.expires_on is None:
            return "No end given"
        word = "Expired" if self.record.expires_on < self.on else "Until"
        return f"{word} {self.record.expires_on.day} {self.record.expires_on:%B %Y}"


def _words(content: Any, kind: str) -> str:
    """The counts of a statement in one line; nothing for what has none, or is not as expected."""
    if not isinstance(content, dict) or kind != SafeguardingRecord.Kind.SCREENING:
        return ""
    people, checked, pending = (content.get(part) for part in ("people", "checked", "pending"))
    if not people or checked is None:
        return ""
    under_way = f", {pending} under way" if pending and str(pending) != "0" else ""
    return f"{checked} of {people} people checked{under_way}"


def safeguarding_of(
    organisations: Sequence[Organisation], *, on: date, hidden: Sequence[str] = ()
) -> list[Statement]:
    """What was stated, through merged rows too; of each kind the newest counts. One query.

    Statements of the sources in `hidden` are left out.
    """
    found = SafeguardingRecord.objects.filter(organisation__in=organisations).exclude(source__in=hidden)
    statements, seen = [], set()
    for record in found.select_related("document", "recorded_by").order_by("-recorded_at", "-pk"):
        statements.append(Statement(record, on, record.kind not in seen))
        seen.add(record.kind)
    return statements


def _traits() -> list[Traits]:
    rows = standing().order_by().values_list("pk", "name", "abn", "email", "website")
    return [Traits(*row) for row in rows]


def named(text: str) -> list[Organisation]:
    """Organisations of exactly this ABN, or this name in whatever case. Two at most: more say no more."""
    digits = text.replace(" ", "")
    wanted = Q(abn=digits) if digits.isdigit() else Q(name__iexact=text.strip())
    return list(standing().filter(wanted)[:2])


def names_to_offer(most: int = 500) -> list[str]:
    """Names that a form suggests while somebody types."""
    return list(standing().order_by("name").values_list("name", flat=True)[:most])
