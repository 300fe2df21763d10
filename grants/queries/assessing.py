"""Reads of assignments and assessments: what there is to assess, by whom, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from grants.engine.rubric import Criterion, Mark, missing, weighted_score
from grants.models import Application, Assignment, Declaration, Round, Score, Stage
from grants.permissions import has_assessments, own_assignment
from grants.queries.applications import amount_words
from grants.queries.marks import mark_of
from grants.queries.sight import blocked
from grants.queries.stages import stages_of
from grants.states import ASSIGNED_NOW, ApplicationState, AssignmentState, DeclarationState
from scsc.accounts.models import User
from scsc.programs.models import Program

TONES = {
    AssignmentState.ASSIGNED: "info",
    AssignmentState.SUBMITTED: "done",
    AssignmentState.HANDED_BACK: "warn",
    AssignmentState.REMOVED: "idle",
}


def assessment_stage(round_: Round, *, stages: Sequence[Stage] | None = None) -> Stage | None:
    """The stage in which the round's applications are assessed, with rubric and people; None without one."""
    found = stages_of(round_) if stages is None else stages
    return next((stage for stage in found if stage.kind == Stage.Kind.ASSESSMENT), None)


def to_assess(round_: Round, *, stages: Sequence[Stage] | None = None) -> QuerySet[Application]:
    """The applications that are to be assessed: found eligible in the written stage before the assessment."""
    before: Stage | None = None
    for stage in stages_of(round_) if stages is None else stages:
        if stage.kind == Stage.Kind.ASSESSMENT:
            break
        before = stage if stage.is_written else before
    wanted = Q(round=round_, state=ApplicationState.ACCEPTED, stage=before)
    return Application.objects.filter(wanted).select_related("organisation").order_by("number")


def assignments_of(application: Application) -> list[Assignment]:
    """Everybody who was given an application, live ones first."""
    found = Assignment.objects.filter(application=application).select_related("user", "rubric_version")
    return sorted(found, key=lambda one: (one.state not in ASSIGNED_NOW, one.pk))


@dataclass(frozen=True)
class Work:
    """One assessment of somebody's list. Who applies is not in it until they have declared."""

    assignment: Assignment
    declared: str
    marked: int
    criteria: int
    is_blind: bool

    @property
    def needs_declaration(self) -> bool:
        return not self.declared

    @property
    def tone(self) -> str:
        return TONES[AssignmentState(self.assignment.state)]

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        if self.assignment.state == AssignmentState.SUBMITTED:
            return "Submitted"
        if self.needs_declaration:
            return "Declare first"
        if not self.marked:
            return "Not begun"
        return f"{self.marked} of {self.criteria} criteria"


def work_of(user: User) -> list[Work]:
    """What somebody has to assess and has assessed, what is due first at the top. Three queries."""
    live = Assignment.objects.filter(user=user, state__in=ASSIGNED_NOW)
    found = live.exclude(application__in=blocked(user)).select_related(
        "application__round", "rubric_version__rubric"
    )
    done = Q(scores__points__isnull=False) | Q(scores__not_applicable=True)
    rows = list(found.annotate(marked=Count("scores", filter=done)))
    declared = dict(
        Declaration.objects.filter(
            user=user, application__in=[row.application_id for row in rows]
        ).values_list("application_id", "state")
    )
    rounds = {row.application.round_id for row in rows}
    blind = set(
        Stage.objects.filter(round__in=rounds, kind=Stage.Kind.ASSESSMENT, is_blind=True).values_list(
            "round_id", flat=True
        )
    )
    works = [
        Work(
            assignment=row,
            declared=declared.get(row.application_id, ""),
            marked=row.marked,
            criteria=len(row.rubric.criteria),
            is_blind=row.application.round_id in blind,
        )
        for row in rows
    ]
    return sorted(works, key=_order)


