"""A stranger finds a round, makes an account, and comes to the check: public pages in a real browser."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.local.conftest import eventually
from tests.stack.product import Product

Arrive = Callable[..., Page]
EMAIL, PASSWORD = "noor@applicant.example", "ladder orchard window"
ROUND = "Impact grants 2027"


def to_the_round(page: Page) -> list[str]:
    """From the front page to a round that is open."""
    found = barriers(page)
    page.get_by_role("link", name=ROUND).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUND)
    return found + barriers(page)


def make_account(page: Page) -> list[str]:
    """From the check, which asks to sign in, to the page that says to look for mail."""
    page.get_by_role("link", name="Make an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make an account")
    found = barriers(page)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    found += barriers(page)
    page.get_by_label("Full name").fill("Noor West")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    return found + barriers(page)


def follow_the_mail(page: Page) -> list[str]:
    """In the mailbox of the demonstration, to the page that confirms the address."""
    page.get_by_role("link", name="Read it here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail of the demonstration")
    found = barriers(page)
    letter = page.get_by_role("article").filter(has_text=EMAIL).first
    letter.get_by_role("link", name="confirm-email").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your email address")
    return found + barriers(page)


def test_stranger_becomes_an_applicant(arrive: Arrive) -> None:
    page = arrive(reduced_motion="reduce")
    found = to_the_round(page)
    page.get_by_role("link", name="Check whether you can apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    found += barriers(page)
    found += make_account(page)
    found += follow_the_mail(page)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/scsc/apply/rounds/IG27/check/")
    assert found == []


def test_other_browser_confirms_chooses_a_password_and_goes_on(arrive: Arrive, product: Product) -> None:
    page, address = arrive(), "elsewhere@applicant.example"
    page.goto("/accounts/signup/?next=/scsc/grants/")
    page.get_by_label("Full name").fill("Lena East")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    other = arrive()
    other.goto(f"/demo/mail/?to={address}")
    link = other.get_by_role("article").get_by_role("link", name="confirm-email").get_attribute("href")
    assert link
    other.goto(link)
    other.get_by_role("button", name="Confirm").click()
    expect(other.get_by_text("Now choose a password")).to_be_visible()
    for field in other.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    other.get_by_role("button", name="Change Password").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.get_by_label("Email").fill(address)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/scsc/grants/")
    assert urlsplit(link).query


def test_recipients_are_searched_without_script(arrive: Arrive) -> None:
    page = arrive(java_script_enabled=False)
    page.goto("/scsc/grants/recipients/")
    everybody = page.locator(".funded > li").count()
    assert everybody > 1
    name = page.locator(".funded h2").first.inner_text()
    page.get_by_label("Search").fill(name)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".funded > li")).to_have_count(1)


def test_colours_are_chosen_on_a_page_that_strangers_share(arrive: Arrive) -> None:
    page = arrive(color_scheme="light")
    page.goto("/scsc/grants/")
    page.locator(".menu.person > summary").click()
    page.get_by_role("button", name="Dark").click()
    assert eventually(lambda: page.locator("html").get_attribute("data-theme") == "dark", seconds=10)
    page.goto("/scsc/grants/rounds/IG27/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("address", ["/scsc/grants/", "/scsc/grants/rounds/IG27/", "/cpf/grants/recipients/"])
def test_page_seen_before_signing_in_is_not_shown_after(arrive: Arrive, address: str) -> None:
    page = arrive()
    page.goto(address)
    expect(page.get_by_role("navigation", name="Public pages")).to_be_visible()
    page.goto("/demo/")
    program = address.split("/")[1]
    page.locator(f'button[data-email="manager@{program}.example.org"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.goto(address)
    expect(page.get_by_role("navigation", name="Program")).to_be_visible()
