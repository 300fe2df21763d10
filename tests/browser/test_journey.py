"""The main job, as people do it: work with evidence, then the report of the year that shows it."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.papers import Paper, read_paper, small_pdf
from tests.local.conftest import eventually
from tests.stack.product import Product, paused

Arrive = Callable[..., Page]
OFFICER, EXECUTIVE = "officer@scsc.example.org", "executive@scsc.example.org"


@dataclass(frozen=True)
class Deliverable:
    """What a person opened from Today."""

    code: str
    text: str


def open_overdue(page: Page) -> Deliverable:
    """From Today to the first deliverable that is overdue."""
    task = page.locator(".tasks li").filter(has_text=re.compile(r"\d days? overdue")).first
    link = task.get_by_role("link")
    text = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    return Deliverable(page.url.rstrip("/").rpartition("/")[2], text)


def attach(page: Page, title: str, name: str) -> None:
    """Add a PDF as evidence by the form behind the button."""
    page.get_by_role("link", name="Add evidence").first.click()
    page.get_by_label("Title").fill(title)
    upload: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": small_pdf(title)}
    page.locator('input[type="file"]').set_input_files(upload)
    page.get_by_role("button", name="Add evidence").click()


def mark_done(page: Page) -> None:
    page.get_by_role("link", name="Mark as done").click()
    page.get_by_role("button", name="Mark as done").click()


def reload_until(page: Page, selector: str) -> None:
    """Reload as a person does who waits for something."""

    def there() -> bool:
        page.reload()
        return page.locator(selector).count() > 0

    assert eventually(there, seconds=60), f"no {selector} on {page.url}"


def complete_with_evidence(page: Page, product: Product, *, title: str, name: str) -> Deliverable:
    """Done with a file, which stays unreadable and counts for nothing while it is being checked."""
    with paused(*product.group("worker")):
        deliverable = open_overdue(page)
        attach(page, title, name)
        expect(page.get_by_role("status").first).to_contain_text("It is being checked now")
        item = page.locator(".files li").filter(has_text=title)
        expect(item).to_contain_text("Being checked")
        expect(item.get_by_role("link", name=title, exact=True)).to_have_count(0)
        mark_done(page)
        expect(page.locator(".errors")).to_contain_text("The file is still being checked")
    page.goto(f"/scsc/plan/deliverables/{deliverable.code}/")
    reload_until(page, f".files a[href*='/files/']:text-is('{title}')")
    mark_done(page)
    expect(page.locator(".page-head")).to_contain_text("Done")
    return deliverable


def download(page: Page, folder: Path) -> Path:
    """The report by its button; the file is the one whose hash the page names."""
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download PDF").first.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in page.locator(".hash").all_inner_texts()
    return path


def assert_readable_for_all(paper: Paper) -> None:
    assert paper.tagged
    assert paper.language == "en-AU"
    assert "Annual progress report" in paper.title
    assert paper.errors == []


def assert_tells(paper: Paper, deliverable: Deliverable, *, title: str) -> None:
    """Its row says Done and carries a note whose source is the evidence."""
    row = paper.row(deliverable.code)
    assert deliverable.text in row
    assert row.endswith("Done"), row
    notes = re.findall(r"\d+", row.partition(deliverable.text)[2])
    assert any(title in paper.source(number) for number in notes), row


def test_completed_deliverable_is_in_the_report_with_its_evidence(
    arrive: Arrive, product: Product, tmp_path: Path
) -> None:
    title = "Acceptance note of the working group"
    deliverable = complete_with_evidence(arrive(OFFICER), product, title=title, name="acceptance.pdf")
    page = arrive(EXECUTIVE)
    follow_report(page, product)
    paper = read_paper(download(page, tmp_path))
    assert_readable_for_all(paper)
    assert_tells(paper, deliverable, title=title)


def follow_report(page: Page, product: Product) -> None:
    """Ask for the report of Year 2, watch it, leave, come back, and see it finish without a reload."""
    ask_for_report(page)
    renderer = next_renderer(product)
    stage, bar = page.locator("[data-announce]"), page.get_by_role("progressbar")
    with paused(renderer):
        expect(stage).not_to_have_text("Waiting for a worker")
        go_to(page, "Reports")
        page.locator('[data-year="2"]').get_by_role("link", name="See how far it is").click()
        expect(page.locator("main")).to_contain_text("You can leave this page")
        page.evaluate("window.isTheSamePage = true")
        shown = bar.get_attribute("value") or ""
    assert eventually(lambda: progress(product) > int(shown), seconds=30)
    with paused(renderer):
        expect(bar).not_to_have_attribute("value", shown)
        assert page.evaluate("window.isTheSamePage"), "the bar moved, not the page"
    expect(page.locator('[data-state="ready"]')).to_be_visible(timeout=60_000)


def go_to(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="Program").get_by_role("link", name=place, exact=True).click()


def ask_for_report(page: Page) -> None:
    """Press the button of Year 2, as soon as no earlier report of it is under way."""
    go_to(page, "Reports")
    button = '[data-year="2"] form button'
    reload_until(page, button)
    page.locator(button).click()


def next_renderer(product: Product) -> int:
    """The process that renders, as soon as it is there."""
    assert eventually(lambda: bool(product.renderers()), seconds=30)
    return product.renderers()[0]


def progress(product: Product) -> int:
    """The percentage of the newest report, as the database has it."""
    return int(product.rows("scsc", "SELECT percent FROM reporting_reportrun ORDER BY id DESC LIMIT 1")[0][0])


def test_journey_without_javascript(arrive: Arrive, product: Product, tmp_path: Path) -> None:
    title = "Signed certificate"
    officer = arrive(OFFICER, java_script_enabled=False)
    deliverable = complete_with_evidence(officer, product, title=title, name="certificate.pdf")
    page = arrive(EXECUTIVE, java_script_enabled=False)
    ask_for_report(page)
    expect(page.locator("main")).to_contain_text("You can leave this page")
    # The page reloads itself.
    expect(page.locator('[data-state="ready"]')).to_be_visible(timeout=60_000)
    assert_tells(read_paper(download(page, tmp_path)), deliverable, title=title)


def test_progress_is_reported_without_javascript(arrive: Arrive) -> None:
    page = arrive(OFFICER, java_script_enabled=False)
    page.goto("/scsc/plan/actions/DN-7/")
    page.get_by_role("link", name="Report progress").click()
    page.get_by_label("At risk").check()
    page.get_by_label("What happened").fill("Two recipients asked for a later start.")
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("status").first).to_contain_text("Your update on DN-7 is posted.")
    update = page.locator("article.update").first
    expect(update).to_contain_text("Two recipients asked for a later start.")
    expect(update).to_contain_text("At risk")


def test_partner_contact_sees_the_shared_actions_and_nothing_else(arrive: Arrive) -> None:
    page = arrive("ijm@scsc.example.org")
    shared = page.locator(".card").filter(has_text="Shared with you").get_by_role("link")
    assert shared.all_inner_texts() == ["DN-1", "DN-5", "DN-8"]
    places = page.get_by_role("navigation", name="Program")
    assert places.get_by_role("link").all_inner_texts() == ["Today"]
    shared.first.click()
    expect(page.get_by_role("link", name="Report progress")).to_be_visible()
    for path, heading in {
        "plan/": "You cannot open this",
        "reports/": "You cannot open this",
        "people/": "You cannot open this",
        "plan/actions/DN-2/": "Page not found",
        "plan/deliverables/WG-1.1/": "Page not found",
    }.items():
        page.goto(f"/scsc/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_person_with_three_programs_switches_between_them(arrive: Arrive) -> None:
    page = arrive("auditor@example.org")
    brand = page.locator(".bar .brand")
    names = set()
    for _ in range(3):
        page.locator(".switcher summary").click()
        choices = page.get_by_role("navigation", name="Your programs").get_by_role("link")
        expect(choices).to_have_count(3)
        name = next(text for text in choices.all_inner_texts() if text.split("\n")[0] not in names)
        choices.filter(has_text=name.split("\n")[0]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        expect(brand).to_contain_text(name.split("\n")[0])
        names.add(name.split("\n")[0])
    assert len(names) == 3
