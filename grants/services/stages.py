"""Writes to the stages of a round: which there are, in which order, with which form, closing and people."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from grants.models import FormVersion, Round, Stage, StagePerson
from grants.queries.stages import can_be_named, stages_of
from grants.services.locking import lock_draft, lock_round
from grants.states import FormState, RoundState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.models import Program

# Where a kind usually stands, so that a stage that is added needs no moving.
USUAL = [
    Stage.Kind.EOI,
    Stage.Kind.SCREENING,
    Stage.Kind.APPLICATION,
    Stage.Kind.ADVICE,
    Stage.Kind.ASSESSMENT,
    Stage.Kind.ENDORSEMENT,
    Stage.Kind.DECISION,
]


@transaction.atomic
def add_stage(round_: Round, *, kind: str, actor: User) -> Stage:
    """Add a stage of a kind that the round does not have yet, where it usually stands."""
    fresh = lock_draft(round_, actor=actor)
    stages = stages_of(fresh)
    if any(stage.kind == kind for stage in stages):
        raise ValidationError({"kind": f"The round has the stage “{Stage.Kind(kind).label}” already."})
    stage = Stage(program=fresh.program, round=fresh, kind=kind, order=len(stages) + 1)
    stage.save()
    place = _usual_place(stage, stages)
    _number([*stages[:place], stage, *stages[place:]])
    record(fresh, "add_stage", actor=actor, after={"stage": kind})
    return stage


@transaction.atomic
def remove_stage(stage: Stage, *, actor: User) -> None:
    """Take a stage out of a draft, with the people named for it."""
    fresh = lock_draft(stage.round, actor=actor)
    left = [found for found in stages_of(fresh) if found.pk != stage.pk]
    Stage.objects.filter(pk=stage.pk).delete()
    _number(left)
    record(fresh, "remove_stage", actor=actor, before={"stage": stage.kind})


@transaction.atomic
def order_stages(round_: Round, *, order: Sequence[int], actor: User) -> None:
    """Put the stages of a draft in the order of these ids.

    Raises DomainError where the ids are not those of the round: somebody else added or removed one.
    """
    fresh = lock_draft(round_, actor=actor)
    stages = {stage.pk: stage for stage in stages_of(fresh)}
    before = [stage.kind for stage in stages.values()]
    if sorted(order) != sorted(stages):
        raise DomainError("The stages have changed meanwhile. Look at them again, then put them in order.")
    ordered = [stages[pk] for pk in order]
    if (after := [stage.kind for stage in ordered]) == before:
        return
    _number(ordered)
    record(fresh, "order_stages", actor=actor, before={"stages": before}, after={"stages": after})


@transaction.atomic
def change_stage(
    stage: Stage, *, form_version: FormVersion | None, closes_at: datetime | None, actor: User
) -> Stage:
    """Choose the form of a written stage of a draft, and the closing of one after the first."""
    fresh = lock_draft(stage.round, actor=actor)
    if not stage.is_written:
        raise DomainError(f"Nobody writes in “{stage}”, so it has neither form nor closing.")
    if form_version is not None and form_version.state != FormState.PUBLISHED:
        raise ValidationError({"form_version": "Publish this version of the form first."})
    locked = Stage.objects.select_related("form_version__form").get(pk=stage.pk)
    before = {"form": _name(locked.form_version), "closes_at": locked.closes_at}
    locked.form_version, locked.closes_at = form_version, None if _is_first(stage, fresh) else closes_at
    locked.save(update_fields=["form_version", "closes_at"])
    after = {"stage": stage.kind, "form": _name(form_version), "closes_at": locked.closes_at}
    record(fresh, "change_stage", actor=actor, before=before, after=after)
    locked.round, locked.program = fresh, fresh.program
    return locked


@transaction.atomic
def name_people(stage: Stage, *, people: Sequence[User], actor: User) -> None:
    """Say who takes part in a stage, in a round in any state but archived.

    Raises DomainError for somebody whose role does not fit, and for nobody once the round is published.
    """
    fresh = lock_round(stage.round, actor=actor)
    if fresh.state == RoundState.ARCHIVED:
        raise DomainError("This round is archived and stays as it was.")
    if stage.kind not in Stage.STAFFED:
        raise DomainError(f"Nobody is named for “{stage}”.")
    fitting = {user.pk for user in can_be_named(stage.kind, fresh.program)}
    for person in people:
        if person.pk not in fitting:
            raise DomainError(f"{person} has no role that takes part in “{stage}”.")
    if not people and fresh.state != RoundState.DRAFT:
        raise ValidationError({"people": "The round is published: leave at least one person."})
    held = {row.user_id: row.user for row in stage.people.select_related("user")}
    wanted = {person.pk: person for person in people}
    if held.keys() == wanted.keys():
        return
    stage.people.exclude(user_id__in=wanted).delete()
    for pk in wanted.keys() - held.keys():
        StagePerson.objects.create(program=fresh.program, stage=stage, user=wanted[pk])
    after = {"stage": stage.kind, "people": [str(person) for person in wanted.values()]}
    record(fresh, "name_people", actor=actor, before={"people": [str(p) for p in held.values()]}, after=after)


def release_stage_people(person: User, program: Program, actor: User | None) -> None:
    """Take somebody off the stages that their remaining roles do not fit. Inside the program's scope."""
    left = StagePerson.objects.filter(user=person).exclude(stage__round__state=RoundState.ARCHIVED)
    for row in left.select_related("stage__round"):
        if any(user.pk == person.pk for user in can_be_named(row.stage.kind, program)):
            continue
        round_ = row.stage.round
        round_.program = program
        after = {"stage": row.stage.kind, "left": str(person)}
        row.delete()
        record(round_, "release_person", actor=actor, after=after, reason=f"{person} lost the role for it.")


def _usual_place(stage: Stage, stages: Sequence[Stage]) -> int:
    rank = USUAL.index(Stage.Kind(stage.kind))
    return next(
        (n for n, other in enumerate(stages) if USUAL.index(Stage.Kind(other.kind)) > rank), len(stages)
    )


def _number(stages: Sequence[Stage]) -> None:
    """Number them from one. The first written stage closes with the round and has no closing of its own."""
    seen_written = False
    for order, stage in enumerate(stages, start=1):
        closes_at = stage.closes_at if stage.is_written and seen_written else None
        seen_written = seen_written or stage.is_written
        if (stage.order, stage.closes_at) != (order, closes_at):
            stage.order, stage.closes_at = order, closes_at
            stage.save(update_fields=["order", "closes_at"])


def _is_first(stage: Stage, round_: Round) -> bool:
    return next(found.pk for found in stages_of(round_) if found.is_written) == stage.pk


def _name(version: FormVersion | None) -> str | None:
    return str(version) if version else None
