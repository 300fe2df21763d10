from typing import Any

import pytest
from hypothesis import given

from grants.engine.answers import Answers
from grants.engine.conditions import Given, Visible, drivers, holds, loops, visible_keys
from grants.engine.kinds import kind_of
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section
from tests.grants.engine.samples import calm, field, form, given_file, schemas, simple_answers, when


def _shown(schema: FormSchema, **values: Any) -> frozenset[str]:
    return visible_keys(schema, Answers(values)).fields


def _recount(schema: FormSchema, answers: Answers) -> Visible:
    """What is shown, found the slow way: begin with everything hidden and look again until nothing changes.

    Of a form without loops there is one answer, and each look settles one more field at least.
    """
    sections: set[str] = set()
    fields: set[str] = set()
    for _ in range(2 * sum(1 for _ in schema.fields()) + len(schema.sections) + 1):
        known = {key: _given(schema, key, answers) for key in fields}
        sections = {one.key for one in schema.sections if _rule_holds(one.show_if, known)}
        fields = {
            one.key
            for section, one in schema.fields()
            if section.key in sections and _rule_holds(one.show_if, known)
        }
    return Visible(frozenset(sections), frozenset(fields))


def _given(schema: FormSchema, key: str, answers: Answers) -> Given:
    one = schema.field(key)
    assert one is not None
    kind, value = kind_of(one), answers.values.get(key)
    return Given() if kind.is_blank(one, value) else Given(True, kind.compared(value))


def _rule_holds(rule: Rule | None, known: dict[str, Given]) -> bool:
    if rule is None or rule.conditions == []:
        return True
    found = [holds(condition, known.get(condition.field, Given())) for condition in rule.conditions]
    return all(found) if rule.match == "all" else any(found)


@given(schemas(acyclic=True), simple_answers)
@calm
def test_what_is_shown_equals_a_slow_recount(schema: FormSchema, values: dict[str, Any]) -> None:
    answers = Answers(values)
    assert visible_keys(schema, answers) == _recount(schema, answers)
    assert loops(schema) == []


@given(schemas(acyclic=False), simple_answers)
@calm
def test_a_form_with_loops_is_still_shown(schema: FormSchema, values: dict[str, Any]) -> None:
    visible = visible_keys(schema, Answers(values))
    asked = {key for circle in loops(schema) for key in circle}
    inside = {one.key: section.key for section, one in schema.fields()}
    # A field is never shown without its section, and nothing of a loop is shown.
    assert all(inside[key] in visible.sections for key in visible.fields)
    assert not asked & (visible.fields | visible.sections)


@given(schemas(acyclic=True), simple_answers)
@calm
def test_what_a_hidden_field_holds_never_matters(schema: FormSchema, values: dict[str, Any]) -> None:
    visible = visible_keys(schema, Answers(values))
    kept = {key: value for key, value in values.items() if key in visible.fields}
    assert visible_keys(schema, Answers(kept)) == visible


FUNDED = field("yes_no", key="funded")
BY_WHOM = field("text", key="by_whom", show_if=when("funded"))
HOW_MUCH = field("money", key="how_much", show_if=when("by_whom", "answered"))
CHAIN = form(FUNDED, BY_WHOM, HOW_MUCH)


def test_a_field_follows_its_condition() -> None:
    assert _shown(CHAIN) == {"funded"}
    assert _shown(CHAIN, funded="no") == {"funded"}
    assert _shown(CHAIN, funded="yes") == {"funded", "by_whom"}


def test_hiding_a_field_hides_what_follows_from_it() -> None:
    assert _shown(CHAIN, funded="yes", by_whom="Them") == {"funded", "by_whom", "how_much"}
    assert _shown(CHAIN, funded="no", by_whom="Them") == {"funded"}


def test_a_section_follows_a_field_of_another() -> None:
    schema = FormSchema(
        sections=[
            Section(key="more", title="More", fields=[field("text", key="why")], show_if=when("funded")),
            Section(key="first", title="First", fields=[FUNDED]),
        ]
    )
    assert visible_keys(schema, Answers()) == Visible(frozenset({"first"}), frozenset({"funded"}))
    assert visible_keys(schema, Answers({"funded": "yes"})).fields == {"funded", "why"}


def test_a_hidden_section_hides_its_fields_from_conditions() -> None:
    schema = FormSchema(
        sections=[
            Section(key="a", title="A", fields=[FUNDED]),
            Section(key="b", title="B", fields=[field("text", key="why")], show_if=when("funded")),
            Section(key="c", title="C", fields=[field("text", key="then", show_if=when("why", "answered"))]),
        ]
    )
    assert _shown(schema, funded="no", why="kept from before") == {"funded"}


YES, NONE = Given(True, "yes"), Given()


