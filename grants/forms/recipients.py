"""What staff write down about who was funded."""

from typing import Any

from django import forms

from grants.forms.applications import AmountField
from grants.forms.handling import NO_IDENTITY, words
from grants.models import Round
from partners.models import Organisation
from partners.queries import named
from scsc.ui.forms import needed_later

DAY = {"required": "Give the day of the award.", "invalid": "Give a day, such as 30 September 2022."}


class RecipientForm(forms.Form):
    """One award, as the public will read it."""

    title = forms.CharField(
        label="Title of the project", max_length=200, error_messages={"required": "Give the project a title."}
    )
    summary = words(
        "What it is for",
        required="Say what the award is for.",
        help_text=f"Two or three sentences for the public. {NO_IDENTITY}",
        rows=5,
        most=2000,
    )
    place = forms.CharField(
        label="Where it happens",
        max_length=120,
        required=False,
        help_text="A place, region or country, such as Western Sydney.",
    )
    amount = AmountField(
        label="Amount",
        required=False,
        min_value=0,
        help_text="In the currency of the program. Leave empty where it is not public.",
    )
    awarded_on = forms.DateField(label="Day of the award", error_messages=DAY)
    source = needed_later(
        forms.CharField(
            label="Where the decision is written",
            max_length=300,
            required=False,
            help_text="Needed for an award that was decided outside this system, such as a media release.",
        )
    )


class NewRecipientForm(RecipientForm):
    """The same, with the round and who was funded. The organisation is found by its name or ABN."""

    round = forms.ModelChoiceField(
        Round.objects.none(),
        to_field_name="code",
        empty_label="Choose a round",
        error_messages={"required": "Choose a round.", "invalid_choice": "Choose a round."},
    )
    organisation = forms.CharField(
        max_length=200,
        error_messages={"required": "Give the name or the ABN of the organisation."},
        help_text="Its full name, or its ABN. Those known here are suggested as you type.",
        widget=forms.TextInput(attrs={"list": "organisations"}),
    )
    field_order = ["round", "organisation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = Round.objects.all()  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation:
        typed = self.cleaned_data["organisation"]
        found = named(typed)
        if not found:
            raise forms.ValidationError(
                "No organisation has this name or ABN. Correct it, or enter it first."
            )
        if len(found) > 1:
            raise forms.ValidationError("Several organisations have this name. Give the ABN, or merge them.")
        return found[0]
