"""Writes to a round itself: its settings while a draft, its words always, and the steps of its life."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.models import EligibilityQuestion, Round, RoundInvitation, Stage, StagePerson
from grants.permissions import can_manage_rounds
from grants.queries.rounds import is_due
from grants.queries.stages import can_be_named, stages_of
from grants.services.closing import (
    change_closing,
    close_round,
    close_round_early,
    open_round,
    reopen_round,
    turn_round,
)
from grants.services.holding import allow
from grants.services.locking import LOCKED, lock_round
from grants.services.round_mail import tell_invited
from grants.states import RoundState
from grants.zones import is_zone
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.codes import CODE
from scsc.programs.models import Program

__all__ = [
    "PLANS",
    "SETTINGS",
    "WORDS",
    "archive_round",
    "change_closing",
    "change_round",
    "clone_round",
    "close_round",
    "close_round_early",
    "create_round",
    "discard_round",
    "open_round",
    "publish_round",
    "reopen_round",
    "turn_round",
    "unpublish_round",
]

# Codes that are parts of addresses of their own.
TAKEN = frozenset({"new"})
# What can be corrected in a published round, since it changes no rule.
WORDS = frozenset({"title", "summary", "description", "contact_email"})
# All that a draft can be set to.
SETTINGS = WORDS | {
    "who_can_apply",
    "criteria",
    "audience",
    "timezone",
    "opens_at",
    "closes_at",
    "grace_minutes",
    "decided_by",
    "budget",
    "minimum_amount",
    "maximum_amount",
    "two_decide_over",
    "most_per_organisation",
    "action",
}
NOT_CLONED = frozenset({"opens_at", "closes_at", "decided_by", "title"})
# Stages that a new round can begin with.
PLANS: dict[str, tuple[Stage.Kind, ...]] = {
    "one": (
        Stage.Kind.APPLICATION,
        Stage.Kind.SCREENING,
        Stage.Kind.ASSESSMENT,
        Stage.Kind.ENDORSEMENT,
        Stage.Kind.DECISION,
    ),
    "two": (
        Stage.Kind.EOI,
        Stage.Kind.SCREENING,
        Stage.Kind.APPLICATION,
        Stage.Kind.ADVICE,
        Stage.Kind.ASSESSMENT,
        Stage.Kind.ENDORSEMENT,
        Stage.Kind.DECISION,
    ),
    "none": (),
}


@transaction.atomic
def create_round(
    program: Program,
    *,
    code: str,
    title: str,
    summary: str,
    actor: User,
    plan: str = "none",
    demonstration: bool = False,
    **settings: Any,
) -> Round:
    """Begin a round as a draft, in the program's time zone unless told, with the stages of a plan.

    `settings` are any of SETTINGS. Raises ValidationError for a code that is taken.
    """
    allow(can_manage_rounds(actor, program))
    _refuse_code(code)
    round_ = Round(
        program=program,
        code=code,
        timezone=settings.pop("timezone", program.timezone),
        created_by=actor,
        is_demonstration=demonstration,
    )
    _set(round_, {"title": title, "summary": summary, **settings})
    _save_new(round_)
    for order, kind in enumerate(PLANS[plan], start=1):
        Stage.objects.create(program=program, round=round_, order=order, kind=kind)
    record(round_, "create", actor=actor, after={"code": code, "title": title, "stages": list(PLANS[plan])})
    return round_


@transaction.atomic
def change_round(round_: Round, *, changes: Mapping[str, Any], actor: User, reason: str = "") -> Round:
    """Set any of SETTINGS in a draft; in a published round any of WORDS, with a reason.

    Raises DomainError for a rule of a round that was published.
    """
    fresh = lock_round(round_, actor=actor)
    before = {name: getattr(fresh, name) for name in changes}
    changed = {name: value for name, value in changes.items() if before[name] != value}
    if not changed:
        return fresh
    if fresh.state == RoundState.ARCHIVED:
        raise DomainError("This round is archived and stays as it was.")
    if fresh.state != RoundState.DRAFT:
        if not changed.keys() <= WORDS:
            raise DomainError(LOCKED)
        if not reason.strip():
            raise ValidationError({"reason": "Say why the words change: people have read them already."})
    _set(fresh, changed)
    fresh.save(update_fields=list(changed))
    record(
        fresh,
        "change",
        actor=actor,
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(value) for name, value in changed.items()},
        reason=reason,
    )
    return fresh


@transaction.atomic
def publish_round(round_: Round, *, actor: User) -> Round:
    """Announce a round whose checks find nothing; those invited are told. It opens by the clock."""
    lock_round(round_, actor=actor)
    fresh = transition(round_, "publish", actor=actor)
    now = timezone.now()
    fresh.published_at = now
    fresh.save(update_fields=["published_at"])
    if fresh.audience == Round.Audience.INVITED:
        emails = RoundInvitation.objects.filter(round=fresh).values_list("email", flat=True)
        tell_invited(fresh, list(emails), actor=actor)
    return open_round(fresh) if is_due(fresh, now) == "open" else fresh


@transaction.atomic
def unpublish_round(round_: Round, *, actor: User, reason: str) -> Round:
    """Take a published round back to a draft, while nobody has begun an application."""
    lock_round(round_, actor=actor)
    fresh = transition(round_, "unpublish", actor=actor, reason=reason)
    fresh.published_at = None
    fresh.save(update_fields=["published_at"])
    return fresh


def archive_round(round_: Round, *, actor: User) -> Round:
    """Put a closed round away. Its applications stay to be read."""
    return transition(round_, "archive", actor=actor)


def discard_round(round_: Round, *, actor: User) -> Round:
    """Put away a draft that will not be published."""
    return transition(round_, "discard", actor=actor)


@transaction.atomic
def clone_round(source: Round, *, code: str, title: str, actor: User) -> Round:
    """A new draft with the settings, stages, questions and people of another round; its dates are empty.

    Forms are asked for in the same versions. People who lost their role since are left out, and so are the
    invitations: who is invited is decided anew.
    """
    allow(can_manage_rounds(actor, source.program))
    _refuse_code(code)
    copied = {name: getattr(source, name) for name in SETTINGS - NOT_CLONED}
    clone = Round(
        program=source.program,
        code=code,
        cloned_from=source,
        created_by=actor,
        is_demonstration=source.is_demonstration,
    )
    _set(clone, {"title": title, **copied})
    _save_new(clone)
    for stage in stages_of(source):
        _clone_stage(stage, clone)
    for question in source.questions.all():
        EligibilityQuestion.objects.create(
            program=clone.program,
            round=clone,
            order=question.order,
            text=question.text,
            help=question.help,
            needs_yes=question.needs_yes,
            otherwise=question.otherwise,
        )
    record(clone, "clone", actor=actor, after={"code": code, "from": source.code})
    return clone


def _clone_stage(stage: Stage, clone: Round) -> None:
    copy = Stage.objects.create(
        program=clone.program,
        round=clone,
        order=stage.order,
        kind=stage.kind,
        form_version=stage.form_version,
        body=stage.body,
        rubric_version=stage.rubric_version,
        is_blind=stage.is_blind,
        assessors_each=stage.assessors_each,
        most_each=stage.most_each,
    )
    fitting = {user.pk for user in can_be_named(stage.kind, clone.program)} if stage.people.all() else set()
    for person in stage.people.all():
        if person.user_id in fitting:
            StagePerson.objects.create(program=clone.program, stage=copy, user=person.user)


def _refuse_code(code: str) -> None:
    if code.lower() in TAKEN or not re.fullmatch(CODE, code):
        raise ValidationError({"code": f"“{code}” cannot be a code. Use letters, digits and hyphens."})
    if Round.objects.filter(code__iexact=code).exists():
        raise _taken(code)


def _taken(code: str) -> ValidationError:
    return ValidationError({"code": f"There is a round {code} already. Choose another code."})


def _save_new(round_: Round) -> None:
    """Save a new round. Of two with one code at the same moment, the database takes one."""
    try:
        with transaction.atomic():
            round_.save()
    except IntegrityError as error:
        raise _taken(round_.code) from error


def _set(round_: Round, values: Mapping[str, Any]) -> None:
    """Set fields and check them, each by itself and together."""
    if unknown := values.keys() - SETTINGS:
        raise ValueError(f"A round has no setting {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(round_, name, value)
    if not is_zone(round_.timezone):
        raise ValidationError({"timezone": f"There is no time zone {round_.timezone}."})
    if round_.opens_at and round_.closes_at and round_.closes_at <= round_.opens_at:
        raise ValidationError({"closes_at": "The round closes before it opens. Choose a later closing."})
    if _below(round_.maximum_amount, round_.minimum_amount):
        raise ValidationError({"maximum_amount": "The largest amount is below the smallest."})
    # What lies beyond the settings is not typed by anybody; the constraints were checked above, in words.
    others = {field.name for field in Round._meta.fields} - SETTINGS
    round_.full_clean(exclude=others, validate_unique=False, validate_constraints=False)


def _below(first: Any, second: Any) -> bool:
    return first is not None and second is not None and bool(first < second)


def _plain(value: Any) -> Any:
    """A value as an event keeps it: an action by its code."""
    return str(value) if hasattr(value, "pk") else value
