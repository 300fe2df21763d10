"""What grants keep about an organisation, when two organisations become one."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db.models import QuerySet

from grants.models import Application, Interest, Recipient
from grants.services.ballots import void_where_changed
from grants.services.conflicts import look_for_conflicts
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.audit.services import record

Held = TypeVar("Held", Application, Interest, Recipient)


def move_to_organisation(source: Organisation, target: Organisation, actor: User) -> Mapping[str, list[str]]:
    """Let applications, recipients and interests of one organisation be the other's. For partners.merging.

    Submissions stay as they were made: they name the organisation as it called itself. What ties people to
    the organisation that stands now counts as a conflict at once.
    """
    applications = Application.objects.filter(organisation=source)
    recipients = Recipient.objects.filter(organisation=source)
    interests = Interest.objects.filter(organisation=source)
    moved = {
        "applications": _move(_held(applications), target, actor),
        "recipients": _move(_held(recipients), target, actor),
        "interests": _move(_held(interests), target, actor),
    }
    now_theirs = Application.objects.filter(organisation=target).select_related("program", "organisation")
    look_for_conflicts(now_theirs)
    for application in now_theirs.order_by("pk"):
        void_where_changed(application)
    return moved


def _held(rows: QuerySet[Held]) -> QuerySet[Held]:
    """These rows, kept from other writers, in one order."""
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def _move(rows: Iterable[Application | Interest | Recipient], target: Organisation, actor: User) -> list[str]:
    names = []
    for row in rows:
        before = {"organisation": row.organisation_id}
        row.organisation, row.program = target, target.program
        row.save(update_fields=["organisation"])
        after = {"organisation": target.pk}
        record(row, "move_organisation", actor=actor, before=before, after=after, reason=f"Now {target}.")
        names.append(str(row))
    return names
