"""What holds of every kind."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.answers import Limits
from grants.engine.kind import Kind, Shown
from grants.engine.kinds import KINDS, kind_of
from grants.engine.schema import Field
from tests.grants.engine.samples import LIMITS, calm, every_field, field, given_file, json_values, posted_data

NAMES = (
    *("text", "long_text", "email", "phone", "url", "number", "money", "date", "yes_no", "choice", "choices"),
    *("file", "abn", "address", "budget", "indicators", "declaration", "group", "policy", "screening"),
    *("principles", "info"),
)


def _words(shown: Shown) -> list[str]:
    return [*shown.lines, *shown.head, *(cell for row in shown.rows for cell in row), shown.total]


def test_every_kind_is_there_under_its_name() -> None:
    assert set(KINDS) == set(NAMES)
    assert all(kind.name == name for name, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_says_what_it_is(kind: Kind) -> None:
    assert kind.label
    assert kind.about.endswith(".")
    # A draft of a form begins with no setting at all.
    kind.Options()


def test_a_kind_that_there_is_not() -> None:
    with pytest.raises(KeyError, match="There is no kind of field called “hologram”"):
        kind_of(field("text").model_copy(update={"kind": "hologram"}))


@pytest.mark.parametrize("one", every_field(), ids=list(KINDS))
@given(value=json_values)
@calm
def test_any_stored_answer_is_coped_with(one: Field, value: Any) -> None:
    kind = kind_of(one)
    assert isinstance(kind.is_blank(one, value), bool)
    assert all(problem.message for problem in kind.problems(one, value, limits=LIMITS))
    assert all(isinstance(word, str) for word in _words(kind.shown(one, value, [given_file()])))
    kind.compared(value)
    kind.inputs(one, value, limits=Limits())


@pytest.mark.parametrize("one", every_field(), ids=list(KINDS))
@given(data=st.data())
@calm
def test_anything_that_is_sent_is_read_and_shown(one: Field, data: st.DataObject) -> None:
    kind = kind_of(one)
    value = kind.read(one, data.draw(posted_data(one.key)), one.key)
    words = " ".join(_words(kind.shown(one, value)))
    assert "\x00" not in words
    words.encode()
    # Nothing given is None, so that it is known which answers are empty.
    assert (value is None) or not kind.is_blank(one, value) or kind.name == "declaration"


@pytest.mark.parametrize("one", every_field(), ids=list(KINDS))
@given(data=st.data())
@calm
def test_settings_of_a_draft_that_are_wrong_break_nothing(one: Field, data: st.DataObject) -> None:
    options = data.draw(
        st.dictionaries(st.sampled_from(["most", "options", "words", "fields", "x"]), json_values)
    )
    broken = one.model_copy(update={"options": options})
    value: Any = data.draw(json_values)
    kind = kind_of(broken)
    kind.read(broken, data.draw(posted_data(one.key)), one.key)
    kind.problems(broken, value, limits=LIMITS)
    kind.shown(broken, value)
    kind.option_problems(broken)


@pytest.mark.parametrize("one", every_field(), ids=list(KINDS))
def test_what_is_missing_is_said_in_words(one: Field) -> None:
    kind = kind_of(one)
    assert kind.is_blank(one, None)
    assert f"The {one.kind}" in kind.missing(one)
