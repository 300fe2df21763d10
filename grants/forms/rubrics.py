"""What staff fill in about a rubric and its criteria."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from grants.engine.rubric import MOST_POINTS, Anchor, Criterion
from grants.forms.fields import RevisionForm, area

ANCHOR = re.compile(r"^(\d{1,2})\s*(?:[:=.–-]|points?:?)\s*(\S.*)$")
LONGEST = 4000


class RubricForm(forms.Form):
    """The name of a rubric and what it is for."""

    name = forms.CharField(max_length=120, error_messages={"required": "Give the rubric a name."})
    about = forms.CharField(label="What it is for", required=False, max_length=300, widget=area(2))


class NewRubricForm(RubricForm):
    """The same, and what to begin with."""

    start = forms.ChoiceField(label="Begin with", required=False)

    def __init__(self, *args: Any, copies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["start"]
        choice.choices = [("", "Nothing"), *copies]
        if not copies:
            del self.fields["start"]


class CriterionForm(RevisionForm):
    """One thing to assess: its weight, its points, and what they mean."""

    label = forms.CharField(
        label="Criterion",
        max_length=300,
        help_text="In a word or two, such as Need.",
        error_messages={"required": "Name the criterion."},
    )
    help = forms.CharField(label="What to look at", required=False, max_length=LONGEST, widget=area(3))
    weight = forms.IntegerField(
        min_value=1,
        max_value=100,
        initial=1,
        help_text="Its share beside the weights of the other criteria.",
        error_messages={"required": "Give the weight, such as 2."},
    )
    most = forms.IntegerField(
        label="Most points",
        min_value=1,
        max_value=MOST_POINTS,
        initial=5,
        error_messages={"required": "Give the most points, such as 5."},
    )
    anchors = forms.CharField(
        label="What the points mean",
        required=False,
        max_length=LONGEST,
        widget=area(6),
        help_text="One a line, such as “0: No need is described.” Say at least what 0 and the most mean.",
    )
    needs_reason = forms.BooleanField(label="A reason must be given", required=False, initial=True)
    may_not_apply = forms.BooleanField(
        label="It may not apply",
        required=False,
        help_text="Assessors can then say so, with a reason. It counts neither for nor against.",
    )

    @staticmethod
    def shown(criterion: Criterion) -> dict[str, Any]:
        """A criterion as the form shows it."""
        anchors = sorted(criterion.anchors, key=lambda anchor: anchor.points)
        lines = [f"{anchor.points}: {anchor.text}" for anchor in anchors]
        return {**dict(criterion), "anchors": "\n".join(lines)}

    def clean_anchors(self) -> list[Anchor]:
        """The lines as anchors. Raises ValidationError naming the first line that is none."""
        anchors: list[Anchor] = []
        for line in filter(None, map(str.strip, self.cleaned_data["anchors"].splitlines())):
            found = ANCHOR.match(line)
            if found is None or int(found[1]) > MOST_POINTS:
                raise ValidationError(
                    f"Begin each line with the points, such as “3: Good”, unlike “{line[:60]}”"
                )
            if int(found[1]) in {anchor.points for anchor in anchors}:
                raise ValidationError(f"What {found[1]} points mean is there twice.")
            anchors.append(Anchor(points=int(found[1]), text=found[2]))
        return sorted(anchors, key=lambda anchor: anchor.points)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        most, anchors = data.get("most"), data.get("anchors") or []
        over = [anchor.points for anchor in anchors if most and anchor.points > most]
        if over:
            self.add_error("anchors", f"The most points are {most}, so nobody can give {over[0]}.")
        return data

    def values(self) -> dict[str, Any]:
        """The criterion as it was filled in, without its key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}
