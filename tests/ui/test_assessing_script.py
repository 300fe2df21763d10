"""An assessment in a browser: saved as it is made, one criterion at a time, and what could not be saved."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, Request, Route, expect

from scsc.accounts.models import User
from scsc.local.system import chromium
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.assessing import accepted, assessed_round, assessors, given_to
from tests.ui.browser import SITE, Answer, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
SAVED = re.compile(r"^Saved at \d+:\d\d\W?[ap]m\.$")
Markup = tuple[str, str]


@pytest.fixture
def markup(cast: Cast, signed_in: Callable[[User], Client]) -> Markup:
    """The address of an assessment that was just begun, and its page as the server makes it."""
    with program_scope(cast.program):
        (person,) = assessors(cast, 1)
        given = given_to(accepted(cast, assessed_round(cast, person)), person, by=cast.officer)
    path = f"/north/assessments/{given.pk}/"
    return path, signed_in(person).get(path).content.decode()


def data(status: int = 200, **facts: object) -> Answer:
    """What the server answers a save."""
    body = json.dumps({"version": 1, "score": "75.00 of 100", "missing": {}} | facts)
    return says(body, status, {"Content-Type": "application/json"})


@contextmanager
def opened(markup: Markup, **answers: Answer) -> Iterator[tuple[Page, Site]]:
    """The page in a browser; `answers` are those of its criteria, and of its summary, by name."""
    path, body = markup
    site = Site({path: says(body)})
    for name, answer in answers.items():
        site.answers[f"{path}summary/" if name == "summary" else f"{path}marks/{name}/"] = answer
    with running_browser() as browser:
        place = browser.new_context()
        serve(place, site)
        page = place.new_page()
        page.goto(SITE + path)
        expect(page.locator("form[data-assess]")).to_be_visible()
        yield page, site


def mark(page: Page, key: str) -> Locator:
    return page.locator(f"#m-{key}")


def said(page: Page, key: str) -> Locator:
    return mark(page, key).locator("[data-state]")


def sent(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.post_data or "").items()}


def test_points_are_saved_at_once_and_words_after_a_pause(markup: Markup) -> None:
    versions = iter(range(1, 9))
    with opened(markup, need=lambda route: data(version=next(versions))(route)) as (page, site):
        mark(page, "need").get_by_role("radio").nth(3).check()
        expect(said(page, "need")).to_have_text(SAVED)
        assert sent(site.posts()[0]) == {"need-points": "3", "need-version": "0"}
        mark(page, "need").get_by_role("textbox").press_sequentially("Shown.")
        expect(page.locator("#m-need input[data-version]")).to_have_value("2")
        last = site.posts()[-1]
        assert sent(last) == {"need-points": "3", "need-reason": "Shown.", "need-version": "1"}
        assert "x-csrftoken" in last.headers
        assert len(site.posts()) == 2
        expect(page.locator("[data-score]")).to_have_text("75.00 of 100")
        expect(page.locator("[data-left]")).to_have_text("Every criterion is complete")


def test_criteria_that_are_left_are_counted(markup: Markup) -> None:
    with opened(markup, need=data(missing={"evidence": "Choose points.", "partners": "Say."})) as (page, _):
        mark(page, "need").get_by_role("radio").first.check()
        expect(page.locator("[data-left]")).to_have_text("2 criteria to complete")


def test_summary_is_saved_too(markup: Markup) -> None:
    with opened(markup, summary=data()) as (page, site):
        page.get_by_role("radio", name="Fund", exact=True).check()
        expect(page.locator("div.mark [data-state]")).to_have_text(SAVED)
        assert sent(site.posts()[0]) == {"recommendation": "fund", "version": "0"}


def test_what_is_typed_while_it_is_saved_is_not_called_saved(markup: Markup) -> None:
    held: list[Route] = []
    with opened(markup, need=held.append) as (page, site):
        mark(page, "need").get_by_role("radio").nth(2).check()
        expect(said(page, "need")).to_have_text("Saving…")
        mark(page, "need").get_by_role("textbox").fill("More")
        page.wait_for_timeout(100)
        site.answers[next(request.url for request in site.posts()).removeprefix(SITE)] = data(version=2)
        data()(held[0])
        expect(said(page, "need")).to_have_text("Saving…")
        expect(said(page, "need")).to_have_text(SAVED)
        assert [sent(request).get("need-reason") for request in site.posts()] == [None, "More"]


def test_lost_connection_is_said_and_tried_again(markup: Markup) -> None:
    lost = iter([True])

    def once(route: Route) -> None:
        route.abort() if next(lost, False) else data()(route)

    with opened(markup, need=once) as (page, site):
        mark(page, "need").get_by_role("radio").nth(1).check()
        expect(said(page, "need")).to_have_text("Not saved: no connection. It is tried again.")
        expect(said(page, "need")).to_have_text(SAVED)
        assert len(site.posts()) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (data(409, error="You changed this in another window meanwhile."), "Copy your text, then load"),
        (data(422, error="Choose points from 0 to 4."), "Choose points from 0 to 4."),
        (says("", 404), "is not open to you any more"),
        (says("", 500), "the site has a problem. It is tried again."),
        (says("", 302, {"Location": "/accounts/login/"}), "you were signed out"),
    ],
    ids=["clash", "refused", "gone", "broken", "signed out"],
)
def test_what_could_not_be_saved_is_said_beside_it(markup: Markup, answer: Answer, words: str) -> None:
    with opened(markup, need=answer) as (page, _):
        mark(page, "need").get_by_role("radio").nth(1).check()
        expect(said(page, "need")).to_contain_text(words)
        expect(mark(page, "need")).to_have_class(re.compile("is-wrong"))


def test_clash_overwrites_nothing_later(markup: Markup) -> None:
    with opened(markup, need=data(409, error="You changed this in another window.")) as (page, site):
        mark(page, "need").get_by_role("radio").nth(1).check()
        expect(said(page, "need")).to_contain_text("load the page again")
        mark(page, "need").get_by_role("textbox").fill("More words")
        page.wait_for_timeout(1500)
        assert len(site.posts()) == 1


def test_leaving_with_unsaved_words_is_asked_about(markup: Markup) -> None:
    with opened(markup, need=data()) as (page, _):
        asked: list[str] = []

        def stay(dialog: object) -> None:
            asked.append(dialog.type)  # type: ignore[attr-defined]
            dialog.accept()  # type: ignore[attr-defined]

        page.on("dialog", stay)
        mark(page, "need").get_by_role("radio").nth(1).check()
        expect(said(page, "need")).to_have_text(SAVED)
        page.reload()
        assert asked == []
        mark(page, "need").get_by_role("textbox").press_sequentially("Half a")
        page.reload()
        assert asked == ["beforeunload"]
