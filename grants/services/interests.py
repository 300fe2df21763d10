"""Writes to the register of interests. Everybody keeps their own; an entry is ended and never deleted."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Application, Declaration, Interest, InterestStatement
from grants.permissions import has_interests
from grants.queries.conflicts import named_by
from grants.queries.interests import current_interests
from grants.queries.panels import put_to
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import allow
from partners.identifiers import read_abn
from partners.models import Organisation
from partners.queries import named
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.models import Program

NOT_FOR_YOU = "Members of panels and program staff keep a register of their interests."


@transaction.atomic
def add_interest(
    program: Program, *, kind: str, organisation: str, abn: str = "", description: str = "", actor: User
) -> Interest:
    """Enter what ties somebody to an organisation, by its name and, where known, its ABN.

    It counts as a conflict with the applications of that organisation at once, whatever a chair ruled before.
    Raises ValidationError by field.
    """
    allow(has_interests(actor, program), NOT_FOR_YOU)
    name, digits = organisation.strip(), _digits(abn)
    known = _known(name, digits)
    interest = Interest(
        program=program,
        user=actor,
        kind=kind,
        organisation=known,
        organisation_name=name or (known.name if known else ""),
        abn=digits or (known.abn if known else ""),
        description=description.strip(),
    )
    interest.clean_fields(exclude=["program", "user", "organisation"])
    interest.save()
    record(interest, "add", actor=actor, after=facts_of(interest))
    entry = Interest.objects.filter(pk=interest.pk)
    concerned = Application.objects.filter(
        put_to(actor, program), organisation__in=named_by(entry).values("pk")
    )
    look_for_conflicts(
        concerned.select_related("program"), users=[actor], again=[Declaration.Finding.INTEREST]
    )
    return interest


@transaction.atomic
def end_interest(interest: Interest, *, actor: User, now: datetime | None = None) -> Interest:
    """Say that an interest has ended. A declaration that it led to stays until somebody rules on it."""
    allow(interest.user_id == actor.pk, "Everybody keeps their own register.")
    held: Interest = Interest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    held.program = interest.program
    if held.ended_at is not None:
        raise DomainError("This interest has ended already.")
    held.ended_at = now or timezone.now()
    held.save(update_fields=["ended_at"])
    record(held, "end", actor=actor, before=facts_of(held), after={"ended_at": held.ended_at})
    return held


@transaction.atomic
def state_interests(program: Program, *, actor: User, now: datetime | None = None) -> InterestStatement:
    """State that one's register is complete, with the register as it stands. Due again after a year."""
    allow(has_interests(actor, program), NOT_FOR_YOU)
    rows = [facts_of(interest) for interest in current_interests(actor)]
    statement = InterestStatement.objects.create(
        program=program, user=actor, interests=rows, stated_at=now or timezone.now()
    )
    record(statement, "state", actor=actor, after={"interests": len(rows)})
    return statement


def facts_of(interest: Interest) -> dict[str, str]:
    """An entry as a statement freezes it."""
    return {
        "kind": interest.get_kind_display(),
        "organisation": interest.organisation_name,
        "abn": interest.abn,
        "description": interest.description,
    }


def _digits(abn: str) -> str:
    try:
        return read_abn(abn)
    except ValidationError as error:
        raise ValidationError({"abn": error.messages}) from None


def _known(name: str, digits: str) -> Organisation | None:
    """The one organisation of this ABN, or of exactly this name; none where there are several."""
    if not name:
        raise ValidationError({"organisation": "Name the organisation."})
    found = named(digits) if digits else []
    found = found or named(name)
    return found[0] if len(found) == 1 else None
