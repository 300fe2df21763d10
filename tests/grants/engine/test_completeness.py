from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from grants.engine.answers import Answers
from grants.engine.completeness import (
    is_answered,
    problems_of,
    remarks_of,
    section_status,
    section_statuses,
)
from grants.engine.conditions import visible_keys
from grants.engine.schema import FormSchema, Section
from tests.grants.engine.samples import LIMITS, calm, field, form, given_file, schemas, simple_answers, when


def _messages(schema: FormSchema, answers: Answers) -> dict[str, list[str]]:
    found = problems_of(schema, answers, limits=LIMITS)
    return {key: [problem.message for problem in problems] for key, problems in found.items()}


@given(schemas(acyclic=False), simple_answers)
@calm
def test_hidden_fields_are_never_required(schema: FormSchema, values: dict[str, Any]) -> None:
    answers = Answers(values)
    assert set(problems_of(schema, answers, limits=LIMITS)) <= visible_keys(schema, answers).fields


@given(schemas(acyclic=True), simple_answers)
@calm
def test_every_required_field_that_is_shown_is_asked_for(schema: FormSchema, values: dict[str, Any]) -> None:
    answers = Answers(values)
    found, shown = problems_of(schema, answers, limits=LIMITS), visible_keys(schema, answers).fields
    missing = {
        one.key
        for _, one in schema.fields()
        if one.required and one.key in shown and not is_answered(one, answers)
    }
    assert missing <= set(found)


@given(schemas(acyclic=True), simple_answers)
@calm
def test_sections_and_the_whole_say_the_same(schema: FormSchema, values: dict[str, Any]) -> None:
    answers = Answers(values)
    statuses = section_statuses(schema, answers, limits=LIMITS)
    together = {key: list(found) for status in statuses.values() for key, found in status.problems.items()}
    assert together == problems_of(schema, answers, limits=LIMITS)
    assert all((status.state == "complete") <= (not status.problems) for status in statuses.values())


def test_what_is_missing_is_asked_for_in_the_form_s_order() -> None:
    schema = form(field("text", label="Name"), field("email", required=False), field("file", label="Plan"))
    assert _messages(schema, Answers()) == {"text": ["Answer “Name”"], "file": ["Add a file for “Plan”"]}
    assert list(_messages(schema, Answers())) == ["text", "file"]


def test_what_is_not_required_may_be_left_out_but_not_be_wrong() -> None:
    schema = form(field("email", required=False, label="Email"))
    assert _messages(schema, Answers()) == {}
    assert list(_messages(schema, Answers({"email": "nobody"}))) == ["email"]


def test_text_to_read_is_never_missing() -> None:
    assert _messages(form(field("info")), Answers()) == {}
    assert not is_answered(field("info"), Answers({"info": "x"}))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("released", []),
        # A scanner that is down must not keep anybody from submitting.
        ("quarantined", []),
        ("rejected", ["“plan.pdf” was refused. Remove it and add another file"]),
    ],
)
def test_only_a_file_that_was_refused_keeps_the_answers_back(state: str, words: list[str]) -> None:
    answers = Answers(files={"file": [given_file(state)]})
    assert _messages(form(field("file")), answers) == ({"file": words} if words else {})


@pytest.mark.parametrize(("state", "said"), [("released", False), ("quarantined", True), ("rejected", False)])
def test_a_file_that_is_being_checked_is_remarked_on(state: str, said: bool) -> None:
    answers = Answers(files={"file": [given_file(state)], "gone": [given_file(state)]})
    words = "“plan.pdf” is still being checked. You can submit; staff read it once the check is done."
    assert remarks_of(form(field("file")), answers) == ({"file": [words]} if said else {})
    hidden = form(field("yes_no"), field("file", show_if=when("yes_no")))
    assert remarks_of(hidden, answers) == {}


def test_files_of_a_field_that_is_not_required_are_checked_too() -> None:
    answers = Answers(files={"file": [given_file("rejected")]})
    assert "file" in _messages(form(field("file", required=False)), answers)


def test_more_files_than_it_takes() -> None:
    files = [given_file(number=number) for number in range(1, 5)]
    assert _messages(form(field("file")), Answers(files={"file": files})) == {
        "file": ["“The file” takes 3 files; remove 1"]
    }
    single = form(field("file", options={}))
    assert _messages(single, Answers(files={"file": files[:2]})) == {
        "file": ["“The file” takes 1 file; remove 1"]
    }


