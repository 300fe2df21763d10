"""What staff fill in about applications. Shape and words only; the rules are in the services."""

from typing import Any

from django import forms

from grants.models import Round, Screening, Stage
from grants.queries.applications import NOT_SCREENED
from grants.states import ApplicationState

DAY = {"invalid": "Give a day, such as 30 September 2027."}


class AmountField(forms.DecimalField):
    """An amount of money as people type it: with commas between thousands and a sign before it, or without.

    A plain box, so that what cannot be read is shown again.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=14, decimal_places=2, widget=widget, **kwargs)
        self.error_messages |= {
            "invalid": "Give an amount, such as 25000.",
            "min_value": "Give an amount above nothing.",
        }

    def to_python(self, value: Any) -> Any:
        return super().to_python(
            value.strip().lstrip("$").replace(",", "") if isinstance(value, str) else value
        )


class FilterForm(forms.Form):
    """What the list of applications is narrowed to. A value that is none of the choices does not narrow."""

    mark_optional = False

    words = forms.CharField(label="Code, title, organisation or ABN", required=False, max_length=200)
    round = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", "All"), *ApplicationState.choices])
    stage = forms.ChoiceField(
        required=False,
        choices=[("", "Any stage"), *((k.value, k.label) for k in Stage.Kind if k in Stage.WRITTEN)],
    )
    screening = forms.ChoiceField(
        required=False,
        choices=[("", "Any outcome"), *Screening.Outcome.choices, (NOT_SCREENED, "Not screened")],
    )
    amount_from = AmountField(label="Amount from", required=False, min_value=0)
    amount_to = AmountField(label="Amount to", required=False, min_value=0)
    submitted_from = forms.DateField(label="Submitted from", required=False, error_messages=DAY)
    submitted_to = forms.DateField(label="Submitted to", required=False, error_messages=DAY)
    changes = forms.BooleanField(label="Only those asked for changes", required=False)

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Every round"), *((r.code, r.title) for r in rounds)]
        self.fields["round"].choices = choices  # type: ignore[attr-defined]


class SaveViewForm(forms.Form):
    """A name for a list as it is set up now."""

    name = forms.CharField(
        max_length=60,
        error_messages={"required": "Give the view a name."},
        help_text="What you will look for, such as “To screen, over $100,000”.",
    )
    is_shared = forms.BooleanField(label="Show it to everybody who sees applications", required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]
