"""The preview of a form: questions come and go as soon as an answer asks for them."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from scsc.local.system import chromium
from tests.ui.browser import SITE, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
PATH = "/forms/1/preview/"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Preview</title>
<script type="module" src="/static/js/preview.js"></script></head><body>
<form method="post" data-follows>
<fieldset data-shows-field="kind"><label>Kind <input name="kind"></label></fieldset>
<section data-shows-section="more" hidden>
<fieldset data-shows-field="plan" hidden disabled><label>Plan <input name="plan"></label></fieldset></section>
<button data-show>Show what follows</button></form></body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page, on a server that shows the plan for schools."""

    def answer(route: Route) -> None:
        if route.request.method == "GET":
            says(PAGE)(route)
            return
        more = "kind=school" in (route.request.post_data or "")
        shown = {"sections": ["more"] if more else [], "fields": ["kind", *(["plan"] if more else [])]}
        says(json.dumps(shown), 200, {"Content-Type": "application/json"})(route)

    context = browser.new_context()
    serve(context, Site({PATH: answer}))
    page = context.new_page()
    page.goto(f"{SITE}{PATH}")
    yield page
    context.close()


def test_question_comes_and_goes_with_the_answer_it_depends_on(page: Page) -> None:
    plan = page.locator("[name=plan]")
    expect(plan).to_be_hidden()
    page.get_by_label("Kind").fill("school")
    page.get_by_label("Kind").blur()
    expect(plan).to_be_visible()
    expect(plan).to_be_enabled()
    page.get_by_label("Kind").fill("club")
    page.get_by_label("Kind").blur()
    expect(plan).to_be_hidden()


def test_button_comes_back_where_the_script_gets_no_answer(page: Page) -> None:
    button = page.locator("[data-show]")
    expect(button).to_be_hidden()
    page.context.set_offline(True)
    page.route("**/preview/", lambda route: route.abort())
    page.get_by_label("Kind").fill("school")
    page.get_by_label("Kind").blur()
    expect(button).to_be_visible()
