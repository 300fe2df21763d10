"""What a person should look at now: the gravest first, and of those the newest."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from grants.queries.deciding_needs import decision_needs
from grants.queries.needs import staff_needs
from grants.queries.panel_needs import panel_needs
from reporting.permissions import can_approve_publication, can_create_report, can_decide_publications
from reporting.queries import YearReports, waiting_publications
from reporting.states import ReportState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.ui.needs import Need
from workplan.models import Deliverable
from workplan.permissions import can_edit_plan
from workplan.queries import ActionLine
from workplan.states import ActionState
from workplan.status import OFF_TRACK_AFTER, is_open, is_overdue

SOON = timedelta(days=30)
GRAVITY = ["bad", "warn", "info", "idle"]


def needs_of(user: User, program: Program, lines: list[ActionLine], reports: list[YearReports]) -> list[Need]:
    """What needs this person, from the actions and reports that they see."""
    found = list(_from_deliverables(user, program, lines))
    if can_edit_plan(user, program):
        found += _from_actions(program, lines)
    if can_create_report(user, program):
        found += _from_reports(program, reports)
    if can_decide_publications(user, program):
        found += _from_proposals(user, program)
    found += staff_needs(program, user, timezone.now())
    found += panel_needs(program, user, timezone.now())
    found += decision_needs(program, user)
    return sorted(found, key=_urgency)


def _urgency(need: Need) -> tuple[int, bool, int]:
    """The gravest first, of those one's own; what is late the newest first, what is to come the soonest."""
    day = need.since.toordinal()
    return GRAVITY.index(need.tone), not need.is_mine, day if need.tone == "info" else -day


def _from_deliverables(user: User, program: Program, lines: list[ActionLine]) -> Iterator[Need]:
    for line in lines:
        for deliverable in line.deliverables:
            if is_overdue(deliverable, line.on):
                late = line.on - deliverable.due_on
                words = f"{late.days} day{'s' if late.days != 1 else ''} overdue"
                tone = "bad" if late > OFF_TRACK_AFTER else "warn"
                yield _of_deliverable(tone, words, deliverable, line, user, program)
            elif is_open(deliverable) and deliverable.due_on <= line.on + SOON:
                words = f"Due {deliverable.due_on:%-d %B}"
                yield _of_deliverable("info", words, deliverable, line, user, program)


def _of_deliverable(
    tone: str, words: str, deliverable: Deliverable, line: ActionLine, user: User, program: Program
) -> Need:
    return Need(
        tone=tone,
        label=words,
        title=deliverable.text,
        detail=f"{deliverable.code} · {line.action.owner or 'Nobody answers for this action yet'}",
        url=reverse("workplan:deliverable", args=[program.slug, deliverable.code]),
        since=deliverable.due_on,
        is_mine=line.action.owner_id == user.pk,
    )


def _from_actions(program: Program, lines: list[ActionLine]) -> Iterator[Need]:
    for line in lines:
        action = line.action
        begun = line.span.starts_on is not None and line.span.starts_on <= line.on
        if not begun or action.state in {ActionState.COMPLETE, ActionState.STOPPED}:
            continue
        if action.owner is None:
            url = reverse("workplan:owner", args=[program.slug, action.code])
            yield Need("warn", "No owner", f"Nobody answers for {action.code}", action.text, url, line.on)
        if action.year_is_uncertain:
            url = reverse("workplan:years", args=[program.slug, action.code])
            yield Need(
                "idle", "Year uncertain", f"Confirm the years of {action.code}", action.text, url, line.on
            )


def _from_reports(program: Program, reports: list[YearReports]) -> Iterator[Need]:
    for run in (item.runs[0] for item in reports if item.runs):
        if run.state != ReportState.FAILED:
            continue
        url = reverse("reporting:report", args=[program.slug, run.key])
        since = day_of(program, run.finished_at or run.requested_at)
        yield Need("bad", "Failed", f"{run} could not be made", run.error, url, since)


def _from_proposals(user: User, program: Program) -> Iterator[Need]:
    for publication in waiting_publications():
        publication.program = program
        if can_approve_publication(user, publication):
            yield Need(
                tone="info",
                label="To approve",
                title=f"{publication} is proposed for publication",
                detail=f"by {publication.proposed_by}",
                url=reverse("reporting:report", args=[program.slug, publication.draft.key]),
                since=day_of(program, publication.proposed_at),
            )
