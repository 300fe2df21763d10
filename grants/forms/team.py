"""What a team fills in around its application: colleagues, notes, messages, reasons."""

from typing import Any

from django import forms

from grants.engine.schema import FormSchema
from grants.models.applications import Rights
from scsc.accounts.addresses import validate_plain
from scsc.ui.forms import ChoiceCards

RIGHTS_HINTS: dict[str, str] = {
    Rights.VIEW: "Sees everything and can leave notes.",
    Rights.EDIT: "Can also answer questions, upload files and write to the program.",
    Rights.SUBMIT: "Can also submit, withdraw, and say who is on the team.",
}


def _rights(label: str) -> Any:
    return forms.ChoiceField(
        label=label,
        choices=Rights.choices,
        widget=ChoiceCards(hints=RIGHTS_HINTS),
        error_messages={"required": "Choose what they may do"},
    )


class InviteForm(forms.Form):
    """Whom to invite to the team, and what they may do."""

    email = forms.EmailField(
        label="Email address",
        help_text="The invitation works for this address only.",
        validators=[validate_plain],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter an email address",
            "invalid": "Enter an email address, such as name@example.org.au",
        },
    )
    rights = _rights("What they may do")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].initial = Rights.EDIT


class RightsForm(forms.Form):
    """What a member of the team may do."""

    rights = _rights("What they may do")


class NoteForm(forms.Form):
    """A note of the team to itself."""

    section = forms.ChoiceField(label="About", required=False)
    body = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write the note first"},
    )
    mark_optional = False

    def __init__(self, *args: Any, schema: FormSchema, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(section.key, section.title) for section in schema.sections]
        self.fields["section"].choices = [("", "The whole application"), *sections]  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    """A message to the other side."""

    body = forms.CharField(
        label="Your message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Do not name or describe a child or survivor.",
        error_messages={"required": "Write the message first"},
    )


class WithdrawForm(forms.Form):
    """Why an application is withdrawn."""

    reason = forms.CharField(
        label="Why you withdraw it",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The program reads it.",
        error_messages={"required": "Say why you withdraw it"},
    )


class ContactForm(forms.Form):
    """A colleague of the team who is to act for the organisation as well."""

    person = forms.ChoiceField(label="Colleague", error_messages={"required": "Choose a colleague"})

    def __init__(self, *args: Any, people: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose one"), *people.items()]  # type: ignore[attr-defined]
