"""What an automatic assignment is made from, and how the applications of a round are given out."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from grants.engine.assignment import Assessor, Fit, Item, Plan, Task, fitting_words, make_plan
from grants.models import Advice, Application, Assignment, AssignmentRun, BodyMember, Round, Stage, Submission
from grants.queries.assessing import assessment_stage, to_assess
from grants.queries.conflicts import excluded_pairs
from grants.queries.scores import ScoreSummary, scores_of
from grants.queries.sight import blocked
from grants.queries.stages import can_be_named, stages_of
from grants.states import ASSIGNED_NOW, AssignmentState
from scsc.accounts.models import User

OVER = frozenset({AssignmentState.HANDED_BACK, AssignmentState.REMOVED})


def assessors_of(stage: Stage) -> list[User]:
    """The people named for an assessment whose role still lets them, by name."""
    named = {person.user_id for person in stage.people.all()}
    return [user for user in can_be_named(stage.kind, stage.round.program) if user.pk in named]


def task_of(round_: Round, user: User, *, seed: int) -> Task | None:
    """What a plan is made from, as things stand now; None where the round has no assessment.

    Without the applications that this person, who gives them out, must not see: a colleague does that.
    """
    stages = stages_of(round_)
    stage = assessment_stage(round_, stages=stages)
    if stage is None:
        return None
    people, applications = (
        assessors_of(stage),
        list(to_assess(round_, stages=stages).exclude(pk__in=blocked(user))),
    )
    rows = list(Assignment.objects.filter(application__round=round_).order_by("pk"))
    live = [row for row in rows if row.state in ASSIGNED_NOW]
    holds = Counter(row.user_id for row in live)
    held = _by_application(live)
    keys = {application.pk for application in applications}
    over = {(row.application_id, row.user_id) for row in rows if row.state in OVER}
    excluded = excluded_pairs(applications, people) | {pair for pair in over if pair[0] in keys}
    return Task(
        seed=seed,
        each=stage.assessors_each,
        most=stage.most_each,
        assessors=[Assessor(key=user.pk, name=str(user), holds=holds[user.pk]) for user in people],
        applications=[
            Item(key=found.pk, code=found.code, held_by=held.get(found.pk, [])) for found in applications
        ],
        excluded=sorted(excluded),
        met=sorted(met_before(applications, people)),
        fits=_fits(applications, people),
    )


def _by_application(rows: Iterable[Assignment]) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    for row in rows:
        held.setdefault(row.application_id, []).append(row.user_id)
    return held


def met_before(applications: Sequence[Application], people: Sequence[User]) -> set[tuple[int, int]]:
    """Who assessed, or advised on, another application of the same organisation. Two queries."""
    of_organisation: dict[int, list[int]] = {}
    for application in applications:
        of_organisation.setdefault(application.organisation_id, []).append(application.pk)
    wanted = Q(application__organisation__in=of_organisation)
    assessed = Assignment.objects.filter(wanted, user__in=people, state=AssignmentState.SUBMITTED)
    advised = Advice.objects.filter(wanted, author__in=people)
    rows = [
        *assessed.values_list("user_id", "application_id", "application__organisation_id"),
        *advised.values_list("author_id", "application_id", "application__organisation_id"),
    ]
    return {
        (pk, user)
        for user, other, organisation in rows
        for pk in of_organisation[organisation]
        if pk != other
    }


def _fits(applications: Sequence[Application], people: Sequence[User]) -> list[Fit]:
    """What the people's expertise has to do with what was submitted. Two queries."""
    expertise: dict[int, list[str]] = {}
    for user, words in BodyMember.objects.filter(user__in=people).values_list("user_id", "expertise"):
        known = expertise.setdefault(user, [])
        known += [word for word in words if word not in known]
    texts = {application.pk: application.title for application in applications}
    latest = Submission.objects.filter(application__in=texts).order_by("number")
    for pk, content in latest.values_list("application_id", "content"):
        texts[pk] = " ".join([texts[pk], *_lines(content)])
    return [
        Fit(application=application.pk, assessor=user.pk, words=words)
        for application in applications
        for user in people
        if (words := fitting_words(expertise.get(user.pk, []), texts[application.pk]))
    ]


def _lines(content: dict[str, Any]) -> list[str]:
    fields = [found for section in content.get("sections", []) for found in section.get("fields", [])]
    return [line for found in fields for line in found.get("shown", {}).get("lines", [])]


