import pytest

from grants.engine.answers import Answers
from grants.engine.checks import form_problems
from grants.engine.completeness import section_statuses
from grants.engine.starters import STARTERS, Starter
from tests.grants.engine.samples import LIMITS

EACH = pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)


def test_there_is_a_form_for_each_size_of_grant() -> None:
    assert [starter.name for starter in STARTERS.values()] == [
        "Expression of interest",
        "Small grant",
        "Full application",
    ]


@EACH
def test_a_form_to_start_from_can_be_published_as_it_is(starter: Starter) -> None:
    assert form_problems(starter.schema) == []
    assert starter.about


@EACH
def test_a_form_to_start_from_asks_for_title_and_amount(starter: Starter) -> None:
    assert starter.schema.with_role("title")
    assert starter.schema.with_role("amount")


@EACH
def test_a_fresh_draft_has_not_begun_any_section(starter: Starter) -> None:
    statuses = section_statuses(starter.schema, Answers(), limits=LIMITS)
    assert {status.state for status in statuses.values()} == {"not_started"}


def test_an_expression_of_interest_comes_along_into_the_full_application() -> None:
    first, whole = STARTERS["expression_of_interest"].schema, STARTERS["full_application"].schema
    kinds = {one.key: one.kind for _, one in whole.fields()}
    shared = [one for _, one in first.fields() if kinds.get(one.key) == one.kind]
    assert {"title", "summary", "amount", "months", "for_whom"} <= {one.key for one in shared}


def test_no_form_asks_for_a_birth_date() -> None:
    for starter in STARTERS.values():
        asked = [one for _, one in starter.schema.fields() if one.kind != "info"]
        assert not any("birth" in one.label.lower() for one in asked)
