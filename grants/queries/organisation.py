"""Reads of an organisation as those who act for it see it."""

from partners.countries import country_name
from partners.identifiers import spaced_abn, spaced_acn
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.audit.history import Entry, entries_of
from scsc.audit.models import AuditEvent

CONTACTS_ONLY = "Only the people who act for this organisation can do this. Ask one of them."
# What staff note about an organisation is theirs.
OWN_ACTIONS = ("create", "change", "add_contact", "remove_contact")


def contacts_of(organisation: Organisation) -> list[User]:
    """The people who act for an organisation, by name."""
    rows = organisation.contacts.select_related("user").order_by("user__name", "user_id")
    return [row.user for row in rows]


def history_of_profile(organisation: Organisation, *, limit: int = 20) -> list[Entry]:
    """What happened to the profile, newest first."""
    events = AuditEvent.objects.filter(
        object_type="partners.organisation", object_id=organisation.pk, action__in=OWN_ACTIONS
    )
    return entries_of(events, limit=limit)


def shown_profile(organisation: Organisation) -> list[tuple[str, str]]:
    """The profile for reading: label and value, the address in lines."""
    place = " ".join(filter(None, [organisation.suburb, organisation.state, organisation.postcode]))
    address = [organisation.street, place, country_name(organisation.country)]
    return [
        ("Kind", organisation.get_kind_display()),
        ("ABN", spaced_abn(organisation.abn)),
        ("ACN", spaced_acn(organisation.acn)),
        ("Address", "\n".join(filter(None, address))),
        ("Website", organisation.website),
        ("Email address", organisation.email),
        ("Telephone", organisation.phone),
        ("About", organisation.about),
    ]