def digest_of(task: Task, plan: Plan) -> str:
    """What tells two plans, and what they were made from, apart."""
    return hashlib.sha256(f"{task.model_dump_json()}{plan.model_dump_json()}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Proposal:
    """A plan as its page shows it, before anybody is assigned."""

    task: Task
    plan: Plan
    rows: list[tuple[Application, list[tuple[str, str]], str]]
    loads: list[tuple[str, int, int]]
    digest: str


def proposal_of(round_: Round, user: User, *, seed: int) -> Proposal | None:
    """What an automatic assignment with this seed would do now."""
    task = task_of(round_, user, seed=seed)
    if task is None:
        return None
    plan = make_plan(task)
    names = {assessor.key: assessor.name for assessor in task.assessors}
    found = Application.objects.select_related("organisation").in_bulk(
        [item.key for item in task.applications]
    )
    short = {one.application: one.why for one in plan.short}
    given: dict[int, list[tuple[str, str]]] = {}
    for one in plan.given:
        given.setdefault(one.application, []).append((names[one.assessor], one.why))
    new = Counter(one.assessor for one in plan.given)
    return Proposal(
        task=task,
        plan=plan,
        rows=[
            (found[item.key], given.get(item.key, []), short.get(item.key, ""))
            for item in task.applications
            if item.key in given or item.key in short
        ],
        loads=[(one.name, one.holds, new[one.key]) for one in task.assessors],
        digest=digest_of(task, plan),
    )


@dataclass
class BoardRow:
    """One application of a round with those who assess it."""

    application: Application
    assignments: list[Assignment] = field(default_factory=list)
    # Nothing where the person must not see the scores of the others yet.
    score: ScoreSummary | None = None

    def missing(self, each: int) -> int:
        return max(each - len(self.assignments), 0)


@dataclass(frozen=True)
class Load:
    """One assessor of a round: how many they have, how many are in, how many late."""

    user: User
    assigned: int
    submitted: int


def board_of(round_: Round, user: User, *, stages: Sequence[Stage]) -> list[BoardRow]:
    """The applications to assess, each with its live assignments. Four queries."""
    found = list(to_assess(round_, stages=stages).exclude(pk__in=blocked(user)))
    scores = scores_of(found)
    rows = {application.pk: BoardRow(application) for application in found}
    live = Assignment.objects.filter(application__in=found, state__in=ASSIGNED_NOW)
    for assignment in live.select_related("user").order_by("pk"):
        rows[assignment.application_id].assignments.append(assignment)
    for row in rows.values():
        row.application.program, row.application.round = round_.program, round_
        waits = any(
            one.user_id == user.pk and one.state == AssignmentState.ASSIGNED for one in row.assignments
        )
        row.score = None if waits else scores[row.application.pk]
    return list(rows.values())


def loads_of(stage: Stage, rows: Iterable[BoardRow]) -> list[Load]:
    """How much each of the people named for an assessment has, and everybody else who has something."""
    found: dict[int, list[Assignment]] = {user.pk: [] for user in assessors_of(stage)}
    users = {user.pk: user for user in assessors_of(stage)}
    for row in rows:
        for assignment in row.assignments:
            found.setdefault(assignment.user_id, []).append(assignment)
            users.setdefault(assignment.user_id, assignment.user)
    return [
        Load(users[pk], len(held), sum(one.state == AssignmentState.SUBMITTED for one in held))
        for pk, held in sorted(found.items(), key=lambda item: str(users[item[0]]))
    ]


def runs_of(round_: Round) -> list[AssignmentRun]:
    """The automatic assignments of a round, the newest first."""
    return list(AssignmentRun.objects.filter(round=round_).select_related("made_by").defer("task", "plan"))


def can_be_given(application: Application, stage: Stage) -> list[tuple[User, int]]:
    """Who can be given an application by hand, with how many they have in the round, fewest first."""
    people = assessors_of(stage)
    live = Assignment.objects.filter(application__round=stage.round, state__in=ASSIGNED_NOW)
    holds = Counter(live.values_list("user_id", flat=True))
    taken = set(live.filter(application=application).values_list("user_id", flat=True))
    taken |= {user for _, user in excluded_pairs([application], people)}
    # Who handed it back may have seen what others gave since.
    over = Assignment.objects.filter(application=application, state__in=OVER)
    taken |= set(over.values_list("user_id", flat=True))
    free = [(user, holds[user.pk]) for user in people if user.pk not in taken]
    return sorted(free, key=lambda one: (one[1], str(one[0])))
