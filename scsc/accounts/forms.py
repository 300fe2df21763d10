"""Forms of accounts and invitations."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from scsc.accounts.models import User
from scsc.names import check_name

TWELVE_CHARACTERS = "At least 12 characters. Three or four words that do not belong together work well."


def name_field(help_text: str = "") -> forms.CharField:
    """A person's name. It stands in mails and histories, so it cannot hold a line or a link of its own."""
    return forms.CharField(
        label="Full name",
        max_length=150,
        help_text=help_text,
        validators=[check_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )


class NameForm(forms.Form):
    """A person's own name."""

    name = name_field("Shown beside everything you do here.")


class NewPersonForm(forms.Form):
    """The account of an invited person; the address comes from the invitation."""

    name = name_field()
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=TWELVE_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password"},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password may not resemble the name or the address."""
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class PersonaForm(forms.Form):
    """Which persona of the demonstration to be, and where."""

    persona = forms.ModelChoiceField(User.objects.filter(is_demonstration=True, is_active=True))
    program = forms.SlugField()
