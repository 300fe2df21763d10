"""The form with which somebody makes their own account, to apply for grants."""

from typing import Any

from allauth.account.forms import SignupForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from scsc.accounts.forms import TWELVE_CHARACTERS, name_field
from scsc.accounts.models import User


class SignUpForm(SignupForm):  # type: ignore[misc]
    """allauth's form, which says the same whether an address has an account or not, with a name."""

    field_order = ("name", "email", "password1")
    name = name_field("As your colleagues and the funder know you.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, password = self.fields["email"], self.fields["password1"]
        email.label, password.label = "Email address", "Password"
        email.help_text = "You confirm it by a link that we send there."
        password.help_text = TWELVE_CHARACTERS
        email.error_messages["required"] = "Enter your email address"
        password.error_messages["required"] = "Choose a password"
        for field in (email, password):
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        """The password may not resemble the name either."""
        data: dict[str, Any] = super().clean()
        password = data.get("password1")
        if password and "password1" not in self.errors:
            try:
                validate_password(password, User(name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return data
