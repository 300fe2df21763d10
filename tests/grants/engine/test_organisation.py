from typing import Any

import pytest

from grants.engine.kinds import kind_of
from tests.grants.engine.samples import LIMITS, field, lines, messages, problems, read

ABN, ADDRESS = field("abn"), field("address", label="Address")
# The numbers of the Australian Taxation Office and, as published for testing, of a company.
GOOD_ABN, GOOD_ACN = "51824753556", "004085616"
HOME = {"street": "1 Main St", "suburb": "Yass", "state": "NSW", "postcode": "2582", "country": "Australia"}


@pytest.mark.parametrize(
    "typed", ["51824753556", "51 824 753 556", " 51-824-753-556 ", "ABN: 51.824.753.556"]
)
def test_abn_is_kept_as_its_digits(typed: str) -> None:
    assert read(ABN, abn__abn=typed) == {"abn": GOOD_ABN, "acn": ""}


def test_mistyped_numbers_are_kept_as_typed() -> None:
    assert read(ABN, abn__abn="51 824 753 557", abn__acn="12") == {"abn": "51 824 753 557", "acn": "12"}


def test_no_number_at_all_is_no_answer() -> None:
    assert read(ABN, abn__abn=" ") is None
    assert kind_of(ABN).is_blank(ABN, {"abn": "", "acn": ""})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"abn": GOOD_ABN, "acn": ""}, []),
        ({"abn": "", "acn": GOOD_ACN}, []),
        ({"abn": GOOD_ABN, "acn": GOOD_ACN}, []),
        (
            {"abn": "51 824 753 557", "acn": ""},
            [("abn", "The ABN is mistyped: its digits do not check. Copy it from the register")],
        ),
        ({"abn": "123", "acn": ""}, [("abn", "The ABN must have 11 digits; you gave 3")]),
        ({"abn": GOOD_ABN, "acn": "12"}, [("acn", "The ACN must have 9 digits; you gave 2")]),
        ("51824753556", [("abn", "Enter the ABN for “The abn”, or the ACN if there is none")]),
    ],
)
def test_numbers_are_checked_by_their_checksum(value: Any, expected: list[tuple[str, str]]) -> None:
    assert [(found.part, found.message) for found in problems(ABN, value)] == expected


def test_numbers_are_shown_as_registers_print_them() -> None:
    assert lines(ABN, {"abn": GOOD_ABN, "acn": GOOD_ACN}) == ["ABN 51 824 753 556", "ACN 004 085 616"]
    assert lines(ABN, {"abn": "123", "acn": ""}) == ["ABN 123"]


def test_the_company_number_is_asked_for_only_where_wanted() -> None:
    without = field("abn", options={"acn": False})
    assert [one.part for one in kind_of(without).inputs(without, None, limits=LIMITS)["parts"]] == ["abn"]
    assert kind_of(without).missing(without) == "Enter the ABN for “The abn”"


def test_address_is_kept_by_its_parts() -> None:
    sent = {f"address__{part}": text for part, text in HOME.items()}
    assert read(ADDRESS, **sent) == HOME
    assert lines(ADDRESS, HOME) == ["1 Main St", "Yass NSW 2582", "Australia"]


def test_a_country_alone_is_no_address() -> None:
    assert read(ADDRESS, address__country="Australia") is None


@pytest.mark.parametrize(("typed", "kept"), [("new south wales", "NSW"), ("vic", "VIC"), ("Texas", "Texas")])
def test_state_is_kept_by_its_letters(typed: str, kept: str) -> None:
    value: Any = read(ADDRESS, address__street="1 Main St", address__state=typed)
    assert (value["state"], value["country"]) == (kept, "Australia")


def test_state_of_another_country_stays_as_typed() -> None:
    value: Any = read(ADDRESS, address__street="1 Main St", address__state="nsw", address__country="Fiji")
    assert value["state"] == "nsw"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"suburb": ""}, [("suburb", "“Address”: enter the suburb or town")]),
        ({"postcode": ""}, [("postcode", "“Address”: enter the postcode")]),
        ({"postcode": "25"}, [("postcode", "“Address”: an Australian postcode has 4 digits")]),
        (
            {"state": "Texas"},
            [("state", "“Address”: the state must be one of ACT, NSW, NT, QLD, SA, TAS, VIC, WA")],
        ),
        ({"country": "Fiji", "state": "", "postcode": ""}, []),
        ({"country": "Fiji", "street": ""}, [("street", "“Address”: enter the street address")]),
        ({"suburb": "x" * 101}, [("suburb", "“Address”: shorten the suburb or town to 100 characters")]),
    ],
)
def test_what_an_address_needs(changed: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert [(found.part, found.message) for found in problems(ADDRESS, HOME | changed)] == expected


def test_a_fresh_address_stands_in_australia() -> None:
    parts = {one.part: one.value for one in kind_of(ADDRESS).inputs(ADDRESS, None, limits=LIMITS)["parts"]}
    assert parts["country"] == "Australia"
    kept = kind_of(ADDRESS).inputs(ADDRESS, HOME | {"country": "Fiji"}, limits=LIMITS)["parts"]
    assert {one.part: one.value for one in kept}["country"] == "Fiji"


@pytest.mark.parametrize("value", ["1 Main St", ["1 Main St"], 5])
def test_address_of_another_shape(value: Any) -> None:
    assert messages(ADDRESS, value)
    assert lines(ADDRESS, value)
