"""What staff fill in about a stage that a body does, and about how applications are assessed."""

from typing import Any

from django import forms

from grants.forms.moments import ClockField, DayField, read_moment, typed
from grants.models import Body, RubricVersion, Stage
from grants.zones import city

BLIND = (
    "Hides who applies: the organisation, names, addresses and files. You decide for each answer and file, "
    "and hide words in texts, on the page of each application."
)


class BodyForm(forms.Form):
    """The body that advises or endorses."""

    mark_optional = False

    body = forms.ModelChoiceField(
        Body.objects.none(), label="Body", required=False, empty_label="Choose a body"
    )

    def __init__(self, *args: Any, stage: Stage, offered: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"body": stage.body_id}, **kwargs})
        body: Any = self.fields["body"]
        body.queryset = Body.objects.filter(pk__in=[found.pk for found in offered])


class AssessmentForm(forms.Form):
    """By what applications are assessed, by how many people, and by when."""

    rubric_version = forms.ModelChoiceField(
        RubricVersion.objects.none(),
        label="Rubric",
        required=False,
        empty_label="Choose a rubric",
        help_text="Only published versions of rubrics are here.",
    )
    is_blind = forms.BooleanField(label="Assess without names", required=False, help_text=BLIND)
    assessors_each = forms.IntegerField(
        label="People for each application",
        min_value=1,
        max_value=20,
        error_messages={"required": "Give the number of people who assess each application."},
    )
    most_each = forms.IntegerField(
        label="Most applications for one person",
        required=False,
        min_value=1,
        max_value=500,
        help_text="Leave it empty for no limit.",
    )
    assess_by_on = DayField(label="Assessments are due on", required=False)
    assess_by = ClockField(label="At", required=False)

    def __init__(self, *args: Any, stage: Stage, offered: list[RubricVersion], **kwargs: Any) -> None:
        self.zone = stage.round.timezone
        initial = {
            "rubric_version": stage.rubric_version_id,
            "is_blind": stage.is_blind,
            "assessors_each": stage.assessors_each,
            "most_each": stage.most_each,
            **typed(stage.assess_by, self.zone, day="assess_by_on", time="assess_by"),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        version: Any = self.fields["rubric_version"]
        # The one that is chosen stays on offer where it was retired since.
        pks = [found.pk for found in offered]
        pks += [stage.rubric_version_id] if stage.rubric_version_id else []
        version.queryset = RubricVersion.objects.filter(pk__in=pks).select_related("rubric")
        self.fields["assess_by"].help_text = f"By the clock of {city(self.zone)}."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["assess_by"] = read_moment(self, data, day="assess_by_on", at="assess_by", zone=self.zone)
        return data

    def settings(self) -> dict[str, Any]:
        """The cleaned values as settings of a stage."""
        return {name: value for name, value in self.cleaned_data.items() if name != "assess_by_on"}
