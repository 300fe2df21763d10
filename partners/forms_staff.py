"""What staff fill in about organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from partners.countries import country_name
from partners.identifiers import spaced_abn, spaced_acn
from partners.models import Organisation
from partners.services_merge import CHOICES, KEEP, TAKE
from scsc.ui.forms import ChoiceCards

LABELS = {
    "name": "Name",
    "kind": "Kind",
    "abn": "ABN",
    "acn": "ACN",
    "address": "Address",
    "website": "Website",
    "email": "Email address",
    "phone": "Telephone number",
    "about": "About",
    "register": "Standing in registers",
}


class RegisterForm(forms.Form):
    """What a person read in a register, where, and when. Nothing here looks it up."""

    is_charity = forms.ChoiceField(
        label="Is it a registered charity?",
        choices=Organisation.Standing.choices,
        widget=ChoiceCards(),
        error_messages={"required": "Choose whether it is a charity."},
    )
    is_dgr = forms.ChoiceField(
        label="Is it a deductible gift recipient?",
        choices=Organisation.Standing.choices,
        widget=ChoiceCards(),
        error_messages={"required": "Choose whether it is a deductible gift recipient."},
    )
    register_source = forms.CharField(
        label="Where you read it",
        max_length=200,
        required=False,
        help_text="Such as the ACNC Register or ABN Lookup.",
    )
    register_checked_on = forms.DateField(
        label="When you read it",
        required=False,
        error_messages={"invalid": "Give a day, such as 30 September 2027."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """What is known has a source and a day."""
        data: dict[str, Any] = super().clean() or {}
        unknown = Organisation.Standing.UNKNOWN
        known = {data.get("is_charity"), data.get("is_dgr")} - {unknown, None}
        if known and not data.get("register_source"):
            self.add_error("register_source", "Say where you read it.")
        if known and not data.get("register_checked_on") and "register_checked_on" not in self.errors:
            self.add_error("register_checked_on", "Give the day when you read it.")
        if data.get("register_checked_on") and data["register_checked_on"] > self.today:
            self.add_error("register_checked_on", "This day is still to come.")
        return data


@dataclass(frozen=True)
class Difference:
    """One thing in which two organisations differ; `field` is None where they do not."""

    label: str
    kept: Sequence[str]
    taken: Sequence[str]
    field: Any = None

    @property
    def options(self) -> list[tuple[Any, Sequence[str]]]:
        """The radio buttons, each with the values that it stands for."""
        sides = (self.kept, self.taken)
        return list(zip(self.field.subwidgets, sides, strict=True)) if self.field else []


class MergeForm(forms.Form):
    """Which of the two values stays, for everything in which two organisations differ."""

    def __init__(self, *args: Any, into: Organisation, source: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {name: (words_of(into, name), words_of(source, name)) for name in CHOICES}
        for name, (kept, taken) in self.sides.items():
            if kept != taken:
                self.fields[name] = _choice(name, kept, taken)

    def differences(self) -> list[Difference]:
        """Everything, in order, with its choice where there is one."""
        return [
            Difference(LABELS[name], kept, taken, self[name] if name in self.fields else None)
            for name, (kept, taken) in self.sides.items()
        ]


def words_of(organisation: Organisation, name: str) -> list[str]:
    """The values of one choice for reading, without empty ones."""
    if name == "register":
        return _register(organisation)
    special = {
        "kind": organisation.get_kind_display(),
        "abn": spaced_abn(organisation.abn),
        "acn": spaced_acn(organisation.acn),
    }
    if name == "address":
        town = " ".join(filter(None, [organisation.suburb, organisation.state, organisation.postcode]))
        return [part for part in (organisation.street, town, country_name(organisation.country)) if part]
    value = special.get(name, getattr(organisation, name))
    return [value] if value else []


def profile_words(organisation: Organisation) -> list[tuple[str, list[str]]]:
    """The profile for reading, label by label, without `about` and what a register says."""
    names = [name for name in CHOICES if name not in {"name", "about", "register"}]
    return [(LABELS[name], words_of(organisation, name)) for name in names]


def _register(organisation: Organisation) -> list[str]:
    if not organisation.register_source:
        return []
    read = f", {organisation.register_checked_on:%-d %B %Y}" if organisation.register_checked_on else ""
    return [
        f"Charity: {organisation.get_is_charity_display().lower()}",
        f"Deductible gift recipient: {organisation.get_is_dgr_display().lower()}",
        f"{organisation.register_source}{read}",
    ]


def _choice(name: str, kept: list[str], taken: list[str]) -> forms.ChoiceField:
    """The value that stays stands first; an empty one gives way to one that is there."""
    return forms.ChoiceField(
        label=LABELS[name],
        choices=[(KEEP, ", ".join(kept) or "Nothing"), (TAKE, ", ".join(taken) or "Nothing")],
        initial=KEEP if kept else TAKE,
        widget=forms.RadioSelect,
        error_messages={"required": f"Choose which {LABELS[name].lower()} stays."},
    )
