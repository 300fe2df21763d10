"""What staff fill in about a round. Shape and words only; the rules are in the services."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from grants.forms.moments import ClockField, DayField, read_moment, typed
from grants.models import EligibilityQuestion, FormVersion, Round, Stage
from grants.services.round_invitations import read_addresses
from grants.zones import city, zone_choices
from scsc.accounts.models import User
from scsc.programs.codes import CODE
from scsc.ui.forms import ChoiceCards, needed_later
from workplan.models import Action

AUDIENCE_HINTS = {
    Round.Audience.PUBLIC.value: "The round is on the public page of the program.",
    Round.Audience.INVITED.value: "Only people whose address you invite see it and can apply.",
}
PLANS = [
    ("one", "One application"),
    ("two", "An expression of interest first"),
    ("none", "No stages yet"),
]
PLAN_HINTS = {
    "one": "Full application, screening, assessment, endorsement, decision.",
    "two": "Expression of interest and screening, then the full application of those you invite.",
    "none": "You add each stage yourself.",
}
OUTCOME_EARLY = "The outcome is expected before the round has closed. Choose a day after the closing."
TO_PUBLISH = "Needed before you publish."
ONE_A_LINE = "One point a line."


def text_area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(rows), **attrs})


def title_field() -> forms.CharField:
    return forms.CharField(
        max_length=150,
        help_text="As applicants read it, such as Impact grants 2027.",
        error_messages={"required": "Give the round a title."},
    )


def summary_field() -> forms.CharField:
    return forms.CharField(
        label="In one sentence",
        max_length=300,
        widget=text_area(2),
        help_text="What the money is for. Shown in lists and when somebody shares the page.",
        error_messages={"required": "Say in one sentence what the money is for."},
    )


def code_field() -> forms.RegexField:
    return forms.RegexField(
        rf"^{CODE}$",
        max_length=20,
        help_text="Short, such as IG27. Part of the round's address and of each application's number.",
        error_messages={
            "required": "Give a code, such as IG27.",
            "invalid": "Use letters, digits and hyphens, such as IG27.",
        },
    )


def reason_field(words: str) -> forms.CharField:
    return forms.CharField(
        label="Why",
        max_length=1000,
        widget=text_area(3),
        help_text=words,
        error_messages={"required": "Say why: the reason is kept in the history."},
    )


class NewRoundForm(forms.Form):
    """What a round needs to begin with; everything else follows on its page."""

    title = title_field()
    code = code_field()
    summary = summary_field()
    audience = forms.ChoiceField(
        label="Who sees and enters it",
        choices=Round.Audience.choices,
        initial=Round.Audience.PUBLIC,
        widget=ChoiceCards(hints=AUDIENCE_HINTS),
    )
    plan = forms.ChoiceField(
        label="Stages to begin with",
        choices=PLANS,
        initial="one",
        widget=ChoiceCards(hints=PLAN_HINTS),
        help_text="You can add, remove and move stages afterwards.",
    )


class WordsForm(forms.Form):
    """The words about a round that was published; they change no rule."""

    title = title_field()
    summary = summary_field()
    description = forms.CharField(
        label="About the round", required=False, max_length=10_000, widget=text_area(8)
    )
    contact_email = forms.EmailField(label="Address for questions", required=False)
    reason = reason_field("Kept in the history. People may have read the words before.")


class TextsForm(forms.Form):
    """What a round is about and who may apply, while it is a draft."""

    title = title_field()
    summary = summary_field()
    description = forms.CharField(
        label="About the round",
        required=False,
        max_length=10_000,
        widget=text_area(8),
        help_text="What you hope for, what is funded and what is not. An empty line begins a paragraph.",
    )
    who_can_apply = forms.CharField(
        required=False, max_length=4000, widget=text_area(4), help_text=ONE_A_LINE
    )
    criteria = forms.CharField(
        label="How applications are judged",
        required=False,
        max_length=4000,
        widget=text_area(4),
        help_text=ONE_A_LINE,
    )
    audience = forms.ChoiceField(
        label="Who sees and enters it",
        choices=Round.Audience.choices,
        widget=ChoiceCards(hints=AUDIENCE_HINTS),
    )
    contact_email = forms.EmailField(label="Address for questions", required=False)
    action = forms.ModelChoiceField(
        Action.objects.none(),
        label="Action of the work plan that it serves",
        required=False,
        empty_label="None",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action: Any = self.fields["action"]
        action.queryset = Action.objects.order_by("code")
        action.label_from_instance = lambda found: f"{found.code}: {found.text[:80]}"


def amount_field(label: str, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, max_digits=14, decimal_places=2, min_value=Decimal("0.01"), **kwargs
    )


class MoneyForm(forms.Form):
    """The budget and its limits."""

    budget = needed_later(amount_field("Budget of the round"))
    minimum_amount = amount_field("Smallest amount one application may ask for")
    maximum_amount = amount_field("Largest amount one application may ask for")
    two_decide_over = forms.DecimalField(
        label="An award over this takes two people",
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
    )
    most_per_organisation = forms.IntegerField(
        label="Applications of one organisation",
        required=False,
        min_value=1,
        max_value=99,
        help_text="The most that one organisation may make. Leave it empty for no limit.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = f"In {currency}, without signs or commas."
        self.fields["budget"].help_text = f"{TO_PUBLISH} {plain}"
        for name in ("minimum_amount", "maximum_amount"):
            self.fields[name].help_text = f"{plain} Leave it empty for no limit."
        self.fields["two_decide_over"].help_text = (
            f"In {currency}: one person agrees, another confirms. 0 for every award; leave it empty where "
            "one person decides whatever the amount."
        )


class DatesForm(forms.Form):
    """When a round opens and closes, by the clock of its zone."""

    timezone = forms.ChoiceField(
        label="Time zone", help_text="The days and times below are by the clock of this place."
    )
    opens_on = needed_later(DayField(label="Opening day", required=False, help_text=TO_PUBLISH))
    opens_at = needed_later(ClockField(label="Opening time", required=False))
    closes_on = needed_later(DayField(label="Closing day", required=False, help_text=TO_PUBLISH))
    closes_at = needed_later(
        ClockField(
            label="Closing time", required=False, help_text="Not midnight: say 5 pm, when somebody can help."
        )
    )
    grace_minutes = forms.IntegerField(
        label="Grace in minutes",
        min_value=0,
        max_value=1440,
        help_text="How long after the close those who are writing may still finish and submit.",
        error_messages={"required": "Give the minutes, or 0 for none."},
    )
    decided_by = DayField(label="Outcome expected by", required=False)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        zone = round_.timezone
        initial = {
            "timezone": zone,
            "grace_minutes": round_.grace_minutes,
            "decided_by": round_.decided_by,
            **typed(round_.opens_at, zone, day="opens_on", time="opens_at"),
            **typed(round_.closes_at, zone, day="closes_on", time="closes_at"),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        choice: Any = self.fields["timezone"]
        choice.choices = zone_choices(round_.program.timezone)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if zone := data.get("timezone"):
            for name in ("opens", "closes"):
                day, at = f"{name}_on", f"{name}_at"
                data[at] = read_moment(self, data, day=day, at=at, zone=zone)
            self._outcome_after(data, ZoneInfo(zone))
        return data

    def _outcome_after(self, data: dict[str, Any], zone: ZoneInfo) -> None:
        """Nobody hears an outcome before the round has closed."""
        closes, outcome = data.get("closes_at"), data.get("decided_by")
        if closes and outcome and outcome <= closes.astimezone(zone).date():
            self.add_error("decided_by", OUTCOME_EARLY)

    def settings(self) -> dict[str, Any]:
        """The cleaned values as settings of a round."""
        return {name: value for name, value in self.cleaned_data.items() if not name.endswith("_on")}


class ClosingForm(forms.Form):
    """A new closing, of the round or of a later stage, with the reason."""

    stage = forms.ChoiceField(label="Which closing", widget=ChoiceCards())
    closes_on = DayField(label="New closing day")
    closes_at = ClockField(label="New closing time")
    reason = reason_field("Kept in the history, and mailed to everybody who is writing.")

    def __init__(self, *args: Any, round_: Round, stages: list[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.stages = round_.timezone, {str(stage.pk): stage for stage in stages}
        self.fields["closes_at"].help_text = f"By the clock of {city(self.zone)}."
        choice: Any = self.fields["stage"]
        choice.choices = [(pk, str(stage)) for pk, stage in self.stages.items()]
        if len(stages) < 2:
            del self.fields["stage"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["closes_at"] = read_moment(self, data, day="closes_on", at="closes_at", zone=self.zone)
        data["stage"] = self.stages.get(data.get("stage", ""))
        return data


class AddStageForm(forms.Form):
    """A kind of stage that the round does not have yet."""

    kind = forms.ChoiceField(label="Stage", error_messages={"required": "Choose a stage."})

    def __init__(self, *args: Any, kinds: list[Stage.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["kind"]
        choice.choices = [(kind.value, kind.label) for kind in kinds]


class StageForm(forms.Form):
    """The form of a written stage, and the closing of one after the first."""

    form_version = needed_later(
        forms.ModelChoiceField(
            FormVersion.objects.none(),
            label="Form",
            required=False,
            empty_label="Choose a form",
            help_text=f"{TO_PUBLISH} Only published versions of forms are here.",
        )
    )
    closes_on = needed_later(DayField(label="Closing day", required=False, help_text=TO_PUBLISH))
    closes_at = needed_later(ClockField(label="Closing time", required=False))

    def __init__(
        self, *args: Any, stage: Stage, offered: list[FormVersion], has_closing: bool, **kwargs: Any
    ) -> None:
        self.zone = stage.round.timezone
        initial = {
            "form_version": stage.form_version_id,
            **typed(stage.closes_at, self.zone, day="closes_on", time="closes_at"),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        version: Any = self.fields["form_version"]
        version.queryset = FormVersion.objects.filter(pk__in=[found.pk for found in offered]).select_related(
            "form"
        )
        self.fields[
            "closes_at"
        ].help_text = f"By the clock of {city(self.zone)}, after the round's own close."
        if not has_closing:
            del self.fields["closes_on"], self.fields["closes_at"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["closes_at"] = read_moment(self, data, day="closes_on", at="closes_at", zone=self.zone)
        return data


class PeopleForm(forms.Form):
    """The people named for a stage."""

    mark_optional = False

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Who takes part", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, stage: Stage, offered: list[User], **kwargs: Any) -> None:
        held = [person.user_id for person in stage.people.all()]
        super().__init__(*args, **{"initial": {"people": held}, **kwargs})
        people: Any = self.fields["people"]
        people.queryset = User.objects.filter(pk__in=[person.pk for person in offered]).order_by("name")


class QuestionForm(forms.Form):
    """A yes-or-no question before writing."""

    text = forms.CharField(
        label="Question",
        max_length=300,
        help_text="One that is answered with yes or no.",
        error_messages={"required": "Write the question."},
    )
    help = forms.CharField(label="Help", required=False, max_length=300)
    needs_yes = forms.TypedChoiceField(
        label="To apply, the answer must be",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=ChoiceCards(),
        error_messages={"required": "Choose which answer lets somebody apply."},
    )
    otherwise = forms.CharField(
        label="What to say when it is the other one",
        max_length=300,
        widget=text_area(2),
        help_text="Why they cannot apply, and where else they might.",
        error_messages={"required": "Say why they cannot apply."},
    )

    @staticmethod
    def typed(question: EligibilityQuestion) -> dict[str, Any]:
        """A question as the form shows it."""
        return {
            "text": question.text,
            "help": question.help,
            "needs_yes": "yes" if question.needs_yes else "no",
            "otherwise": question.otherwise,
        }


class InviteForm(forms.Form):
    """Addresses, pasted from anywhere."""

    emails = forms.CharField(
        label="Email addresses",
        max_length=100_000,
        widget=text_area(6),
        help_text="One a line, or with commas or semicolons between them. “Name &lt;address&gt;” works too.",
        error_messages={"required": "Paste at least one address."},
    )

    def clean_emails(self) -> list[str]:
        emails = read_addresses(self.cleaned_data["emails"])
        if not emails:
            raise ValidationError("Paste at least one address.")
        return emails


class CloneForm(forms.Form):
    """The title and code of the new round."""

    title = title_field()
    code = code_field()
