"""Reads of the work plan. The whole plan takes five queries, whatever its size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from guardian.shortcuts import get_objects_for_user

from scsc.accounts.models import User
from scsc.documents.states import DocumentState
from scsc.programs.clock import today
from scsc.programs.models import Program
from workplan.models import Action, Ambition, Deliverable, Dependency, Evidence, ProgramYear, ProgressUpdate
from workplan.permissions import VIEW, can_view_plan
from workplan.states import DeliverableState, Rag
from workplan.status import Span, Status, compute_status, is_open, is_overdue, shown_status, span_of


@dataclass(frozen=True)
class ActionLine:
    """One action with what a matrix, a list or a report says of it."""

    action: Action
    deliverables: list[Deliverable]
    span: Span
    computed: Status
    shown: Status
    waits_for: list[str]
    years_text: str
    on: date

    @property
    def done(self) -> int:
        return sum(d.state == DeliverableState.DONE for d in self.deliverables)

    @property
    def counted(self) -> int:
        """Deliverables that count: all but cancelled ones."""
        return sum(d.state != DeliverableState.CANCELLED for d in self.deliverables)

    @property
    def overdue(self) -> list[Deliverable]:
        return [d for d in self.deliverables if is_overdue(d, self.on)]

    @property
    def next_due(self) -> date | None:
        """The earliest due day of an open deliverable."""
        return min((d.due_on for d in self.deliverables if is_open(d)), default=None)


def year_on(years: list[ProgramYear], day: date) -> ProgramYear | None:
    """The year of the plan that a day lies in."""
    return next((year for year in years if year.starts_on <= day <= year.ends_on), None)


@dataclass(frozen=True)
class Plan:
    """The plan of a program as it stands on a day."""

    program: Program
    on: date
    years: list[ProgramYear]
    ambitions: list[Ambition]
    lines: list[ActionLine]
    by_code: dict[str, ActionLine] = field(repr=False)

    @property
    def current_year(self) -> ProgramYear | None:
        return year_on(self.years, self.on)

    @property
    def deliverables(self) -> list[Deliverable]:
        return [d for line in self.lines for d in line.deliverables]

    def of_year(self, number: int) -> list[ActionLine]:
        """Actions whose span covers a year."""
        return [line for line in self.lines if line.action.first_year <= number <= line.action.last_year]


def with_outcomes(plan: Plan) -> Plan:
    """The same plan with the outcomes of its ambitions at hand. One query."""
    prefetch_related_objects(plan.ambitions, "outcomes")
    return plan


def load_plan(program: Program) -> Plan:
    """Everything that the matrix, the list and a report need, as at today in the program."""
    on = today(program)
    years = list(ProgramYear.objects.all())
    ambitions = list(Ambition.objects.all())
    by_id = {ambition.pk: ambition for ambition in ambitions}
    actions = list(
        Action.objects.select_related("owner", "rag_by")
        .prefetch_related("deliverables")
        .order_by("ambition__order", "order")
    )
    for action in actions:
        action.program, action.ambition = program, by_id[action.ambition_id]
    lines = action_lines(actions, years=years, on=on)
    return Plan(program, on, years, ambitions, lines, {line.action.code: line for line in lines})


def action_lines(actions: list[Action], *, years: list[ProgramYear], on: date) -> list[ActionLine]:
    """Lines of all actions of a program, each status computed after those that it waits for. One query."""
    waits: dict[int, list[int]] = defaultdict(list)
    for action_id, depends_on_id in Dependency.objects.values_list("action_id", "depends_on_id"):
        waits[action_id].append(depends_on_id)
    by_id = {action.pk: action for action in actions}
    by_number = {year.number: year for year in years}
    computed: dict[int, Status] = {}
    for pk in _in_order(waits, by_id):
        action = by_id[pk]
        others = [by_id[needed] for needed in waits[pk]]
        computed[pk] = compute_status(
            action,
            deliverables=action.deliverables.all(),
            span=span_of(action, by_number),
            waits_for=[(other.code, shown_status(other, computed[other.pk])) for other in others],
            on=on,
        )
    return [
        ActionLine(
            action=action,
            deliverables=list(action.deliverables.all()),
            span=span_of(action, by_number),
            computed=computed[action.pk],
            shown=shown_status(action, computed[action.pk]),
            waits_for=[by_id[pk].code for pk in waits[action.pk]],
            years_text=_years_text(action, by_number),
            on=on,
        )
        for action in actions
    ]


def _in_order(waits: dict[int, list[int]], ids: Iterable[int]) -> list[int]:
    """Every action after those that it waits for. The graph has no cycle."""
    return list(TopologicalSorter({pk: waits[pk] for pk in ids}).static_order())


def _years_text(action: Action, years: dict[int, ProgramYear]) -> str:
    """The span in words, by the labels of the plan's years where it has them."""
    first, last = (
        str(years.get(number, f"Year {number}")) for number in (action.first_year, action.last_year)
    )
    return first if first == last else f"{first} to {last}"


