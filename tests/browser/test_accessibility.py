"""WCAG 2.2 AA on every page, as each person meets it: wide and narrow, light and dark, and by keyboard."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from tests.browser.barriers import NARROW, barriers
from tests.browser.keys import NUMBERED, Keys, keys_of_grants, keys_of_panels, one
from tests.browser.papers import small_pdf
from tests.browser.places import (
    EVIDENCED,
    MISTAKES,
    NEED_A_PASSKEY,
    NOT_PAGES,
    OF_ACCOUNT,
    ON_THE_WAY,
    PLACES,
    STAGES,
    STRANGER,
)
from tests.stack.post import invitation_link
from tests.stack.product import Product
from tests.stack.reports import ask
from tests.stack.visitor import Visitor

Arrive = Callable[..., Page]
CALM = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def keys(product: Product) -> Keys:
    """One of everything that an address names."""
    manager = Visitor(product.address).sign_in("manager@scsc.example.org")
    manager.post("/scsc/people/invite/", email="late@example.net", role="officer")
    report = ask(product, "ipcpp", 2)
    assert report.wait() == "ready"
    return (
        keys_of_grants(product, report.key)
        | keys_of_panels(product)
        | {
            "report": report.key,
            "invitation": urlsplit(invitation_link(product, "late@example.net")).path,
            "update": one(product, "SELECT max(id) FROM workplan_progressupdate"),
            "evidence": one(
                product, "SELECT max(id) FROM workplan_evidence WHERE deliverable_id IS NOT NULL"
            ),
            "pending": one(product, "SELECT id FROM accounts_invitation WHERE email = 'late@example.net'"),
            "person": one(product, "SELECT id FROM accounts_user WHERE email = 'officer@scsc.example.org'"),
        }
    )


@pytest.mark.parametrize("person", PLACES, ids=lambda email: email.partition("@")[0] or "stranger")
def test_pages_keep_nobody_out(arrive: Arrive, keys: Keys, person: str) -> None:
    page, found = arrive(person, **CALM), []
    for place in PLACES[person]:
        page.goto(place.format(**keys))
        found += barriers(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("person", MISTAKES, ids=lambda email: email.partition("@")[0] or "stranger")
def test_pages_about_mistakes_keep_nobody_out(arrive: Arrive, keys: Keys, person: str) -> None:
    page, found = arrive(person, **CALM), []
    for place, typed in MISTAKES[person]:
        page.goto(place.format(**keys))
        for name, value in typed.items():
            page.locator(f'main [name="{name}"]').fill(value)
        page.locator("main form").first.locator("button").first.click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        assert page.title().startswith("Error: "), page.url
        found += barriers(page)
    assert not found, "\n".join(found)


def test_report_at_every_stage_keeps_nobody_out(arrive: Arrive, product: Product, keys: Keys) -> None:
    page, found = arrive("executive@ipcpp.example.org", **CALM), []
    before = "SELECT state, percent, step, error FROM reporting_reportrun WHERE key = %s"
    kept = dict(zip(STAGES[0], product.rows("ipcpp", before, keys["report"])[0], strict=True))
    try:
        for stage in STAGES:
            set_stage(product, keys["report"], stage)
            page.goto(f"/ipcpp/reports/{keys['report']}/")
            expect(page.locator(f'[data-state="{stage["state"]}"]')).to_be_visible()
            found += barriers(page)
    finally:
        set_stage(product, keys["report"], kept)
    assert not found, "\n".join(found)


def set_stage(product: Product, key: str, stage: dict[str, Any]) -> None:
    """Put a report into a stage, behind the application's back and out of the worker's reach."""
    product.rows(
        "ipcpp",
        "UPDATE reporting_reportrun SET state = %s, percent = %s, step = %s, error = %s, "
        "requested_at = now(), lease_until = 'infinity' WHERE key = %s RETURNING id",
        *stage.values(),
        key,
    )


def test_file_that_is_not_to_be_had_says_why_to_everybody(arrive: Arrive, product: Product) -> None:
    page, found = arrive("officer@cpf.example.org", **CALM), []
    officer = Visitor(product.address).sign_in("officer@cpf.example.org")
    file = ("notice.pdf", small_pdf("Notice of the event"))
    officer.post(f"{EVIDENCED}/evidence/", title="", url="", file=file)
    key, state = product.rows("cpf", "SELECT key, state FROM documents_document ORDER BY id DESC LIMIT 1")[0]
    for state, heading in {"quarantined": "being checked", "rejected": "was refused"}.items():
        product.rows(
            "cpf", "UPDATE documents_document SET state = %s WHERE key = %s RETURNING id", state, key
        )
        page.goto(f"/cpf/files/{key}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        found += barriers(page)
        page.goto(f"{EVIDENCED}/")
        found += barriers(page)
    assert not found, "\n".join(found)


def test_page_of_a_breakdown_keeps_nobody_out(arrive: Arrive) -> None:
    page = arrive(**CALM)
    body = render_to_string("500.html", {"request_id": "7f3a"})
    page.route("**/broken/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/broken/")
    assert barriers(page) == []


def test_refused_form_keeps_nobody_out(arrive: Arrive) -> None:
    page = arrive("officer@scsc.example.org", **CALM)
    page.goto("/scsc/plan/actions/DN-7/report/")
    page.context.clear_cookies(name="csrftoken")
    page.locator('main [name="csrfmiddlewaretoken"]').evaluate("field => { field.value = 'old' }")
    page.locator("main form").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("This form could not be accepted")
    assert barriers(page) == []


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """The names of all addresses of the product."""
    for item in patterns:
        if isinstance(item, URLResolver):
            yield from names(item.url_patterns, f"{prefix}{item.namespace}:" if item.namespace else prefix)
        elif isinstance(item, URLPattern):
            yield f"{prefix}{item.name}"


def test_every_page_of_the_product_is_looked_at() -> None:
    samples = dict.fromkeys(NUMBERED, "1") | {
        "report": "00000000-0000-0000-0000-000000000000",
        "invitation": "/invitations/token/",
    }
    places = [place.format(**samples) for some in PLACES.values() for place in some]
    known = [urlsplit(place).path for place in places + OF_ACCOUNT if "nowhere" not in place]
    looked_at = {resolve(path).view_name for path in known} | ON_THE_WAY
    assert looked_at.isdisjoint(NOT_PAGES | NEED_A_PASSKEY)
    everything = set(names(get_resolver().url_patterns))
    assert everything == looked_at | NOT_PAGES | NEED_A_PASSKEY


@pytest.mark.parametrize(("person", "place"), [(STRANGER, "/support/"), ("ijm@scsc.example.org", "/scsc/")])
def test_skip_link_leads_past_the_bar(arrive: Arrive, person: str, place: str) -> None:
    page = arrive(person)
    page.goto(place)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


# How the focused element looks, and how it looks once the focus has gone on.
SHOWN = """() => {
  // A choice is a card; the ring is around the card.
  const style = getComputedStyle(document.activeElement.closest("label.choice") ?? document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  return {
    name: document.activeElement.outerHTML.slice(0, 120),
    isBody: document.activeElement === document.body,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none",
    isInside: box.width > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""


@pytest.mark.parametrize("place", ["/scsc/plan/", "/scsc/plan/list/", "/scsc/plan/actions/DN-7/report/"])
@pytest.mark.parametrize("size", [None, NARROW], ids=["wide", "narrow"])
def test_focus_is_seen_wherever_it_goes(arrive: Arrive, place: str, size: dict[str, int] | None) -> None:
    page = arrive("manager@scsc.example.org", **CALM, **({"viewport": size} if size else {}))
    page.goto(place)
    seen = []
    for _ in range(200):
        page.keyboard.press("Tab")
        shown = page.evaluate(SHOWN)
        if shown["isBody"]:
            break
        seen.append(shown)
    assert len(seen) > 10
    assert [each["name"] for each in seen if not (each["ring"] and each["isInside"])] == []


def test_menu_opens_and_closes_by_keyboard(arrive: Arrive) -> None:
    page = arrive("auditor@example.org")
    summary = page.locator(".switcher summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Your programs")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Your programs")).to_be_hidden()
    expect(summary).to_be_focused()


def test_error_summary_takes_the_focus_and_leads_to_the_field(arrive: Arrive) -> None:
    page = arrive("manager@scsc.example.org")
    page.goto("/scsc/people/invite/")
    page.get_by_role("button", name="Send invitation").click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Email address")).to_be_focused()
