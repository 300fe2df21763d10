"""The page of one section."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grants.engine.answers import Answers
from grants.engine.conditions import visible_keys
from grants.engine.controls import control_of, problem_target
from grants.engine.schema import Section
from grants.forms.writing import ADD_ROW
from grants.models import Answer
from grants.permissions import can_edit_application
from grants.queries.form_news import new_questions
from grants.queries.writing import Draft, last_change_of, limits_of, others_at_work
from grants.services.answers import READ_ONLY, ClosedError, check_open
from grants.services.presence import note_presence
from grants.views.asking import Asked, asked_fields
from grants.views.closing import closing_for
from grants.views.saving import Outcome, Sent
from grants.views.whole import read_section_rows
from scsc.programs.access import MemberRequest

# A link of the error summary: where it leads, and what it says.
Line = tuple[str, str]


def section_page(
    request: MemberRequest,
    draft: Draft,
    section: Section,
    *,
    now: datetime,
    sent: Sent | None = None,
    outcome: Outcome | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The fields of a section to fill in; for who may not write now, the answers to read with the reason."""
    closed = why_not(draft, request, now)
    fields = _fields(draft, section, sent=sent, outcome=outcome, refused=bool(refused))
    if not closed and request.method != "POST":
        note_presence(draft.application, actor=request.user, section=section.key, now=now)
    news = [question for question in new_questions(draft) if question.section == section.key]
    context = page_context(request, draft, now=now) | {
        "section": section,
        "fields": fields,
        "news": news,
        "new_keys": {question.key for question in news},
        "lines": list(_lines(fields, outcome, refused)),
        "closed": closed,
        "may_fill": not closed or bool(refused),
        "rows": read_section_rows(draft, section) if closed else [],
        "limits": limits_of(draft.application, now),
        "add_row": request.GET.get(ADD_ROW, ""),
        "following": next_section(draft, section),
        "place": place_of(draft, section),
    }
    return render(request, "apply/section.html", context, status=status)


def page_context(request: MemberRequest, draft: Draft, *, now: datetime) -> dict[str, Any]:
    """What every page around a draft needs: the script's data, what was saved when, who else is there."""
    return {
        "draft": draft,
        "application": draft.application,
        "person": request.user,
        "closing": closing_for(draft, now),
        "last_change": last_change_of(draft.application),
        "editors": others_at_work(draft.application, request.user, now),
        "now": now,
    }


def why_not(draft: Draft, request: MemberRequest, now: datetime) -> str:
    """Why this person cannot write here now; empty where they can."""
    if not can_edit_application(request.user, draft.application):
        return READ_ONLY
    try:
        check_open(draft, actor=request.user, now=now)
    except ClosedError as error:
        return str(error)
    return ""


def shown_sections(draft: Draft) -> list[Section]:
    """The sections that are shown, in order; under a request for changes those with something to change."""
    visible = visible_keys(draft.schema, draft.answers)
    sections = [section for section in draft.schema.sections if section.key in visible.sections]
    if draft.change is None:
        return sections
    open_now = draft.writable & visible.fields
    return [section for section in sections if any(field.key in open_now for field in section.fields)]


def next_section(draft: Draft, section: Section) -> Section | None:
    """The section after this one."""
    order = [one.key for one in draft.schema.sections]
    later = [one for one in shown_sections(draft) if order.index(one.key) > order.index(section.key)]
    return later[0] if later else None


def place_of(draft: Draft, section: Section) -> str:
    """Where a section stands: "2 of 5"."""
    keys = [one.key for one in shown_sections(draft)]
    return f"{keys.index(section.key) + 1} of {len(keys)}" if section.key in keys else ""


def stay_url(draft: Draft, section: Section, sent: Sent) -> str:
    """The section again, with one more row where that was asked for."""
    url = reverse("apply:section", args=[draft.application.program.slug, draft.application.code, section.key])
    return f"{url}?{urlencode({ADD_ROW: sent.add_row})}#f-{sent.add_row}" if sent.add_row else url


def target_of(draft: Draft, key: str, problem: Any) -> str:
    """The id of the input that a problem is about."""
    field = draft.schema.field(key)
    return problem_target(control_of(field, Answers(), {}), problem) if field else ""


def _fields(
    draft: Draft, section: Section, *, sent: Sent | None, outcome: Outcome | None, refused: bool
) -> list[Asked]:
    if sent is None:
        return asked_fields(draft, section)
    typed = sent.values_by_key()
    if refused:
        return asked_fields(draft, section, typed={key: one for key, one in typed.items() if one.touched})
    clashes: dict[str, Answer] = dict(outcome.clashes) if outcome else {}
    return asked_fields(
        draft,
        section,
        problems=outcome.problems if outcome else {},
        typed={key: one for key, one in typed.items() if key in clashes},
        clashes=clashes,
    )


def _lines(fields: list[Asked], outcome: Outcome | None, refused: str) -> Iterator[Line]:
    if refused:
        yield "#section", refused
    for asked in fields:
        key = asked.field.key
        if asked.clash:
            who = asked.clash.answer.updated_by
            words = f"{who} changed “{asked.field.label}” while you were writing. Choose which text to keep"
            yield f"#asked-{key}", words
        for words in outcome.refused_files.get(key, ()) if outcome else ():
            yield f"#f-{key}", words
        if asked.visible:
            control = control_of(asked.field, Answers(), {})
            for problem in asked.problems:
                yield f"#{problem_target(control, problem)}", problem.message
