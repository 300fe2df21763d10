"""When two organisations look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.likeness import Traits, alike_ids, alike_to, domain_of_mail, domain_of_site, name_key

NAMES = st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=40)
TRAITS = st.lists(
    st.builds(
        Traits,
        id=st.integers(1, 30),
        name=st.sampled_from(["Harbour Families", "The Harbour Families Ltd", "Bay Trust", "", "Ltd"]),
        abn=st.sampled_from(["", "51824753556"]),
        email=st.sampled_from(["", "a@bay.org.au", "b@BAY.org.au", "c@gmail.com"]),
        website=st.sampled_from(["", "https://www.bay.org.au/us", "http://x", "//["]),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Harbour Families", "HARBOUR  FAMILIES"),
        ("The Harbour Families Ltd.", "Harbour Families Limited"),
        ("Smith & Jones Pty Ltd", "Smith and Jones"),
        ("Ārahi Trust Inc", "Arahi Trust"),
        ("St. Mary's", "St Marys"),
        ("St Mary’s", "St Mary's"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Harbour Families", "Harbour Family"), ("Aboriginal Legal Service", "Legal Service"), ("Ltd", "Inc")],
)
def test_names_that_differ(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@Harbour.org.au", "harbour.org.au"),
        ("a@gmail.com", ""),
        ("a@BIGPOND.com", ""),
        ("nothing", ""),
        ("", ""),
        ("a@localhost", ""),
    ],
)
def test_domain_of_a_mail_address(email: str, domain: str) -> None:
    assert domain_of_mail(email) == domain


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.harbour.org.au/about", "harbour.org.au"),
        ("http://HARBOUR.org.au:8080", "harbour.org.au"),
        ("https://facebook.com/harbour", ""),
        ("//[", ""),
        ("", ""),
    ],
)
def test_domain_of_a_web_address(website: str, domain: str) -> None:
    assert domain_of_site(website) == domain


def test_reasons_are_named() -> None:
    one = Traits(1, "Harbour Families", "51824753556", "a@harbour.org.au")
    other = Traits(2, "Harbour Families Ltd", "51824753556", "", "https://harbour.org.au")
    third = Traits(3, "Bay Trust", "", "x@gmail.com")
    assert alike_to(one, [one, other, third]) == {
        2: ["the same ABN", "the same domain, harbour.org.au", "the same name"]
    }
    assert alike_ids([one, other, third]) == {1, 2}


@given(NAMES)
def test_key_of_a_name_is_stable(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(f"  {name.upper().lower()} ") == name_key(name.upper().lower())


@given(TRAITS)
def test_likeness_is_mutual_and_agrees_with_the_list(organisations: list[Traits]) -> None:
    pairs = {
        (one.id, other): reasons
        for one in organisations
        for other, reasons in alike_to(one, organisations).items()
    }
    assert all(pairs[other, one] == reasons for (one, other), reasons in pairs.items())
    assert {one for one, _ in pairs} == alike_ids(organisations)
    assert all(reasons for reasons in pairs.values())
