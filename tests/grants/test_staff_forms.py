"""Forms of staff about applications: what they read, and what they say about the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from grants.forms.applications import AmountField
from grants.forms.handling import (
    BulkScreeningForm,
    ChangesForm,
    DeclineForm,
    ExtensionForm,
    MessageForm,
    ScreeningForm,
    WhyForm,
)
from grants.listing import COLUMNS, wanted_of
from grants.models import Round
from grants.queries.applications import NEWEST, SORTS

SECTIONS: list[dict[str, Any]] = [
    {"title": "Project", "fields": [{"key": "title", "label": "Title"}, {"key": "plan", "label": "Plan"}]},
    {"title": "Budget", "fields": [{"key": "costs", "label": "Costs"}]},
]
ROUNDS = [Round(code="IG27", title="Impact"), Round(code="EOI", title="Ideas")]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("25000", Decimal(25_000)),
        (" $25,000.50 ", Decimal("25000.50")),
        ("0", Decimal(0)),
        ("", None),
        (None, None),
    ],
)
def test_amount_is_read_as_people_type_it(typed: str | None, amount: Decimal | None) -> None:
    assert AmountField(required=False, min_value=0).clean(typed) == amount


@pytest.mark.parametrize("typed", ["lots", "1.234", "-5", "1e99", "NaN", "Infinity", "1" * 15])
def test_amount_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        AmountField(required=False, min_value=0).clean(typed)


@given(st.text(max_size=30))
def test_amount_never_fails_in_another_way(typed: str) -> None:
    try:
        found = AmountField(required=False, min_value=0).clean(typed)
    except forms.ValidationError:
        return
    assert found is None or found >= 0


def posted(**data: str | list[str]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in data.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"outcome": "eligible"}, set()),
        ({"outcome": "eligible", "reasons": ["amount"]}, set()),
        ({"outcome": "ineligible", "reasons": ["amount", "other"]}, set()),
        ({"outcome": "ineligible"}, {"reasons"}),
        ({"outcome": "ineligible", "reasons": ["weather"]}, {"reasons"}),
        ({}, {"outcome"}),
        ({"outcome": "maybe"}, {"outcome"}),
        ({"outcome": "eligible", "comment": "x" * 4001}, {"comment"}),
    ],
)
def test_screening_form(data: Mapping[str, str | list[str]], errors: set[str]) -> None:
    assert set(ScreeningForm(posted(**data)).errors) == errors


def test_bulk_form_asks_for_reasons_only_where_there_are_some() -> None:
    assert "reasons" not in BulkScreeningForm(outcome="eligible").fields
    form = BulkScreeningForm(posted(outcome="ineligible"), outcome="ineligible")
    assert set(form.errors) == {"reasons"}
    assert BulkScreeningForm(posted(outcome="eligible"), outcome="eligible").is_valid()


def test_changes_form_flags_by_section() -> None:
    form = ChangesForm(sections=SECTIONS, zone="Australia/Sydney")
    groups = form.groups()
    assert [(group.title, [option.choice_label for option in group.options]) for group in groups] == [
        ("Project", ["Title", "Plan"]),
        ("Budget", ["Costs"]),
    ]
    ids = [option.data["attrs"]["id"] for group in groups for option in group.options]
    assert len(set(ids)) == 3


def test_changes_form_reads_a_moment_of_the_zone() -> None:
    data = posted(fields_to_change=["plan"], reason="More.", due_on="2027-01-15", due_at="17:00")
    form = ChangesForm(data, sections=SECTIONS, zone="Australia/Sydney")
    assert form.is_valid()
    assert form.cleaned_data["due"] == datetime(2027, 1, 15, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({}, {"fields_to_change", "reason", "due_on", "due_at"}),
        ({"fields_to_change": ["nothing"]}, {"fields_to_change", "reason", "due_on", "due_at"}),
        (
            # The clocks of Sydney go forward that night: there is no half past two.
            {"fields_to_change": ["plan"], "reason": "M", "due_on": "2026-10-04", "due_at": "02:30"},
            {"due_at"},
        ),
    ],
)
def test_changes_form_says_what_is_missing(data: dict[str, str], errors: set[str]) -> None:
    assert set(ChangesForm(posted(**data), sections=SECTIONS, zone="Australia/Sydney").errors) == errors


def test_extension_form_needs_a_moment_and_a_reason() -> None:
    assert set(ExtensionForm(posted(), zone="UTC").errors) == {"until_on", "until_at", "reason"}
    form = ExtensionForm(posted(until_on="2027-03-05", until_at="5 pm", reason="Flood."), zone="UTC")
    assert form.is_valid()
    assert form.cleaned_data["until"] == datetime(2027, 3, 5, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        (MessageForm, {"body"}),
        (DeclineForm, {"message", "reason"}),
        (WhyForm, {"reason"}),
    ],
)
def test_forms_with_words_need_them(form: type[forms.Form], errors: set[str]) -> None:
    assert set(form(posted()).errors) == errors
    blank = posted(**dict.fromkeys(errors, "   "))
    assert set(form(blank).errors) == errors
    full = posted(**dict.fromkeys(errors, "Words."))
    assert form(full).is_valid()


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "words": st.text(max_size=20),
        "round": st.sampled_from(["IG27", "EOI", "NONE", ""]),
        "stage": st.sampled_from(["eoi", "application", "screening", "x"]),
        "state": st.sampled_from(["draft", "submitted", "lost", ""]),
        "screening": st.sampled_from(["eligible", "none", "x"]),
        "amount_from": st.sampled_from(["1", "2,000", "x", "-1", "1e5"]),
        "amount_to": st.sampled_from(["0", "9.50"]),
        "submitted_from": st.sampled_from(["2027-01-01", "soon", "2027-13-01"]),
        "submitted_to": st.sampled_from(["2027-02-01", ""]),
        "changes": st.sampled_from(["on", "", "false"]),
        "sort": st.sampled_from([*SORTS, *(f"-{name}" for name in SORTS), "x", "--code"]),
        "columns": st.lists(st.sampled_from([*COLUMNS, "x"]), max_size=4),
        "page": st.just("3"),
        "nonsense": st.text(max_size=3),
    },
)


@given(QUERIES)
def test_address_is_kept_in_one_way(query: dict[str, str | list[str]]) -> None:
    """Whatever an address says, its kept form asks for the same, and is kept as it is."""
    first = wanted_of(posted(**query), ROUNDS)
    again = wanted_of(QueryDict(first.query), ROUNDS)
    assert again.query == first.query
    assert again.filters == first.filters
    assert (again.sort, again.columns) == (first.sort, first.columns)
    assert "page=" not in first.query
    assert not again.form.errors


def test_address_without_anything_is_the_usual_list() -> None:
    wanted = wanted_of(posted(), ROUNDS)
    assert (wanted.query, wanted.sort) == ("", NEWEST)
    assert [column.key for column in wanted.columns] == [k for k, column in COLUMNS.items() if column.usual]
