"""What people fill in about meetings and ballots. Shape and words only; the rules are in the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from grants.forms.handling import NO_IDENTITY, words
from grants.forms.moments import ClockField, DayField, read_moment
from grants.models import AgendaItem, Attendance, Body, Meeting, Vote
from grants.queries.shortlist import Line
from grants.services.ballots import NO_REASON
from scsc.accounts.models import User
from scsc.ui.forms import ChoiceCards

MEANINGS = {
    Vote.Choice.ENDORSE.value: "You may attach conditions",
    Vote.Choice.NOT_ENDORSE.value: "A reason is required and recorded",
    Vote.Choice.ABSTAIN.value: "Counts towards quorum, not towards the result",
}


class VoteForm(forms.Form):
    """One vote. What is written is a condition of a vote for, and a reason of any other."""

    choice = forms.ChoiceField(
        label="Your vote",
        choices=Vote.Choice.choices,
        widget=ChoiceCards(hints=MEANINGS),
        error_messages={"required": "Choose how you vote."},
    )
    words = words("Conditions or reasons", help_text=f"Recorded in the minutes. {NO_IDENTITY}", most=4000)
    record_dissent = forms.BooleanField(
        label="Name me and my reason in the minutes, if I do not endorse it", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].needed_at_times = True  # type: ignore[attr-defined]

    def vote(self) -> dict[str, Any]:
        """What the service takes."""
        data, endorses = self.cleaned_data, self.cleaned_data["choice"] == Vote.Choice.ENDORSE
        return {
            "choice": data["choice"],
            "conditions": data["words"] if endorses else "",
            "reason": "" if endorses else data["words"],
            "record_dissent": data["record_dissent"],
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("choice") == Vote.Choice.NOT_ENDORSE and not data.get("words"):
            self.add_error("words", NO_REASON)
        return data


class BallotForm(forms.Form):
    """How a ballot is held: in a meeting, or by circulation until a moment."""

    meeting = forms.ChoiceField(label="Where it is voted on", required=False, widget=forms.Select)
    closes_on = DayField(label="Last day", required=False, help_text="For a ballot by circulation.")
    closes_time = ClockField(label="Time", required=False)
    conditions = words(
        "Conditions",
        help_text="One a line. The body is asked to endorse the application with these conditions.",
        most=4000,
    )

    def __init__(self, *args: Any, meetings: Sequence[Meeting], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.meetings = zone, {str(meeting.pk): meeting for meeting in meetings}
        choices = [("", "By circulation"), *((pk, str(one)) for pk, one in self.meetings.items())]
        self.fields["meeting"].choices = choices  # type: ignore[attr-defined]
        self.fields["closes_time"].help_text = f"By the clock of {zone}."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["meeting"] = self.meetings.get(data.get("meeting", ""))
        data["closes_at"] = read_moment(self, data, day="closes_on", at="closes_time", zone=self.zone)
        if data["meeting"] is None and data["closes_at"] is None and not self.errors:
            self.add_error("closes_on", "Say until when members can vote, or choose a meeting.")
        elif data["meeting"] is None and data["closes_at"] and data["closes_at"] <= timezone.now():
            self.add_error("closes_on", "Choose a day and time that is still to come.")
        data["conditions"] = data.get("conditions", "").splitlines()
        return data


class MeetingForm(forms.Form):
    """When and where a body meets."""

    body = forms.ChoiceField(label="Whose meeting")
    title = forms.CharField(
        label="Name", max_length=150, error_messages={"required": "Give the meeting a name."}
    )
    starts_on = DayField(label="Day")
    starts_time = ClockField(label="Time")
    place = forms.CharField(
        max_length=200, required=False, help_text="A room, or the address of a video call."
    )

    def __init__(self, *args: Any, bodies: Sequence[Body], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.bodies = zone, {str(body.pk): body for body in bodies}
        self.fields["body"].choices = [(pk, str(body)) for pk, body in self.bodies.items()]  # type: ignore[attr-defined]
        if len(bodies) == 1:
            self.fields["body"].widget = forms.HiddenInput()
            self.fields["body"].initial = bodies[0].pk

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["body"] = self.bodies.get(data.get("body", ""))
        data["starts_at"] = read_moment(self, data, day="starts_on", at="starts_time", zone=self.zone)
        return data


class AgendaForm(forms.Form):
    """Applications from the shortlist for the agenda."""

    applications = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one application."}
    )
    with_ballots = forms.BooleanField(
        label="Prepare a ballot on each, to be held in this meeting", required=False, initial=True
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].choices = [  # type: ignore[attr-defined]
            (line.application.code, line.application.code) for line in lines
        ]


class ItemForm(forms.Form):
    """An item in words."""

    title = forms.CharField(
        label="Item", max_length=200, error_messages={"required": "Say what the item is about."}
    )


class AttendanceForm(forms.Form):
    """Who came, one choice a person."""

    def __init__(self, *args: Any, people: Sequence[User], statuses: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Not noted"), *Attendance.Status.choices]
        for person in people:
            self.fields[f"person-{person.pk}"] = forms.ChoiceField(
                label=str(person), choices=choices, required=False, initial=statuses.get(person.pk, "")
            )

    def statuses(self) -> dict[int, str]:
        return {int(name.removeprefix("person-")): value for name, value in self.cleaned_data.items()}


class MinutesForm(forms.Form):
    """The minutes of the whole meeting, and of each item."""

    minutes = words(
        "The meeting as a whole", help_text=f"What is not about one item. {NO_IDENTITY}", rows=5, most=20_000
    )

    def __init__(self, *args: Any, items: Sequence[tuple[AgendaItem, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, label in items:
            field = words(label, rows=4, most=8000)
            field.initial = item.note
            self.fields[f"item-{item.pk}"] = field

    def notes(self) -> dict[int, str]:
        data = self.cleaned_data
        return {int(name[5:]): value for name, value in data.items() if name.startswith("item-")}
