"""Charts as SVG, drawn here on the server; the same picture serves the page and the PDF.

Drawn directly, not by pygal: under WeasyPrint a pygal chart comes out as a black slab, its axis counts
actions in fifths, and it carries a style element, a script and the day of drawing, which a strict
Content-Security-Policy and a report that must be the same to the byte both rule out.

No style attribute and no style element. Colours are presentation attributes (the light theme, as printed),
which `static/css/chart.css` overrides by class with the tokens of the page, light and dark. A state shows by
hue, glyph and word together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

WIDTH = 720.0
LABEL_WIDTH = 176.0
ROW_HEIGHT = 34.0
BAR_HEIGHT = 26.0
LEGEND_LINE = 22.0
LETTER_WIDTH = 7.0
TOTAL_WIDTH = 92.0
GAP = 2.0
FONT = "Source Sans Pro, Segoe UI, Roboto, sans-serif"

# As in the look's tokens, light theme: (solid, soft).
COLOURS = {
    "good": ("#1f6b43", "#e2f1e8"),
    "done": ("#1f6b43", "#1f6b43"),
    "warn": ("#8a5200", "#fbeed7"),
    "bad": ("#a3231f", "#fbe6e3"),
    "info": ("#2a4d8f", "#e6ecf8"),
    "idle": ("#5a6472", "#ebedf0"),
}
INK, INK_2, SURFACE = "#1c2430", "#4c5766", "#ffffff"

# Glyphs in a box of 10 by 10, so that they look alike whatever fonts there are.
GLYPHS = {
    "good": "M5 1A4 4 0 1 1 5 9A4 4 0 1 1 5 1Z",
    "done": "M1.2 5.4L2.5 4L4.2 5.8L7.8 1.6L9.2 2.9L4.3 8.6Z",
    "warn": "M5 1L9.4 9H.6Z",
    "bad": "M1.4 1.4H8.6V8.6H1.4Z",
    "info": "M5 .6L9.4 5L5 9.4L.6 5Z",
    "idle": "M5 1A4 4 0 1 1 5 9A4 4 0 1 1 5 1ZM5 2.6A2.4 2.4 0 1 0 5 7.4A2.4 2.4 0 1 0 5 2.6Z",
}


@dataclass(frozen=True)
class Segment:
    """A part of a bar: how many (`value`) are in the state `label`."""

    tone: str
    label: str
    value: int


@dataclass(frozen=True)
class Row:
    """A bar: its label and its segments, in the same order in every row."""

    label: str
    segments: Sequence[Segment]

    @property
    def total(self) -> int:
        """The length of the bar."""
        return sum(segment.value for segment in self.segments)


def status_chart(rows: Sequence[Row], *, title: str, description: str, unit: str = "action") -> str:
    """Horizontal stacked bars, one per row; a glyph and number in each segment, a legend of the words below.

    Returns an `<svg>` element as text, safe to print in a page as it stands. `unit` is what is counted, in
    the singular.
    """
    legend = _legend_places(_legend_entries(rows))
    legend_lines = max((line for _entry, _x, line in legend), default=0) + 1
    height = len(rows) * ROW_HEIGHT + 6 + legend_lines * LEGEND_LINE
    key = hashlib.sha256(repr((title, description, rows)).encode()).hexdigest()[:8]
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "status-chart",
            "viewBox": f"0 0 {WIDTH:g} {height:g}",
            "role": "img",
            "aria-labelledby": f"chart-{key}-title chart-{key}-desc",
            "font-family": FONT,
            "font-size": "14",
        },
    )
    ET.SubElement(svg, "title", {"id": f"chart-{key}-title"}).text = title
    ET.SubElement(svg, "desc", {"id": f"chart-{key}-desc"}).text = description
    scale = _scale(rows, unit=unit)
    for index, row in enumerate(rows):
        _draw_row(svg, row, top=index * ROW_HEIGHT, scale=scale, unit=unit)
    for entry, x, line in legend:
        _draw_legend_entry(svg, entry, x=x, top=len(rows) * ROW_HEIGHT + 10 + line * LEGEND_LINE)
    return ET.tostring(svg, encoding="unicode")


def _scale(rows: Sequence[Row], *, unit: str) -> float:
    """Pixels per thing counted, so that the longest bar leaves room for what stands to the right of a bar."""
    longest = max((row.total for row in rows), default=0) or 1
    room, scale = TOTAL_WIDTH, 0.0
    for _ in range(len(COLOURS)):  # a smaller scale may push a further number out of its segment
        scale = (WIDTH - LABEL_WIDTH - room) / longest
        rights = [_words_width(row, unit) + sum(_needed(part) for part in _unfit(row, scale)) for row in rows]
        room = max([room, *rights])
    return scale


def _unfit(row: Row, scale: float) -> list[Segment]:
    """The segments too narrow for their glyph and number."""
    return [part for part in row.segments if 0 < part.value * scale < _needed(part) + GAP]


def _total_words(row: Row, unit: str) -> str:
    return "none" if not row.total else f"{row.total} {unit}{'s' if row.total != 1 else ''}"


def _words_width(row: Row, unit: str) -> float:
    return 8 + LETTER_WIDTH * len(_total_words(row, unit)) + 8


def _legend_entries(rows: Sequence[Row]) -> list[Segment]:
    entries: dict[tuple[str, str], Segment] = {}
    for row in rows:
        for segment in row.segments:
            entries.setdefault((segment.tone, segment.label), segment)
    return list(entries.values())


def _draw_row(svg: ET.Element, row: Row, *, top: float, scale: float, unit: str) -> None:
    middle = top + ROW_HEIGHT / 2
    _text(svg, _shorten(row.label), x=0, y=middle + 5, css="chart-label", fill=INK, weight="600")
    unfit, x = _unfit(row, scale), LABEL_WIDTH
    for segment in row.segments:
        if not segment.value:
            continue
        width = segment.value * scale
        _draw_bar(svg, segment, x=x, y=middle - BAR_HEIGHT / 2, width=max(width - GAP, 1.0))
        if segment not in unfit:
            _mark(svg, segment, x=x + 9, y=middle)
        x += width
    _text(svg, _total_words(row, unit), x=x + 8, y=middle + 5, css="chart-total", fill=INK_2)
    x += _words_width(row, unit)
    for segment in unfit:
        _mark(svg, segment, x=x, y=middle, on_bar=False)
        x += _needed(segment)


def _draw_bar(svg: ET.Element, segment: Segment, *, x: float, y: float, width: float) -> None:
    solid, soft = COLOURS[segment.tone]
    frame = {"x": x + 0.5, "y": y + 0.5, "width": max(width - 1, 0.5), "height": BAR_HEIGHT - 1}
    attributes = {name: f"{value:.2f}" for name, value in frame.items()}
    ET.SubElement(
        svg,
        "rect",
        {**attributes, "rx": "3", "class": f"chart-bar chart-{segment.tone}", "fill": soft, "stroke": solid},
    )


def _mark(svg: ET.Element, segment: Segment, *, x: float, y: float, on_bar: bool = True) -> None:
    """The glyph and number of a segment, from x on, centred on y."""
    filled = on_bar and segment.tone == "done"
    colour = SURFACE if filled else COLOURS[segment.tone][0]
    css = "chart-on-solid" if filled else f"chart-ink-{segment.tone}"
    _glyph(svg, segment.tone, x=x, y=y - 5, css=css, fill=colour)
    _text(svg, str(segment.value), x=x + 15, y=y + 5, css=css, fill=colour, weight="600")


def _legend_places(entries: Sequence[Segment]) -> list[tuple[Segment, float, int]]:
    """Each entry with its x and its line; a line that is full is followed by another."""
    places: list[tuple[Segment, float, int]] = []
    x, line = LABEL_WIDTH, 0
    for entry in entries:
        width = 15 + LETTER_WIDTH * len(entry.label) + 20
        if x > LABEL_WIDTH and x + width > WIDTH:
            x, line = LABEL_WIDTH, line + 1
        places.append((entry, x, line))
        x += width
    return places


def _draw_legend_entry(svg: ET.Element, entry: Segment, *, x: float, top: float) -> None:
    _glyph(svg, entry.tone, x=x, y=top, css=f"chart-ink-{entry.tone}", fill=COLOURS[entry.tone][0])
    _text(svg, entry.label, x=x + 15, y=top + 10, css="chart-total", fill=INK_2)


def _glyph(svg: ET.Element, tone: str, *, x: float, y: float, css: str, fill: str) -> None:
    place = f"translate({x:.2f} {y:.2f})"
    ET.SubElement(
        svg,
        "path",
        {"d": GLYPHS[tone], "transform": place, "class": css, "fill": fill, "fill-rule": "evenodd"},
    )


def _text(
    svg: ET.Element, words: str, *, x: float, y: float, css: str, fill: str, weight: str = "400"
) -> None:
    place = {"x": f"{x:.2f}", "y": f"{y:.2f}"}
    ET.SubElement(svg, "text", {**place, "class": css, "fill": fill, "font-weight": weight}).text = words


def _needed(segment: Segment) -> float:
    return 9 + 15 + 8 * len(str(segment.value)) + 7


def _shorten(label: str, most: int = 23) -> str:
    """The label, cut at the end where it would run into the bars; the table beside has it whole."""
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def glyph_svg(tone: str) -> str:
    """The glyph of a tone as a small SVG document, for the tags of the PDF."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
        f'<path d="{GLYPHS[tone]}" fill="{COLOURS[tone][0]}" fill-rule="evenodd"/></svg>'
    )
