"""What somebody fills in before writing: the eligibility check, and which organisation applies."""

from collections.abc import Sequence
from typing import Any

from django import forms

from grants.models import EligibilityQuestion, Round
from grants.queries.starting import OwnOrganisation
from partners.identifiers import spaced_abn, spaced_acn
from partners.models import Organisation
from scsc.ui.forms import ChoiceCards
from scsc.ui.moments import closing_words

YES, NO = "yes", "no"
# The choice of an organisation that the program does not know yet.
ANOTHER = "new"


class EligibilityForm(forms.Form):
    """The yes-or-no questions of a round, each of which needs an answer."""

    def __init__(self, *args: Any, questions: Sequence[EligibilityQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[_name(question)] = forms.ChoiceField(
                label=question.text,
                help_text=question.help,
                choices=[(YES, "Yes"), (NO, "No")],
                widget=ChoiceCards,
                error_messages={"required": f"Choose yes or no: {question.text}"},
            )

    @property
    def answers(self) -> dict[int, bool]:
        """Whether each question was answered with yes, by its id."""
        return {question.pk: self.cleaned_data[_name(question)] == YES for question in self.questions}


class OrganisationChoiceForm(forms.Form):
    """Which of the organisations that one acts for applies, or another one."""

    organisation = forms.ChoiceField(
        label="Which organisation applies?",
        widget=ChoiceCards,
        error_messages={"required": "Choose the organisation that applies"},
    )

    def __init__(self, *args: Any, offered: Sequence[OwnOrganisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(row.organisation.pk): row.organisation for row in offered}
        field = self.fields["organisation"]
        names = [(key, str(organisation)) for key, organisation in self.offered.items()]
        field.choices = [*names, (ANOTHER, "Another organisation")]  # type: ignore[attr-defined]
        field.widget.hints = {key: _about(organisation) for key, organisation in self.offered.items()} | {
            ANOTHER: "You enter its name, number and address next."
        }

    @property
    def chosen(self) -> Organisation | None:
        """The organisation, or None for another one."""
        return self.offered.get(self.cleaned_data["organisation"])


class RoundChoiceForm(forms.Form):
    """The round to copy an application into."""

    round = forms.ChoiceField(
        label="Into which round?",
        widget=ChoiceCards,
        error_messages={"required": "Choose the round to copy it into"},
    )

    def __init__(self, *args: Any, rounds: Sequence[Round], now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["round"]
        field.choices = [(row.code, row.title) for row in rounds]  # type: ignore[attr-defined]
        field.widget.hints = {row.code: _closing(row, now) for row in rounds}
        if len(rounds) == 1:
            field.initial = rounds[0].code


def _name(question: EligibilityQuestion) -> str:
    return f"question-{question.pk}"


def _closing(round_: Round, now: Any) -> str:
    words = closing_words(round_.closes_at, round_.timezone, now) if round_.closes_at else ""
    return words[:1].upper() + words[1:]


def _about(organisation: Organisation) -> str:
    """Number and place, to tell two of one name apart."""
    numbers = [("ABN", spaced_abn(organisation.abn)), ("ACN", spaced_acn(organisation.acn))]
    parts = [f"{name} {number}" for name, number in numbers if number]
    return ", ".join([*parts[:1], *filter(None, [organisation.suburb, organisation.state])])
