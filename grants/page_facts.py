"""What machines read of the public pages: addresses, descriptions, and a round as linked data."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from grants.models import Round
from scsc.programs.models import Program

# So that no text can end the element that holds the data.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class PageFacts:
    """How a page is found and shared. `image` is empty for a page without a card."""

    title: str
    description: str
    url: str
    image: str = ""
    image_about: str = ""


def page_facts(program: Program, *, title: str, description: str, path: str) -> PageFacts:
    """Facts of a page of a program, at the public address of this installation."""
    return PageFacts(f"{title} - {program}", one_line(description), f"{settings.BASE_URL}{path}")


def round_facts(round_: Round) -> PageFacts:
    """Facts of the page of a round, with its card."""
    names = [round_.program.slug, round_.code]
    return PageFacts(
        title=f"{round_} - {round_.program}",
        description=one_line(round_.summary),
        url=f"{settings.BASE_URL}{reverse('grants:round', args=names)}",
        image=f"{settings.BASE_URL}{reverse('grants:card', args=names)}",
        image_about=f"{round_}, a round of {round_.program}",
    )


def one_line(text: str, *, most: int = 300) -> str:
    """A text as one line, cut at a word where it is too long for a description."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rpartition(" ")[0] + "…"


def linked_data(round_: Round) -> SafeString:
    """A round as schema.org's MonetaryGrant, safe inside a script element."""
    program = round_.program
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant",
        "name": round_.title,
        "description": one_line(round_.summary),
        "identifier": round_.code,
        "url": round_facts(round_).url,
        "funder": {"@type": "Organization", "name": program.sponsor},
    }
    if amounts := _amounts(round_):
        facts["amount"] = {"@type": "MonetaryAmount", "currency": program.currency} | amounts
    # djlint and the policy see a data block: nothing in it runs.
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def _amounts(round_: Round) -> dict[str, str]:
    limits = {"minValue": round_.minimum_amount, "maxValue": round_.maximum_amount}
    return {name: f"{amount:f}" for name, amount in limits.items() if amount is not None}
