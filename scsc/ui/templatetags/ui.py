"""Tags that need arithmetic or the request. Everything else is a plain include of templates/ui."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from scsc.ui import moments

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


@register.simple_tag(name="moment")
def moment_tag(at: datetime | None, zone: str) -> str:
    """A moment by the clock of a zone: `{% moment round.closes_at round.timezone %}`. Nothing for none."""
    return _time_element(at, zone) if at else ""


@register.simple_tag
def closes(at: datetime | None, zone: str, now: datetime | None = None) -> str:
    """When something ends: `{% closes round.closes_at round.timezone %}` says "closes Friday 5 March 2027,
    5:00 pm AEDT, in 3 days", and afterwards "closed ..., 2 days ago"."""
    return _phrase("close", at, zone, now)


@register.simple_tag
def opens(at: datetime | None, zone: str, now: datetime | None = None) -> str:
    """When something begins, in the manner of `closes`: "opens Monday ..., in 5 hours"."""
    return _phrase("open", at, zone, now)


@register.filter
def relative(at: datetime | None, now: datetime | None = None) -> str:
    """How far away a moment is: `{{ draft.saved_at|relative }}` says "12 minutes ago"."""
    return moments.relative(at, now or timezone.now()) if at else ""


def _phrase(verb: str, at: datetime | None, zone: str, now: datetime | None) -> str:
    if at is None:
        return ""
    now = now or timezone.now()
    word, distance = moments.tense(verb, at, now), moments.relative(at, now)
    return format_html("{} {}, {}", word, _time_element(at, zone), distance)


def _time_element(at: datetime, zone: str) -> SafeString:
    local = moments.in_zone(at, zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), moments.moment(at, zone))
