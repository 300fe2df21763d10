from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.answers import Answers
from grants.engine.content import submission_content
from grants.engine.differences import SchemaChange, answer_changes, schema_changes
from grants.engine.schema import Field, FormSchema, Section
from grants.engine.words import Piece, word_changes
from tests.grants.engine.samples import calm, field, form, given_file, schemas, when
from tests.grants.engine.test_content import FACTS

NAME = field("text", key="name", label="Name")


def _changes(old: list[Field], new: list[Field]) -> list[SchemaChange]:
    return schema_changes(form(*old), form(*new))


@given(schemas(acyclic=False))
@calm
def test_a_form_does_not_differ_from_itself(schema: FormSchema) -> None:
    assert schema_changes(schema, schema) == []


@pytest.mark.parametrize(
    ("changed", "change", "what", "needs_work"),
    [
        ({"label": "Full name"}, "reworded", "Reworded; it was “Name”.", False),
        ({"help": "As on the register."}, "reworded", "Other help.", False),
        ({"required": False}, "optional", "No longer required.", False),
        ({"kind": "long_text"}, "kind", "Kind changed from “Short text” to “Long text”.", True),
        ({"options": {"words": 5}}, "settings", "Other settings.", True),
        ({"show_if": when("other")}, "shown_when", "Shown on another condition.", True),
    ],
)
def test_a_question_that_changed(changed: dict[str, Any], change: str, what: str, needs_work: bool) -> None:
    (found,) = _changes([NAME], [NAME.model_copy(update=changed)])
    assert (found.change, found.key, found.what, found.needs_work) == (change, "name", what, needs_work)
    assert found.effect.endswith(".")


def test_a_question_that_is_now_required() -> None:
    (found,) = _changes([NAME.model_copy(update={"required": False})], [NAME])
    assert (found.change, found.needs_work) == ("required", True)
    assert found.effect == "Drafts without an answer have to give one."


def test_questions_that_come_and_go() -> None:
    email, info = field("email", required=False), field("info", required=False)
    found = _changes([NAME], [email, info, field("phone")])
    assert [(one.change, one.key, one.needs_work) for one in found] == [
        ("added", "email", False),
        ("added", "info", False),
        ("added", "phone", True),
        ("removed", "name", False),
    ]
    assert found[1].what == "New text to read."


def test_a_question_that_moved() -> None:
    old = FormSchema(
        sections=[Section(key="a", title="A", fields=[NAME]), Section(key="b", title="B", fields=[])]
    )
    new = FormSchema(
        sections=[Section(key="a", title="A", fields=[]), Section(key="b", title="B", fields=[NAME])]
    )
    assert [(one.change, one.what) for one in schema_changes(old, new)] == [("moved", "Moved to “B”.")]


def test_sections_that_come_go_and_change() -> None:
    old = [Section(key="a", title="A"), Section(key="b", title="B"), Section(key="c", title="C")]
    new = [
        Section(key="a", title="Alpha"),
        Section(key="b", title="B", show_if=when("name")),
        Section(key="d", title="D"),
    ]
    found = schema_changes(FormSchema(sections=old), FormSchema(sections=new))
    assert [(one.change, one.key, one.field) for one in found] == [
        ("reworded", "a", False),
        ("shown_when", "b", False),
        ("added", "d", False),
        ("removed", "c", False),
    ]
    assert found[0].what == "Reworded; its title was “A”."


SCHEMA = form(
    field("text", key="title", label="Title"),
    field("long_text", key="need", label="Need"),
    field("file", key="plan", label="Plan"),
    field("budget", options={}),
    field("yes_no", key="more", required=False),
    field("text", key="why", label="Why", show_if=when("more")),
)


def _content(plan: int = 1, **values: Any) -> dict[str, Any]:
    answers = Answers(values, {"plan": [given_file(number=plan, name=f"plan-{plan}.pdf")]})
    return submission_content(SCHEMA, answers, FACTS)


def test_submissions_that_are_the_same() -> None:
    assert answer_changes(_content(title="Safe"), _content(title="Safe")) == []


def test_a_text_that_changed_shows_its_words() -> None:
    old, new = _content(need="Children are at risk."), _content(need="Many children are at risk.")
    (found,) = answer_changes(old, new)
    assert (found.key, found.label, found.section) == ("need", "Need", "Only section")
    assert found.before is not None
    assert found.before["lines"] == ["Children are at risk."]
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("out", "Children "),
        ("in", "Many children "),
        ("kept", "are at risk."),
    ]


def test_a_file_that_changed_shows_both() -> None:
    (found,) = answer_changes(_content(plan=1), _content(plan=2))
    assert found.before is not None
    assert found.after is not None
    assert found.before["files"][0]["name"] == "plan-1.pdf"
    assert found.after["files"][0]["name"] == "plan-2.pdf"
    assert found.pieces == []


def test_a_table_that_changed_shows_both() -> None:
    line = {"item": "Rent", "note": "", "amount": "5.00"}
    (found,) = answer_changes(_content(), _content(budget={"lines": [line]}))
    assert (found.key, found.pieces) == ("budget", [])


def test_an_answer_that_appeared_or_went() -> None:
    hidden, shown = _content(more="no"), _content(more="yes", why="Because.")
    appeared = {found.key: found for found in answer_changes(hidden, shown)}
    assert list(appeared) == ["more", "why"]
    assert appeared["why"].before is None
    gone = {found.key: found for found in answer_changes(shown, hidden)}
    assert gone["why"].after is None
    assert gone["why"].label == "Why"


texts = st.lists(st.sampled_from(["one", "two", "three\n", " ", "four  "]), max_size=12).map("".join)


@given(texts, texts)
@calm
def test_pieces_give_both_texts_again(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == new
    assert all(piece.text for piece in pieces)


@given(texts)
@calm
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {piece.kind for piece in word_changes(text, text)} <= {"kept"}


def test_one_word_of_a_long_text_is_found() -> None:
    text = "the quick brown fox and the lazy dog " * 700
    old, new = text + "sleeps " + text, text + "wakes " + text
    assert [piece.kind for piece in word_changes(old, new)] == ["kept", "out", "in", "kept"]


def test_texts_that_repeat_themselves_are_compared_by_line() -> None:
    old = "a " * 5_000 + "\nsame line\n" + "b " * 10
    new = "b " * 10 + "a " * 5_000 + "x\nsame line\n" + "c " * 10
    assert Piece("kept", "same line\n") in word_changes(old, new)


def test_texts_of_nothing_but_repetition_are_compared_whole() -> None:
    old, new = "a\n" * 3_000 + "b", "c\n" + "a\n" * 2_999 + "c\na"
    assert [piece.kind for piece in word_changes(old, new)] == ["out", "in"]
