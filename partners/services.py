"""Every write to an organisation by the people who act for it, and by staff who keep its record."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from partners.identifiers import AUSTRALIA, read_abn, read_acn
from partners.models import Organisation, OrganisationContact, SafeguardingRecord
from partners.permissions import can_edit_organisation, is_contact
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.documents.models import Document
from scsc.errors import DomainError
from scsc.names import check_name
from scsc.programs.models import Program

# What an organisation says of itself, and what staff found in a register.
PROFILE = (
    "name",
    "kind",
    "abn",
    "acn",
    "country",
    "street",
    "suburb",
    "state",
    "postcode",
    "website",
    "email",
    "phone",
    "about",
)
REGISTER = ("is_charity", "is_dgr", "register_source", "register_checked_on")
CHECKED = (*PROFILE, *REGISTER)


def create_organisation(
    program: Program, *, actor: User, as_contact: bool = True, **profile: str
) -> Organisation:
    """Enter an organisation, given the fields of PROFILE. Called inside the program's scope.

    Who enters one acts for it from then on, unless staff enter it for others (`as_contact` False). Where the
    person acts for an organisation with this ABN or ACN already, that one is given back as it stands. Rows of
    strangers with the same number are neither used nor told of: staff find and merge them.
    Raises ValidationError by field for what cannot be right.
    """
    values = _values(profile, allowed=PROFILE)
    organisation = Organisation(program=program, created_by=actor, **values)
    _check(organisation)
    if as_contact and (kept := own_row(actor, abn=organisation.abn, acn=organisation.acn)):
        return kept
    with transaction.atomic():
        organisation.save()
        record(organisation, "create", actor=actor, after=_facts(organisation, values))
        if as_contact:
            _make_contact(organisation, user=actor, actor=actor)
    return organisation


def own_row(person: User, *, abn: str, acn: str) -> Organisation | None:
    """The organisation with one of these numbers that the person acts for, if there is one."""
    theirs = Organisation.objects.filter(contacts__user=person).select_related("merged_into").order_by("pk")
    for name, number in (("abn", abn), ("acn", acn)):
        found = theirs.filter(**{name: number}).first() if number else None
        if found is not None:
            return found.merged_into or found
    return None


def update_organisation(organisation: Organisation, *, actor: User, **changes: Any) -> Organisation:
    """Change fields of PROFILE, and as staff those of REGISTER; one event says what was and what is.

    The people who act for an organisation keep its profile. Raises PermissionDenied for anybody else, and for
    them where the register is concerned; ValidationError by field for what cannot be right; DomainError for a
    row that was merged into another.
    """
    by_staff = can_edit_organisation(actor, organisation)
    if not by_staff and not is_contact(actor, organisation):
        raise PermissionDenied("Ask somebody who acts for this organisation.")
    values = _values(changes, allowed=CHECKED if by_staff else PROFILE)
    with transaction.atomic():
        locked = _lock(organisation)
        changed = {name: value for name, value in values.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        before = _facts(locked, changed)
        for name, value in changed.items():
            setattr(locked, name, value)
        _check(locked, earlier=before)
        locked.save(update_fields=list(changed))
        record(locked, "change", actor=actor, before=before, after=_facts(locked, changed))
        return locked


def add_contact(organisation: Organisation, *, user: User, actor: User) -> OrganisationContact:
    """Let somebody act for an organisation as well. Again for the same person changes nothing.

    Raises PermissionDenied for anybody but those who act for it already, and staff.
    """
    _require_keeper(actor, organisation)
    with transaction.atomic():
        return _make_contact(_lock(organisation), user=user, actor=actor)


def remove_contact(organisation: Organisation, *, user: User, actor: User) -> None:
    """End that somebody acts for an organisation. Raises as `add_contact`, DomainError for the last one."""
    _require_keeper(actor, organisation)
    with transaction.atomic():
        locked = _lock(organisation)
        contacts = OrganisationContact.objects.filter(organisation=locked)
        if not contacts.filter(user=user).exists():
            return
        if not contacts.exclude(user=user).exists():
            raise DomainError(
                f"{user} is the only person who acts for {locked}. Add somebody else before you remove them."
            )
        contacts.filter(user=user).delete()
        record(locked, "remove_contact", actor=actor, before={"person": str(user)})


def record_safeguarding(
    organisation: Organisation,
    *,
    kind: str,
    content: Mapping[str, Any],
    source: str,
    actor: User,
    document: Document | None = None,
    expires_on: date | None = None,
) -> SafeguardingRecord:
    """Keep what an organisation stated about child safety. `kind` is a SafeguardingRecord.Kind.

    Counts and dates only, as the field of the same name gave them: no name or date of birth belongs here.
    `source` says where it was stated, such as "application IG27-0004"; the caller has checked that `actor`
    may state it. The same statement again, as a retry makes it, is kept once; one about a row that was
    merged is kept for the one that stands for it.
    """
    with transaction.atomic():
        locked = _lock(_standing(organisation))
        newest = SafeguardingRecord.objects.filter(organisation=locked, kind=kind).first()
        if newest and (newest.content, newest.document, newest.expires_on) == (content, document, expires_on):
            return newest
        kept = SafeguardingRecord.objects.create(
            program=locked.program,
            organisation=locked,
            kind=SafeguardingRecord.Kind(kind),
            content=dict(content),
            document=document,
            expires_on=expires_on,
            source=source[:200],
            recorded_by=actor,
        )
        record(kept, "record", actor=actor, after={"kind": kind, "source": kept.source})
        return kept


def _values(given: Mapping[str, Any], *, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The fields given, numbers in digits only, texts without blanks around them."""
    if unknown := sorted(set(given) - set(CHECKED)):
        raise TypeError(f"An organisation has no {', '.join(unknown)}.")
    if refused := sorted(set(given) - set(allowed)):
        raise PermissionDenied(f"Only staff note this: {', '.join(refused)}.")
    values = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    for name, read in (("abn", read_abn), ("acn", read_acn)):
        if name in values:
            try:
                values[name] = read(values[name])
            except ValidationError as error:
                raise ValidationError({name: error.messages}) from None
    return values


