"""fields.js in a real browser: rows of budgets and groups, the running sum, and what a field would send."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from playwright.sync_api import Browser, Locator, Page, expect

from grants.engine.answers import Answers
from grants.engine.kinds.amounts import NotANumber, parse_number
from grants.engine.schema import Field
from scsc.local.system import chromium
from tests.grants.engine.samples import LIMITS, OPTIONS, field
from tests.ui.browser import SITE, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
STYLES = "tokens base layout components forms fields"
LINKS = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in STYLES.split())
SCRIPT = '<script type="module" src="/static/js/fields.js"></script>'
AMOUNT = field("money", key="amount", label="Amount asked for", options={})
BUDGET = field("budget", options={"most": 5, "total_of": "amount"})
DRAW = Template(
    "{% load fields %}"
    "{% for field in fields %}{% field_control field answers problems field.key %}{% endfor %}"
)
TOLD = """document.addEventListener("change", (event) => {
  window.told = event.target.closest("[data-field]").dataset.field;
})"""
READ = """async (typed) => {
  const { cents } = await import("/static/js/fields.js");
  return typed.map((one) => String(cents(one)));
}"""
SENT = """async (key) => {
  const { inputsOf } = await import("/static/js/fields.js");
  return inputsOf(document.querySelector(`[data-field="${key}"]`));
}"""
PUT_IN = """(html) => { document.querySelector("form").innerHTML = html; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()


def _drawn(*fields: Field, **values: Any) -> str:
    context = {"fields": fields, "answers": Answers(values), "problems": {}, "limits": LIMITS}
    return DRAW.render(Context(context))


def _open(page: Page, *fields: Field, script: str = SCRIPT, **values: Any) -> None:
    """A form with these fields and answers."""
    form = f'<form class="form" method="post" action="/save/">{_drawn(*fields, **values)}</form>'
    head = f'<head><meta charset="utf-8"><title>Form</title>{LINKS}{script}</head>'
    html = f'<!DOCTYPE html><html lang="en">{head}<body><main class="narrow">{form}</main></body></html>'
    headers = {"Content-Type": "text/html; charset=utf-8"}
    serve(page.context, Site({"/": says(html, headers=headers), "/save/": says("sent")}))
    page.goto(f"{SITE}/")


def _names(page: Page, part: str) -> list[str]:
    found = page.locator(f'[data-row-list] [name$=".{part}"]').evaluate_all("all => all.map(one => one.name)")
    return [str(name) for name in found]


def _sum(page: Page) -> Locator:
    return page.locator("[data-sum-words]")


LINES = {
    "lines": [
        {"item": "Youth worker", "note": "", "amount": "80000.00"},
        {"item": "Rent", "note": "", "amount": "5.00"},
    ]
}


def test_a_row_is_added_with_names_of_its_own_and_the_focus(page: Page) -> None:
    _open(page, BUDGET)
    page.get_by_role("button", name="Add another line").click()
    assert _names(page, "item") == [f"budget.{number}.item" for number in range(4)]
    expect(page.locator('[name="budget.3.item"]')).to_be_focused()
    expect(page.get_by_label("Line 4: Amount")).to_be_visible()
    assert page.url == f"{SITE}/"


def test_rows_end_where_no_more_are_taken(page: Page) -> None:
    _open(page, BUDGET)
    add = page.get_by_role("button", name="Add another line")
    add.click()
    add.click()
    expect(add).to_be_hidden()
    expect(page.locator("[data-rows-said]")).to_have_text("That is the most there can be: 5.")
    page.get_by_role("button", name="Remove line 5").click()
    expect(add).to_be_visible()


def test_a_removed_row_can_be_brought_back(page: Page) -> None:
    _open(page, BUDGET, budget=LINES)
    page.get_by_role("button", name="Remove line 1").click()
    expect(page.locator("[data-total]")).to_have_text("$5.00")
    expect(page.get_by_label("Line 1: Item")).to_have_value("Rent")
    expect(page.locator("[data-rows-said]")).to_contain_text("Line 1 removed.")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("Line 1: Item")).to_have_value("Youth worker")
    expect(page.locator("[data-total]")).to_have_text("$80,005.00")


def test_a_blank_row_goes_without_a_question(page: Page) -> None:
    _open(page, BUDGET, budget=LINES)
    page.get_by_role("button", name="Remove line 3").click()
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(0)
    # The focus stays among the rows, where the next press of a key is expected.
    expect(page.get_by_role("button", name="Add another line")).to_be_focused()


def test_a_row_added_after_one_was_removed_takes_no_name_twice(page: Page) -> None:
    _open(page, BUDGET, budget=LINES)
    page.get_by_role("button", name="Remove line 1").click()
    page.get_by_role("button", name="Add another line").click()
    names = _names(page, "item")
    assert len(set(names)) == len(names)


