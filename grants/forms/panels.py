"""What is filled in around panels: a declaration, a ruling, bodies and terms, the register of interests."""

from collections.abc import Sequence
from typing import Any

from django import forms

from grants.forms.handling import words
from grants.models import Body, BodyMember, Declaration, Interest, Quorum, Threshold
from partners.identifiers import read_abn
from scsc.accounts.models import User
from scsc.ui.forms import ChoiceCards

KINDS = {
    Declaration.Kind.NONE: "Nothing ties me to this organisation or the people behind it.",
    Declaration.Kind.PERCEIVED: (
        "Somebody could think that I am not free in this. The chair rules; until then I see nothing of it."
    ),
    Declaration.Kind.ACTUAL: "I, my family or my employer would gain or lose by it. I step out.",
}
DAY = {"required": "Give a day.", "invalid": "Give a day, such as 30 September 2027."}


class DeclareForm(forms.Form):
    """Where a person stands with one application."""

    kind = forms.ChoiceField(
        label="Do you have a conflict of interest?",
        choices=Declaration.Kind.choices,
        widget=ChoiceCards(hints={kind.value: text for kind, text in KINDS.items()}),
        error_messages={"required": "Choose one of the three."},
    )
    statement = words(
        "What ties you to it",
        help_text="Needed for a perceived conflict. The chair and program managers read it.",
        most=2000,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Declaration.Kind.PERCEIVED and not data.get("statement", "").strip():
            self.add_error("statement", "Say what it is, so that the chair can rule on it.")
        return data


class RulingForm(forms.Form):
    """What a chair rules on a perceived conflict."""

    ruling = forms.ChoiceField(
        label="Your ruling",
        choices=[("in", "May take part"), ("out", "Must step out")],
        widget=ChoiceCards(
            hints={
                "in": "The person reads, assesses and votes like the others. The reason is recorded.",
                "out": "The person sees nothing of this application any more.",
            }
        ),
        error_messages={"required": "Choose one of the two."},
    )
    reason = words("Why", required="Say why: it stands in the record.", most=2000)


class BodyForm(forms.Form):
    """The rules of a body. Ballots that are open keep those they were opened with."""

    name = forms.CharField(max_length=120, error_messages={"required": "Give the body a name."})
    about = words("What it does", rows=3, most=2000)
    quorum = forms.ChoiceField(
        label="Quorum", choices=Quorum.choices, help_text="Counted after those who step out have left."
    )
    quorum_least = forms.IntegerField(
        label="Never fewer votes than", min_value=1, max_value=99, help_text="However many have stepped out."
    )
    threshold = forms.ChoiceField(
        label="An endorsement needs", choices=Threshold.choices, help_text="Abstentions do not count here."
    )
    material_change_percent = forms.IntegerField(
        label="Largest change of an amount, in per cent",
        min_value=0,
        max_value=100,
        help_text="A change of the amount by more than this makes an endorsement void.",
    )


class NewBodyForm(BodyForm):
    """The same for a new one."""

    kind = forms.ChoiceField(
        choices=Body.Kind.choices,
        widget=ChoiceCards(
            hints={
                Body.Kind.ROUNDTABLE.value: "Votes on which applications it endorses.",
                Body.Kind.ADVISORY.value: "Advises on applications and on the plan. Advice is never a vote.",
            }
        ),
        error_messages={"required": "Choose what kind of body it is."},
    )
    field_order = ("kind",)


class TermForm(forms.Form):
    """One term in a body."""

    role = forms.ChoiceField(
        choices=BodyMember.Role.choices,
        widget=ChoiceCards(
            hints={
                BodyMember.Role.MEMBER.value: "Votes or advises.",
                BodyMember.Role.CHAIR.value: "Votes or advises, rules on conflicts, approves minutes.",
                BodyMember.Role.SECRETARY.value: "Runs meetings and ballots, and does not vote.",
            }
        ),
        error_messages={"required": "Choose a role."},
    )
    starts_on = forms.DateField(label="First day of the term", error_messages=DAY)
    ends_on = forms.DateField(
        label="Last day of the term", required=False, error_messages=DAY, help_text="Empty for an open end."
    )
    expertise = forms.CharField(
        label="Expertise",
        required=False,
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One term a line, such as Online safety. Assignment looks for these words.",
    )

    def clean_expertise(self) -> list[str]:
        return [line for line in str(self.cleaned_data["expertise"]).splitlines() if line.strip()]


class NewTermForm(TermForm):
    """The same, with the person."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Person",
        empty_label="Choose a person",
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose one of these people."},
    )
    field_order = ("user",)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["user"]
        chosen.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "pk")


class InterestForm(forms.Form):
    """One entry of a person's register."""

    organisation = forms.CharField(
        max_length=200,
        help_text="Its name. One that the program knows is found by its name or ABN.",
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        error_messages={"required": "Name the organisation."},
    )
    abn = forms.CharField(label="ABN", required=False, max_length=20)
    kind = forms.ChoiceField(
        label="What ties you to it",
        choices=Interest.Kind.choices,
        widget=ChoiceCards(),
        error_messages={"required": "Choose one."},
    )
    description = words("More about it", most=500, help_text="Such as your position and since when.")

    def clean_abn(self) -> str:
        return read_abn(str(self.cleaned_data["abn"]))
