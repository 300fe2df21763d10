"""The way out of a public page: at once, by click or by Shift, with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.local.conftest import eventually

Arrive = Callable[..., Page]
AWAY = "https://www.bom.gov.au/"
SAY_WHEN_BLANK = """
new MutationObserver(() => {
  if (document.documentElement?.childElementCount === 0) console.info("blank");
}).observe(document, {childList: true, subtree: true});
"""
PUBLIC = ["/", "/demo/", "/support/"]


def replace_outside(page: Page) -> None:
    """Answer for the neutral site, so that nobody is asked outside of this machine."""
    page.context.route(
        f"{AWAY}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html")
    )


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("javascript", [True, False])
def test_click_leaves(arrive: Arrive, path: str, javascript: bool) -> None:
    page = arrive(java_script_enabled=javascript)
    replace_outside(page)
    page.goto(path)
    page.get_by_role("link", name="Quick exit").click()
    page.wait_for_url(AWAY)


def test_shift_three_times_leaves_and_back_does_not_return(arrive: Arrive) -> None:
    page = arrive()
    replace_outside(page)
    page.goto("/support/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(AWAY)
    page.go_back()
    assert not page.url.endswith("/support/")


def test_shift_between_letters_does_not_leave(arrive: Arrive) -> None:
    page = arrive()
    page.goto("/support/")
    for key in ("Shift", "a", "Shift", "b", "Shift"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Get support")


def test_page_is_blank_before_the_other_site_answers(arrive: Arrive) -> None:
    page = arrive()
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.context.route(f"{AWAY}**", hold)
    page.add_init_script(SAY_WHEN_BLANK)
    page.goto("/support/")
    with page.expect_console_message(lambda message: message.text == "blank"):
        page.get_by_role("link", name="Quick exit").click(no_wait_after=True)
    assert page.url.endswith("/support/"), "still here, and nothing to be seen"
    for route in waiting:
        route.abort()


@pytest.mark.parametrize("javascript", [True, False])
def test_sign_out_and_leave_ends_the_session(arrive: Arrive, javascript: bool) -> None:
    page = arrive("partner@cpf.example.org", java_script_enabled=javascript)
    replace_outside(page)
    page.goto("/support/")
    page.get_by_role("button", name="Sign out and leave").click()
    page.wait_for_url(AWAY)

    def is_out() -> bool:
        page.goto("/cpf/")
        return page.get_by_role("heading", level=1).inner_text() == "Sign in"

    # The page leaves at once and ends the session on its way.
    assert eventually(is_out)
