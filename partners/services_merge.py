"""Make one organisation of two rows that are the same one."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from partners.merging import move_all
from partners.models import Organisation, OrganisationContact
from partners.permissions import can_merge_organisations, is_contact
from partners.services import CHECKED
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# Fields that only make sense together are chosen together, under the name of the choice.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "kind": ("kind",),
    "abn": ("abn",),
    "acn": ("acn",),
    "address": ("street", "suburb", "state", "postcode", "country"),
    "website": ("website",),
    "email": ("email",),
    "phone": ("phone",),
    "about": ("about",),
    "register": ("is_charity", "is_dgr", "register_source", "register_checked_on"),
}
KEEP, TAKE = "keep", "take"


@transaction.atomic
def merge_organisations(
    source: Organisation, *, into: Organisation, take: Mapping[str, str], actor: User
) -> Organisation:
    """Let `into` stand for `source` as well, and move to it all that can be moved.

    `take` says for names of CHOICES whether the value of `source` is taken ("take") or that of `into` kept
    ("keep", as for names left out). What was stated and can never change stays with `source` and is read
    through it. Of two that merge the same rows at once, one wins. Raises PermissionDenied for those who may
    not or who act for either, DomainError for rows that are merged already.
    """
    if not can_merge_organisations(actor, source.program):
        raise PermissionDenied("Program managers and officers merge organisations. Ask one of them.")
    source, into = _lock_both(source, into)
    if is_contact(actor, source) or is_contact(actor, into):
        raise PermissionDenied("You act for one of these organisations. Ask a colleague to merge them.")
    before = {"kept": _facts(into), "merged": _facts(source)}
    _take_values(source, into, take)
    contacts = _move_contacts(source, into)
    # Rows merged before follow, so that one step always leads to the row that stands.
    Organisation.objects.filter(merged_into=source).update(merged_into=into)
    source.merged_into = into
    source.save(update_fields=["merged_into"])
    # What moves finds the row that stands now behind the one that it knew.
    moved = move_all(source, into, actor)
    after = {"kept": _facts(into), "moved": moved | ({"people": contacts} if contacts else {})}
    record(into, "merge", actor=actor, before=before, after=after, reason=f"The same as “{source.name}”.")
    record(source, "merge_into", actor=actor, before=before["merged"], after={"merged_into": into.pk})
    return into


def _lock_both(source: Organisation, into: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows as they stand now, locked in one order. New rows that name either wait until the end."""
    if source.pk == into.pk:
        raise DomainError("This is one and the same organisation already.")
    rows = Organisation.objects.select_for_update(of=("self",)).order_by("pk")
    locked = {row.pk: row for row in rows.filter(pk__in=[source.pk, into.pk])}
    if len(locked) != 2:
        raise DomainError("One of the two is not there any more.")
    for row in locked.values():
        row.program = source.program
        if row.merged_into_id is not None:
            raise DomainError(f"“{row}” was merged into another organisation already.")
    return locked[source.pk], locked[into.pk]


def _take_values(source: Organisation, into: Organisation, take: Mapping[str, str]) -> None:
    wrong = [name for name, choice in take.items() if name not in CHOICES or choice not in {KEEP, TAKE}]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, "Choose one of the two."))
    fields = [field for name, choice in take.items() if choice == TAKE for field in CHOICES[name]]
    for name in fields:
        setattr(into, name, getattr(source, name))
    into.clean_fields(exclude=["program", "created_by", "merged_into"])
    into.save(update_fields=fields or ["name"])


def _move_contacts(source: Organisation, into: Organisation) -> list[str]:
    """Let the people of one act for the other. Their names."""
    there = set(OrganisationContact.objects.filter(organisation=into).values_list("user", flat=True))
    moved = []
    for contact in OrganisationContact.objects.filter(organisation=source).select_related("user"):
        moved.append(str(contact.user))
        if contact.user_id in there:
            contact.delete()
        else:
            contact.organisation = into
            contact.save(update_fields=["organisation"])
    return moved


def _facts(organisation: Organisation) -> dict[str, Any]:
    return {"id": organisation.pk} | {name: getattr(organisation, name) for name in CHECKED}
