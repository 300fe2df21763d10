"""What assessors and staff fill in about assessments, what is hidden from them, remarks and advice."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from grants.engine.rubric import Criterion, Mark
from grants.models import Advice, Assignment, Redaction
from scsc.accounts.models import User
from scsc.ui.forms import ChoiceCards

NOT_APPLICABLE = "na"
MODE_HINTS = {
    Redaction.Mode.HIDE.value: "Assessors read that it is hidden.",
    Redaction.Mode.PASSAGES.value: "Assessors read the rest, with ▇▇▇ in place of the words you name.",
    Redaction.Mode.SHOW.value: "Assessors read it as it was submitted.",
}
POSITION_HINTS = {
    Advice.Position.SUPPORT.value: "It should go ahead as it is.",
    Advice.Position.CHANGES.value: "It should go ahead once something changes: say what.",
    Advice.Position.CONCERN.value: "Something speaks against it: say what.",
}


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(rows)})


def read_mark(posted: Mapping[str, Any], criterion: Criterion) -> tuple[Mark, int]:
    """What was sent for one criterion, and the version that the page had. Raises ValidationError."""
    points, reason = str(posted.get(f"{criterion.key}-points", "")), posted.get(f"{criterion.key}-reason", "")
    typed = str(posted.get(f"{criterion.key}-version", "0"))
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    if points == NOT_APPLICABLE:
        return Mark(None, not_applicable=True, reason=reason), version
    if points and not (points.isascii() and points.isdigit() and len(points) < 4):
        raise ValidationError({"points": f"Choose points from 0 to {criterion.most}."})
    return Mark(int(points) if points else None, reason=reason), version


class SummaryForm(forms.Form):
    """What somebody recommends and says about the whole."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    recommendation = forms.ChoiceField(
        label="What do you recommend?",
        choices=Assignment.Recommendation.choices,
        required=False,
        widget=ChoiceCards(),
    )
    comment = forms.CharField(
        label="For staff and the panel (optional)",
        required=False,
        max_length=10_000,
        widget=area(4),
        help_text="What speaks for it and against it, taken together.",
    )
    feedback = forms.CharField(
        label="For the applicant, after the decision (optional)",
        required=False,
        max_length=10_000,
        widget=area(4),
        help_text="Staff may quote it in the letter, without your name.",
    )

    @staticmethod
    def shown(assignment: Assignment) -> dict[str, Any]:
        """An assessment as the form shows it."""
        names = ("version", "recommendation", "comment", "feedback")
        return {name: getattr(assignment, name) for name in names}


class WhyForm(forms.Form):
    """A reason, which is kept."""

    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=area(3),
        error_messages={"required": "Say why: the reason is kept in the history."},
    )


class AssignForm(forms.Form):
    """Somebody to give an application to."""

    mark_optional = False

    user = forms.ChoiceField(label="Who assesses it", error_messages={"required": "Choose somebody."})
    why = forms.CharField(label="Why this person (optional)", required=False, max_length=300)

    def __init__(self, *args: Any, offered: list[tuple[User, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user, _ in offered}
        choice: Any = self.fields["user"]
        choice.choices = [("", "Choose somebody")] + [
            (str(user.pk), f"{user}, who has {number}") for user, number in offered
        ]

    def chosen(self) -> User:
        return self.people[self.cleaned_data["user"]]


class SeedForm(forms.Form):
    """The seed of a plan, and the plan that was seen."""

    seed = forms.IntegerField(min_value=0, max_value=2**62, error_messages={"required": "Give a number."})
    digest = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class RedactForm(forms.Form):
    """What assessors see of one answer or file."""

    mode = forms.ChoiceField(label="Assessors see", widget=ChoiceCards())
    passages = forms.CharField(
        label="Words to hide",
        required=False,
        widget=area(5),
        max_length=20_000,
        help_text="One passage a line. Each is hidden wherever it stands in this answer, whatever its case.",
    )
    replacement = forms.FileField(
        label="A file in its place",
        required=False,
        help_text="Such as the same document with the names blacked out.",
    )

    def __init__(self, *args: Any, subject: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_file, passages = subject == Redaction.Subject.FILE, Redaction.Mode.PASSAGES
        choice: Any = self.fields["mode"]
        choice.choices = [pair for pair in Redaction.Mode.choices if not is_file or pair[0] != passages]
        choice.widget.hints = MODE_HINTS
        del self.fields["passages" if is_file else "replacement"]

    def lines(self) -> list[str]:
        return [line for line in self.cleaned_data.get("passages", "").splitlines() if line.strip()]


class CommentForm(forms.Form):
    """A remark, and for whom."""

    mark_optional = False

    body = forms.CharField(
        label="Your remark",
        max_length=10_000,
        widget=area(3),
        error_messages={"required": "Write something first."},
    )
    visibility = forms.ChoiceField(label="Who reads it", error_messages={"required": "Choose who reads it."})

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["visibility"]
        choice.choices = choices


class AdviceForm(forms.Form):
    """A position and the reasons for it."""

    mark_optional = False

    position = forms.ChoiceField(
        label="Your advice",
        choices=Advice.Position.choices,
        widget=ChoiceCards(hints=POSITION_HINTS),
        error_messages={"required": "Choose a position."},
    )
    text = forms.CharField(
        label="In your words",
        max_length=10_000,
        widget=area(6),
        help_text="Quoted, with your name, where the panel decides. Do not describe a child or survivor.",
        error_messages={"required": "Write your advice, with its reasons."},
    )
