"""The list of tasks: every section with how far it is, what is wrong, the end, the team."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grants.engine.completeness import section_statuses
from grants.engine.content import title_of
from grants.engine.schema import Section
from grants.models import EditorPresence
from grants.models.applications import Rights
from grants.queries.form_news import new_questions
from grants.queries.team import TeamMember, team_of
from grants.queries.writing import Draft, limits_of
from grants.views.asking import given_problems
from grants.views.check_page import changes_so_far
from grants.views.own_page import frame
from grants.views.section_page import Line, page_context, shown_sections, target_of, why_not
from scsc.programs.access import MemberRequest

MAY = {Rights.VIEW: "reads", Rights.EDIT: "edits", Rights.SUBMIT: "submits"}


@dataclass(frozen=True)
class Task:
    """One section in the list. `who` has it open now."""

    key: str
    title: str
    url: str
    state: str
    tone: str
    label: str
    who: str
    # Something that is asked for is missing, or not right.
    is_open: bool

    @property
    def is_done(self) -> bool:
        return self.state == "complete"


def tasks_page(request: MemberRequest, draft: Draft, *, now: datetime) -> HttpResponse:
    """Show it."""
    context = page_context(request, draft, now=now) | frame(request, draft.application, "tasks")
    tasks = list(_tasks(draft, context["editors"], now))
    todo = [task for task in tasks if task.is_open]
    context |= {
        "tasks": tasks,
        "next_task": todo[0] if todo else None,
        "left": len(todo),
        "news": new_questions(draft),
        "lines": list(problem_lines(draft, now)),
        "closed": why_not(draft, request, now),
        "team": [_in_words(member) for member in team_of(draft.application)],
        "heading": title_of(draft.schema, draft.answers) or "Your application",
        "stage_title": draft.application.stage.get_kind_display(),
    }
    return render(request, "apply/tasks.html", context)


def problem_lines(draft: Draft, now: datetime) -> Iterator[Line]:
    """What is wrong with what was given, linked to its input on the page of its section."""
    slug, code = draft.application.program.slug, draft.application.code
    found = given_problems(draft, draft.answers, now=now)
    for section in draft.schema.sections:
        url = reverse("apply:section", args=[slug, code, section.key])
        for field in section.fields:
            if field.key in draft.writable:
                for problem in found.get(field.key, ()):
                    yield f"{url}#{target_of(draft, field.key, problem)}", problem.message


def _tasks(draft: Draft, editors: Sequence[EditorPresence], now: datetime) -> Iterator[Task]:
    slug, code = draft.application.program.slug, draft.application.code
    limits = limits_of(draft.application, now)
    changed = frozenset(change.key for change in changes_so_far(draft))
    statuses = section_statuses(draft.schema, draft.answers, limits=limits)
    for section in shown_sections(draft):
        status = statuses[section.key]
        untouched = _untouched(draft, section, changed)
        yield Task(
            key=section.key,
            title=section.title,
            url=reverse("apply:section", args=[slug, code, section.key]),
            state="not_started" if untouched else status.state,
            tone="warn" if untouched else status.tone,
            label="Changes asked" if untouched else status.label,
            is_open=untouched or bool(status.problems),
            who=", ".join(first_name(one) for one in editors if one.section == section.key),
        )


def _untouched(draft: Draft, section: Section, changed: frozenset[str]) -> bool:
    """Whether staff ask to change answers of this section and none of them differs yet."""
    flagged = set(draft.change.fields) if draft.change else set()
    asked = {field.key for field in section.fields} & flagged
    return bool(asked) and not asked & changed


def first_name(editor: EditorPresence) -> str:
    """What the colleagues call somebody: the first of their names."""
    return str(editor.user).split()[0]


def _in_words(member: TeamMember) -> str:
    return f"{member.user} ({MAY[member.rights]})"
