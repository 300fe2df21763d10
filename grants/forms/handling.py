"""What staff fill in about one application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from grants.forms.moments import ClockField, DayField, read_moment
from grants.models import Screening
from scsc.ui.forms import needed_later

NO_IDENTITY = "Do not name or describe a child or survivor."
SEEN_BY_STAFF = "Staff and auditors read this; the applicant does not."


def words(label: str, *, required: str = "", help_text: str = "", rows: int = 3, most: int = 1000) -> Any:
    """A field for some sentences; `required` is what to say where they are missing."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=most,
        error_messages={"required": required},
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ScreeningForm(forms.Form):
    """Whether an application is eligible. The outcome is chosen here, or given by the address."""

    outcome = forms.ChoiceField(
        label="What you found",
        choices=Screening.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is eligible."},
    )
    reasons = needed_later(
        forms.MultipleChoiceField(
            label="Why it is not eligible",
            required=False,
            choices=Screening.Reason.choices,
            widget=forms.CheckboxSelectMultiple,
            help_text="Needed for “Not eligible”: choose all that hold. Leave empty where it is eligible.",
        )
    )
    feedback = words(
        "Feedback for the applicant",
        help_text=f"Shown on the page of their application; a mail tells the team. {NO_IDENTITY}",
        rows=4,
        most=4000,
    )
    comment = words("Comment for staff", help_text=SEEN_BY_STAFF, most=4000)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == Screening.Outcome.INELIGIBLE and not data.get("reasons"):
            self.add_error("reasons", "Choose at least one reason why it is not eligible.")
        return data


class BulkScreeningForm(ScreeningForm):
    """The same for several at once, whose outcome the button before has chosen."""

    def __init__(self, *args: Any, outcome: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"] = forms.ChoiceField(
            choices=Screening.Outcome.choices, initial=outcome, widget=forms.HiddenInput
        )
        if outcome == Screening.Outcome.ELIGIBLE:
            del self.fields["reasons"]
        else:
            self.fields["reasons"].required = True
            self.fields["reasons"].help_text = "Choose all that hold."
        self.fields["feedback"].help_text = f"The same for each of them, shown on its page. {NO_IDENTITY}"


@dataclass(frozen=True)
class FlagGroup:
    """The answers of one section, to flag."""

    title: str
    options: Sequence[Any]


class ChangesForm(forms.Form):
    """Answers to flag, why, and by when."""

    fields_to_change = forms.MultipleChoiceField(
        label="Answers that should change",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the answers that should change."},
    )
    reason = words(
        "What should change, and why",
        required="Say what should change and why.",
        help_text=f"Shown above the answers; a mail tells the team. {NO_IDENTITY}",
        rows=5,
        most=4000,
    )
    due_on = DayField(label="To be sent by, day")
    due_at = ClockField(label="To be sent by, time")

    def __init__(self, *args: Any, sections: Sequence[dict[str, Any]], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        grouped = [(s["title"], [(f["key"], f["label"]) for f in s["fields"]]) for s in sections]
        self.fields["fields_to_change"].choices = grouped  # type: ignore[attr-defined]

    def groups(self) -> list[FlagGroup]:
        """The check boxes, section by section."""
        found: list[FlagGroup] = []
        boxes = iter(self["fields_to_change"].subwidgets)
        for title, options in self.fields["fields_to_change"].choices:  # type: ignore[attr-defined]
            found.append(FlagGroup(title, [next(boxes) for _ in options]))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["due"] = read_moment(self, data, day="due_on", at="due_at", zone=self.zone)
        return data


class ExtensionForm(forms.Form):
    """A later closing for one application."""

    until_on = DayField(label="New closing, day")
    until_at = ClockField(label="New closing, time")
    reason = words(
        "Why",
        required="Say why: the reason is kept in the history.",
        help_text=f"Kept in the history. {SEEN_BY_STAFF}",
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        until: datetime | None = read_moment(self, data, day="until_on", at="until_at", zone=self.zone)
        data["until"] = until
        return data


class MessageForm(forms.Form):
    """A message to the team."""

    body = words(
        "Your message",
        required="Write a message.",
        help_text=f"A mail tells the team that it is there. {NO_IDENTITY}",
        rows=5,
        most=4000,
    )


class InviteForm(forms.Form):
    """An invitation needs no more than the press of its button."""


class DeclineForm(forms.Form):
    """The end of an application: what the team is told, and why."""

    message = words(
        "Message to the applicant",
        required="Write to the applicant: this is how they hear of it.",
        help_text=f"Shown with the messages; a mail tells the team that it is there. {NO_IDENTITY}",
        rows=7,
        most=4000,
    )
    reason = words("Why", required="Say why: the reason is kept in the history.", help_text=SEEN_BY_STAFF)


class WhyForm(forms.Form):
    """Why; kept in the history."""

    reason = words(
        "Why",
        required="Say why: the reason is kept in the history.",
        help_text=f"Kept in the history. {SEEN_BY_STAFF}",
    )