def test_a_policy_needs_its_file_and_its_days() -> None:
    days = {"adopted_on": "2025-02-01", "review_on": "2027-02-01"}
    schema = form(field("policy", label="Policy"))
    assert _messages(schema, Answers()) == {"policy": ["Add the policy, with its dates, for “Policy”"]}
    assert _messages(schema, Answers({"policy": days})) == {"policy": ["Add a file for “Policy”"]}
    whole = Answers({"policy": days}, {"policy": [given_file()]})
    assert _messages(schema, whole) == {}
    assert len(_messages(schema, replace(whole, values={}))["policy"]) == 2


def _budget(*amounts: str) -> dict[str, Any]:
    return {"lines": [{"item": "x", "note": "", "amount": amount} for amount in amounts]}


MONEY = form(field("money", key="amount", role="amount", label="Amount"), field("budget"))


def test_a_budget_must_equal_the_amount_asked_for() -> None:
    right = Answers({"amount": "20000.00", "budget": _budget("15000.00", "5000.00")})
    assert _messages(MONEY, right) == {}
    wrong = Answers({"amount": "20000.00", "budget": _budget("15000.00")})
    words = "The budget lines add up to $15,000, but you asked for $20,000: $5,000 is missing"
    assert _messages(MONEY, wrong) == {"budget": [words]}


@pytest.mark.parametrize("amount", [None, "lots"])
def test_a_budget_waits_for_the_amount(amount: str | None) -> None:
    answers = Answers({"amount": amount, "budget": _budget("15000.00")})
    assert list(_messages(MONEY, answers)) == ["amount"]


def test_a_budget_does_not_equal_an_amount_that_is_hidden() -> None:
    schema = form(
        field("yes_no", required=False),
        field("money", key="amount", show_if=when("yes_no"), options={}),
        field("budget"),
    )
    answers = Answers({"amount": "20000.00", "budget": _budget("15000.00")})
    assert _messages(schema, answers) == {}


def test_an_unreadable_line_is_named_before_the_sum() -> None:
    answers = Answers({"amount": "20000.00", "budget": _budget("lots")})
    assert _messages(MONEY, answers)["budget"] == [
        "Line 1: “lots” is no amount; enter a number, such as 1200.50"
    ]


TEXTS = form(field("text"), field("email", required=False))


@pytest.mark.parametrize(
    ("schema", "answers", "state", "tone", "label"),
    [
        (TEXTS, {}, "not_started", "idle", "Not started"),
        (TEXTS, {"email": "a@example.org"}, "in_progress", "info", "In progress"),
        (TEXTS, {"text": "x"}, "complete", "done", "Completed"),
        (TEXTS, {"text": "x", "email": "nobody"}, "problem", "bad", "Needs correcting"),
        (TEXTS, {"email": "nobody"}, "problem", "bad", "Needs correcting"),
        (form(field("email", required=False)), {}, "not_started", "idle", "Optional"),
        (form(field("info")), {}, "complete", "idle", "Nothing to fill in"),
        (MONEY, {"amount": "9000.00", "budget": _budget("8000.00")}, "problem", "bad", "Does not add up"),
        (MONEY, {"amount": "1.00", "budget": _budget("8000.00")}, "problem", "bad", "Needs correcting"),
    ],
)
def test_how_far_a_section_is(
    schema: FormSchema, answers: dict[str, Any], state: str, tone: str, label: str
) -> None:
    status = section_status(schema, "only", Answers(answers), limits=LIMITS)
    assert (status.state, status.tone, status.label) == (state, tone, label)


def test_only_sections_that_are_shown_are_tasks() -> None:
    more = Section(key="more", title="More", fields=[field("text")], show_if=when("yes_no"))
    schema = FormSchema(sections=[Section(key="first", title="First", fields=[field("yes_no")]), more])
    assert list(section_statuses(schema, Answers(), limits=LIMITS)) == ["first"]
    assert list(section_statuses(schema, Answers({"yes_no": "yes"}), limits=LIMITS)) == ["first", "more"]
    with pytest.raises(KeyError):
        section_status(schema, "more", Answers(), limits=LIMITS)


def test_the_currency_of_the_program_is_named() -> None:
    limits = replace(LIMITS, currency="NZD", maximum=Decimal(50_000))
    found = problems_of(MONEY, Answers({"amount": "60000.00"}), limits=limits)
    assert found["amount"][0].message == "“Amount” must be between NZ$5,000 and NZ$50,000"
