from typing import Any

import pytest
from hypothesis import assume, given

from grants.engine.checks import form_problems
from grants.engine.conditions import loops
from grants.engine.kinds import KINDS
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section
from tests.grants.engine.samples import calm, every_field, field, form, schemas, when

TITLE = field("text", key="title", label="Title", role="title")


def _messages(*fields: Field) -> list[str]:
    return [found.message for found in form_problems(form(TITLE, *fields))]


@given(schemas(acyclic=False))
@calm
def test_no_form_with_a_loop_can_be_published(schema: FormSchema) -> None:
    assume(loops(schema))
    assert any("in a loop" in found.message for found in form_problems(schema))


@given(schemas(acyclic=True))
@calm
def test_a_form_without_a_loop_is_not_said_to_have_one(schema: FormSchema) -> None:
    assert not any("in a loop" in found.message for found in form_problems(schema))


def test_a_form_of_every_kind_can_be_published() -> None:
    fields = [TITLE if one.kind == "text" else one for one in every_field()]
    amount = field("money", key="amount", role="amount", options={})
    info = field("info", required=False, key="read_this")
    kept = [one for one in fields if one.kind != "info"]
    assert form_problems(form(*kept, amount, info)) == []


def test_an_empty_form() -> None:
    assert [found.message for found in form_problems(FormSchema())] == [
        "Add a section with questions.",
    ]


def test_a_section_without_questions_or_title() -> None:
    schema = FormSchema(sections=[*form(TITLE).sections, Section(key="more", title="")])
    assert [(found.section, found.field, found.message) for found in form_problems(schema)] == [
        ("more", "", "Give the section a title."),
        ("more", "", "The section “” has no questions."),
    ]


def test_keys_that_are_there_twice() -> None:
    schema = FormSchema(
        sections=[
            Section(key="one", title="One", fields=[TITLE, field("text", key="same", label="First")]),
            Section(key="one", title="Two", fields=[field("text", key="same", label="Second")]),
        ]
    )
    found = [(one.field, one.message) for one in form_problems(schema)]
    assert ("", "Two sections have the key “one”.") in found
    assert ("same", "“Second” has the key “same”, as another field does.") in found


def test_a_form_that_asks_for_nothing() -> None:
    assert "Make at least one question required." in [
        found.message for found in form_problems(form(field("text", required=False)))
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([field("text")], "Choose which short text gives an application its title."),
        (
            [TITLE, field("text", role="title", label="Other")],
            "“Other” cannot be the title as well: another field is.",
        ),
        (
            [field("email", role="title")],
            "“The email” cannot be the title: that is a field of the kind “text”.",
        ),
        (
            [field("text", role="title", required=False), field("email")],
            "“The text” gives the title, so it must be required and always shown.",
        ),
        (
            [field("yes_no"), field("text", role="title", show_if=when("yes_no"))],
            "“The text” gives the title, so it must be required and always shown.",
        ),
        (
            [TITLE, field("number", role="amount")],
            "“The number” cannot be the amount asked for: that is a field of the kind “money”.",
        ),
    ],
)
def test_title_and_amount(fields: list[Field], message: str) -> None:
    assert message in [found.message for found in form_problems(form(*fields))]


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (field("hologram"), "There is no kind of field called “hologram”."),
        (field("text", label=""), "Give the field a label."),
        (field("info", label="", required=False), "Give the text that is read."),
        (field("info"), "“The info” is text to read and cannot be required."),
        (
            field("text", key="csrfmiddlewaretoken"),
            "“The text” needs another key: “csrfmiddlewaretoken” means something else.",
        ),
        (field("choice", options={}), "“The choice”: Give at least two answers to choose from."),
        (
            field("budget", options={"total_of": "gone"}),
            "“The budget” must add up to a field of money, and “gone” is none.",
        ),
        (
            field("budget", options={"total_of": "title"}),
            "“The budget” must add up to a field of money, and “title” is none.",
        ),
    ],
)
def test_fields_that_cannot_be_published(one: Field, message: str) -> None:
    assert _messages(one) == [message]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("long_text", {"words": 0}),
        ("long_text", {"word": 5}),
        ("file", {"most": 21}),
        ("number", {"minimum": "lots"}),
        ("choice", {"options": [{"value": "a"}]}),
        ("date", {"when": "soon"}),
    ],
)
def test_settings_that_do_not_fit(kind: str, options: dict[str, Any]) -> None:
    (message,) = _messages(field(kind, options=options))
    assert message.startswith(f"“The {kind}”: the setting “")


