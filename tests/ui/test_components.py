from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from scsc.ui.support import support_for
from tests.ui.markup import one, parse, words


def _draw(source: str, **context: Any) -> Any:
    return parse(Template(source).render(Context(context)))


def _include(name: str, **context: Any) -> Any:
    return parse(render_to_string(f"ui/{name}.html", context))


def _request(query: str) -> Any:
    return RequestFactory().get(f"/scsc/plan/list/?{query}")


def test_tag_has_tone_and_word() -> None:
    tag = one(_include("tag", tone="warn", label="At risk"), "//span")
    assert (tag.get("class"), words(tag)) == ("tag warn", "At risk")


def test_meter_of_a_number_fills_its_share() -> None:
    tree = _draw("{% meter 23 31 %}")
    assert one(tree, "//rect").get("width") == "74.19%"
    assert one(tree, "//svg").get("aria-hidden") == "true"


def test_meter_of_parts_lays_them_side_by_side() -> None:
    tree = _draw("{% meter parts 8 label='Three parts' %}", parts=[("good", 4), ("warn", 2), ("bad", 1)])
    drawn = [(bar.get("class"), bar.get("x"), bar.get("width")) for bar in tree.xpath("//rect")]
    assert drawn == [("good", "0.00%", "50.00%"), ("warn", "50.00%", "25.00%"), ("bad", "75.00%", "12.50%")]
    assert one(tree, "//svg").get("aria-label") == "Three parts"


@pytest.mark.parametrize(("value", "total", "width"), [(0, 0, "0.00%"), (5, 0, "0.00%"), (9, 3, "100.00%")])
def test_meter_stays_within_its_track(value: int, total: int, width: str) -> None:
    assert one(_draw("{% meter value total %}", value=value, total=total), "//rect").get("width") == width


@pytest.mark.parametrize(
    ("query", "order", "url"),
    [
        ("", None, "?sort=due"),
        ("sort=due", "ascending", "?sort=-due"),
        ("sort=-due", "descending", "?sort=due"),
        ("sort=code&q=fund&page=3", None, "?sort=due&q=fund"),
    ],
)
def test_sort_header_turns_the_order_and_keeps_filters(query: str, order: str | None, url: str) -> None:
    tree = _draw("<table><tr>{% sort_header 'due' 'Due' %}</tr></table>", request=_request(query))
    assert one(tree, "//th").get("aria-sort") == order
    assert one(tree, "//th/a").get("href") == url


def test_pagination_keeps_filters_and_names_the_current_page() -> None:
    page = Paginator(range(230), 20).page(4)
    tree = _draw("{% pagination page %}", page=page, request=_request("q=a%26b&page=9"))
    assert words(one(tree, "//*[@aria-current='page']")) == "4"
    assert tree.xpath("//a/@href")[0] == "?q=a%26b&page=1"
    assert "61 to 80 of 230" in words(tree)
    assert [words(step) for step in tree.xpath("//li")] == ["1", "2", "3", "4", "5", "…", "12"]


def test_pagination_of_one_page_is_nothing() -> None:
    page = Paginator(range(3), 20).page(1)
    assert words(_draw("{% pagination page %}", page=page, request=_request(""))) == ""


def test_timeline_tells_what_when_and_why() -> None:
    entry = SimpleNamespace(
        sentence="Alex Kim marked it as done",
        at=datetime(2022, 8, 21, 4, 0, tzinfo=UTC),
        reason="List of 12 August.",
        tone="done",
    )
    item = one(_include("timeline", entries=[entry]), "//li")
    assert words(item).startswith("Alex Kim marked it as done 21 Aug 2022, 2:00 p.m.")
    assert words(one(item, ".//p")) == "List of 12 August."


def test_timeline_without_entries_says_so() -> None:
    assert words(_include("timeline", entries=[])) == "Nothing has happened here yet."


def test_chart_has_its_figures_in_a_table() -> None:
    tree = _include(
        "chart", title="Actions", head=["Ambition", "Done"], rows=[["Upstream", 3], ["Downstream", 5]]
    )
    cells = [[words(cell) for cell in row] for row in tree.xpath("//tbody/tr")]
    assert cells == [["Upstream", "3"], ["Downstream", "5"]]
    assert len(tree.xpath("//tbody//th[@scope='row']")) == 2


def test_chart_draws_only_what_its_maker_marked_safe() -> None:
    drawn = {"title": "Actions", "head": ["Ambition"], "rows": []}
    assert _include("chart", svg=mark_safe("<svg></svg>"), **drawn).xpath("//svg")
    assert not _include("chart", svg="<svg></svg>", **drawn).xpath("//svg")


def test_progress_polls_and_has_a_value() -> None:
    tree = _include("progress", url="/p", percent=40, stage="Laying out pages")
    assert one(tree, "//div[@class='progress']").get("hx-trigger") == "every 1s"
    assert one(tree, "//progress").get("value") == "40"
    assert one(_include("refresh"), "//meta").get("http-equiv") == "refresh"


def test_support_panel_dials_the_number_it_shows() -> None:
    tree = _include("support_panel", support=support_for("AU"))
    dialled = {link.get("href"): words(link) for link in tree.xpath("//a")}
    assert dialled["tel:000"] == "000"
    assert dialled["tel:1800737732"] == "1800RESPECT: 1800 737 732"
    assert dialled["tel:1800551800"] == "Kids Helpline: 1800 55 1800"
    assert dialled["tel:131114"] == "Lifeline: 13 11 14"
    assert dialled["https://www.accce.gov.au/report"] == "ACCCE: Make a report"


def test_quick_exit_is_a_plain_link() -> None:
    link = one(_include("quick_exit", exit_url="https://weather.example/"), "//a")
    assert link.get("href") == "https://weather.example/"
    assert "noreferrer" in link.get("rel")
