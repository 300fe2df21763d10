"""Single edits of a form: each leaves every other part as it was."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.checks import form_problems
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section
from grants.services import form_edits as edits
from scsc.errors import DomainError


def field(key: str, kind: str = "text", **more: object) -> Field:
    return Field.model_validate({"key": key, "kind": kind, "label": key.title(), **more})


FORM = FormSchema(
    sections=[
        Section(
            key="about",
            title="About",
            fields=[field("title", role="title", required=True), field("a"), field("b")],
        ),
        Section(key="more", title="More", fields=[field("c"), field("sum", "money", role="amount")]),
        Section(key="empty", title="Empty"),
    ]
)


def keys(schema: FormSchema) -> list[list[str]]:
    return [[one.key for one in section.fields] for section in schema.sections]


@pytest.mark.parametrize(
    ("label", "taken", "key"),
    [
        ("What you will do", [], "what_you_will_do"),
        ("  Qu’est-ce que c’est ? ", [], "quest_ce_que_cest"),
        ("Ärger", [], "arger"),
        ("2027", [], "text_2027"),
        ("!?", [], "text"),
        ("漢字", [], "text"),
        ("Title", ["title"], "title_2"),
        ("Title", ["title", "title_2"], "title_3"),
        ("x" * 300, [], "x" * 40),
    ],
)
def test_key_is_made_of_the_label(label: str, taken: list[str], key: str) -> None:
    assert edits.new_key(label, taken, default="text") == key


@given(st.text(max_size=80), st.lists(st.sampled_from(["a", "text", "text_2", "b"])))
def test_key_is_always_one_that_a_schema_takes_and_nobody_has(label: str, taken: list[str]) -> None:
    key = edits.new_key(label, taken, default="text")
    assert key not in taken
    assert Field(key=key, kind="text", label="L").key == key


def test_section_is_added_changed_and_removed() -> None:
    schema = edits.add_section(FORM, title="About", help="H")
    assert [section.key for section in schema.sections] == ["about", "more", "empty", "about_2"]
    schema = edits.change_section(schema, "about_2", title=" Other ", help="")
    assert (schema.sections[3].title, schema.sections[3].help) == ("Other", "")
    assert edits.remove_section(schema, "about_2") == FORM


def test_field_is_added_at_the_end_with_a_key_of_its_own() -> None:
    schema = edits.add_field(FORM, "more", field("a", "date"))
    assert keys(schema) == [["title", "a", "b"], ["c", "sum", "a_2"], []]


def test_change_keeps_place_and_leads_to_another_section() -> None:
    schema = edits.change_field(FORM, field("a", label="New"))
    assert schema.field("a") == field("a", label="New")
    assert keys(schema) == keys(FORM)
    assert keys(edits.change_field(FORM, field("a"), section="empty")) == [
        ["title", "b"],
        ["c", "sum"],
        ["a"],
    ]


@pytest.mark.parametrize("section", ["about", "more"])
def test_only_one_field_is_the_title(section: str) -> None:
    schema = edits.add_field(FORM, section, field("name", role="title"))
    assert [one.key for _, one in schema.fields() if one.role == "title"] == ["name"]
    assert [one.key for _, one in schema.fields() if one.role == "amount"] == ["sum"]
    schema = edits.change_field(FORM, field("b", role="title"))
    assert [one.key for _, one in schema.fields() if one.role == "title"] == ["b"]


def test_removed_field_leaves_its_conditions_for_the_checks_to_name() -> None:
    rule = Rule(conditions=[Condition(field="b", op="answered")])
    schema = edits.remove_field(edits.set_field_rule(FORM, "a", rule), "b")
    assert "which is not in the form" in " ".join(problem.message for problem in form_problems(schema))


@pytest.mark.parametrize(
    ("key", "section", "to", "found"),
    [
        ("b", "about", 0, [["b", "title", "a"], ["c", "sum"], []]),
        ("title", "about", 2, [["a", "b", "title"], ["c", "sum"], []]),
        ("a", "more", 1, [["title", "b"], ["c", "a", "sum"], []]),
        ("a", "empty", 0, [["title", "b"], ["c", "sum"], ["a"]]),
        ("a", "more", 99, [["title", "b"], ["c", "sum", "a"], []]),
        ("a", "more", -5, [["title", "b"], ["a", "c", "sum"], []]),
    ],
)
def test_field_moves_within_its_section_and_to_another(
    key: str, section: str, to: int, found: list[list[str]]
) -> None:
    assert keys(edits.move_field(FORM, key, section=section, to=to)) == found


def test_section_moves_with_what_is_in_it() -> None:
    assert keys(edits.move_section(FORM, "empty", to=0)) == [[], ["title", "a", "b"], ["c", "sum"]]


GONE: list[Callable[[FormSchema], object]] = [
    lambda schema: edits.change_section(schema, "gone", title="T"),
    lambda schema: edits.remove_section(schema, "gone"),
    lambda schema: edits.move_section(schema, "gone", to=0),
    lambda schema: edits.set_section_rule(schema, "gone", None),
    lambda schema: edits.add_field(schema, "gone", field("x")),
    lambda schema: edits.change_field(schema, field("gone")),
    lambda schema: edits.change_field(schema, field("a"), section="gone"),
    lambda schema: edits.remove_field(schema, "gone"),
    lambda schema: edits.move_field(schema, "gone", section="about", to=0),
    lambda schema: edits.move_field(schema, "a", section="gone", to=0),
    lambda schema: edits.set_field_rule(schema, "gone", None),
    lambda schema: edits.add_question(schema, "gone", field("x")),
    lambda schema: edits.remove_question(schema, "a", "gone"),
    lambda schema: edits.remove_condition(None, 0),
    lambda schema: edits.remove_condition(Rule(), -1),
]


@pytest.mark.parametrize("edit", GONE)
def test_edit_of_something_that_is_gone_says_so(edit: Callable[[FormSchema], object]) -> None:
    with pytest.raises(DomainError, match="removed this"):
        edit(FORM)


def test_conditions_are_added_once_and_the_last_one_takes_the_rule_with_it() -> None:
    first, second = Condition(field="a", op="answered"), Condition(field="b", op="is", value="x")
    rule = edits.add_condition(edits.add_condition(None, first), second)
    assert edits.add_condition(rule, first) == rule == Rule(conditions=[first, second])
    left = edits.remove_condition(rule, 0)
    assert left == Rule(conditions=[second])
    assert edits.remove_condition(left, 0) is None


def test_questions_of_a_group_are_edited_among_its_settings() -> None:
    group = field("people", "group", options={"item": "Person", "most": 3})
    schema = edits.add_field(FORM, "more", group)
    for key in ("name", "name", "role"):
        schema = edits.add_question(schema, "people", field(key))
    schema = edits.move_question(schema, "people", "role", to=0)
    schema = edits.change_question(schema, "people", field("name_2", "email"))
    schema = edits.remove_question(schema, "people", "name")
    found = schema.field("people")
    assert found is not None
    assert [(one.key, one.kind) for one in edits.questions_in(found)] == [
        ("role", "text"),
        ("name_2", "email"),
    ]
    assert (found.options["item"], found.options["most"]) == ("Person", 3)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["title", "a", "b", "c", "sum"]),
        st.sampled_from(["about", "more", "empty"]),
        st.integers(-2, 6),
    ),
    max_size=12,
)


@given(MOVES)
def test_nothing_is_lost_or_doubled_however_fields_move(moves: list[tuple[str, str, int]]) -> None:
    schema = FORM
    for key, section, to in moves:
        schema = edits.move_field(schema, key, section=section, to=to)
        assert key in [one.key for one in edits.section_of(schema, section).fields]
    assert sorted(one.key for _, one in schema.fields()) == ["a", "b", "c", "sum", "title"]
    assert {one.key: one for _, one in schema.fields()} == {one.key: one for _, one in FORM.fields()}
    assert FormSchema.model_validate(schema.model_dump(mode="json")) == schema