def line_of(action: Action) -> ActionLine:
    """The line of one action. Its status depends on others, so the plan is read whole."""
    return load_plan(action.program).by_code[action.code]


def only_visible(user: User, plan: Plan) -> list[ActionLine]:
    """The lines of a plan that a person may see: all, or the actions shared with them."""
    if can_view_plan(user, plan.program):
        return plan.lines
    shared = {action.pk for action in shared_actions(user)}
    return [line for line in plan.lines if line.action.pk in shared]


@dataclass(frozen=True)
class Filters:
    """What a list of actions is narrowed to; empty values do not narrow."""

    ambition: str = ""
    year: int | None = None
    rag: str = ""
    owner: int | None = None
    words: str = ""


def narrow(lines: list[ActionLine], filters: Filters) -> list[ActionLine]:
    """The lines that fit every filter."""
    words = filters.words.casefold().split()
    return [
        line
        for line in lines
        if (not filters.ambition or line.action.ambition.code == filters.ambition)
        and (filters.year is None or line.action.first_year <= filters.year <= line.action.last_year)
        and (not filters.rag or line.shown.rag == Rag(filters.rag))
        and (filters.owner is None or line.action.owner_id == filters.owner)
        and all(word in f"{line.action.code} {line.action.text}".casefold() for word in words)
    ]


def updates_of(action: Action) -> list[ProgressUpdate]:
    """The standing updates of an action, newest first, with authors and evidence."""
    updates = list(
        ProgressUpdate.objects.filter(action=action, replaced_by=None)
        .select_related("author", "year")
        .prefetch_related(Prefetch("evidence", Evidence.objects.select_related("document", "added_by")))
    )
    for update in updates:
        update.action, update.program = action, action.program
    return updates


def evidence_of(deliverable: Deliverable) -> list[Evidence]:
    """The standing evidence of a deliverable, in the order it was added."""
    return list(
        deliverable.evidence.filter(removed_at=None).select_related("document", "added_by").order_by("id")
    )


def standing_evidence() -> QuerySet[Evidence]:
    """Evidence that can be looked at: addresses and checked files that were not taken away."""
    shown = Q(document=None) | Q(document__state=DocumentState.RELEASED)
    found = Evidence.objects.filter(shown, removed_at=None)
    return found.select_related("document", "added_by").order_by("id")


def shared_actions(user: User) -> list[Action]:
    """The actions of the program that are shared with a person."""
    return list(get_objects_for_user(user, VIEW, Action.objects.all()))


def shared_with(action: Action) -> list[User]:
    """The people with whom an action is shared, by name."""
    permissions = action.actionuserobjectpermission_set.filter(permission__codename="view_action")
    return list(User.objects.filter(pk__in=permissions.values("user")).order_by("name"))
