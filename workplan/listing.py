"""The list of actions: its filters and orders, from the address."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict

from workplan.forms import FilterForm
from workplan.queries import ActionLine, Filters, Plan

FAR = date.max
GRAVEST = ["bad", "warn", "good", "idle", "done"]

SORTS: dict[str, Callable[[ActionLine], Any]] = {
    "code": lambda line: (line.action.ambition.order, line.action.order),
    "year": lambda line: (line.action.first_year, line.action.last_year),
    "status": lambda line: GRAVEST.index(line.shown.tone),
    "due": lambda line: line.next_due or FAR,
    "owner": lambda line: str(line.action.owner or "~").casefold(),
}


def filter_form(plan: Plan, data: Mapping[str, Any]) -> FilterForm:
    """The filters with the choices that this plan has."""
    form = FilterForm(data if isinstance(data, MultiValueDict) else None)
    owners = {line.action.owner for line in plan.lines if line.action.owner}
    choices = {
        "ambition": [("", "Every ambition"), *((a.code, a.stream) for a in plan.ambitions)],
        "year": [("", "Every year"), *((str(y.number), y.label) for y in plan.years)],
        "owner": [
            ("", "Every owner"),
            *sorted(((str(o.pk), str(o)) for o in owners), key=lambda pair: pair[1]),
        ],
    }
    for name, options in choices.items():
        form.fields[name].choices = options  # type: ignore[attr-defined]
    return form


def filters_of(form: FilterForm) -> Filters:
    """The filters that hold; a value that is not a choice does not narrow."""
    form.is_valid()
    clean = form.cleaned_data
    return Filters(
        ambition=clean.get("ambition", ""),
        year=int(clean["year"]) if clean.get("year") else None,
        rag=clean.get("rag", ""),
        owner=int(clean["owner"]) if clean.get("owner") else None,
        words=clean.get("words", ""),
    )


def sort_lines(lines: list[ActionLine], sort: str) -> list[ActionLine]:
    """In the order of a column, `-column` the other way round; an unknown one keeps the plan's order."""
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(lines, key=key, reverse=sort.startswith("-")) if key else lines
