"""Fields, forms and answers for the tests of the engine, and Hypothesis strategies for them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.datastructures import MultiValueDict
from hypothesis import settings
from hypothesis import strategies as st

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Problem
from grants.engine.kinds import KINDS, kind_of
from grants.engine.schema import Condition, Field, FormSchema, Json, Rule, Section

TODAY = date(2026, 10, 1)
LIMITS = Limits(minimum=Decimal(5_000), maximum=Decimal(100_000), today=TODAY)
TWO = [{"value": "a", "label": "Apples"}, {"value": "b", "label": "Bread"}]

# Settings with which each kind does all that it can.
OPTIONS: dict[str, dict[str, Any]] = {
    "long_text": {"words": 50},
    "number": {"minimum": "-5", "maximum": "1000"},
    "money": {"maximum": "500000"},
    "date": {"when": "past"},
    "choice": {"options": TWO, "other": True},
    "choices": {"options": TWO, "other": True, "most": 2},
    "file": {"most": 3},
    "budget": {"most": 5, "total_of": "amount"},
    "group": {
        "item": "Person",
        "least": 1,
        "most": 4,
        "fields": [
            {"key": "name", "kind": "text", "label": "Name", "required": True},
            {"key": "part", "kind": "choice", "label": "Part", "options": {"options": TWO, "other": True}},
            {"key": "hours", "kind": "number", "label": "Hours"},
        ],
    },
    "declaration": {"text": "All of this is true."},
}


def field(kind: str, **settings: Any) -> Field:
    """A required field of a kind, with its key as its name."""
    given: dict[str, Any] = {"key": kind, "kind": kind, "label": f"The {kind}", "required": True}
    return Field(**(given | {"options": OPTIONS.get(kind, {})} | settings))


def every_field() -> list[Field]:
    return [field(kind) for kind in KINDS]


def form(*fields: Field) -> FormSchema:
    """A form of one section that is always shown."""
    return FormSchema(sections=[Section(key="only", title="Only section", fields=list(fields))])


def when(key: str, op: Any = "is", value: str = "yes") -> Rule:
    return Rule(conditions=[Condition(field=key, op=op, value=value)])


def posted(**inputs: Any) -> "MultiValueDict[str, Any]":
    """What a page sent: names with "__" for ".", each one text or a list of them."""
    given = {name.replace("__", "."): value for name, value in inputs.items()}
    return MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    )


def read(one: Field, **inputs: Any) -> Json:
    return kind_of(one).read(one, posted(**inputs), one.key)


def problems(one: Field, value: Json, limits: Limits = LIMITS) -> list[Problem]:
    return kind_of(one).problems(one, value, limits=limits)


def messages(one: Field, value: Json, limits: Limits = LIMITS) -> list[str]:
    return [problem.message for problem in problems(one, value, limits)]


def lines(one: Field, value: Json, currency: str = "AUD") -> list[str]:
    return list(kind_of(one).shown(one, value, currency=currency).lines)


def given_file(state: str = "released", number: int = 1, name: str = "plan.pdf") -> GivenFile:
    return GivenFile(
        number, f"key-{number}", name, 1_000 + number, f"{number:064x}", state, f"/files/{number}/"
    )


# A busy machine is no reason to fail.
calm = settings(deadline=None, max_examples=60)

# Anything that a JSON column can hold, and more than the kinds ever put there.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["lines", "other", "1", "abn", "item"]) | st.text(max_size=5), inner
        )
    ),
    max_leaves=12,
)
PARTS = [
    "",
    "other",
    "abn",
    "acn",
    "street",
    "country",
    "adopted_on",
    "review_on",
    "people",
    "checked",
    "as_at",
]
PARTS += [
    "1.rating",
    "10.note",
    "0.item",
    "0.amount",
    "3.note",
    "0.name",
    "1.part",
    "1.part.other",
    "0.hours",
]
typed_texts = st.text(max_size=30) | st.sampled_from(
    [
        "yes",
        "no",
        "a",
        "b",
        "other",
        "12",
        "1,200.50",
        "-3",
        "NaN",
        "2027-03-05",
        "51824753556",
        "\x00",
        "\ud800",
    ]
)
posted_values = typed_texts | st.integers() | st.none() | st.booleans() | st.floats()


@st.composite
def posted_data(draw: st.DrawFn, key: str) -> "MultiValueDict[str, Any]":
    """Anything that might be sent under the names of a field's inputs."""
    names = st.sampled_from(PARTS).map(lambda part: f"{key}.{part}" if part else key)
    sent = draw(st.dictionaries(names, st.lists(posted_values, max_size=3), max_size=8))
    return MultiValueDict(sent)


OPERATORS = ["is", "is_not", "includes", "answered", "not_answered", "more_than", "less_than"]


@st.composite
def schemas(draw: st.DrawFn, *, acyclic: bool) -> FormSchema:
    """Forms with conditions between their fields, in any direction or only backwards."""
    layout = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    keys = [f"q{number}" for number in range(sum(layout))]
    place, sections = 0, []
    for number, size in enumerate(layout):
        inside = keys[place : place + size]
        earlier = keys[:place]
        fields = [
            _drawn_field(draw, key, earlier + inside[:index] if acyclic else keys)
            for index, key in enumerate(inside)
        ]
        rule = _drawn_rule(draw, earlier if acyclic else keys)
        sections.append(Section(key=f"s{number}", title=f"Section {number}", fields=fields, show_if=rule))
        place += size
    return FormSchema(sections=draw(st.permutations(sections)))


def _drawn_field(draw: st.DrawFn, key: str, others: list[str]) -> Field:
    kind = draw(st.sampled_from(["text", "yes_no", "number", "choice", "choices", "date"]))
    required = draw(st.booleans())
    return field(kind, key=key, label=key, required=required, show_if=_drawn_rule(draw, others))


def _drawn_rule(draw: st.DrawFn, others: list[str]) -> Rule | None:
    if not others or draw(st.integers(0, 2)) == 0:
        return None
    condition = st.builds(
        Condition,
        field=st.sampled_from(others),
        op=st.sampled_from(OPERATORS),
        value=st.sampled_from(["yes", "no", "a", "b", "5", "2027-03-05", ""]),
    )
    conditions = draw(st.lists(condition, max_size=3))
    return Rule(match=draw(st.sampled_from(["all", "any"])), conditions=conditions)


# Right answers to the kinds of `schemas`, wrong ones, and none.
simple_answers = st.dictionaries(
    st.integers(0, 11).map(lambda number: f"q{number}"),
    st.sampled_from(
        ["yes", "no", "a", "b", "5", "7", "2027-03-05", "", None, ["a"], ["a", "b"], {"other": "x"}]
    ),
)
