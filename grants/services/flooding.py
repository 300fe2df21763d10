"""Nobody uses invitations to fill strangers' mailboxes: limits over a whole program, and plain names."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet

from grants.models import Application, TeamInvitation
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.names import check_name
from scsc.programs.models import Program

# Mails of invitations that one person causes in a program within a day, over all applications. As many as one
# application may send: nobody works on two with that many colleagues to invite at once.
MOST_BY_ONE = 40
# Mails to one address within a day, and invitations of it that are open, from whomever. Somebody may be on
# several teams; more than this is no invitation any more.
MOST_TO_ONE = 5
DAY = timedelta(days=1)
LOCK_SPACE = 7_302  # any number that no other advisory lock of the installation uses


def refuse_flood(application: Application, address: str, *, actor: User, now: datetime) -> None:
    """Raise DomainError where one more mail would be too many, or would carry a line or link of its own.

    Until the transaction ends, nobody else in the program sends an invitation: else several at once would
    each find room for one more.
    """
    _refuse_names(actor, application)
    _one_at_a_time(application.program)
    since = now - DAY
    to_address = TeamInvitation.objects.filter(same_address("email", address))
    if (
        _mails(to_address, _renewals(since).filter(object_id__in=to_address.values("pk")), since)
        >= MOST_TO_ONE
    ):
        raise DomainError(
            f"{address} was sent {MOST_TO_ONE} invitations within a day, the most there can be. "
            "Tell your colleague to look among unwanted mail, or try again tomorrow."
        )
    by_actor = TeamInvitation.objects.filter(invited_by=actor)
    if _mails(by_actor, _renewals(since).filter(actor=actor), since) >= MOST_BY_ONE:
        raise DomainError(
            f"You have sent {MOST_BY_ONE} invitations within a day, over all your applications. "
            "Go on tomorrow."
        )


def refuse_many_open(address: str, *, now: datetime) -> None:
    """Raise DomainError where too many invitations of an address wait. Called after `refuse_flood`."""
    waiting = Q(accepted_at=None, revoked_at=None, expires_at__gt=now)
    if TeamInvitation.objects.filter(waiting, same_address("email", address)).count() >= MOST_TO_ONE:
        raise DomainError(
            f"{MOST_TO_ONE} invitations wait for an answer of {address}, the most there can be. "
            "Ask your colleague to answer them first."
        )


def _refuse_names(actor: User, application: Application) -> None:
    """Also those that were entered before names were checked."""
    for whose, name in (
        ("Your name", str(actor)),
        ("The name of the organisation", str(application.organisation)),
    ):
        try:
            check_name(name)
        except ValidationError as error:
            raise DomainError(
                f"{whose} cannot stand in a mail: {error.message} Change it, then invite."
            ) from None


def _one_at_a_time(program: Program) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, program.pk])


def _mails(invitations: QuerySet[TeamInvitation], renewals: QuerySet[AuditEvent], since: datetime) -> int:
    return invitations.filter(invited_at__gt=since).count() + renewals.count()


def _renewals(since: datetime) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(
        object_type=TeamInvitation._meta.label_lower, action="renew", at__gt=since
    )
