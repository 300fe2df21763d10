"""Writes to how a stage is done: the body that advises or endorses, and how applications are assessed."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from grants.models import Assignment, Body, Round, RubricVersion, Stage
from grants.queries.stages import KIND_OF_BODY
from grants.services.locking import lock_draft, lock_round
from grants.states import RoundState, RubricState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# Settings of an assessment that decide what a score means.
MEANING = ("rubric_version", "is_blind")
ASSESSMENT = (*MEANING, "assessors_each", "most_each", "assess_by")


@transaction.atomic
def choose_body(stage: Stage, *, body: Body | None, actor: User) -> Stage:
    """Say which body advises or endorses, in a draft.

    Raises DomainError for a stage of another kind, ValidationError for a body that does something else.
    """
    fresh = lock_draft(stage.round, actor=actor)
    if stage.kind not in Stage.OF_BODIES:
        raise DomainError(f"No body takes part in “{stage}”.")
    kind = KIND_OF_BODY[stage.kind]
    if body is not None and body.kind != kind:
        raise ValidationError({"body": f"“{stage}” needs a body that is {article(kind.label)}."})
    locked = Stage.objects.select_related("body").get(pk=stage.pk)
    if locked.body_id == (body.pk if body else None):
        return _of(locked, fresh)
    before = {"body": str(locked.body) if locked.body else None}
    locked.body = body
    locked.save(update_fields=["body"])
    after = {"stage": stage.kind, "body": str(body) if body else None}
    record(fresh, "choose_body", actor=actor, before=before, after=after)
    return _of(locked, fresh)


@transaction.atomic
def set_assessment(
    stage: Stage,
    *,
    rubric_version: RubricVersion | None,
    is_blind: bool,
    assessors_each: int,
    most_each: int | None,
    assess_by: datetime | None,
    actor: User,
) -> Stage:
    """Say how applications are assessed, in a round in any state but archived.

    By what, and whether blind, stays once somebody was assigned: all scores must mean the same.
    Raises DomainError and ValidationError in words.
    """
    fresh = lock_round(stage.round, actor=actor)
    if stage.kind != Stage.Kind.ASSESSMENT:
        raise DomainError(f"Nothing is assessed in “{stage}”.")
    if fresh.state == RoundState.ARCHIVED:
        raise DomainError("This round is archived and stays as it was.")
    locked = Stage.objects.select_related("rubric_version__rubric").get(pk=stage.pk)
    wanted = {
        "rubric_version": rubric_version,
        "is_blind": is_blind,
        "assessors_each": assessors_each,
        "most_each": most_each,
        "assess_by": assess_by,
    }
    changed = [name for name in ASSESSMENT if getattr(locked, name) != wanted[name]]
    _check(fresh, changed, rubric_version=rubric_version, assessors_each=assessors_each)
    if changed:
        before = {name: _plain(getattr(locked, name)) for name in changed}
        after = {name: _plain(wanted[name]) for name in changed}
        for name in changed:
            setattr(locked, name, wanted[name])
        locked.save(update_fields=changed)
        record(fresh, "set_assessment", actor=actor, before=before, after=after)
    return _of(locked, fresh)


def _check(
    round_: Round, changed: list[str], *, rubric_version: RubricVersion | None, assessors_each: int
) -> None:
    if assessors_each < 1:
        raise ValidationError({"assessors_each": "At least one person assesses each application."})
    if any(name in changed for name in MEANING) and _is_begun(round_):
        raise DomainError(
            "Somebody was given an application to assess. The rubric, and whether names are hidden, stay as "
            "they are, so that all scores mean the same."
        )
    if "rubric_version" not in changed:
        return
    if rubric_version is not None and rubric_version.state != RubricState.PUBLISHED:
        raise ValidationError({"rubric_version": "Publish this version of the rubric first."})
    if rubric_version is None and round_.state != RoundState.DRAFT:
        raise ValidationError({"rubric_version": "The round is published: choose a rubric."})


def _is_begun(round_: Round) -> bool:
    return Assignment.objects.filter(application__round=round_).exists()


def _of(stage: Stage, round_: Round) -> Stage:
    stage.round, stage.program = round_, round_.program
    return stage


def _plain(value: Any) -> Any:
    """A setting as an event keeps it: a rubric by its name."""
    return str(value) if isinstance(value, RubricVersion) else value


def article(noun: str) -> str:
    """A noun with its article: a Roundtable, an Advisory Group."""
    return f"{'an' if noun[:1].upper() in 'AEIOU' else 'a'} {noun}"
