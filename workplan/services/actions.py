"""Writes to an action itself."""

from django.core.exceptions import ValidationError
from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.clock import today
from scsc.programs.models import Program
from workplan.models import Action, ProgramYear
from workplan.permissions import can_edit_action, can_edit_plan
from workplan.services.locking import allow, lock
from workplan.states import OPEN, ActionState, Rag


@transaction.atomic
def move_action(action: Action, step: str, *, actor: User, reason: str = "") -> Action:
    """Start, complete, reopen, stop or resume an action. Stopping cancels what it still promised."""
    moved = transition(action, step, actor=actor, reason=reason)
    if moved.state == ActionState.STOPPED:
        for deliverable in moved.deliverables.filter(state__in=OPEN):
            transition(deliverable, "cancel", actor=actor, reason=f"{moved.code} was stopped: {reason}")
    return moved


@transaction.atomic
def assign_owner(action: Action, *, owner: User | None, actor: User) -> Action:
    """Name the member of staff who answers for an action, or nobody."""
    allow(can_edit_action(actor, action))
    if owner and not can_edit_plan(owner, action.program):
        raise DomainError(f"{owner} is not a manager or officer of this program.")
    fresh = lock(action)
    before = fresh.owner
    if before == owner:
        return fresh
    fresh.owner = owner
    fresh.save(update_fields=["owner"])
    record(fresh, "assign_owner", actor=actor, before={"owner": _name(before)}, after={"owner": _name(owner)})
    return fresh


@transaction.atomic
def confirm_years(action: Action, *, first_year: int, last_year: int, reason: str, actor: User) -> Action:
    """Confirm or correct the span of an action, naming its source. The span may run past the plan."""
    allow(can_edit_action(actor, action))
    if last_year < first_year:
        raise ValidationError({"last_year": "The last year cannot lie before the first."})
    if not ProgramYear.objects.filter(number=first_year).exists():
        raise ValidationError({"first_year": f"The plan has no year {first_year}."})
    if not reason.strip():
        raise ValidationError({"reason": "Name the source of the years."})
    fresh = lock(action)
    before = {"years": [fresh.first_year, fresh.last_year], "confidence": fresh.year_confidence}
    fresh.first_year, fresh.last_year = first_year, last_year
    fresh.year_confidence, fresh.source = Action.Confidence.EXPLICIT, reason.strip()
    fresh.full_clean(validate_unique=False, validate_constraints=False)
    fresh.save(update_fields=["first_year", "last_year", "year_confidence", "source"])
    after = {"years": [first_year, last_year], "confidence": fresh.year_confidence}
    record(fresh, "confirm_years", actor=actor, before=before, after=after, reason=reason)
    return fresh


@transaction.atomic
def override_status(action: Action, *, rag: str, reason: str, actor: User) -> Action:
    """Set a status beside the computed one, with a reason; an empty `rag` goes back to the computed one."""
    allow(can_edit_action(actor, action))
    if rag and not reason.strip():
        raise DomainError("Say why the status differs from the computed one.")
    fresh = lock(action)
    before = {"rag": fresh.rag_override, "reason": fresh.rag_reason}
    after = {"rag": Rag(rag).value if rag else "", "reason": reason.strip() if rag else ""}
    if before == after:
        return fresh
    fresh.rag_override, fresh.rag_reason = after["rag"], after["reason"]
    fresh.rag_by, fresh.rag_on = (actor, today(action.program)) if rag else (None, None)
    fresh.save(update_fields=["rag_override", "rag_reason", "rag_by", "rag_on"])
    word = "override_status" if rag else "clear_override"
    record(fresh, word, actor=actor, before=before, after=after, reason=reason)
    return fresh


def release_actions(person: User, program: Program, actor: User | None) -> None:
    """Leave the actions of somebody who is no staff any more without an owner. Inside the program's scope."""
    if can_edit_plan(person, program):
        return
    for action in Action.objects.filter(owner=person):
        action.program = program
        fresh = lock(action)
        fresh.owner = None
        fresh.save(update_fields=["owner"])
        record(fresh, "assign_owner", actor=actor, before={"owner": _name(person)}, after={"owner": None})


def _name(person: User | None) -> str | None:
    return str(person) if person else None
