"""How forms are read and drawn: `{{ form }}` and `{{ field.as_field_group }}` come from templates/ui."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import django
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, QueryDict
from django.template.backends.django import DjangoTemplates as DjangoEngine
from django.utils.datastructures import MultiValueDict

HOUSE_TEMPLATES = Path(__file__).parents[2] / "templates"
WIDGET_TEMPLATES = Path(django.__file__).parent / "forms" / "templates"
# Longest text, in characters, that gets a short or a medium box.
SHORT = 20
MEDIUM = 80


class DateInput(forms.DateInput):
    """The browser's own date field; it sends and shows ISO dates."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as cards, each with an optional line of explanation: `hints={"value": "..."}`."""

    def __init__(self, *args: Any, hints: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}


F = TypeVar("F", bound=forms.Field)


def needed_later(field: F) -> F:
    """A field that may stay empty, and is not called optional since something later or elsewhere needs it."""
    field.needed_at_times = True  # type: ignore[attr-defined]
    return field


def sent(
    request: HttpRequest,
) -> "tuple[QueryDict | None, MultiValueDict[str, UploadedFile[bytes]] | None]":
    """What a form was sent with, or nothing on a first look. An empty form that was sent is still sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@dataclass(frozen=True)
class Option:
    """One choice as a card: its input, its words, what it means."""

    tag: str
    label: str
    hint: str


class HouseField(BoundField):
    """A field as templates/ui/field.html wants it."""

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: Any = None, only_initial: bool = False
    ) -> Any:
        widget = widget or self.field.widget
        if type(widget) is forms.DateInput:
            widget = DateInput(attrs=widget.attrs)
        return super().as_widget(widget, attrs, only_initial)

    @property
    def kind(self) -> str:
        """Which control: `checkbox`, `choices` (cards), or `box` for what is typed or picked in one."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        return "choices" if isinstance(widget, forms.RadioSelect) else "box"

    @property
    def optional(self) -> bool:
        """Whether to say "(optional)". A form of filters sets `mark_optional = False`.

        A field that is needed sometimes is not optional: it sets `needed_at_times = True`.
        """
        needs = self.field.required or self.field.disabled or self.kind == "checkbox"
        needs = needs or getattr(self.field, "needed_at_times", False)
        return not needs and getattr(self.form, "mark_optional", True)

    @property
    def options(self) -> list[Option]:
        hints = getattr(self.field.widget, "hints", {})
        return [
            Option(part.tag(), part.choice_label, hints.get(str(part.data["value"]), ""))
            for part in self.subwidgets
        ]

    @property
    def target(self) -> str:
        """Id that a link in the error summary leads to: the control, or the first of a group."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def size(self) -> str:
        """`short`, `medium` or nothing: a box is about as long as what goes into it."""
        if isinstance(self.field, forms.DateField | forms.DecimalField | forms.IntegerField):
            return "short"
        if isinstance(self.field.widget, forms.Select) and self.kind == "box":
            return "medium"
        longest = getattr(self.field, "max_length", None)
        if longest is None or isinstance(self.field.widget, forms.Textarea):
            return ""
        return "short" if longest <= SHORT else "medium" if longest <= MEDIUM else ""

    @property
    def word_limit(self) -> str:
        """Words a text may have, from the widget's `data-words`; empty for no limit."""
        return str(self.field.widget.attrs.get("data-words", ""))


class Renderer(DjangoTemplates):
    """The house's templates first, then Django's own for the bare widgets."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = HouseField

    @cached_property
    def engine(self) -> DjangoEngine:
        return DjangoEngine(
            {
                "NAME": "house_forms",
                "DIRS": [HOUSE_TEMPLATES, WIDGET_TEMPLATES],
                "APP_DIRS": True,
                "OPTIONS": {"builtins": ["scsc.ui.templatetags.ui"]},
            }
        )
