"""Charts of pages, each with the table that says the same."""

from dataclasses import dataclass

from reporting.rendering.chart import Row, Segment, status_chart
from workplan.queries import Plan
from workplan.states import TONES, Rag

COLUMNS = [Rag.COMPLETE, Rag.GREEN, Rag.AMBER, Rag.RED, Rag.GREY]


@dataclass(frozen=True)
class Chart:
    """A picture as SVG, and its table: `head` names the columns, each of `rows` begins with its name."""

    title: str
    description: str
    svg: str
    head: list[str]
    rows: list[list[str | int]]


def plan_status(plan: Plan) -> Chart:
    """How the actions of each ambition stand today."""
    title = "Actions by ambition and status"
    counts = {
        ambition.stream: [
            sum(line.shown.rag == rag for line in plan.lines if line.action.ambition_id == ambition.pk)
            for rag in COLUMNS
        ]
        for ambition in plan.ambitions
    }
    bars = [
        Row(stream, [Segment(TONES[rag], rag.label, n) for rag, n in zip(COLUMNS, numbers, strict=True)])
        for stream, numbers in counts.items()
    ]
    table: list[list[str | int]] = [[stream, *numbers, sum(numbers)] for stream, numbers in counts.items()]
    description = f"All {len(plan.lines)} actions of the plan."
    svg = status_chart(bars, title=title, description=description)
    return Chart(title, description, svg, ["Ambition", *(str(rag.label) for rag in COLUMNS), "All"], table)
