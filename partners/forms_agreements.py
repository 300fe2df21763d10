"""What staff fill in about agreements. Shape and words only; the rules are in the services."""

from django import forms

from partners.states import AgreementState

DAY = {"invalid": "Give a day, such as 30 September 2027."}


class AgreementFilterForm(forms.Form):
    """What the list is narrowed to. A value that is none of the choices does not narrow."""

    mark_optional = False

    words = forms.CharField(label="Code, title or organisation", required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *AgreementState.choices])


class AgreementForm(forms.Form):
    """When the work begins and ends, and on what conditions."""

    starts_on = forms.DateField(label="First day of the work", required=False, error_messages=DAY)
    ends_on = forms.DateField(label="Last day of the work", required=False, error_messages=DAY)
    conditions = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One condition a line.",
    )

    def clean_conditions(self) -> list[str]:
        lines = self.cleaned_data["conditions"].splitlines()
        return [line.strip() for line in lines if line.strip()]
