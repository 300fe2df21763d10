"""The public pages of rounds: what strangers see, what only invited people see, and what nobody does."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from grants.models import Round
from grants.queries.public import PublicRound, public_rounds
from grants.states import RoundState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.announced import CLOSE, SYDNEY, announced_round, full_round, in_days, invited_to, recipient
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]
HOME, PAGE = "/north/grants/", "/north/grants/rounds/IG27/"


@pytest.fixture
def program(cast: Cast) -> Program:
    """The first program; tests make its rounds inside its scope."""
    return cast.program


def page_at(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status
    return parse(response.content.decode())


# --- where a round stands ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "minutes", "label"),
    [
        (RoundState.PUBLISHED, -1, "Coming"),
        (RoundState.PUBLISHED, 0, "Open"),
        (RoundState.OPEN, -1, "Coming"),
        (RoundState.OPEN, 59, "Open"),
        (RoundState.OPEN, 60, "Closed"),
        (RoundState.PUBLISHED, 60, "Closed"),
        (RoundState.CLOSED, 30, "Closed"),
        (RoundState.CLOSED, -1, "Closed"),
    ],
)
def test_clock_says_where_a_round_stands(state: str, minutes: int, label: str) -> None:
    round_ = Round(state=state, timezone=SYDNEY, opens_at=CLOSE, closes_at=CLOSE + timedelta(hours=1))
    public = PublicRound(round_, CLOSE + timedelta(minutes=minutes))
    assert public.label == label
    assert [public.is_open, public.is_coming, public.is_closed].count(True) == 1


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, ""),
        (None, 150_000, "Up to $150,000"),
        (20_000, None, "$20,000 or more"),
        (20_000, 150_000, "$20,000 to $150,000"),
        (50_000, 50_000, "$50,000"),
    ],
)
def test_amounts_in_words(least: int | None, most: int | None, said: str) -> None:
    limits = [None if amount is None else Decimal(amount) for amount in (least, most)]
    round_ = Round(program=Program(currency="AUD"), minimum_amount=limits[0], maximum_amount=limits[1])
    assert PublicRound(round_, CLOSE).amounts == said


def test_open_ones_come_first_the_next_to_close_leading(program: Program) -> None:
    with program_scope(program):
        announced_round(program, "LATER", closes_at=in_days(9))
        announced_round(program, "SOON", closes_at=in_days(2))
        announced_round(program, "OLD", opens_at=in_days(-90), closes_at=in_days(-60), state="closed")
        announced_round(program, "OLDER", opens_at=in_days(-190), closes_at=in_days(-160), state="closed")
        announced_round(program, "NEXT", opens_at=in_days(5), closes_at=in_days(60), state="published")
        announced_round(program, "AFTER", opens_at=in_days(8), closes_at=in_days(50), state="published")
        with counted_queries() as count:
            found = [one.round.code for one in public_rounds(program, None, in_days(0))]
    assert found == ["SOON", "LATER", "NEXT", "AFTER", "OLD", "OLDER"]
    assert count.number == 1


# --- the list ------------------------------------------------------------------------------------


def test_strangers_find_what_is_open_coming_and_closed(program: Program, client: Client) -> None:
    with program_scope(program):
        announced_round(program, "NOW")
        announced_round(program, "NEXT", opens_at=in_days(5.1), closes_at=in_days(60), state="published")
        announced_round(program, "OLD", opens_at=in_days(-90), closes_at=in_days(-60.1), state="closed")
    page = page_at(client, HOME)

    def under(heading: str) -> str:
        return words(one(page, f"//section[h2[@id='{heading}']]"))

    assert "Impact grants NOW" in under("open")
    assert "in 3 days" in under("open")
    assert "Impact grants NEXT" in under("coming")
    assert "in 5 days" in under("coming")
    assert "Closed 60 days ago" in under("closed")


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_round_that_is_not_announced_is_nowhere(program: Program, client: Client, state: str) -> None:
    with program_scope(program):
        announced_round(program, "NOW")
        announced_round(program, "IG27", state=state, title="Unheard of")
    assert "Unheard of" not in client.get(HOME).content.decode()
    assert "IG27" not in client.get("/sitemap.xml").content.decode()
    page = page_at(client, PAGE, 404)
    assert program.name not in words(page)


@pytest.mark.parametrize("address", [HOME, "/north/grants/recipients/", PAGE, f"{PAGE}card.png"])
def test_program_with_nothing_public_looks_like_none(
    cast: Cast, client: Client, signed_in: SignIn, address: str
) -> None:
    with program_scope(cast.program):
        announced_round(cast.program, "IG27", state="draft")
    for visitor in (client, signed_in(cast.outsider)):
        page = page_at(visitor, address, 404)
        assert cast.program.name not in words(page)
        unknown = page_at(visitor, address.replace("north", "nowhere"), 404)
        assert words(one(page, "//main")) == words(one(unknown, "//main"))


def test_members_see_the_empty_page_of_their_program(cast: Cast, signed_in: SignIn) -> None:
    page = page_at(signed_in(cast.officer), HOME)
    assert "No round is open" in words(one(page, "//main"))
    assert words(one(page, "//nav[@aria-label='Program']//a[@href='/north/']")) == "Today"


def test_nothing_of_another_program_is_listed(cast: Cast, client: Client) -> None:
    with program_scope(cast.other):
        announced_round(cast.other, "ELSE")
    with program_scope(cast.program):
        announced_round(cast.program, "IG27")
    assert "ELSE" not in client.get(HOME).content.decode()
    assert client.get("/north/grants/rounds/ELSE/").status_code == 404


# --- one round -----------------------------------------------------------------------------------


def test_page_of_a_round_tells_everything(program: Program, client: Client) -> None:
    with program_scope(program):
        full_round(program)
    main = words(one(page_at(client, PAGE), "//main"))
    for said in [
        "Projects that keep children safe online.",
        "Charities",
        "Indigenous corporations",
        "Can be measured",
        "Are you a charity? Or another body. Yes",
        "Do you owe a report? Or another body. No",
        "$20,000 to $150,000",
        "$900,000",
        "At most 2",
        "30 June 2030",
        "Expression of interest",
        "nothing is typed twice",
        "Program staff check",
        "grants@example.org",
    ]:
        assert said in main, said


def test_open_round_leads_to_the_check(program: Program, client: Client) -> None:
    with program_scope(program):
        full_round(program)
    page = page_at(client, PAGE)
    button = one(page, "//a[text()='Check whether you can apply']")
    assert button.get("href") == "/north/apply/rounds/IG27/check/"
    assert "closes" in words(one(page, "//aside[@aria-labelledby='apply']"))
    assert "in 3 days" in words(one(page, "//aside[@aria-labelledby='apply']"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "published", "opens_at": in_days(2.1)}, "Not open yet It opens"),
        ({"state": "closed", "opens_at": in_days(-9), "closes_at": in_days(-2.1)}, "It closed"),
        ({"state": "closed"}, "It was closed early."),
    ],
)
def test_round_that_is_not_open_has_no_way_in(
    program: Program, client: Client, fields: dict[str, Any], said: str
) -> None:
    with program_scope(program):
        announced_round(program, **fields)
    page = page_at(client, PAGE)
    assert not page.xpath("//a[contains(@href, '/check/')]")
    assert said in words(one(page, "//aside[@aria-labelledby='apply']"))


def test_text_of_a_round_is_never_markup(program: Program, client: Client) -> None:
    evil = "</script><script>alert(1)</script>"
    with program_scope(program):
        full_round(program, title=evil, summary=evil, description=evil, who_can_apply=evil)
    response = client.get(PAGE)
    assert "<script>alert" not in response.content.decode()
    data = one(parse(response.content.decode()), "//script[@type='application/ld+json']")
    assert json.loads(data.text_content())["name"] == evil


def test_queries_of_the_pages_are_few_and_constant(program: Program, client: Client, cast: Cast) -> None:
    def asked(address: str) -> int:
        with counted_queries() as count:
            assert client.get(address).status_code == 200
        return count.number

    with program_scope(program):
        full_round(program)
        recipient(announced_round(program, "ONE"), cast.officer)
    few = {address: asked(address) for address in (HOME, PAGE, "/north/grants/recipients/")}
    with program_scope(program):
        for number in range(20):
            recipient(full_round(program, f"R{number}"), cast.officer)
    assert {address: asked(address) for address in few} == few
    assert max(few.values()) <= 9


# --- by invitation -------------------------------------------------------------------------------


@pytest.fixture
def invited_round(cast: Cast) -> Round:
    with program_scope(cast.program):
        round_ = announced_round(cast.program, audience="invited")
        invited_to(round_, cast.outsider, cast.officer)
        return round_


@pytest.mark.usefixtures("invited_round")
def test_round_by_invitation_is_there_for_those_invited_only(
    cast: Cast, client: Client, signed_in: SignIn
) -> None:
    for person in (cast.applicant, cast.partner, cast.manager):
        assert signed_in(person).get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == client.get(f"{PAGE}card.png").status_code == 404
    assert client.get(HOME).status_code == 404
    assert client.get("/north/apply/").status_code == 302
    page = page_at(signed_in(cast.outsider), PAGE)
    assert "By invitation" in words(one(page, "//main"))


@pytest.mark.usefixtures("invited_round")
def test_round_by_invitation_is_listed_for_those_invited(cast: Cast, signed_in: SignIn) -> None:
    page = page_at(signed_in(cast.outsider), HOME)
    assert "By invitation" in words(one(page, "//section[h2[@id='open']]"))


@pytest.mark.usefixtures("invited_round")
def test_round_by_invitation_is_for_no_search_engine(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.outsider)
    response = client.get(PAGE)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]
    page = parse(response.content.decode())
    assert one(page, "//meta[@name='robots']").get("content") == "noindex, nofollow"
    assert not page.xpath("//meta[@property='og:title'] | //script[@type='application/ld+json']")
    card = client.get(f"{PAGE}card.png")
    assert "public" not in card.headers["Cache-Control"]
    assert card.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.usefixtures("invited_round")
def test_round_by_invitation_is_on_neither_front_page_nor_sitemap(cast: Cast, client: Client) -> None:
    assert "Impact grants" not in client.get("/").content.decode()
    assert "/north/" not in client.get("/sitemap.xml").content.decode()


# --- found and shared ----------------------------------------------------------------------------


def test_page_can_be_found_and_shared(program: Program, client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://programs.example"
    with program_scope(program):
        full_round(program)
    response = client.get(PAGE)
    assert "X-Robots-Tag" not in response.headers
    page = parse(response.content.decode())
    assert words(one(page, "//title")) == "Impact grants IG27 - North program - Safer Children"
    assert one(page, "//link[@rel='canonical']").get("href") == f"https://programs.example{PAGE}"
    meta = {
        element.get("property") or element.get("name"): element.get("content")
        for element in page.xpath("//meta[@property or @name]")
    }
    assert meta["description"] == meta["og:description"] == "For safer places online."
    assert meta["og:url"] == f"https://programs.example{PAGE}"
    assert meta["og:image"] == f"https://programs.example{PAGE}card.png"
    assert meta["twitter:card"] == "summary_large_image"


def test_round_is_linked_data_with_the_nonce_of_the_policy(program: Program, client: Client) -> None:
    with program_scope(program):
        full_round(program)
    response = client.get(PAGE)
    script = one(parse(response.content.decode()), "//script[@type='application/ld+json']")
    assert f"'nonce-{script.get('nonce')}'" in response.headers["Content-Security-Policy"]
    data = json.loads(script.text_content())
    assert data["@type"] == "MonetaryGrant"
    assert data["funder"] == {"@type": "Organization", "name": program.sponsor}
    assert data["amount"] == {
        "@type": "MonetaryAmount",
        "currency": "AUD",
        "minValue": "20000.00",
        "maxValue": "150000.00",
    }


def test_pages_have_the_way_out_and_the_help_of_the_country(program: Program, client: Client) -> None:
    Program.objects.filter(pk=program.pk).update(country="PH")
    with program_scope(program):
        announced_round(program)
    for address in (HOME, PAGE):
        page = page_at(client, address)
        one(page, "//a[@data-quick-exit]")
        assert one(page, "//aside[@aria-label='Support']").xpath(".//a[@href='tel:911']")
