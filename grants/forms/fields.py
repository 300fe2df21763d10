"""What staff fill in about one question of a form: one Django form for each kind that has settings."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from grants.engine.kinds import KINDS
from grants.engine.kinds.choices import MOST_OPTIONS
from grants.engine.kinds.files import MOST_FILES
from grants.engine.kinds.texts import MOST_WORDS
from grants.engine.schema import Field, FormSchema, Section
from grants.services.form_edits import new_key
from scsc.ui.forms import ChoiceCards

LINE, TEXT = 300, 4000


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(rows)})


class RevisionForm(forms.Form):
    """A form about a draft that says which state of it somebody saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def saw(self, revision: int) -> None:
        """Let the form be sent again by somebody who has seen the draft as it stands now."""
        seen: Any = self.data
        self.data = seen.copy()
        self.data["revision"] = str(revision)  # type: ignore[index]


class FieldForm(RevisionForm):
    """What every question has. Kinds with settings of their own derive from it."""

    # Settings of the kind, which are fields of the form by the same names.
    settings: ClassVar[tuple[str, ...]] = ()
    # The role that a field of this kind can have; its tick is the form's field `has_role`.
    role: ClassVar[str] = ""

    label = forms.CharField(
        label="Question",
        max_length=LINE,
        help_text="As applicants read it.",
        error_messages={"required": "Write the question."},
    )
    help = forms.CharField(
        required=False, max_length=TEXT, widget=area(3), help_text="Shown below the question."
    )
    required = forms.BooleanField(required=False, label="Must be answered, when it is shown")
    section = forms.ChoiceField(label="Section")

    def __init__(
        self,
        *args: Any,
        schema: FormSchema,
        kind: str,
        old: Field | None = None,
        in_group: bool = False,
        section: str = "",
        **kwargs: Any,
    ) -> None:
        self.schema, self.kind, self.old, self.in_group = schema, kind, old, in_group
        initial = {**self.shown(old), "section": section} if old else {"section": section, "required": True}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["section"]
        choice.choices = [(one.key, one.title) for one in schema.sections]
        if in_group or old is None:
            del self.fields["section"]
        if in_group:
            self.fields.pop("has_role", None)
        self.order_fields(self.in_order())
        self.offer()

    def in_order(self) -> list[str]:
        """The question first, then what is special about its kind, then whether it must be answered."""
        return ["label", "help", *self.settings, "has_role", "required", "section", "revision"]

    def offer(self) -> None:
        """Fill choices that depend on the rest of the form."""

    def shown(self, field: Field) -> dict[str, Any]:
        """A field as the form shows it."""
        options = {name: field.options[name] for name in self.settings if name in field.options}
        return {
            "label": field.label,
            "help": field.help,
            "required": field.required,
            "has_role": bool(field.role),
            **options,
        }

    def options(self) -> dict[str, Any]:
        """The settings as they are kept: nothing for those left as they are by themselves."""
        model = KINDS[self.kind].Options
        given = {name: self.cleaned_data[name] for name in self.settings if name in self.cleaned_data}
        known = {name: value for name, value in given.items() if value not in (None, "")}
        kept = self.kept_options()
        return model.model_validate({**kept, **known}).model_dump(mode="json", exclude_defaults=True)

    def kept_options(self) -> dict[str, Any]:
        """Settings that this form does not show."""
        return {}

    def field(self, taken: Iterable[str] = ()) -> Field:
        """The field as it was filled in, with the key it had or a new one that none of `taken` is."""
        data = self.cleaned_data
        label = data.get("label", "")
        key = self.old.key if self.old else new_key(label, taken, default=self.kind)
        return Field(
            key=key,
            kind=self.kind,
            label=label,
            help=data.get("help", ""),
            required=bool(data.get("required")),
            show_if=self.old.show_if if self.old else None,
            options=self.options(),
            role=self.role if data.get("has_role") else "",  # type: ignore[arg-type]
        )


class TextForm(FieldForm):
    role = "title"
    has_role = forms.BooleanField(
        required=False,
        label="This is the title of the application",
        help_text="One question is: lists show its answer.",
    )


