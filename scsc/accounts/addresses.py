"""Mail addresses: when two are the same, and which are taken here."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from scsc.errors import DomainError

PLAIN_ONLY = (
    "Use only unaccented letters (a to z), digits and signs in an email address. Check each letter: another "
    "alphabet has some that look the same."
)


def same_address(column: str, address: str) -> Q:
    """Rows whose column, also that of a related row, holds this address in any spelling of its letters.

    Not `__iexact`: its UPPER() makes ı an I and ſ an S, so another mailbox would count as the same.
    """
    return Q(Exact(Lower(column), address.lower()))


def validate_plain(address: str) -> None:
    """For forms: raises ValidationError for an address with other than ASCII characters."""
    if not address.isascii():
        raise ValidationError(PLAIN_ONLY, code="not_plain")


def require_plain(address: str) -> None:
    """For services: raises DomainError for an address with other than ASCII characters."""
    if not address.isascii():
        raise DomainError(PLAIN_ONLY)
