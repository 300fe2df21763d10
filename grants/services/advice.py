"""What members of an Advisory Group advise. The newest of a member on a subject stands; none is deleted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Advice, Application, Body
from grants.permissions import advises_in, advising_body, can_advise, can_advise_on_plan
from grants.services.holding import hold_application
from grants.states import ApplicationState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.models import Program
from workplan.models import Action

LONGEST = 10_000
NOT_YOURS = "Members of the Advisory Group advise, each after declaring where they stand."


@transaction.atomic
def advise(application: Application, *, position: str, text: str, actor: User) -> Advice:
    """Advise on an application, or say it anew. It is quoted where a body decides, and never counted."""
    words = _checked(position, text)
    fresh = hold_application(application)
    body = advising_body(actor, fresh)
    if body is None or not can_advise(actor, fresh):
        raise PermissionDenied(NOT_YOURS)
    if fresh.state != ApplicationState.ACCEPTED:
        raise DomainError("This application is not under consideration any more.")
    made = Advice.objects.create(
        program=fresh.program,
        body=body,
        application=fresh,
        position=position,
        text=words,
        author=actor,
        given_at=timezone.now(),
    )
    record(made, "advise", actor=actor, after={"application": fresh.code, "position": position})
    return made


@transaction.atomic
def advise_on_plan(
    program: Program,
    *,
    position: str,
    text: str,
    actor: User,
    action: Action | None = None,
    body: Body | None = None,
) -> Advice:
    """Advise on an action of the work plan, or without one on the plan as a whole.

    `body` names the group for somebody who sits on several.
    """
    words = _checked(position, text)
    bodies = advises_in(actor, program)
    if not can_advise_on_plan(actor, program) or (body is not None and body not in bodies):
        raise PermissionDenied("Members of the Advisory Group advise on the plan.")
    made = Advice.objects.create(
        program=program,
        body=body or bodies[0],
        action=action,
        position=position,
        text=words,
        author=actor,
        given_at=timezone.now(),
    )
    after = {"action": action.code if action else None, "position": position}
    record(made, "advise", actor=actor, after=after)
    return made


def _checked(position: str, text: str) -> str:
    if position not in Advice.Position.values:
        raise ValidationError({"position": "Choose a position."})
    if not (words := text.strip()):
        raise ValidationError({"text": "Write your advice, with its reasons."})
    if len(words) > LONGEST:
        raise ValidationError({"text": f"Use at most {LONGEST:,} characters."})
    return words