def _order(work: Work) -> tuple[bool, bool, float, int]:
    due = work.assignment.due_at
    is_done = work.assignment.state == AssignmentState.SUBMITTED
    return is_done, due is None, due.timestamp() if due else 0.0, work.assignment.pk


@dataclass(frozen=True)
class Due:
    """One thing to do, as the home page of the panel lists it."""

    title: str
    url: str
    due: datetime | None


def assessments_due(user: User, program: Program) -> list[Due]:
    """What somebody still has to assess, what is due first at the top. One query."""
    if not has_assessments(user, program):
        return []
    open_ = Assignment.objects.filter(user=user, state=AssignmentState.ASSIGNED)
    open_ = open_.filter(application__state=ApplicationState.ACCEPTED).exclude(application__in=blocked(user))
    rows = open_.select_related("application__round").order_by("due_at", "pk")
    return [
        Due(
            title=f"Assess {row.application.code}, {row.application.round.title}",
            url=reverse("assess:assessment", args=[program.slug, row.pk]),
            due=row.due_at,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of an assessment, as its page shows it."""

    criterion: Criterion
    mark: Mark
    version: int
    problem: str = ""

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Each number of points with what it means, where the rubric says so."""
        words = {anchor.points: anchor.text for anchor in self.criterion.anchors}
        return [(points, words.get(points, "")) for points in range(self.criterion.most + 1)]


def rows_of(assignment: Assignment, *, with_problems: bool = False) -> list[CriterionRow]:
    """The criteria of an assessment with what was given so far."""
    scores: dict[str, Score] = {score.criterion: score for score in assignment.scores.all()}
    marks = {key: mark_of(score) for key, score in scores.items()}
    schema = assignment.rubric
    problems = missing(schema, marks) if with_problems else {}
    return [
        CriterionRow(
            criterion=criterion,
            mark=marks.get(criterion.key, Mark()),
            version=scores[criterion.key].version if criterion.key in scores else 0,
            problem=problems.get(criterion.key, ""),
        )
        for criterion in schema.criteria
    ]


def score_so_far(assignment: Assignment) -> str:
    """The score of what was marked, in words."""
    marks = {score.criterion: mark_of(score) for score in assignment.scores.all()}
    score = weighted_score(assignment.rubric, marks)
    return "None yet" if score is None else f"{score} of 100"


@dataclass(frozen=True)
class Others:
    """What each gave one criterion, in the order of the assessments."""

    criterion: Criterion
    marks: list[tuple[User, Mark]]


def submitted_of(application: Application) -> list[Assignment]:
    """The assessments that are in, each with its scores. Two queries."""
    found = Assignment.objects.filter(application=application, state=AssignmentState.SUBMITTED)
    return list(found.select_related("user", "rubric_version").prefetch_related("scores").order_by("pk"))


def compared(assignments: Sequence[Assignment]) -> list[Others]:
    """The scores of one application, side by side by criterion; those of one version of the rubric."""
    if not assignments:
        return []
    schema = assignments[0].rubric
    given = [(one.user, {s.criterion: mark_of(s) for s in one.scores.all()}) for one in assignments]
    return [
        Others(criterion, [(user, marks.get(criterion.key, Mark())) for user, marks in given])
        for criterion in schema.criteria
    ]


def may_assess_now(assignment: Assignment, user: User) -> bool:
    """Whether it is open, and the application is under consideration."""
    return (
        assignment.state == AssignmentState.ASSIGNED
        and assignment.application.state == ApplicationState.ACCEPTED
        and own_assignment(user, assignment.application) is not None
    )


def asked_words(application: Application) -> str:
    """The amount asked for, in words."""
    return amount_words(application.amount, application.program)


def declaration_of(user: User, application: Application) -> str:
    """The state of a person's declaration about an application; empty for none."""
    found = Declaration.objects.filter(user=user, application=application)
    return found.values_list("state", flat=True).first() or ""


CLEAR = DeclarationState.CLEAR
