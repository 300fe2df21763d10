"""The status chart: what it draws, in words, safely, the same every time."""

from xml.etree import ElementTree as ET

import pytest

from reporting.rendering.chart import COLOURS, GLYPHS, WIDTH, Row, Segment, glyph_svg, status_chart

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    Row("Westpac Group", [Segment("done", "Complete", 2), Segment("bad", "Off track", 0)]),
    Row("Upstream", [Segment("done", "Complete", 0), Segment("bad", "Off track", 3)]),
]


def draw(
    rows: list[Row] | None = None, title: str = "Actions by status", description: str = "In words."
) -> ET.Element:
    return ET.fromstring(status_chart(rows or ROWS, title=title, description=description))


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def test_chart_has_title_and_description() -> None:
    svg = draw()
    assert svg.find(f"{SVG}title") is not None
    named = (svg.get("aria-labelledby") or "").split()
    assert [svg.find(f"*[@id='{name}']").text for name in named] == ["Actions by status", "In words."]  # type: ignore[union-attr]
    assert svg.get("role") == "img"


def test_chart_labels_every_bar_and_state_directly() -> None:
    shown = texts(draw())
    assert shown.count("2") == 1
    assert shown.count("3") == 1
    assert {"Westpac Group", "Upstream", "2 actions", "3 actions", "Complete", "Off track"} <= set(shown)


def test_chart_draws_no_bar_for_nothing() -> None:
    svg = draw([Row("Empty", [Segment("good", "On track", 0)])])
    assert not list(svg.iter(f"{SVG}rect"))
    assert "none" in texts(svg)


def test_chart_gives_one_action_the_singular() -> None:
    assert "1 action" in texts(draw([Row("One", [Segment("good", "On track", 1)])]))


def test_chart_bars_are_in_proportion() -> None:
    widths = [float(rect.get("width", "0")) for rect in draw().iter(f"{SVG}rect")]
    assert widths[1] / widths[0] == pytest.approx(1.5, abs=0.03)


def test_chart_puts_numbers_that_do_not_fit_beside_the_bar() -> None:
    row = Row("Many", [Segment("good", "On track", 200), Segment("bad", "Off track", 1)])
    svg = draw([row])
    place = {text.text: float(text.get("x", "0")) for text in svg.iter(f"{SVG}text")}
    assert place["1"] > place["201 actions"]
    assert all(x < WIDTH for x in place.values())


def test_chart_never_shows_a_state_by_colour_alone() -> None:
    rows = [Row("All", [Segment(tone, f"State {tone}", 2) for tone in COLOURS])]
    drawn = [path.get("d") for path in draw(rows).iter(f"{SVG}path")]
    assert len(set(GLYPHS.values())) == len(COLOURS)
    assert all(drawn.count(glyph) == 2 for glyph in GLYPHS.values()), (
        "a glyph in the bar and one in the legend"
    )


def test_chart_legend_stays_in_the_picture() -> None:
    rows = [Row("All", [Segment(tone, f"A rather long state called {tone}", 1) for tone in COLOURS])]
    svg = draw(rows)
    _left, _top, width, height = (float(part) for part in (svg.get("viewBox") or "").split())
    for text in svg.iter(f"{SVG}text"):
        assert float(text.get("x", "0")) + 6 * len(text.text or "") < width
        assert float(text.get("y", "0")) < height


def test_chart_has_nothing_that_a_strict_content_policy_forbids() -> None:
    for element in draw().iter():
        assert element.tag not in {f"{SVG}style", f"{SVG}script"}
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)


def test_chart_escapes_what_people_wrote() -> None:
    evil = "<script>alert(1)</script>"
    markup = status_chart([Row(evil, [Segment("good", evil, 1)])], title=evil, description=evil)
    assert "<script>" not in markup
    assert "alert(1)" in markup


def test_chart_is_the_same_every_time_and_two_charts_do_not_share_ids() -> None:
    again = [status_chart(ROWS, title="One", description="") for _ in range(2)]
    assert again[0] == again[1]
    ids = [draw(title=title).find(f"{SVG}title").get("id") for title in ("One", "Two")]  # type: ignore[union-attr]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("tone", COLOURS)
def test_glyph_is_a_picture_of_its_own(tone: str) -> None:
    assert ET.fromstring(glyph_svg(tone)).find(f"{SVG}path").get("fill") == COLOURS[tone][0]  # type: ignore[union-attr]