class LongTextForm(FieldForm):
    settings = ("words",)
    words = forms.IntegerField(
        label="Words at most",
        required=False,
        min_value=1,
        max_value=MOST_WORDS,
        help_text="Leave it empty for no limit.",
    )


def bound(label: str, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=14, decimal_places=2, **kwargs)


class NumberForm(FieldForm):
    settings = ("minimum", "maximum", "whole")
    minimum = bound("Least", help_text="Empty for zero.")
    maximum = bound("Most", help_text="Empty for no limit.")
    whole = forms.BooleanField(required=False, label="Whole numbers only")


class MoneyForm(FieldForm):
    role = "amount"
    settings = ("minimum", "maximum")
    minimum = bound("Least", min_value=Decimal(0), help_text="Empty for zero.")
    maximum = bound("Most", min_value=Decimal(0), help_text="Empty for no limit.")
    has_role = forms.BooleanField(
        required=False,
        label="This is the amount asked for",
        help_text="Checked against the smallest and largest amount of the round.",
    )


class DateForm(FieldForm):
    settings = ("earliest", "latest", "when")
    earliest = forms.DateField(label="Earliest day", required=False)
    latest = forms.DateField(label="Latest day", required=False)
    when = forms.ChoiceField(
        label="By the day it is answered",
        required=False,
        choices=[("", "Any day"), ("past", "A day in the past"), ("future", "A day in the future")],
    )


class ChoiceForm(FieldForm):
    settings: ClassVar[tuple[str, ...]] = ("other",)
    answers = forms.CharField(
        label="Answers to choose from",
        widget=area(6),
        max_length=30_000,
        help_text="One a line.",
        error_messages={"required": "Give at least two answers to choose from."},
    )
    other = forms.BooleanField(required=False, label="Something else may be written in")

    def in_order(self) -> list[str]:
        return ["label", "help", "answers", *super().in_order()[2:]]

    def shown(self, field: Field) -> dict[str, Any]:
        labels = [str(option.get("label", "")) for option in field.options.get("options", [])]
        return {**super().shown(field), "answers": "\n".join(labels)}

    def clean_answers(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["answers"].splitlines()]
        labels = [line for line in lines if line]
        if len({label.casefold() for label in labels}) < len(labels):
            raise forms.ValidationError("Two answers are the same. Take one out.")
        if len(labels) > MOST_OPTIONS:
            raise forms.ValidationError(f"Give at most {MOST_OPTIONS} answers.")
        if any(len(label) > LINE for label in labels):
            raise forms.ValidationError(f"An answer has at most {LINE} characters.")
        return labels

    def kept_options(self) -> dict[str, Any]:
        before = self.old.options.get("options", []) if self.old else []
        return {"options": with_values(self.cleaned_data["answers"], before)}


class ChoicesForm(ChoiceForm):
    settings = ("other", "most")
    most = forms.IntegerField(
        label="How many at most",
        required=False,
        min_value=1,
        max_value=MOST_OPTIONS,
        help_text="Empty for all.",
    )


class FileForm(FieldForm):
    settings = ("most",)
    most = forms.IntegerField(label="Files at most", min_value=1, max_value=MOST_FILES, initial=1)


class PolicyForm(FieldForm):
    settings = ("most",)
    most = forms.IntegerField(label="Files at most", min_value=1, max_value=MOST_FILES, initial=3)


class AbnForm(FieldForm):
    settings = ("acn",)
    acn = forms.BooleanField(
        label="Ask for an ACN too: it can stand in for an ABN", required=False, initial=True
    )


class BudgetForm(FieldForm):
    settings = ("most", "total_of")
    most = forms.IntegerField(label="Lines at most", min_value=1, max_value=200, initial=40)
    total_of = forms.ChoiceField(
        label="Must add up to",
        required=False,
        help_text="A question about money, such as the amount asked for.",
    )

    def offer(self) -> None:
        money = [(field.key, field.label) for _, field in self.schema.fields() if field.kind == "money"]
        choice: Any = self.fields["total_of"]
        choice.choices = [("", "Nothing"), *money]