def _check(organisation: Organisation, *, earlier: Mapping[str, Any] | None = None) -> None:
    """Raise ValidationError by field. One that never had a number may be corrected without giving one."""
    organisation.clean_fields(exclude=["program", "created_by", "merged_into"])
    if earlier is None or "name" in earlier:
        try:
            check_name(organisation.name)
        except ValidationError as error:
            raise ValidationError({"name": error.messages}) from None
    numbered = organisation.abn or organisation.acn or organisation.country != AUSTRALIA
    if not numbered and (earlier is None or not {"abn", "acn", "country"}.isdisjoint(earlier)):
        raise ValidationError({"abn": "Enter the ABN or the ACN. In Australia there is one."})


def _facts(organisation: Organisation, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in names}


def _require_keeper(actor: User, organisation: Organisation) -> None:
    if not is_contact(actor, organisation) and not can_edit_organisation(actor, organisation):
        raise PermissionDenied("Ask somebody who acts for this organisation.")


def _make_contact(organisation: Organisation, *, user: User, actor: User) -> OrganisationContact:
    contact, made = OrganisationContact.objects.get_or_create(
        organisation=organisation, user=user, defaults={"program": organisation.program}
    )
    if made:
        record(organisation, "add_contact", actor=actor, after={"person": str(user)})
    return contact


def _standing(organisation: Organisation) -> Organisation:
    """The row that stands for this one now."""
    fresh = Organisation.objects.select_related("merged_into").get(pk=organisation.pk)
    found = fresh.merged_into or fresh
    found.program = organisation.program
    return found


def _lock(organisation: Organisation) -> Organisation:
    # Without a join: a merge under way may change what it would join.
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if locked.merged_into is not None:
        raise DomainError(f"This is one organisation with {locked.merged_into}. Change that one instead.")
    locked.program = organisation.program
    return locked
