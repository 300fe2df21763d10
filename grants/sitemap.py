"""The addresses of every public page, over all programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from grants.queries.public import announced
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from scsc.ui.nav import public_links_for


@dataclass(frozen=True)
class Entry:
    """One page, and the day it was first public where that is known."""

    url: str
    since: date | None = None


def sitemap_entries() -> list[Entry]:
    """The front page, the support page, then what each program has published, scope after scope."""
    entries = [Entry(_absolute(reverse("ui:home"))), Entry(_absolute(reverse("ui:support")))]
    for program in Program.objects.all():
        with program_scope(program):
            entries += _pages_of(program)
    return entries


def _pages_of(program: Program) -> Iterator[Entry]:
    for link in public_links_for(program):
        yield Entry(_absolute(link.url))
    for round_ in announced():
        since = round_.published_at.date() if round_.published_at else None
        yield Entry(_absolute(reverse("grants:round", args=[program.slug, round_.code])), since)


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
