"""Charts of pages, each with the table that says the same."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from reporting.rendering.chart import Row, Segment, status_chart
from workplan.queries import Plan
from workplan.states import STANDINGS, TONES


@dataclass(frozen=True)
class Chart:
    """A picture as SVG, and its table: `head` names the columns, each of `rows` begins with its name."""

    title: str
    description: str
    svg: SafeString
    head: list[str]
    rows: list[list[str | int]]


def plan_status(plan: Plan) -> Chart:
    """How the actions of each ambition stand today."""
    title = "Actions by ambition and status"
    counts = {
        ambition.stream: [
            sum(line.shown.rag == rag for line in plan.lines if line.action.ambition_id == ambition.pk)
            for rag in STANDINGS
        ]
        for ambition in plan.ambitions
    }
    bars = [
        Row(stream, [Segment(TONES[rag], rag.label, n) for rag, n in zip(STANDINGS, numbers, strict=True)])
        for stream, numbers in counts.items()
    ]
    table: list[list[str | int]] = [[stream, *numbers, sum(numbers)] for stream, numbers in counts.items()]
    description = f"All {len(plan.lines)} actions of the plan."
    # Drawn by ourselves; ElementTree has escaped every text in it.
    svg = mark_safe(status_chart(bars, title=title, description=description))  # noqa: S308
    return Chart(title, description, svg, ["Ambition", *(str(rag.label) for rag in STANDINGS), "All"], table)
