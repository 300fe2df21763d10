"""Writes to deliverables."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.clock import today
from workplan.guards import action_open
from workplan.models import Action, Deliverable
from workplan.permissions import can_edit_action, can_edit_plan
from workplan.services.locking import allow, lock
from workplan.states import SETTLED, DeliverableState


@transaction.atomic
def add_deliverable(
    action: Action, *, code: str, text: str, due_on: date, actor: User, demonstration: bool = False
) -> Deliverable:
    """Promise a new deliverable under an open action. Its code is unique in the program."""
    allow(can_edit_action(actor, action))
    fresh = lock(action)
    if Deliverable.objects.filter(code=code).exists():
        raise ValidationError({"code": f"There is a deliverable {code} already. Choose another code."})
    deliverable = Deliverable(
        program=action.program,
        action=fresh,
        code=code,
        text=text,
        due_on=due_on,
        is_demonstration=demonstration,
        order=fresh.deliverables.count() + 1,
    )
    if missing := action_open(deliverable):
        raise DomainError(missing)
    deliverable.full_clean()
    deliverable.save()
    record(deliverable, "add", actor=actor, after={"action": action.code, "text": text, "due_on": due_on})
    return deliverable


@transaction.atomic
def change_deliverable(
    deliverable: Deliverable, *, text: str, due_on: date, reason: str, actor: User
) -> Deliverable:
    """Reword an open deliverable or move its due day. A moved day needs a reason."""
    allow(can_edit_plan(actor, deliverable.program))
    fresh = _lock(deliverable)
    if fresh.state in SETTLED:
        raise DomainError("A settled deliverable is not changed. Reopen it first.")
    before = {"text": fresh.text, "due_on": fresh.due_on}
    if fresh.due_on != due_on and not reason.strip():
        raise ValidationError({"reason": "Say why the due day moves: the reason is kept with the change."})
    fresh.text, fresh.due_on = text, due_on
    fresh.full_clean()
    fresh.save(update_fields=["text", "due_on"])
    after = {"text": text, "due_on": due_on}
    record(fresh, "change", actor=actor, before=before, after=after, reason=reason)
    return fresh


@transaction.atomic
def move_deliverable(deliverable: Deliverable, step: str, *, actor: User, reason: str = "") -> Deliverable:
    """Start, reopen, cancel or reinstate a deliverable. Completing has its own service."""
    moved = transition(_lock(deliverable), step, actor=actor, reason=reason)
    if moved.state != DeliverableState.DONE and moved.done_on:
        moved.done_on = None
        moved.save(update_fields=["done_on"])
    return moved


@transaction.atomic
def complete_deliverable(deliverable: Deliverable, *, done_on: date, actor: User) -> Deliverable:
    """Mark a deliverable done on a day, today at the latest. Needs evidence."""
    if done_on > today(deliverable.program):
        raise ValidationError({"done_on": "The day it was done cannot lie in the future."})
    fresh = _lock(deliverable)
    if fresh.state not in SETTLED:
        fresh.done_on = done_on
        fresh.save(update_fields=["done_on"])
    return transition(fresh, "complete", actor=actor)


def _lock(deliverable: Deliverable) -> Deliverable:
    """The deliverable as it stands now, after its action: always in this order."""
    action = lock(deliverable.action)
    fresh = Deliverable.objects.select_for_update().get(pk=deliverable.pk)
    fresh.action, fresh.program = action, action.program
    return fresh
