"""Who was funded, as the public reads it: written down first, made public by a manager."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.models import Application, Recipient, Round
from grants.permissions import can_edit_recipient, can_publish_recipient, can_record_recipients
from grants.states import ApplicationState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.clock import day_of

FACTS = ("title", "summary", "place", "amount", "awarded_on", "source")
OWN = "You act for this organisation. Ask a colleague to write down what it was granted."
MANAGERS_ONLY = "Program managers publish recipients, but not an organisation they act for."


@transaction.atomic
def record_recipient(
    round_: Round,
    *,
    organisation: Organisation,
    title: str,
    summary: str,
    awarded_on: date,
    place: str = "",
    amount: Decimal | None = None,
    source: str = "",
    application: Application | None = None,
    actor: User,
) -> Recipient:
    """Write down who was funded in a round. Nothing is public yet.

    `amount` is in the program's currency. One decided outside this system has no application and names its
    `source`. Raises ValidationError by field, PermissionDenied for those who may not.
    """
    recipient = Recipient(
        program=round_.program,
        round=round_,
        organisation=organisation,
        application=application,
        title=title.strip(),
        summary=summary.strip(),
        place=place.strip(),
        amount=amount,
        awarded_on=awarded_on,
        source=source.strip(),
        recorded_by=actor,
        is_demonstration=application is not None and application.is_demonstration,
    )
    if not can_record_recipients(actor, round_.program):
        raise PermissionDenied("Program managers and officers write down recipients. Ask one of them.")
    _allow_edit(recipient, actor=actor)
    _check(recipient)
    try:
        with transaction.atomic():
            recipient.save()
    except IntegrityError:
        raise DomainError(f"{application} is written down as a recipient already.") from None
    record(recipient, "record", actor=actor, after=_facts(recipient) | {"organisation": str(organisation)})
    return recipient


@transaction.atomic
def change_recipient(recipient: Recipient, *, actor: User, **changes: Any) -> Recipient:
    """Correct fields of FACTS before it is published."""
    if unknown := sorted(set(changes) - set(FACTS)):
        raise TypeError(f"A recipient has no {', '.join(unknown)} to change.")
    locked = _lock(recipient)
    _allow_edit(locked, actor=actor)
    _refuse_public(locked)
    before = _facts(locked)
    for name, value in changes.items():
        setattr(locked, name, value.strip() if isinstance(value, str) else value)
    _check(locked)
    if (after := _facts(locked)) == before:
        return locked
    locked.save(update_fields=list(FACTS))
    record(locked, "change", actor=actor, before=before, after=after)
    return locked


@transaction.atomic
def publish_recipient(recipient: Recipient, *, actor: User, now: datetime | None = None) -> Recipient:
    """Let everybody read it. Again for one that is public changes nothing."""
    locked = _lock(recipient)
    _allow_publish(locked, actor=actor)
    if locked.published_at is not None:
        return locked
    locked.published_at = now or timezone.now()
    locked.save(update_fields=["published_at"])
    record(locked, "publish", actor=actor, after=_facts(locked) | {"organisation": str(locked.organisation)})
    return locked


@transaction.atomic
def unpublish_recipient(recipient: Recipient, *, reason: str, actor: User) -> Recipient:
    """Take it off the public page, with a reason. It stays written down."""
    locked = _lock(recipient)
    _allow_publish(locked, actor=actor)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the reason is kept in the history."})
    if locked.published_at is None:
        return locked
    before = {"published_at": locked.published_at}
    locked.published_at = None
    locked.save(update_fields=["published_at"])
    record(locked, "unpublish", actor=actor, before=before, reason=reason)
    return locked


@transaction.atomic
def remove_recipient(recipient: Recipient, *, reason: str, actor: User) -> None:
    """Take out one that was written down by mistake and is not public. The audit trail keeps what it said."""
    locked = _lock(recipient)
    _allow_edit(locked, actor=actor)
    _refuse_public(locked)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the reason is kept in the history."})
    record(locked, "remove", actor=actor, before=_facts(locked), reason=reason)
    locked.delete()


def _lock(recipient: Recipient) -> Recipient:
    locked: Recipient | None = Recipient.objects.select_for_update().filter(pk=recipient.pk).first()
    if locked is None:
        raise DomainError("Somebody has taken this recipient out meanwhile.")
    locked.program = recipient.program
    return locked


def _allow_edit(recipient: Recipient, *, actor: User) -> None:
    if not can_edit_recipient(actor, recipient):
        raise PermissionDenied(OWN)


def _allow_publish(recipient: Recipient, *, actor: User) -> None:
    if not can_publish_recipient(actor, recipient):
        raise PermissionDenied(MANAGERS_ONLY)


def _refuse_public(recipient: Recipient) -> None:
    if recipient.published_at is not None:
        raise DomainError("This recipient is public. Take it off the public page first, then change it.")


def _check(recipient: Recipient) -> None:
    """Raise ValidationError by field for what cannot be right."""
    application = recipient.application
    if application is None and not recipient.source:
        raise ValidationError({"source": "Say where the decision is written, such as a media release."})
    if recipient.awarded_on > day_of(recipient.program, timezone.now()):
        raise ValidationError({"awarded_on": "The day of the award is still to come."})
    if recipient.amount is not None and recipient.amount <= 0:
        raise ValidationError({"amount": "Give an amount above nothing, or leave it empty."})
    if application is not None:
        if application.round_id != recipient.round_id or application.state != ApplicationState.ACCEPTED:
            raise ValidationError(
                {"application": "Only an eligible application of this round can be funded."}
            )
        if application.organisation_id != recipient.organisation_id:
            raise ValidationError({"organisation": f"{application} is of another organisation."})
    recipient.clean_fields(exclude=["program", "round", "organisation", "application", "recorded_by"])


def _facts(recipient: Recipient) -> dict[str, Any]:
    return {name: getattr(recipient, name) for name in FACTS}