def test_changed_rows_are_told_to_who_saves_the_field(page: Page) -> None:
    _open(page, BUDGET, budget=LINES)
    page.evaluate(TOLD)
    page.get_by_role("button", name="Remove line 1").click()
    assert page.evaluate("window.told") == "budget"


def test_the_sum_runs_along(page: Page) -> None:
    _open(page, AMOUNT, BUDGET)
    page.get_by_label("Line 1: Amount").fill("$1,200.50")
    expect(page.locator("[data-total]")).to_have_text("$1,200.50")
    page.get_by_label("Line 2: Amount").fill("１０")
    expect(page.locator("[data-total]")).to_have_text("$1,210.50")
    expect(_sum(page)).to_have_text("")


def test_what_does_not_add_up_is_named(page: Page) -> None:
    _open(page, AMOUNT, BUDGET, amount="120000.00", budget=LINES)
    words = "The budget lines add up to $80,005, but you asked for $120,000: $39,995 is missing"
    expect(_sum(page)).to_have_text(words)
    page.get_by_label("Amount asked for").fill("80,005")
    page.get_by_label("Amount asked for").blur()
    expect(_sum(page)).to_have_text("This equals the amount you asked for")
    page.get_by_label("Line 2: Amount").fill("6")
    expect(_sum(page)).to_contain_text("$1 is too much")


def test_the_amount_may_stand_on_another_page(page: Page) -> None:
    _open(page, BUDGET, amount="80005.00", budget=LINES)
    expect(_sum(page)).to_have_text("This equals the amount you asked for")


def test_a_line_that_is_no_amount_is_named(page: Page) -> None:
    _open(page, BUDGET, amount="80005.00", budget=LINES)
    page.get_by_label("Line 2: Amount").fill("lots")
    expect(_sum(page)).to_have_text("Line 2: “lots” is no amount")
    expect(page.locator("[data-total]")).to_have_text("$80,000.00")


TYPED = [
    "1200",
    "$1,200.50",
    "1 200",
    "A$5",
    "AUD 7",
    "7 aud",
    "１２．５",
    ".5",
    "5.",
    "+5",
    "007",
    "1.234",
    "1e5",
]
TYPED += [
    "-5",
    "1,20",
    "1.200,50",
    "NaN",
    "",
    "$",
    "1000000000000",
    "999999999999.99",
    "1'000",
    "€3",
    "12 34",
]


def test_amounts_are_read_as_the_server_reads_them(page: Page) -> None:
    _open(page, BUDGET)
    for typed, found in zip(TYPED, page.evaluate(READ, TYPED), strict=True):
        try:
            number = parse_number(typed, places=2)
            expected = "null" if number < 0 else str(int(number * 100))
        except NotANumber:
            expected = "null"
        assert found == expected, typed


def test_a_field_says_what_it_would_send(page: Page) -> None:
    _open(page, field("choices"), BUDGET, choices=["a", "b"], budget=LINES)
    assert page.evaluate(SENT, "choices") == {"choices": ["a", "b"], "choices.other": [""]}
    assert page.evaluate(SENT, "budget")["budget.0.amount"] == ["80000.00"]


def test_people_of_a_group_are_added_and_removed(page: Page) -> None:
    _open(page, field("group", options=OPTIONS["group"]), group=[{"name": "Noor"}])
    page.get_by_role("button", name="Add another person").click()
    second = page.get_by_role("group", name="Person 2")
    second.get_by_label("Name").fill("Lena")
    expect(second.get_by_label("Name")).to_have_attribute("name", "group.1.name")
    page.get_by_role("button", name="Remove person 1").click()
    expect(page.get_by_role("group", name="Person 1").get_by_label("Name")).to_have_value("Lena")


def test_writing_what_else_chooses_other(page: Page) -> None:
    _open(page, field("choice"))
    page.get_by_label("If other, say what").fill("Cake")
    expect(page.get_by_label("Other", exact=True)).to_be_checked()


def test_fields_that_are_put_in_later_work(page: Page) -> None:
    _open(page, BUDGET)
    page.evaluate(PUT_IN, _drawn(BUDGET))
    expect(page.get_by_role("button", name="Remove line 1")).to_be_visible()
    page.get_by_role("button", name="Add another line").click()
    assert len(_names(page, "item")) == 4


def test_without_the_script_a_row_is_asked_for_by_sending(page: Page) -> None:
    _open(page, BUDGET, script="")
    expect(page.get_by_role("button", name="Remove line 1")).to_have_count(0)
    with page.expect_request(f"{SITE}/save/") as asked:
        page.get_by_role("button", name="Add another line").click()
    assert "add-row=budget" in (asked.value.post_data or "")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_budget_fits_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    _open(page, AMOUNT, BUDGET, field("indicators"), field("principles"), field("address"), budget=LINES)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
