"""What a reader of the public pages looks for."""

from typing import Any

from django import forms

from grants.queries.public import RecipientChoices, RecipientFilter

LONGEST = 100


class RecipientForm(forms.Form):
    """Filters of the recipients. What cannot be read is left out: a list never answers with an error."""

    mark_optional = False

    q = forms.CharField(label="Search", required=False, widget=forms.SearchInput)
    round = forms.ChoiceField(label="Round", required=False)
    year = forms.TypedChoiceField(label="Year", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, choices: RecipientChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["round"].choices = [("", "All rounds"), *choices.rounds]
        fields["year"].choices = [("", "All years"), *((str(year), str(year)) for year in choices.years)]


def read_filter(form: RecipientForm) -> RecipientFilter:
    """What the form asks for, as far as it can be read."""
    form.is_valid()
    data = form.cleaned_data
    words = " ".join(str(data.get("q") or "").split())[:LONGEST]
    return RecipientFilter(words, data.get("round") or "", data.get("year"))
