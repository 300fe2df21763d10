"""The panel's side, as people do it: from the shortlist to the public page, with one recusal."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.drafts import PROGRAM
from tests.browser.panels import ASSESSOR, PutToPanel, declare, press, put_to_panel
from tests.local.conftest import eventually
from tests.stack.product import Product

Arrive = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "reduced_motion": "reduce"}
CHAIR, RECUSED, DISSENTER, MEMBERS = "odile", "bram", "kwame", ("roundtable", "sunniva")
FITS = "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
REASON = "Two services do this already. I would want them to be asked first."
SUMMARY = "Workshops in twelve schools, written with the students."
H1 = 1


def person(key: str) -> str:
    return f"{key}@{PROGRAM}.example.org"


def test_application_goes_all_the_way_with_one_recusal(arrive: Arrive, product: Product) -> None:
    put = put_to_panel(product, "way")
    officer, manager = arrive(person("officer")), arrive(person("manager"))
    give_out(manager, put)
    assess(arrive(ASSESSOR), put)
    advise(arrive(person("tessaly")), put)
    meeting = plan_meeting(officer, put)
    ballot = open_ballot(officer, put, meeting)
    recused = arrive(person(RECUSED), **PHONE)
    step_out(recused, put, ballot, meeting)
    for key in (CHAIR, *MEMBERS):
        vote(arrive(person(key), **PHONE), put, ballot)
    vote(arrive(person(DISSENTER), **PHONE), put, ballot, against=REASON)
    close_ballot(officer, put, ballot)
    sees_nothing(recused, put, ballot, meeting)
    decide(officer, manager, put)
    release_letter(officer, arrive(), put)
    is_public(arrive(), put)


def give_out(page: Page, put: PutToPanel) -> None:
    """A manager gives it out by the plan, which says why."""
    page.goto(put.board)
    expect(page.locator(f'[data-application="{put.code}"]')).to_contain_text("1 missing")
    press(page, "Give out")
    expect(page.get_by_role("region", name="The plan")).to_contain_text("Ravi Eskildsen")
    press(page, "Give them out and tell everybody")
    expect(page.locator(f'[data-application="{put.code}"]')).to_contain_text("Ravi Eskildsen")


def assess(page: Page, put: PutToPanel) -> None:
    """An assessor declares, gives points that are saved as they are given, and submits."""
    page.goto(f"/{PROGRAM}/panel/")
    page.locator("main").get_by_role("link", name=f"Assess {put.code}").click()
    expect(page.get_by_role("heading", level=H1)).to_have_text("Declare first")
    press(page, "Declare")
    declare(page, "No conflict")
    expect(page.locator("form[data-assess]")).to_be_visible()
    for mark in page.locator("fieldset.mark").all():
        mark.get_by_role("radio").nth(3).check()
        mark.get_by_role("textbox").fill("Shown by the people who live it.")
        mark.get_by_role("textbox").press("Tab")
        expect(mark.locator("[data-state]")).to_have_text(re.compile("^Saved at"))
    page.get_by_role("radio", name="Fund", exact=False).first.check()
    expect(page.locator("div.mark [data-state]")).to_have_text(re.compile("^Saved at"))
    page.reload()
    expect(page.locator("[data-score]")).to_contain_text("75.00 of 100")
    press(page, "Check and submit")
    press(page, "Submit the assessment")
    expect(page.get_by_role("status").first).to_contain_text("Your assessment is in")


def advise(page: Page, put: PutToPanel) -> None:
    """A member of the Advisory Group declares first, then advises."""
    page.goto(put.page)
    declare(page, "No conflict")
    press(page, "Give your advice")
    page.get_by_role("radio", name="Support", exact=False).first.check()
    page.get_by_label("In your words").fill("Let the students say what is taught first.")
    press(page, "Give the advice")
    expect(page.get_by_role("status").first).to_contain_text(f"Your advice on {put.code} is there.")


def plan_meeting(page: Page, put: PutToPanel) -> str:
    """The secretary plans a meeting, with the application from the shortlist and a ballot on it."""
    page.goto(f"/{PROGRAM}/meetings/new/")
    if page.get_by_label("Whose meeting").count():
        page.get_by_label("Whose meeting").select_option(label="Roundtable")
    page.get_by_label("Name").fill(f"Meeting on {put.round}")
    page.get_by_label("Day").fill((timezone.localtime() + timedelta(days=1)).date().isoformat())
    page.get_by_label("Time").fill("10:00")
    press(page, "Plan the meeting")
    address = page.url
    page.goto(f"{address}agenda/")
    choice = page.get_by_role("checkbox", name=put.code, exact=False)
    expect(page.locator("label.choice").filter(has=choice)).to_contain_text("75")
    choice.check()
    press(page, "Put on the agenda")
    page.goto(f"{address}attendance/")
    for chooser in page.get_by_role("combobox").all():
        chooser.select_option(label="Present")
    press(page, "Save")
    press(page, "Open the meeting")
    press(page, "Open the meeting")
    expect(page.locator(".page-head")).to_contain_text("In session")
    return address


def open_ballot(page: Page, put: PutToPanel, meeting: str) -> str:
    page.goto(meeting)
    press(page, put.title)
    press(page, "Open the ballot")
    press(page, "Open the ballot")
    expect(page.locator("main")).to_contain_text("Open in the meeting")
    return page.url


def step_out(page: Page, put: PutToPanel, ballot: str, meeting: str) -> None:
    """A member declares an actual conflict, from a page that shows just enough to know of it."""
    page.goto(ballot)
    expect(page.locator("main")).to_contain_text(put.organisation)
    expect(page.locator("main")).not_to_contain_text("Workshops in twelve schools")
    declare(page, "Actual", "My sister works there.")
    expect(page.get_by_role("status").first).to_contain_text("You step out")
    sees_nothing(page, put, ballot, meeting)


def sees_nothing(page: Page, put: PutToPanel, ballot: str, meeting: str) -> None:
    """Not there for this person: its page, ballot, pack, PDF, and in no list."""
    pack = ballot.replace("/ballots/", "/reports/ballots/") + "pack/"
    pdf = f"/{PROGRAM}/reports/submissions/{put.code}/1/pdf/"
    for address in (put.page, f"{put.page}declare/", ballot, pack, pdf):
        answer = page.goto(address)
        assert answer, address
        assert answer.status == 404, address
    for place in ("/", "/panel/", "/ballots/", "/assessments/advice/"):
        page.goto(f"/{PROGRAM}{place}")
        expect(page.locator("body")).not_to_contain_text(put.code)
        expect(page.locator("body")).not_to_contain_text(put.organisation)
    page.goto(meeting)
    expect(page.get_by_role("heading", name=f"Meeting on {put.round}", level=H1)).to_be_visible()
    expect(page.locator(".agenda")).not_to_contain_text(put.title)


def vote(page: Page, put: PutToPanel, ballot: str, *, against: str = "") -> None:
    """One-handed: declare, read, vote. No page scrolls sideways, and what is pressed is wide and high."""
    page.goto(ballot)
    assert page.evaluate(FITS), page.url
    declare(page, "No conflict")
    page.goto(ballot)
    expect(page.locator("main")).to_contain_text("Let the students say what is taught first.")
    assert page.evaluate(FITS), page.url
    page.get_by_role("radio", name="Do not endorse" if against else "Endorse").first.check()
    if against:
        page.get_by_label("Conditions or reasons").fill(against)
        page.get_by_label("Name me and my reason in the minutes").check()
    box = page.get_by_role("button", name="Cast vote").bounding_box()
    assert box
    assert box["width"] > 250
    assert box["height"] >= 44
    page.get_by_role("button", name="Cast vote").click()
    expect(page.get_by_role("status").first).to_contain_text("Your vote is cast")
    expect(page.get_by_role("button", name="Cast vote")).to_have_count(0)


def close_ballot(page: Page, put: PutToPanel, ballot: str) -> None:
    page.goto(ballot)
    press(page, "Close and count")
    press(page, "Close and count")
    result = page.get_by_role("region", name="Result")
    expect(page.locator("main .tag").first).to_have_text("Endorsed")
    expect(result).to_contain_text("4 of 4")
    expect(result).to_contain_text("5 on the roll, 1 recused.")
    expect(result).to_contain_text(REASON)
    voted = dict.fromkeys((CHAIR, *MEMBERS), "endorse") | {DISSENTER: "not_endorse"}
    assert put.votes() == sorted(voted.items())


def decide(officer: Page, manager: Page, put: PutToPanel) -> None:
    """Recommended from the slate, decided by somebody else, then published."""
    officer.goto(f"{put.slate}?fund=1")
    officer.get_by_label("Why").fill("The strongest of the round.")
    press(officer, "Recommend those above the line")
    officer.goto(put.slate)
    press(officer, put.title)
    press(officer, "Change")
    officer.get_by_label("What the award is for, for the public").fill(SUMMARY)
    officer.get_by_label("Where it happens").fill("Hunter region")
    press(officer, "Save changes")
    manager.goto(officer.url)
    for step in ("Decide", "Publish"):
        press(manager, step)
        press(manager, step)
    expect(manager.locator(".page-head")).to_contain_text("Published")


def release_letter(page: Page, reader: Page, put: PutToPanel) -> None:
    """The officer reads the letter and releases it; it reaches the team once its minutes are over."""
    page.goto(f"{put.slate}letters/")
    row = page.locator(f'[data-letter="{put.code}"]')
    row.get_by_role("link").first.click()
    expect(page.locator(".letter-text")).to_contain_text(put.organisation)
    press(page, "Release")
    expect(page.locator(".page-head")).to_contain_text("Leaving soon")
    put.let_letters_leave()

    def arrived() -> bool:
        reader.goto(f"/demo/mail/?to={put.team}")
        return reader.get_by_text(put.title).count() > 0 and reader.get_by_text("50,000").count() > 0

    assert eventually(arrived, seconds=90), "the letter did not arrive"


def is_public(page: Page, put: PutToPanel) -> None:
    page.goto(f"/{PROGRAM}/grants/recipients/?q={put.organisation}")
    card = page.locator(".funded li").filter(has_text=put.organisation)
    expect(card).to_contain_text(SUMMARY)
    expect(card).to_contain_text("50,000")
    expect(card).to_contain_text("Hunter region")
