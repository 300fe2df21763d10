"""Forms around the people of a program."""

from django import forms

from scsc.accounts.addresses import validate_plain
from scsc.programs.roles import GIVEN, Role
from scsc.ui.forms import ChoiceCards

# What each role is for, in the words of the people page.
ROLE_HINTS: dict[str, str] = {
    Role.MANAGER: "Runs the program: plan, reports, people.",
    Role.OFFICER: "Keeps the plan up to date and reports progress.",
    Role.FINANCE: "Reads plan and reports; payments come later.",
    Role.EXECUTIVE: "Reads everything, has reports made and downloads them.",
    Role.AUDITOR: "Reads everything, the trail of changes included. Changes nothing.",
    Role.ROUNDTABLE: "Reads plan and reports; ballots come later.",
    Role.ADVISORY: "Reads plan and reports; giving advice comes later.",
    Role.PARTNER: "Sees only what is shared with them.",
}


class RoleCards(forms.CheckboxSelectMultiple):
    """Roles to tick, each with a line that says what it is for."""

    hints = ROLE_HINTS


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="Email address",
        help_text="The invitation works for this address only.",
        validators=[validate_plain],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter an email address"},
    )
    name = forms.CharField(label="Full name", max_length=150, required=False)
    role = forms.TypedChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in GIVEN],
        coerce=Role,
        widget=ChoiceCards(hints=ROLE_HINTS),
        error_messages={"required": "Choose a role"},
    )


class RolesForm(forms.Form):
    """All roles of one person."""

    roles = forms.TypedMultipleChoiceField(
        label="Roles",
        choices=[(role.value, role.label) for role in GIVEN],
        coerce=Role,
        widget=RoleCards,
        error_messages={"required": "Choose at least one role, or remove the person from the program"},
    )