def _asking(key: str, op: Any, value: str = "") -> Field:
    return field("text", key="asking", label="Asking", show_if=when(key, op, value))


@pytest.mark.parametrize(
    ("one", "op", "value", "words"),
    [
        ("gone", "answered", "", "it asks about “gone”, which is not in the form."),
        ("info", "answered", "", "“The info” has no answer that it could ask about."),
        ("long_text", "is", "x", "it cannot ask whether “The long_text” “is” something."),
        ("yes_no", "more_than", "3", "it cannot ask whether “The yes_no” “is more than” something."),
        ("choices", "is", "a", "it cannot ask whether “The choices” “is” something."),
        ("yes_no", "is", "", "say what “The yes_no” is compared with."),
        ("yes_no", "is", "perhaps", "“perhaps” is no answer to “The yes_no”."),
        ("choice", "is", "z", "“z” is no answer to “The choice”."),
        ("choices", "includes", "z", "“z” is no answer to “The choices”."),
        ("number", "more_than", "lots", "“The number” is compared with “lots”, which is no number."),
        ("date", "less_than", "soon", "“The date” is compared with “soon”, which is no date."),
    ],
)
def test_conditions_that_cannot_hold(one: str, op: str, value: str, words: str) -> None:
    others = [field(one, required=False)] if one in KINDS else []
    assert _messages(*others, _asking(one, op, value)) == [f"The condition of “Asking”: {words}"]


@pytest.mark.parametrize(
    ("one", "op", "value"),
    [
        ("yes_no", "is", "yes"),
        ("choice", "is_not", "other"),
        ("choices", "includes", "a"),
        ("number", "more_than", "1,000"),
        ("money", "less_than", "$5"),
        ("date", "more_than", "2027-01-01"),
        ("email", "is", "a@example.org"),
        ("long_text", "answered", ""),
        ("group", "not_answered", ""),
    ],
)
def test_conditions_that_can_hold(one: str, op: str, value: str) -> None:
    assert _messages(field(one), _asking(one, op, value)) == []


def test_a_condition_of_a_section_is_checked_too() -> None:
    late = Section(key="late", title="Late", fields=[field("text")], show_if=when("gone"))
    schema = FormSchema(sections=[*form(TITLE).sections, late])
    assert [(found.section, found.message) for found in form_problems(schema)] == [
        ("late", "The condition of the section “Late”: it asks about “gone”, which is not in the form.")
    ]


def test_a_loop_is_named_by_its_labels() -> None:
    first = field("text", key="a", label="First", show_if=when("b", "answered"))
    second = field("text", key="b", label="Second", show_if=when("a", "answered"))
    (message,) = _messages(first, second)
    assert message.startswith("These show one another in a loop: “")
    assert "“First” → “Second”" in message
    assert message.endswith("Remove a condition.")


def test_a_form_that_is_too_long() -> None:
    fields = [field("text", key=f"q{number}") for number in range(300)]
    assert "A form has at most 40 sections and 300 fields." in _messages(*fields)


def test_every_condition_of_a_rule_is_checked() -> None:
    conditions = [Condition(field=key, op="answered") for key in ("gone", "title", "lost")]
    one = field("text", key="asking", label="Asking", show_if=Rule(match="any", conditions=conditions))
    assert len(_messages(one)) == 2
