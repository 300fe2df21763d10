"""What people fill in about the plan. Shape and words only; the rules are in the services."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from scsc.accounts.models import User
from scsc.documents.forms import DocumentField
from scsc.programs.codes import CODE
from scsc.programs.models import Membership
from scsc.programs.queries import staff_of
from scsc.programs.roles import Role
from scsc.ui.forms import ChoiceCards
from workplan.models import Action, ProgramYear
from workplan.states import Rag

NO_IDENTITY = "Do not name or describe a child or survivor."
DAY = {"required": "Give the day.", "invalid": "Give a day, such as 30 September 2022."}
MEANINGS = {
    Rag.GREEN.value: "What was promised will be there in time.",
    Rag.AMBER.value: "Something is late or may be.",
    Rag.RED.value: "It will not be met as planned.",
    Rag.GREY.value: "Work has not begun.",
}
SETTABLE = [(rag.value, rag.label) for rag in (Rag.GREEN, Rag.AMBER, Rag.RED, Rag.GREY)]


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a choice be one of these rows, which depend on the program."""
    field.queryset = rows  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    """A file or an address."""

    title = forms.CharField(
        max_length=200, required=False, help_text="What it shows, in a few words. Without one, its file name."
    )
    file = DocumentField(required=False)
    url = forms.URLField(
        label="Or a web address",
        required=False,
        assume_scheme="https",
        help_text="Give one of the two: a file or an address.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("file")) == bool(data.get("url")) and not self.errors:
            self.add_error("file", "Give either a file or a web address, not both and not neither.")
        return data


class UpdateForm(forms.Form):
    """What happened on an action in a year of the plan, with evidence if there is any."""

    year = forms.ModelChoiceField(
        ProgramYear.objects.none(), empty_label=None, help_text="The year that you report on."
    )
    rag = forms.ChoiceField(
        label="How it stands",
        error_messages={"required": "Choose how it stands."},
        choices=SETTABLE,
        widget=ChoiceCards(hints=MEANINGS),
        help_text="As you see it. The computed status is shown beside yours.",
    )
    narrative = forms.CharField(
        label="What happened",
        error_messages={"required": "Say what happened."},
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7, "data-words": "400"}),
        help_text=f"What was done, what changed, what comes next. {NO_IDENTITY}",
    )
    file = DocumentField(label="Evidence: a file", required=False)
    url = forms.URLField(label="Evidence: a web address", required=False, assume_scheme="https")

    def __init__(self, *args: Any, action: Action, years: list[ProgramYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [y.pk for y in years if action.first_year <= y.number <= action.last_year]
        _offer(self.fields["year"], ProgramYear.objects.filter(pk__in=numbers))


class CompleteForm(forms.Form):
    """The day a deliverable was met."""

    done_on = forms.DateField(label="Day it was done", error_messages=DAY)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = today


class ReasonForm(forms.Form):
    """Why; kept in the history."""

    reason = forms.CharField(
        error_messages={"required": "Say why: the reason is kept in the history."},
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="Kept in the history.",
    )


class StepForm(forms.Form):
    """A step that needs no more than the press of its button."""


class OverrideForm(forms.Form):
    """A status set by a person, or back to the computed one."""

    rag = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[*SETTABLE, ("", "As computed")],
        widget=ChoiceCards(hints=MEANINGS),
    )
    reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it differs from the computed status; shown beside it. Not needed to go back to that.",
    )


class OwnerForm(forms.Form):
    """Who answers for an action."""

    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["owner"], User.objects.filter(pk__in=[p.pk for p in staff_of(action.program)]))
        self.fields["owner"].initial = action.owner_id


class YearsForm(forms.Form):
    """The years of an action, as its source says."""

    first_year = forms.IntegerField(min_value=1, max_value=50)
    last_year = forms.IntegerField(
        min_value=1,
        max_value=50,
        help_text="May lie after the plan's last year: the action is then marked as running past the end.",
    )
    reason = forms.CharField(
        label="Source",
        error_messages={"required": "Name the source of the years."},
        max_length=300,
        help_text="Where the years are written, such as a page of the published plan.",
    )


class DeliverableForm(forms.Form):
    """A checkable piece of an action."""

    code = forms.RegexField(
        rf"^{CODE}$",
        max_length=24,
        help_text="Short and unique in the program, such as WG-1.4.",
        error_messages={
            "required": "Give a code, such as WG-1.4.",
            "invalid": "Use letters, digits, dots and hyphens, such as WG-1.4.",
        },
    )
    text = forms.CharField(
        label="What will be there",
        error_messages={"required": "Say what will be there."},
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(label="Due day", error_messages=DAY)


class ChangeDeliverableForm(forms.Form):
    """New words or a new due day for an open deliverable."""

    text = forms.CharField(
        label="What will be there",
        error_messages={"required": "Say what will be there."},
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(label="Due day", error_messages=DAY)
    reason = forms.CharField(
        required=False, max_length=1000, help_text="Needed when the due day moves. Kept in the history."
    )


class ShareForm(forms.Form):
    """A partner contact to share an action with."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        empty_label="Choose a partner contact",
        error_messages={"required": "Choose a partner contact."},
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Membership.objects.filter(program=action.program, role=Role.PARTNER)
        _offer(self.fields["person"], User.objects.filter(memberships__in=partners, is_active=True))


class ProgramFileForm(forms.Form):
    """A program file to load."""

    file = forms.FileField(
        label="Program file",
        help_text="YAML, as “Download the plan as a file” gives it.",
    )


class FilterForm(forms.Form):
    """What the list of actions is narrowed to. A value that is none of the choices does not narrow."""

    mark_optional = False

    words = forms.CharField(label="Words", required=False)
    ambition = forms.ChoiceField(required=False)
    year = forms.ChoiceField(required=False)
    rag = forms.ChoiceField(label="Status", required=False, choices=[("", "Any status"), *Rag.choices])
    owner = forms.ChoiceField(required=False)
