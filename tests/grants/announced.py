"""Rounds and recipients as the public pages meet them, made with models alone, inside the program's scope."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.models import EligibilityQuestion, Recipient, Round, RoundInvitation, Stage
from grants.states import RoundState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Program

SYDNEY = "Australia/Sydney"
CLOSE = datetime(2027, 3, 5, 6, 0, tzinfo=UTC)  # 5 pm in Sydney


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def announced_round(program: Program, code: str = "IG27", **fields: Any) -> Round:
    """A public round, open now unless its dates say otherwise."""
    values = {
        "title": f"Impact grants {code}",
        "summary": "For safer places online.",
        "state": RoundState.OPEN,
        "timezone": SYDNEY,
        "opens_at": in_days(-1),
        "closes_at": in_days(3.1),
    } | fields
    return Round.objects.create(program=program, code=code, **values)


def full_round(program: Program, code: str = "IG27", **fields: Any) -> Round:
    """A round that has everything a page can show."""
    values = {
        "description": "Projects that keep children safe online.\n\nFor up to two years.",
        "who_can_apply": "Charities\n\nIndigenous corporations\n",
        "criteria": "Reaches children\nCan be measured",
        "minimum_amount": Decimal(20_000),
        "maximum_amount": Decimal(150_000),
        "budget": Decimal(900_000),
        "most_per_organisation": 2,
        "contact_email": "grants@example.org",
        "decided_by": date(2030, 6, 30),
    } | fields
    round_ = announced_round(program, code, **values)
    kinds = [Stage.Kind.EOI, Stage.Kind.SCREENING, Stage.Kind.APPLICATION, Stage.Kind.DECISION]
    for order, kind in enumerate(kinds, start=1):
        closes_at = in_days(20) if kind == Stage.Kind.APPLICATION else None
        Stage.objects.create(program=program, round=round_, order=order, kind=kind, closes_at=closes_at)
    for order, text in enumerate(["Are you a charity?", "Do you owe a report?"], start=1):
        EligibilityQuestion.objects.create(
            program=program,
            round=round_,
            order=order,
            text=text,
            help="Or another body.",
            needs_yes=order == 1,
            otherwise="No.",
        )
    return round_


def invited_to(round_: Round, person: User, by: User) -> RoundInvitation:
    """An invitation to a round by the person's address, in another spelling."""
    return RoundInvitation.objects.create(
        program=round_.program, round=round_, email=person.email.upper(), invited_by=by
    )


def recipient(round_: Round, by: User, name: str = "Harbour Families", **fields: Any) -> Recipient:
    """A recipient that is published."""
    organisation = Organisation.objects.create(program=round_.program, name=name)
    values = {
        "title": "Safe Online Together",
        "summary": "Workshops in twelve schools.",
        "place": "Newcastle, NSW",
        "amount": Decimal(80_000),
        "awarded_on": date(2026, 6, 30),
        "source": "Letter of offer, 2026",
        "published_at": timezone.now(),
    } | fields
    return Recipient.objects.create(
        program=round_.program, round=round_, organisation=organisation, recorded_by=by, **values
    )
