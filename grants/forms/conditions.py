"""What staff fill in about when a question or a section is shown."""

from typing import Any

from django import forms

from grants.engine.checks import OPERATORS, WITHOUT_VALUE
from grants.engine.kinds import kind_of
from grants.engine.kinds.days import parse_day
from grants.engine.kinds.numbers import number_in
from grants.engine.schema import Condition, Field, FormSchema
from grants.forms.fields import RevisionForm
from scsc.ui.forms import ChoiceCards

MATCHES = [("all", "All of them hold"), ("any", "At least one of them holds")]
NUMBERS = frozenset({"number", "money", "budget"})


def askable(schema: FormSchema, *, without: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions that a condition can ask about, by section."""
    groups = []
    for section in schema.sections:
        fields = [
            (field.key, field.label)
            for field in section.fields
            if field.key != without and kind_of(field).operators
        ]
        if fields:
            groups.append((section.title, fields))
    return groups


class AboutForm(forms.Form):
    """The question that a new condition asks about."""

    mark_optional = False

    about = forms.ChoiceField(label="Depends on the answer to")

    def __init__(self, *args: Any, schema: FormSchema, without: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["about"]
        choice.choices = [("", "Choose a question"), *askable(schema, without=without)]


class ConditionForm(RevisionForm):
    """What must hold of the answer to one question."""

    mark_optional = False

    op = forms.ChoiceField(label="The answer", widget=ChoiceCards())
    value = forms.CharField(label="Compared with", required=False, max_length=300)

    def __init__(self, *args: Any, field: Field, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about, kind = field, kind_of(field)
        choice: Any = self.fields["op"]
        choice.choices = [(op, words) for op, words in OPERATORS.items() if op in kind.operators]
        choice.initial = choice.choices[0][0]
        if not kind.operators - WITHOUT_VALUE:
            del self.fields["value"]
        elif answers := kind.comparable(field):
            offered = [("", "Choose an answer"), *((option.value, option.label) for option in answers)]
            self.fields["value"] = forms.ChoiceField(label="Compared with", required=False, choices=offered)
        elif field.kind == "date":
            self.fields["value"] = forms.DateField(label="Compared with", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        op, value = data.get("op"), data.get("value")
        if "value" not in self.fields or "value" in self.errors or op is None:
            return data
        if op in WITHOUT_VALUE:
            data["value"] = ""
        elif not value:
            self.add_error("value", "Say what the answer is compared with.")
        elif self.about.kind in NUMBERS and number_in(value) is None:
            self.add_error("value", "Give a number, such as 50000.")
        elif self.about.kind == "date" and parse_day(str(value)) is None:
            self.add_error("value", "Give a day, such as 30 June 2027.")
        return data

    def condition(self) -> Condition:
        """The condition as it was filled in."""
        value = self.cleaned_data.get("value") or ""
        return Condition(field=self.about.key, op=self.cleaned_data["op"], value=str(value))


class MatchForm(RevisionForm):
    """Whether all of several conditions must hold."""

    match = forms.ChoiceField(label="Shown when", choices=MATCHES, widget=ChoiceCards())
