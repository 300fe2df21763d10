"""Who was funded, as strangers read it: search, filters, pages, sums."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grants.forms.public import LONGEST, RecipientForm, read_filter
from grants.queries.public import RecipientChoices, RecipientFilter, recipient_choices
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.announced import announced_round, recipient
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]
HERE = "/north/grants/recipients/"


@pytest.fixture
def funded(cast: Cast) -> Cast:
    """Three recipients of two rounds, and one that nobody has published."""
    program, officer = cast.program, cast.officer
    with program_scope(program):
        first = announced_round(program, "IG25", title="Impact grants 2025", state="archived")
        second = announced_round(program, "SG26", title="Small grants 2026")
        recipient(first, officer, "Harbour Families", awarded_on=date(2025, 5, 1))
        recipient(
            second,
            officer,
            "Bright Youth <b>Inc</b>",
            title="Listening posts",
            summary="Young people advise schools.",
            place="Darwin, NT",
            amount=Decimal("12500.50"),
            awarded_on=date(2026, 5, 1),
            is_demonstration=True,
        )
        recipient(second, officer, "Tide", title="Family evenings", amount=None, awarded_on=date(2026, 6, 1))
        recipient(second, officer, "Secret Body", title="Not decided yet", published_at=None)
    return cast


def main_of(client: Client, query: str = "") -> Any:
    response = client.get(HERE + query)
    assert response.status_code == 200
    return one(parse(response.content.decode()), "//main")


def titles(client: Client, query: str = "") -> list[str]:
    return [words(heading) for heading in main_of(client, query).xpath(".//ul[@class='funded']//h2")]


def test_newest_award_comes_first_and_only_what_is_published(funded: Cast, client: Client) -> None:
    assert titles(client) == ["Family evenings", "Listening posts", "Safe Online Together"]
    assert "Secret Body" not in words(main_of(client))


def test_recipient_shows_who_what_where_and_how_much(funded: Cast, client: Client) -> None:
    card = words(main_of(client).xpath(".//ul[@class='funded']/li")[1])
    for said in [
        "Bright Youth <b>Inc</b>, Darwin, NT",
        "Demonstration",
        "Young people advise schools.",
        "$12,500.50",
        "May 2026",
        "Small grants 2026",
        "Letter of offer, 2026",
    ]:
        assert said in card, said


def test_sum_counts_the_amounts_that_are_public(funded: Cast, client: Client) -> None:
    assert "3 recipients, $92,500.50 in all." in words(main_of(client))
    assert "1 recipient." in words(main_of(client, "?q=family+evenings"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=workshop", ["Safe Online Together", "Family evenings"]),
        ("?q=bright", ["Listening posts"]),
        ("?q=brig", ["Listening posts"]),
        ("?q=darwin+schools", ["Listening posts"]),
        ("?q=%22young+people%22", ["Listening posts"]),
        ("?q=of", []),
        ("?q=nothing+of+the+kind", []),
        ("?year=2025", ["Safe Online Together"]),
        ("?round=SG26", ["Family evenings", "Listening posts"]),
        ("?round=SG26&year=2025", []),
        ("?round=SG26&q=advise", ["Listening posts"]),
    ],
)
def test_list_is_narrowed(funded: Cast, client: Client, query: str, expected: list[str]) -> None:
    assert sorted(titles(client, query)) == sorted(expected)
    if not expected:
        assert "Nothing fits" in words(main_of(client, query))


@pytest.mark.parametrize(
    "query",
    ["?year=last", "?round=UNKNOWN", "?q=%00", "?page=99", "?page=x", "?q=" + "x" * 9000, "?q=%27%3A%26"],
)
def test_what_cannot_be_read_is_no_error(funded: Cast, client: Client, query: str) -> None:
    assert client.get(HERE + query).status_code == 200


def test_choices_are_those_of_published_recipients(funded: Cast) -> None:
    with program_scope(funded.program):
        recipient(
            announced_round(funded.program, "NONE"),
            funded.officer,
            published_at=None,
            awarded_on=date(2020, 1, 1),
        )
        with counted_queries() as count:
            choices = recipient_choices()
    assert choices.rounds == [("IG25", "Impact grants 2025"), ("SG26", "Small grants 2026")]
    assert choices.years == [2026, 2025]
    assert count.number == 1


def test_filter_reads_what_it_can() -> None:
    choices = RecipientChoices([("IG25", "Impact")], [2025])

    def read(**data: str) -> RecipientFilter:
        return read_filter(RecipientForm(data, choices=choices))

    assert read() == RecipientFilter()
    assert not read(q="  ", year="")
    assert read(q=" a  b c ", round="IG25", year="2025") == RecipientFilter("a b c", "IG25", 2025)
    assert read(q="a\x00b") == RecipientFilter()
    assert read(round="XX", year="1999") == RecipientFilter()
    assert len(read(q="x" * 500).words) == LONGEST


def test_long_list_comes_in_pages_that_keep_the_filter(funded: Cast, client: Client) -> None:
    with program_scope(funded.program):
        round_ = announced_round(funded.program, "MANY")
        for number in range(60):
            recipient(round_, funded.officer, title=f"Project {number}", awarded_on=date(2026, 1, 1))
    assert len(titles(client, "?round=MANY")) == 25
    page = main_of(client, "?round=MANY&page=3")
    assert "51 to 60 of 60" in words(page)
    assert "?round=MANY&page=2" in page.xpath(".//nav[@aria-label='Pages of recipients']//a/@href")


@pytest.mark.parametrize(
    ("query", "canonical"), [("", ""), ("?page=2", "?page=2"), ("?q=project", ""), ("?year=2026&page=2", "")]
)
def test_search_engines_are_told_one_address_for_a_list(
    funded: Cast, client: Client, query: str, canonical: str
) -> None:
    with program_scope(funded.program):
        round_ = announced_round(funded.program, "MANY")
        for _ in range(60):
            recipient(round_, funded.officer, title="Project", awarded_on=date(2026, 1, 1))
    page = parse(client.get(HERE + query).content.decode())
    assert one(page, "//link[@rel='canonical']").get("href").endswith(f"{HERE}{canonical}")


def test_round_links_to_its_recipients(funded: Cast, client: Client) -> None:
    page = parse(client.get("/north/grants/rounds/SG26/").content.decode())
    assert page.xpath("//a[text()='See who was funded']/@href") == [f"{HERE}?round=SG26"]


def test_recipients_alone_make_the_program_public(cast: Cast, client: Client) -> None:
    with program_scope(cast.program):
        round_ = announced_round(cast.program, state="archived")
        row = recipient(round_, cast.officer, published_at=None)
    assert client.get("/north/grants/").status_code == client.get(HERE).status_code == 404
    with program_scope(cast.program):
        row.published_at = timezone.now()
        row.save(update_fields=["published_at"])
    assert client.get(HERE).status_code == client.get("/north/grants/").status_code == 200


def test_recipients_of_another_program_are_not_among_them(funded: Cast, client: Client) -> None:
    with program_scope(funded.other):
        recipient(announced_round(funded.other), funded.other_manager, title="South only")
    assert "South only" not in titles(client)
    assert [words(h) for h in parse(client.get("/south/grants/recipients/").content.decode()).xpath("//h2")][
        :1
    ] == ["South only"]


def test_member_sees_the_empty_list_and_strangers_none(cast: Cast, client: Client, signed_in: SignIn) -> None:
    assert "No recipient is published yet" in words(main_of(signed_in(cast.officer)))
    assert client.get(HERE).status_code == 404