@pytest.mark.parametrize(
    ("op", "value", "known", "expected"),
    [
        ("is", "yes", YES, True),
        ("is", "YES", YES, True),
        ("is", "no", YES, False),
        ("is", "yes", NONE, False),
        ("is_not", "yes", YES, False),
        ("is_not", "no", YES, True),
        ("is_not", "yes", NONE, True),
        ("answered", "", YES, True),
        ("answered", "", Given(True, None), True),
        ("answered", "", NONE, False),
        ("not_answered", "", NONE, True),
        ("not_answered", "", YES, False),
        ("includes", "a", Given(True, ["a", "b"]), True),
        ("includes", "c", Given(True, ["a", "b"]), False),
        ("includes", "a", Given(True, "a"), False),
        ("includes", "a", NONE, False),
        ("is", "a", Given(True, ["a"]), True),
        ("more_than", "5", YES, False),
        ("more_than", "x", NONE, False),
    ],
)
def test_one_condition(op: Any, value: str, known: Given, expected: bool) -> None:
    assert holds(Condition(field="q", op=op, value=value), known) is expected


@pytest.mark.parametrize(
    ("op", "value", "given_value", "expected"),
    [
        ("more_than", "250,000", "250000.01", True),
        ("more_than", "250000", "250000.00", False),
        ("less_than", "250000", "9.00", True),
        ("is", "$9", "9.00", True),
        ("more_than", "lots", "9.00", False),
        ("is", "9", "lots", False),
    ],
)
def test_amounts_are_compared_as_numbers(op: Any, value: str, given_value: str, expected: bool) -> None:
    schema = form(field("money", key="amount"), field("text", key="why", show_if=when("amount", op, value)))
    assert ("why" in _shown(schema, amount=given_value)) is expected


@pytest.mark.parametrize(
    ("op", "day", "expected"),
    [
        ("more_than", "2027-01-02", True),
        ("more_than", "2027-01-01", False),
        ("less_than", "2026-12-31", True),
    ],
)
def test_days_are_compared_as_days(op: Any, day: str, expected: bool) -> None:
    schema = form(
        field("date", key="start"), field("text", key="why", show_if=when("start", op, "2027-01-01"))
    )
    assert ("why" in _shown(schema, start=day)) is expected


def test_a_budget_is_compared_by_its_sum() -> None:
    schema = form(field("budget"), field("text", key="why", show_if=when("budget", "more_than", "100")))
    lines = [{"item": "a", "note": "", "amount": "60.00"}]
    assert "why" not in _shown(schema, budget={"lines": lines})
    assert "why" in _shown(schema, budget={"lines": lines * 2})


def test_a_file_is_an_answer() -> None:
    schema = form(field("file"), field("text", key="why", show_if=when("file", "answered")))
    assert visible_keys(schema, Answers(files={"file": [given_file()]})).fields == {"file", "why"}


def test_any_of_several_conditions_is_enough() -> None:
    conditions = [Condition(field="a", op="answered"), Condition(field="b", op="answered")]
    first, second = field("text", key="a"), field("text", key="b")
    either = field("text", key="c", show_if=Rule(match="any", conditions=conditions))
    both = field("text", key="c", show_if=Rule(match="all", conditions=conditions))
    assert "c" in _shown(form(first, second, either), a="x")
    assert "c" not in _shown(form(first, second, both), a="x")
    assert "c" in _shown(form(first, second, both), a="x", b="y")


def test_a_rule_without_conditions_hides_nothing() -> None:
    assert _shown(form(field("text", show_if=Rule(match="any")))) == {"text"}


def test_a_condition_on_a_field_that_is_gone_sees_no_answer() -> None:
    schema = form(
        field("text", key="a", show_if=when("gone")), field("text", key="b", show_if=when("gone", "is_not"))
    )
    assert _shown(schema, gone="yes") == {"b"}


def test_drivers_are_the_fields_that_conditions_ask() -> None:
    assert drivers(CHAIN) == {"funded", "by_whom"}


def _asks(key: str, other: str) -> Field:
    return field("text", key=key, show_if=when(other, "answered"))


def test_a_field_that_asks_itself_is_a_loop() -> None:
    assert loops(form(_asks("a", "a"))) == [["a"]]
    assert _shown(form(_asks("a", "a")), a="x") == frozenset()


def test_fields_that_ask_each_other_are_a_loop() -> None:
    schema = form(_asks("a", "b"), _asks("b", "c"), _asks("c", "a"), field("text", key="d"))
    (circle,) = loops(schema)
    assert set(circle) == {"a", "b", "c"}
    assert _shown(schema, a="x", b="x", c="x", d="x") == {"d"}


def test_a_section_that_asks_its_own_field_is_a_loop() -> None:
    inside = field("text", key="inside")
    schema = FormSchema(
        sections=[Section(key="own", title="Own", fields=[inside], show_if=when("inside", "answered"))]
    )
    assert [set(circle) for circle in loops(schema)] == [{"own", "inside"}]


def test_every_loop_is_found() -> None:
    assert len(loops(form(_asks("a", "b"), _asks("b", "a"), _asks("c", "d"), _asks("d", "c")))) == 2


def test_of_two_fields_with_one_key_the_first_counts() -> None:
    schema = form(FUNDED, field("text", key="funded", show_if=when("gone")))
    assert _shown(schema) == {"funded"}


@pytest.mark.parametrize("length", [2, 3_000])
def test_long_chains_end(length: int) -> None:
    links = [_asks(f"q{number}", f"q{number + 1}") for number in range(length)]
    schema = form(*links, field("text", key=f"q{length}"))
    answers = Answers({f"q{number}": "x" for number in range(length + 1)})
    assert len(visible_keys(schema, answers).fields) == length + 1
