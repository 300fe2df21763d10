"""Draw fields by their template tag, and read from the page what a browser would send of it."""

from typing import Any

from django.template import Context, Template
from django.utils.datastructures import MultiValueDict

from grants.engine.answers import Answers
from grants.engine.schema import Field
from tests.grants.engine.samples import LIMITS
from tests.ui.markup import parse

CONTROLS = "//input[not(@type='hidden')] | //select | //textarea"


def draw(source: str, **context: Any) -> Any:
    """A template that uses the tags, as an element tree."""
    return parse(Template("{% load fields %}" + source).render(Context(context)))


def draw_field(asked: Field, answers: Answers | None = None, problems: Any = None, **context: Any) -> Any:
    """One field, with what is wrong with it."""
    given = {"field": asked, "answers": answers or Answers(), "problems": problems or {}, "limits": LIMITS}
    return draw("{% field_control field answers problems field.key %}", **(given | context))


def sent_by(tree: Any) -> "MultiValueDict[str, str]":
    """What a browser would send of a page as it stands."""
    sent: dict[str, list[str]] = {}
    for control in tree.xpath(CONTROLS):
        if control.xpath("ancestor::template") or control.get("type") == "file":
            continue
        if control.get("type") in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        sent.setdefault(control.get("name"), []).append(_text(control))
    return MultiValueDict(sent)


def _text(control: Any) -> str:
    if control.tag == "select":
        return "".join(control.xpath("option[@selected]/@value"))
    # A browser drops the line break that a template puts at the start of a text box.
    return (control.text or "").removeprefix("\n") if control.tag == "textarea" else control.get("value", "")
