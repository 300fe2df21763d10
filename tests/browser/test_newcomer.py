"""A person with a password: invited, made to set up a second factor, signed in with it; each page checked."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.places import OF_ACCOUNT
from tests.stack.post import invitation_link
from tests.stack.product import Product
from tests.stack.visitor import Visitor

Arrive = Callable[..., Page]
EMAIL, PASSWORD = "newcomer@example.net", "ladder orchard window"


def code_for(secret: str) -> str:
    """What an authenticator app shows now for this secret (RFC 6238)."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def accept_invitation(page: Page, product: Product) -> list[str]:
    """Invited as an officer, the stranger makes an account; answers the barriers on the way."""
    manager = Visitor(product.address).sign_in("manager@scsc.example.org")
    manager.post("/scsc/people/invite/", email=EMAIL, role="officer")
    page.goto(invitation_link(product, EMAIL))
    found = barriers(page)
    page.get_by_label("Full name").fill("Nia Newcomer")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form button").click()
    return found


def set_up_app(page: Page) -> list[str]:
    """From the page that asks for a second factor to the recovery codes."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    found = barriers(page)
    page.get_by_role("link", name="Set up an app").click()
    found += barriers(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/totp/activate/")
    found += barriers(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.locator('main [name="code"]').fill("000000")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    found += barriers(page)
    page.locator('main [name="code"]').fill(code_for(secret))
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: not url.endswith("/activate/"))
    return found


def empty_the_name(page: Page) -> list[str]:
    """The account's page with a mistake."""
    page.goto("/account/")
    page.get_by_label("Full name").fill("")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return barriers(page)


def sign_in_again(page: Page, recovery_code: str) -> list[str]:
    """Out, and in with the password and a recovery code."""
    page.locator(".person summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/scsc/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator('main [name="code"]').first).to_be_visible()
    found = barriers(page)
    page.locator('main [name="code"]').first.fill(recovery_code)
    page.locator("main form button").first.click()
    return found


def test_newcomer_gets_in_with_a_second_factor(arrive: Arrive, product: Product) -> None:
    page = arrive(reduced_motion="reduce")
    found = accept_invitation(page, product) + set_up_app(page)
    page.goto("/accounts/2fa/recovery-codes/")
    recovery_code = page.locator("#recovery_codes").input_value().split()[0]
    for path in OF_ACCOUNT:
        page.goto(path)
        assert urlsplit(page.url).path == path
        found += barriers(page)
    found += empty_the_name(page)
    page.goto("/scsc/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    found += sign_in_again(page, recovery_code)
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    assert not found, "\n".join(found)
