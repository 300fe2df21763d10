"""What people fill in about organisations. Shape and words only; the rules are in the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from partners.countries import country_choices
from partners.identifiers import AUSTRALIA, read_abn, read_acn, spaced_abn, spaced_acn
from partners.models import Organisation
from partners.services import PROFILE

# It stands in mails and histories, so it cannot hold a line of its own.
ONE_LINE = RegexValidator(r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z", "Write this on one line.")


def line(label: str, length: int, *, required: bool = False, autocomplete: str = "off", **more: Any) -> Any:
    """A field for one line of text."""
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, max_length=length, required=required, validators=[ONE_LINE], widget=widget, **more
    )


class OrganisationForm(forms.Form):
    """What an organisation says of itself."""

    name = line(
        "Name of the organisation",
        200,
        required=True,
        autocomplete="organization",
        help_text="As it is registered.",
        error_messages={"required": "Enter the name of the organisation"},
    )
    kind = forms.ChoiceField(
        label="What kind of organisation it is",
        choices=[("", "Choose one"), *Organisation.Kind.choices],
        error_messages={"required": "Choose what kind of organisation it is"},
    )
    country = forms.ChoiceField(label="Country")
    abn = line(
        "ABN",
        20,
        required=False,
        help_text="Australian Business Number: 11 digits, with or without spaces. "
        "An organisation in Australia gives its ABN or its ACN; elsewhere leave both empty.",
    )
    acn = line("ACN", 20, help_text="Australian Company Number: 9 digits.")
    street = line("Street address", 200, autocomplete="street-address")
    suburb = line("Suburb or town", 100, autocomplete="address-level2")
    state = line("State or territory", 100, autocomplete="address-level1")
    postcode = line("Postcode", 12, autocomplete="postal-code")
    website = forms.URLField(
        label="Website",
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        error_messages={"invalid": "Enter a web address, such as https://example.org.au"},
    )
    email = forms.EmailField(
        label="Email address of the organisation",
        max_length=254,
        required=False,
        error_messages={"invalid": "Enter an email address, such as office@example.org.au"},
    )
    phone = line("Telephone number", 40, autocomplete="tel")
    about = forms.CharField(
        label="About the organisation",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-words": "200"}),
        help_text="What it does and whom it serves. It is kept for the next round.",
    )

    def __init__(self, *args: Any, country: str = AUSTRALIA, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        field.choices = country_choices(country)  # type: ignore[attr-defined]
        field.initial = country
        self.fields["abn"].needed_at_times = True  # type: ignore[attr-defined]

    def clean_abn(self) -> str:
        return read_abn(self.cleaned_data["abn"])

    def clean_acn(self) -> str:
        return read_acn(self.cleaned_data["acn"])

    def clean(self) -> dict[str, Any]:
        """An organisation in Australia has a number; both are checked before they get here."""
        data: dict[str, Any] = super().clean() or {}
        numbers_read = "abn" in data and "acn" in data
        if numbers_read and data.get("country") == AUSTRALIA and not data["abn"] and not data["acn"]:
            self.add_error("abn", ValidationError("Enter the ABN or the ACN"))
        return data


def profile_of(organisation: Organisation) -> dict[str, str]:
    """What a form begins with: the profile as it stands, numbers as they are printed."""
    values = {name: getattr(organisation, name) for name in PROFILE}
    return values | {"abn": spaced_abn(organisation.abn), "acn": spaced_acn(organisation.acn)}
