"""Fields of a form, drawn: to fill in, and to read.

`{% field_control field answers problems name %}` draws one field to fill in. It takes from the page, where
the page has them, `versions` (the version of each stored answer, by key), `limits` and `add_row` (the key of
the field that gets one more blank row; else the query's "add-row").
`{% problem_summary schema problems %}` says at the top what is wrong, linked to the inputs.
`{% shown answer %}` draws an answer to read: a Shown, or the `shown` of a frozen submission. What was frozen
does not know how the check of its files went: a page may give `file_states` (by key of the file).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, reverse

from grants.engine.answers import Answers, GivenFile
from grants.engine.completeness import REJECTED, RELEASED, remark_on
from grants.engine.controls import Control, control_of, problem_target
from grants.engine.kind import Problem, Shown
from grants.engine.schema import Field, FormSchema
from scsc.documents.content import ACCEPT, ACCEPTED

register = template.Library()

Problems = Mapping[str, Sequence[Problem]]
FILE_STATES = {RELEASED: ("done", "Checked"), REJECTED: ("bad", "Refused")}


@register.inclusion_tag("grants/fields/field.html", takes_context=True)
def field_control(
    context: Context, field: Field, answers: Answers, problems: Problems, name: str = ""
) -> dict[str, Any]:
    """One field to fill in, with what is wrong with it."""
    versions: Mapping[str, int] = context.get("versions") or {}
    control = control_of(
        field,
        answers,
        problems or {},
        name=name,
        limits=context.get("limits"),
        version=versions.get(field.key, 0),
        one_more=_added(context) == field.key,
    )
    return {"control": control}


def _added(context: Context) -> str:
    request = context.get("request")
    asked = request.GET.get("add-row", "") if request is not None else ""
    return str(context.get("add_row") or asked)


@register.inclusion_tag("grants/fields/problem_summary.html")
def problem_summary(schema: FormSchema, problems: Problems) -> dict[str, Any]:
    """What is wrong, in the order of the form, each with a link to its input."""
    links = []
    for _, one in schema.fields():
        control = control_of(one, Answers(), {})
        links += [(problem_target(control, found), found.message) for found in problems.get(one.key, ())]
    return {"links": links}


@dataclass(frozen=True)
class FileRow:
    """A file of an answer as a list shows it."""

    name: str
    size: int
    url: str = ""
    tone: str = ""
    label: str = ""
    id: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer as it is read, whether it comes from a draft or from a frozen submission."""

    text: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[tuple[str, str]]] = ()
    total: str = ""
    files: Sequence[FileRow] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not (self.text or self.rows or self.files)


@register.inclusion_tag("grants/fields/shown.html", takes_context=True)
def shown(context: Context, answer: Shown | Mapping[str, Any]) -> dict[str, Any]:
    """An answer to read."""
    parts = answer if isinstance(answer, Mapping) else vars(answer)
    head = list(parts.get("head") or ())
    rows = [list(zip(head, row, strict=False)) for row in parts.get("rows") or ()]
    files = [_file_row(context, file) for file in parts.get("files") or ()]
    text = "\n".join(parts.get("lines") or ())
    return {"answer": Answer(text, head, rows, parts.get("total") or "", files)}


@register.filter
def file_rows(control: Control) -> list[FileRow]:
    """The files of a field that is filled in, with how far their check is."""
    return [_given_file(file) for file in control.files]


def _file_row(context: Context, file: GivenFile | Mapping[str, Any]) -> FileRow:
    if isinstance(file, GivenFile):
        return _given_file(file)
    key, states = str(file["key"]), context.get("file_states") or {}
    tone, label = ("", "") if states.get(key, RELEASED) == RELEASED else _check_of(states[key])
    url = "" if label else _address(context, key)
    return FileRow(str(file["name"]), int(file["size"]), url, tone, label)


def _check_of(state: str) -> tuple[str, str]:
    """How far the check of a file is, as a tag says it."""
    return FILE_STATES.get(state, ("info", "Being checked"))


def _given_file(file: GivenFile) -> FileRow:
    tone, label = _check_of(file.state)
    url = file.url if file.state == RELEASED else ""
    return FileRow(file.name, file.size, url, tone, label, file.id, remark_on(file))


def _address(context: Context, key: str) -> str:
    """Where a file of the program is downloaded; nothing outside a program's pages."""
    program = getattr(context.get("request"), "program", None)
    try:
        return reverse("documents:download", args=[program.slug, key]) if program else ""
    except NoReverseMatch:
        return ""


@register.simple_tag
def accepted_kinds() -> str:
    """For the `accept` attribute of a file input."""
    return ACCEPT


@register.simple_tag
def accepted_words() -> str:
    """Which files are taken, and how large."""
    return f"{ACCEPTED}, up to {filesizeformat(settings.MAX_UPLOAD_BYTES)} each."
