"""Agreements: opened by an award, given their dates, activated by a manager; cancelled with their award."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from partners.models import Agreement, Organisation
from partners.permissions import can_edit_agreement
from partners.states import AgreementState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError

FIXED = "This agreement is {state}, so its dates and conditions stay as they are."
EDITORS_ONLY = "Program managers and officers change agreements, but not of an organisation they act for."


@transaction.atomic
def open_agreement(
    organisation: Organisation,
    *,
    kind: str,
    code: str,
    title: str,
    amount: Decimal,
    source: str,
    actor: User,
    conditions: Sequence[str] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    demonstration: bool = False,
) -> Agreement:
    """Propose an agreement, in the currency of the program. The caller has decided that there is one.

    `source` says where it comes from, in words. Raises DomainError for a code that is taken.
    """
    agreement = Agreement(
        program=organisation.program,
        organisation=organisation,
        kind=Agreement.Kind(kind),
        code=code,
        title=title[:200],
        amount=amount,
        currency=organisation.program.currency,
        conditions=list(conditions),
        source=source[:200],
        created_by=actor,
        is_demonstration=demonstration,
    )
    agreement.starts_on, agreement.ends_on = starts_on, ends_on
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError:
        raise DomainError(f"There is an agreement {code} already.") from None
    after = {"organisation": str(organisation), "amount": amount, "conditions": list(conditions)}
    record(agreement, "open", actor=actor, after=after, reason=source)
    return agreement


@transaction.atomic
def change_agreement(
    agreement: Agreement,
    *,
    starts_on: date | None,
    ends_on: date | None,
    conditions: Sequence[str],
    actor: User,
) -> Agreement:
    """Set when the work begins and ends, and the conditions, while it is proposed.

    Raises ValidationError by field, DomainError once it has begun or was cancelled.
    """
    locked = _lock(agreement)
    if not can_edit_agreement(actor, locked):
        raise PermissionDenied(EDITORS_ONLY)
    if locked.state != AgreementState.PROPOSED:
        raise DomainError(FIXED.format(state=AgreementState(locked.state).label.lower()))
    if starts_on and ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": "The work ends before it begins. Choose a later last day."})
    before = _facts(locked)
    locked.starts_on, locked.ends_on = starts_on, ends_on
    locked.conditions = [line.strip() for line in conditions if line.strip()]
    if (after := _facts(locked)) != before:
        locked.save(update_fields=list(after))
        record(locked, "change", actor=actor, before=before, after=after)
    return locked


def activate_agreement(agreement: Agreement, *, actor: User) -> Agreement:
    """Let the work begin. From here on the award that it rests on cannot be reversed."""
    return transition(agreement, "activate", actor=actor)


def cancel_agreement(agreement: Agreement, *, reason: str) -> Agreement:
    """The award that it rests on was reversed. Raises DomainError for one that is active."""
    return transition(agreement, "cancel", actor=None, reason=reason)


def move_agreements(source: Organisation, target: Organisation, actor: User) -> Mapping[str, list[str]]:
    """Let the agreements of one organisation be the other's. Registered with partners.merging."""
    held = Agreement.objects.filter(organisation=source).select_for_update(of=("self",), no_key=True)
    names = []
    for agreement in held.order_by("pk"):
        agreement.organisation, agreement.program = target, target.program
        agreement.save(update_fields=["organisation"])
        record(
            agreement,
            "move_organisation",
            actor=actor,
            before={"organisation": source.pk},
            after={"organisation": target.pk},
            reason=f"Now {target}.",
        )
        names.append(str(agreement))
    return {"agreements": names}


def _lock(agreement: Agreement) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    locked: Agreement = rows.get(pk=agreement.pk)
    locked.program = locked.organisation.program = agreement.program
    return locked


def _facts(agreement: Agreement) -> dict[str, object]:
    return {name: getattr(agreement, name) for name in ("starts_on", "ends_on", "conditions")}