class IndicatorsForm(FieldForm):
    settings = ("most",)
    most = forms.IntegerField(label="Indicators at most", min_value=1, max_value=50, initial=10)


class GroupForm(FieldForm):
    settings = ("item", "least", "most")
    item = forms.CharField(label="One of them is called", max_length=60, help_text="Such as Person or Place.")
    least = forms.IntegerField(label="How many at least", min_value=0, max_value=50, initial=0)
    most = forms.IntegerField(label="How many at most", min_value=1, max_value=50, initial=10)

    def kept_options(self) -> dict[str, Any]:
        return {"fields": self.old.options.get("fields", [])} if self.old else {}


class DeclarationForm(FieldForm):
    settings = ("text",)
    text = forms.CharField(
        label="What is declared",
        max_length=TEXT,
        widget=area(6),
        help_text="Whoever ticks the box agrees to this.",
        error_messages={"required": "Write what is declared."},
    )


class InfoForm(FieldForm):
    label = forms.CharField(label="Heading", required=False, max_length=LINE)
    help = forms.CharField(
        label="Text",
        max_length=TEXT,
        widget=area(5),
        error_messages={"required": "Write the text."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["required"]


FORMS: dict[str, type[FieldForm]] = {
    "text": TextForm,
    "long_text": LongTextForm,
    "number": NumberForm,
    "money": MoneyForm,
    "date": DateForm,
    "choice": ChoiceForm,
    "choices": ChoicesForm,
    "file": FileForm,
    "policy": PolicyForm,
    "abn": AbnForm,
    "budget": BudgetForm,
    "indicators": IndicatorsForm,
    "group": GroupForm,
    "declaration": DeclarationForm,
    "info": InfoForm,
}


def form_for(kind: str) -> type[FieldForm]:
    """The form of a kind; kinds without settings have the plain one."""
    return FORMS.get(kind, FieldForm)


def with_values(labels: list[str], before: list[dict[str, str]]) -> list[dict[str, str]]:
    """Options for these labels. What an applicant chose is kept by its value, so a label keeps its own.

    So does a reworded one, where as many answers are there as before: its value is that of its place.
    """
    by_label = {option["label"]: option["value"] for option in before}
    values: list[str | None] = [by_label.get(label) for label in labels]
    if len(labels) == len(before):
        free = {option["value"] for option in before} - set(values)
        values = [
            before[place]["value"] if value is None and before[place]["value"] in free else value
            for place, value in enumerate(values)
        ]
    # A value that stood for another answer once is not given to a new one: drafts may still hold it.
    taken = {option["value"] for option in before} | {value for value in values if value} | {"other"}
    options = []
    for label, value in zip(labels, values, strict=True):
        if value is None:
            value = new_key(label, taken, default="answer")
            taken.add(value)
        options.append({"value": value, "label": label})
    return options


class SectionForm(RevisionForm):
    """A section's title and what it says at its top."""

    title = forms.CharField(max_length=LINE, error_messages={"required": "Give the section a title."})
    help = forms.CharField(
        label="Introduction", required=False, max_length=TEXT, widget=area(4), help_text="Shown at its top."
    )

    @staticmethod
    def shown(section: Section) -> dict[str, Any]:
        return {"title": section.title, "help": section.help}


class FormDetailsForm(forms.Form):
    """What a form is called and what it is for."""

    name = forms.CharField(
        max_length=120,
        help_text="For staff, such as Full application 2027.",
        error_messages={"required": "Give the form a name."},
    )
    about = forms.CharField(label="What it is for", required=False, max_length=300)
    is_template = forms.BooleanField(
        required=False, label="A template", help_text="Offered first when somebody begins a new form."
    )


class NewFormForm(FormDetailsForm):
    """A new form, empty or as a copy."""

    start = forms.ChoiceField(label="Begin with", widget=ChoiceCards(), initial="empty")

    def __init__(self, *args: Any, starts: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["start"]
        choice.choices = [(value, label) for value, label, _ in starts]
        choice.widget.hints = {value: hint for value, _, hint in starts}
