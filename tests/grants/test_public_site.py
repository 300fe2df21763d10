"""Cards, the sitemap, robots.txt, and the open rounds on the front page."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from grants.card import LEFT, RIGHT, SIZE, Card, _font, _title_lines, card_of, draw
from grants.models import Round
from grants.page_facts import linked_data, one_line
from grants.queries.public import PublicRound
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.announced import CLOSE, SYDNEY, announced_round, in_days, recipient
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]
CARD = "/north/grants/rounds/IG27/card.png"
EXAMPLE = Card("North program", "A sponsor", "Impact grants 2027", "Closes Friday", "Up to $1", "#0f5a63")


# --- cards ---------------------------------------------------------------------------------------


def test_card_is_a_picture_of_the_size_that_sites_want(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        announced_round(cast.program)
    response = client.get(CARD)
    assert response.headers["Content-Type"] == "image/png"
    assert "public" in response.headers["Cache-Control"]
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.size, picture.format) == ((1200, 630), "PNG")
    assert len(response.content) < 100_000


def test_card_that_is_known_is_not_sent_again(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        round_ = announced_round(cast.program)
    tag = client.get(CARD).headers["ETag"]
    again = client.get(CARD, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    with program_scope(cast.program):
        Round.objects.filter(pk=round_.pk).update(title="Another title")
    changed = client.get(CARD, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_card_tells_the_facts_of_the_moment() -> None:
    program = Program(name="North program", sponsor="A sponsor", currency="AUD", accent_light="#7a1f5c")
    round_ = Round(
        program=program,
        title="Impact grants 2027",
        state="open",
        timezone=SYDNEY,
        opens_at=datetime(2027, 1, 1, tzinfo=UTC),
        closes_at=CLOSE,
        maximum_amount=Decimal(150_000),
    )

    def when(now: datetime) -> str:
        return card_of(PublicRound(round_, now)).when

    assert when(datetime(2026, 12, 1, tzinfo=UTC)) == "Opens Friday 1 January 2027, 11:00 am AEDT"
    assert when(datetime(2027, 2, 1, tzinfo=UTC)) == "Closes Friday 5 March 2027, 5:00 pm AEDT"
    assert when(CLOSE) == "Closed"
    card = card_of(PublicRound(round_, CLOSE))
    assert (card.amount, card.accent, card.title) == ("Up to $150,000", "#7a1f5c", "Impact grants 2027")


def test_accent_of_the_program_is_on_the_card() -> None:
    with Image.open(io.BytesIO(draw(EXAMPLE))) as picture:
        red, green, blue = picture.convert("RGB").getpixel((10, 300))  # type: ignore[misc]
    assert all(abs(seen - meant) < 12 for seen, meant in zip((red, green, blue), (15, 90, 99), strict=True))


def test_accent_that_is_no_colour_still_gives_a_card() -> None:
    assert draw(Card("P", "S", "T", "Closed", "", "</style>")).startswith(b"\x89PNG")


def test_equal_cards_are_the_same_bytes_and_have_the_same_tag() -> None:
    copy = Card(
        *(EXAMPLE.program, EXAMPLE.sponsor, EXAMPLE.title, EXAMPLE.when, EXAMPLE.amount, EXAMPLE.accent)
    )
    assert copy.tag == EXAMPLE.tag
    assert draw.__wrapped__(copy) == draw(EXAMPLE)
    # What stands where matters too.
    assert Card("A", "B", "C", "D", "", "#000000").tag != Card("A", "B", "C", "", "D", "#000000").tag


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=150))
def test_title_always_fits(title: str) -> None:
    lines, size = _title_lines(title)
    assert len(lines) <= 3
    assert all(_font("Source Serif Pro", 600, size).getlength(line) <= RIGHT - LEFT for line in lines)
    assert SIZE[0] > RIGHT


def test_longest_title_is_cut_with_an_ellipsis() -> None:
    lines, _ = _title_lines("Responsibility " * 20)
    assert lines[-1].endswith("…")
    short, size = _title_lines("Impact")
    assert (short, size) == (["Impact"], 76)


# --- what machines read --------------------------------------------------------------------------


@given(st.text(max_size=700))
def test_description_is_one_short_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 300
    assert line == " ".join(line.split())


@given(st.text(max_size=80))
def test_linked_data_never_ends_its_element(text: str) -> None:
    round_ = Round(
        title=text, summary=text, code="IG27", program=Program(slug="north", name="N", sponsor=text)
    )
    assert not {"<", ">", "&"} & set(linked_data(round_))


def urls_of(client: Client) -> list[str]:
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"].startswith("application/xml")
    tree = ElementTree.fromstring(response.content)
    return [str(element.text) for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_sitemap_has_the_public_pages_of_every_program(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.BASE_URL = "https://programs.example"
    with program_scope(cast.program):
        announced_round(cast.program, "IG27")
        announced_round(cast.program, "HIDDEN", state="draft")
        announced_round(cast.program, "FEW", audience="invited")
    with program_scope(cast.other):
        recipient(announced_round(cast.other, "OLD", state="archived"), cast.other_manager)
    assert urls_of(client) == [
        "https://programs.example/",
        "https://programs.example/support/",
        "https://programs.example/north/grants/",
        "https://programs.example/north/grants/rounds/IG27/",
        "https://programs.example/south/grants/recipients/",
    ]


def test_every_address_of_the_sitemap_opens_and_may_be_listed(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        recipient(announced_round(cast.program, "IG27"), cast.officer)
    for url in urls_of(client):
        response = client.get("/" + url.split("/", 3)[3])
        assert response.status_code == 200, url
        assert "X-Robots-Tag" not in response.headers, url


def test_robots_are_led_to_the_sitemap_and_away_from_sign_in(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://programs.example"
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /demo/", "Disallow: /accounts/login/", "Disallow: /accounts/signup/"} <= set(lines)
    assert "Sitemap: https://programs.example/sitemap.xml" in lines


# --- the front page ------------------------------------------------------------------------------


def test_front_page_lists_programs_with_open_rounds(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        announced_round(cast.program, "SOON", closes_at=in_days(1.1))
        announced_round(cast.program, "LATER", closes_at=in_days(9))
        announced_round(cast.program, "NEXT", opens_at=in_days(2), closes_at=in_days(9), state="published")
        announced_round(cast.program, "FEW", audience="invited")
        announced_round(cast.program, "OVER", state="closed")
    with program_scope(cast.other):
        announced_round(cast.other, "NEXT", opens_at=in_days(2), closes_at=in_days(9), state="published")
    section = one(parse(client.get("/").content.decode()), "//section[h2[@id='open-now']]")
    assert [words(heading) for heading in section.xpath(".//h3")] == ["North program"]
    assert section.xpath(".//a/@href") == ["/north/grants/rounds/SOON/", "/north/grants/rounds/LATER/"]
    assert "in 26 hours" in words(section)


def test_front_page_without_open_rounds_is_as_before(cast: Cast, client: Client) -> None:
    assert not parse(client.get("/").content.decode()).xpath("//*[@id='open-now']")


def test_front_page_asks_two_queries_a_program(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        for number in range(10):
            announced_round(cast.program, f"R{number}")
    with counted_queries() as count:
        client.get("/")
    assert count.number == 1 + 2 * Program.objects.count()


def test_person_without_a_program_is_led_to_open_rounds(cast: Cast, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        announced_round(cast.program)
    page = parse(signed_in(cast.outsider).get("/").content.decode())
    assert "/north/grants/rounds/IG27/" in one(page, "//main").xpath(".//a/@href")
    assert cast.outsider.email in words(one(page, "//main"))


def test_applicant_goes_home_to_their_program(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.applicant).get("/")["Location"] == "/north/"


@pytest.mark.parametrize("address", ["/", "/robots.txt", "/sitemap.xml"])
def test_root_pages_are_shared_among_strangers(cast: Cast, client: Client, address: str) -> None:
    response = client.get(address)
    assert "max-age=60" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
