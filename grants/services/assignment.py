"""Giving out applications to assess: by a plan that was seen, and by hand; taking back; reminders."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from grants.engine.assignment import make_plan
from grants.models import Application, Assignment, AssignmentRun, Round, RubricVersion, Stage
from grants.permissions import can_assign_in, can_screen_application, has_assessments
from grants.queries.assessing import assessment_stage, to_assess
from grants.queries.assignment import can_be_given, digest_of, task_of
from grants.services.assessment_mail import tell_assigned, tell_due
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import allow, hold_application, hold_round
from grants.states import AssignmentState, RubricState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.models import Program

CHANGED = "Something has changed since you saw this plan. Look at the new one, then give it out."
NO_STAGE = "This round has no stage in which applications are assessed."
NO_RUBRIC = "Choose a published rubric for the assessment first, on the page of the round's stages."
# How long before the due moment the first reminder goes out, and how far reminders are apart at least.
SOON, APART = timedelta(days=3), timedelta(days=1)


@transaction.atomic
def assign_round(round_: Round, *, seed: int, digest: str, actor: User) -> AssignmentRun:
    """Give out the applications of a round by the plan of this seed, exactly as the person saw it.

    Raises DomainError where it would be another plan by now, or where it gives nothing to anybody.
    """
    allow(can_assign_in(actor, round_))
    fresh = hold_round(round_)
    stage, rubric = _ready(fresh)
    task = task_of(fresh, actor, seed=seed)
    if task is None:
        raise DomainError(NO_STAGE)
    plan = make_plan(task)
    if digest_of(task, plan) != digest:
        raise DomainError(CHANGED)
    if not plan.given:
        raise DomainError(
            "There is nothing to give out: every application has its people, or nobody is left."
        )
    run = AssignmentRun.objects.create(
        program=fresh.program,
        round=fresh,
        seed=seed,
        task=task.model_dump(mode="json"),
        plan=plan.model_dump(mode="json"),
        made_by=actor,
    )
    applications = Application.objects.in_bulk({one.application for one in plan.given})
    people = User.objects.in_bulk({one.assessor for one in plan.given})
    made = [
        _make(applications[one.application], people[one.assessor], stage, rubric, actor, run=run, why=one.why)
        for one in plan.given
    ]
    after = {"seed": seed, "given": len(made), "short": len(plan.short)}
    record(run, "assign", actor=actor, after=after)
    _follow(fresh, made, stage=stage, actor=actor)
    return run


@transaction.atomic
def assign(application: Application, *, user: User, actor: User, why: str = "") -> Assignment:
    """Give one application to one person by hand.

    Raises DomainError for somebody who cannot have it: a conflict, the limit, no part in the assessment.
    """
    hold_round(application.round)
    fresh = hold_application(application)
    if not can_screen_application(actor, fresh):
        raise PermissionDenied("Program staff who have no part in it give out an application.")
    stage, rubric = _ready(fresh.round)
    if not to_assess(fresh.round).filter(pk=fresh.pk).exists():
        raise DomainError("This application is not to be assessed now.")
    holds = {found.pk: number for found, number in can_be_given(fresh, stage)}
    if user.pk not in holds:
        raise DomainError(f"{user} cannot assess this application: choose somebody from the list.")
    if stage.most_each is not None and holds[user.pk] >= stage.most_each:
        raise DomainError(
            f"{user} has {holds[user.pk]} applications, as many as one person may. Raise the limit in the "
            "round's stages, or choose somebody else."
        )
    made = _make(fresh, user, stage, rubric, actor, why=why.strip() or "By hand.")
    _follow(fresh.round, [made], stage=stage, actor=actor)
    return made


@transaction.atomic
def take_back(assignment: Assignment, *, reason: str, actor: User) -> Assignment:
    """Take an application back from somebody who has not submitted yet, with the reason."""
    hold_application(assignment.application)
    return transition(assignment, "remove", actor=actor, reason=reason)


@transaction.atomic
def remind(assignments: Iterable[Assignment], *, actor: User | None, now: datetime | None = None) -> int:
    """Remind people of what they still have to assess, one mail a person and at most one a day.

    `actor` None for the clock. Returns how many people were reminded.
    """
    moment = now or timezone.now()
    pks = [one.pk for one in assignments if actor is None or can_screen_application(actor, one.application)]
    waiting = Q(reminded_at=None) | Q(reminded_at__lte=moment - APART)
    locked = Assignment.objects.select_for_update(of=("self",), skip_locked=actor is None).filter(
        waiting, pk__in=pks, state=AssignmentState.ASSIGNED
    )
    rows = list(locked.select_related("application__round", "user").order_by("pk"))
    by_person: dict[int, list[Assignment]] = {}
    for row in rows:
        by_person.setdefault(row.user_id, []).append(row)
        row.reminded_at = moment
        row.save(update_fields=["reminded_at"])
        record(row, "remind", actor=actor, after={"due_at": row.due_at})
    for held in by_person.values():
        tell_due(held, actor=actor, now=moment)
    return len(by_person)


def due_reminders(now: datetime | None = None) -> list[int]:
    """The assignments to remind somebody of now: due within three days or late, and not reminded today."""
    moment = now or timezone.now()
    waiting = Q(reminded_at=None) | Q(reminded_at__lte=moment - APART)
    found = Assignment.objects.filter(
        waiting, state=AssignmentState.ASSIGNED, application__state="accepted", due_at__lte=moment + SOON
    )
    # The longest wait first; what was never reminded of before everything else.
    return list(
        found.order_by(F("reminded_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:500]
    )


def send_reminder(assignment_id: int, *, now: datetime | None = None) -> int:
    """Remind the person of one assignment of everything of theirs that is due. Safe to run twice."""
    moment = now or timezone.now()
    due = set(due_reminders(moment))
    found = Assignment.objects.filter(pk=assignment_id).first()
    if found is None or found.pk not in due:
        return 0
    return remind(Assignment.objects.filter(pk__in=due, user=found.user_id), actor=None, now=moment)


def release_assignments(person: User, program: Program, actor: User | None) -> None:
    """Take back what somebody's remaining roles do not let them assess. Inside the program's scope."""
    if has_assessments(person, program):
        return
    for row in Assignment.objects.filter(user=person, state=AssignmentState.ASSIGNED).order_by("pk"):
        transition(row, "exclude", actor=None, reason=f"{person} lost the role for it.")


def _ready(round_: Round) -> tuple[Stage, RubricVersion]:
    """The assessment of a round, and its rubric; DomainError where applications cannot be given out."""
    stage = assessment_stage(round_)
    if stage is None:
        raise DomainError(NO_STAGE)
    version = stage.rubric_version
    if version is None or version.state == RubricState.DRAFT:
        raise DomainError(NO_RUBRIC)
    return stage, version


def _make(
    application: Application,
    user: User,
    stage: Stage,
    rubric: RubricVersion,
    actor: User,
    *,
    run: AssignmentRun | None = None,
    why: str,
) -> Assignment:
    try:
        with transaction.atomic():
            made = Assignment.objects.create(
                program=stage.program,
                application=application,
                user=user,
                rubric_version=rubric,
                run=run,
                why=why[:300],
                assigned_by=actor,
                due_at=stage.assess_by,
            )
    except IntegrityError as error:
        raise DomainError(f"{user} has this application already.") from error
    record(made, "assign", actor=actor, after={"user": str(user), "why": made.why})
    return made


def _follow(round_: Round, made: list[Assignment], *, stage: Stage, actor: User) -> None:
    """Look for conflicts, then tell everybody what they got."""
    by_person: dict[int, list[Assignment]] = {}
    for assignment in made:
        assignment.application.program = round_.program
        by_person.setdefault(assignment.user_id, []).append(assignment)
    for held in by_person.values():
        look_for_conflicts([one.application for one in held], users=[held[0].user])
        tell_assigned(round_, held[0].user, len(held), due_at=stage.assess_by, actor=actor)
