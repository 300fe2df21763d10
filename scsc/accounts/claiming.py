"""Accounts that somebody made for an address which is perhaps not theirs.

Anybody can sign up with any address. Until it is confirmed, nobody knows that the one who chose the password
is the one who reads the mail; so confirming must not make a stranger's password good.
"""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession

from scsc.accounts.models import User


def is_unclaimed(person: User) -> bool:
    """Whether no address of an account was ever confirmed. Never a persona or a closed account."""
    if person.is_demonstration or not person.is_active:
        return False
    return not EmailAddress.objects.filter(user=person, verified=True).exists()


def forget_password(person: User) -> None:
    """Make the password chosen so far worthless, and end what was begun with it."""
    _set_password(person, None)


def claim(person: User, *, name: str, password: str) -> User:
    """Hand an unclaimed account to whoever opened a link that was mailed to its address.

    The caller holds the account's row. Links to confirm that were sent before stop working.
    """
    person.name, person.email = name, person.email.lower()
    person.save(update_fields=["name", "email"])
    _set_password(person, password)
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _set_password(person: User, password: str | None) -> None:
    # A session is bound to the password, so this ends those too that are on nobody's list.
    person.set_password(password)
    person.save(update_fields=["password"])
    for session in UserSession.objects.filter(user=person):
        session.end()
