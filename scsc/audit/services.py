"""Every write leaves an event; every change of state goes through `transition`."""

import json
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from scsc.accounts.models import User
from scsc.audit.life import Life, Transition
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.logs import request_id
from scsc.programs.models import Program

# A model with a life: a `state` field and its table of transitions as class attribute `life`.
L = TypeVar("L", bound=models.Model)


def record(
    obj: models.Model,
    action: str,
    *,
    actor: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Leave an event about `obj` in the transaction under way. `actor` None means the system itself."""
    program: Program = obj.program  # type: ignore[attr-defined]
    return AuditEvent.objects.create(
        program=program,
        actor=actor,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_label=str(obj)[:300],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        request_id=request_id(),
    )


def transition(
    obj: L, action: str, *, actor: User | None, reason: str = "", also: dict[str, Any] | None = None
) -> L:
    """Take one step in the life of `obj`: lock its row, check, save the state, leave the event.

    `also` has fields that the database wants to change together with the state; the event names them.
    Returns the locked, fresh row. Raises DomainError where the state or a guard does not allow the action,
    PermissionDenied where the person may not take it. Of several at once, one wins: the others see its state.
    """
    with transaction.atomic():
        model: Any = type(obj)
        locked: Any = model.objects.select_for_update(of=("self",)).select_related("program").get(pk=obj.pk)
        step = locked.life.find(locked.state, action)
        if step is None:
            word = locked.life.states(locked.state).label.lower()
            raise DomainError(
                f"This {locked.life.noun} is {word}, so “{_label(locked.life, action)}” is not possible."
            )
        _check(locked, step, actor=actor, reason=reason)
        before, locked.state = locked.state, step.target
        also = also or {}
        for name, value in also.items():
            setattr(locked, name, value)
        locked.save(update_fields=["state", *also])
        record(
            locked,
            action,
            actor=actor,
            before={"state": before},
            after={"state": step.target, **also},
            reason=reason,
        )
        obj.state = locked.state  # type: ignore[attr-defined]
        found: L = locked
        return found


def _check(obj: Any, step: Transition, *, actor: User | None, reason: str) -> None:
    predicate = obj.life.predicate(step)
    if (predicate is None) != (actor is None) or (predicate and not predicate(actor, obj)):
        raise PermissionDenied(f"You may not do this to this {obj.life.noun}.")
    if step.needs_reason and not reason.strip():
        raise DomainError(f"Say why: a reason is kept when you {step.label.lower()} a {obj.life.noun}.")
    guard = obj.life.guard(step)
    if guard and (missing := guard(obj)):
        raise DomainError(missing)


def _label(life: Life, action: str) -> str:
    return next(step.label or name for (_, name), step in life.table.items() if name == action)


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    """Dates and decimals as JSON writes them, so that an event reads back as it was hashed."""
    plain: dict[str, Any] = json.loads(json.dumps(values or {}, cls=DjangoJSONEncoder))
    return plain
