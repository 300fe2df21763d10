"""What staff fill in about decisions. Shape and words only; the rules are in the services."""

from decimal import Decimal
from typing import Any

from django import forms

from grants.forms.applications import AmountField
from grants.forms.handling import NO_IDENTITY, SEEN_BY_STAFF, words
from grants.models import Decision, Outcome
from scsc.ui.forms import ChoiceCards

DAY = {"invalid": "Give a day, such as 30 September 2027."}
RATIONALE = {
    "required": "Say why: the reason is kept with the decision.",
    "help_text": f"Kept with the decision. {SEEN_BY_STAFF}",
}


class WordsForm(forms.Form):
    """What the applicant and the public read: it can be corrected until the outcome is published."""

    feedback = words(
        "Feedback for the applicant",
        help_text=f"In the letter, and on the page of the application once it is published. {NO_IDENTITY}",
        rows=6,
        most=8000,
    )
    summary = words(
        "What the award is for, for the public",
        help_text=f"Two or three sentences for the page of recipients. {NO_IDENTITY}",
        rows=4,
        most=2000,
    )
    place = forms.CharField(
        label="Where it happens",
        max_length=120,
        required=False,
        help_text="For the page of recipients: a place, region or country, such as Western Sydney.",
    )


class RecommendationForm(WordsForm):
    """All of a recommendation."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        widget=ChoiceCards(
            hints={
                Outcome.AWARD.value: "A grant of the amount below.",
                Outcome.DECLINE.value: "No grant in this round.",
            }
        ),
        error_messages={"required": "Choose whether to award or to decline."},
    )
    amount = AmountField(label="Amount", required=False, min_value=Decimal("0.01"))
    conditions = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Of an award, one a line. Those of the endorsement are added when it is decided.",
    )
    rationale = words("Why", rows=4, most=4000, **RATIONALE)
    starts_on = forms.DateField(label="First day of the work", required=False, error_messages=DAY)
    ends_on = forms.DateField(label="Last day of the work", required=False, error_messages=DAY)
    field_order = ["outcome", "amount", "rationale", "conditions", "starts_on", "ends_on"]

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = f"In {currency}. Leave empty where you decline."

    def clean_conditions(self) -> list[str]:
        lines = self.cleaned_data["conditions"].splitlines()
        return [line.strip() for line in lines if line.strip()]


def typed(decision: Decision) -> dict[str, Any]:
    """A decision as the form shows it."""
    names = [name for name in RecommendationForm.base_fields if name != "conditions"]
    return {name: getattr(decision, name) for name in names} | {
        "conditions": "\n".join(decision.conditions),
    }


class SlateForm(forms.Form):
    """What is recommended from the slate at once: why, and whether the others are declined."""

    rationale = words("Why", rows=3, most=4000, **RATIONALE)
    decline_others = forms.BooleanField(
        label="Recommend to decline those below the line; otherwise they stay as they are",
        required=False,
    )


class LineForm(forms.Form):
    """How many from the top would be funded; and what-if amounts, which are read beside it."""

    fund = forms.IntegerField(required=False, min_value=0, max_value=100_000)


class PublishForm(forms.Form):
    """Whether awards go on the public page at once."""

    on_public_page = forms.BooleanField(
        label="Awards also go on the public page of recipients",
        required=False,
        initial=True,
        help_text="Otherwise they are written down there, and somebody publishes them later.",
    )
