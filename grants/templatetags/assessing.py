"""What the page of an assessment draws: the points that are chosen, what was typed, what is wrong."""

from collections.abc import Mapping

from django import template

from grants.queries.assessing import CriterionRow

register = template.Library()


@register.filter
def at(found: Mapping[str, str] | None, key: str) -> str:
    """What a mapping has under a key, or nothing."""
    return found.get(key, "") if found else ""


@register.filter
def is_chosen(row: CriterionRow, points: int) -> bool:
    """Whether so many points were given."""
    return row.mark.points == points


@register.filter
def reason_of(typed: Mapping[str, str], key: str) -> str:
    """The reason that was typed for a criterion."""
    return typed.get(f"{key}-reason", "")
