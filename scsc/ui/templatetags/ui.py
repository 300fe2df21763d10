"""Tags that need arithmetic or the request. Everything else is a plain include of templates/ui."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import Context

register = template.Library()


@register.inclusion_tag("ui/meter.html")
def meter(parts: float | Sequence[tuple[str, float]], total: float, label: str = "") -> dict[str, Any]:
    """A bar: `{% meter 23 31 %}`, or parts with their tones: `{% meter rag_parts 7 label="..." %}`.

    `parts` is a number, drawn in the accent, or (tone, number) pairs. Without a label the bar is hidden from
    screen readers: use that where the words beside it say the same.
    """
    pairs = [("", float(parts))] if isinstance(parts, int | float) else parts
    bars, start = [], 0.0
    for tone, amount in pairs:
        width = 100 * float(amount) / total if total else 0.0
        bars.append({"tone": tone, "x": f"{start:.2f}", "width": f"{min(width, 100 - start):.2f}"})
        start += width
    return {"bars": bars, "label": label}


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """A column head that sorts by `?sort=key`, again for `?sort=-key`; the page goes back to the first."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {"url": f"?{query.urlencode()}", "label": label, "numeric": numeric, "order": order}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], label: str = "Pages") -> dict[str, Any]:
    """Links to the other pages of a list, keeping filters and order: `{% pagination page_obj %}`."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    steps = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        query["page"] = str(number)
        url = f"?{query.urlencode()}" if isinstance(number, int) else ""
        steps.append({"number": number, "url": url, "current": number == page.number})
    return {"page": page, "steps": steps, "label": label}
