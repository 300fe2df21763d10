"""Who may see and enter a round by invitation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from grants.models import Round, RoundInvitation
from grants.queries.rounds import invited_who_apply
from grants.services.locking import lock_round
from grants.services.round_mail import tell_invited
from grants.states import ANNOUNCED, RoundState
from scsc.accounts.addresses import PLAIN_ONLY, require_plain, validate_plain
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# Addresses in one go: each is a message.
MOST_AT_ONCE = 500
NAMED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Invited:
    """What became of a pasted list."""

    added: list[str]
    known: list[str]
    mailed: bool


def read_addresses(text: str) -> list[str]:
    """The addresses of a pasted text, one each, in order: one a line or parted by commas or semicolons.

    Takes `Name <address>` too. Raises ValidationError that names what is no address.
    """
    found, wrong = [], []
    for piece in re.split(r"[\n,;]+", text):
        named = NAMED.search(piece)
        address = (named.group(1) if named else piece).strip().lower()
        if not address:
            continue
        try:
            validate_email(address)
            validate_plain(address)
        except ValidationError:
            wrong.append(piece.strip())
        else:
            found.append(address)
    if wrong:
        listed = ", ".join(f"“{piece}”" for piece in wrong[:5])
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        hint = "" if all(map(str.isascii, wrong)) else f" {PLAIN_ONLY}"
        raise ValidationError(f"Not a mail address: {listed}{more}. Correct or remove it.{hint}")
    return list(dict.fromkeys(found))


@transaction.atomic
def invite_to_round(round_: Round, *, emails: Sequence[str], actor: User) -> Invited:
    """Let addresses see and enter a round by invitation.

    They are told when the round is published; where it is already, at once. Addresses invited before are
    left as they are.
    """
    fresh = lock_round(round_, actor=actor)
    if fresh.audience != Round.Audience.INVITED:
        raise DomainError("This round is open to anybody. Make it a round by invitation first.")
    if fresh.state in {RoundState.CLOSED, RoundState.ARCHIVED}:
        raise DomainError("This round is closed, so an invitation would lead nowhere.")
    for email in emails:
        require_plain(email)
    if len(emails) > MOST_AT_ONCE:
        raise DomainError(f"Invite at most {MOST_AT_ONCE} addresses at once.")
    known = set(RoundInvitation.objects.filter(round=fresh).values_list("email", flat=True))
    added = [email for email in dict.fromkeys(map(str.lower, emails)) if email not in known]
    RoundInvitation.objects.bulk_create(
        RoundInvitation(program=fresh.program, round=fresh, email=email, invited_by=actor) for email in added
    )
    mailed = bool(added) and fresh.state in ANNOUNCED
    if added:
        record(fresh, "invite", actor=actor, after={"emails": added, "mailed": mailed})
    if mailed:
        tell_invited(fresh, added, actor=actor)
    return Invited(added, [email for email in emails if email.lower() in known], mailed)


@transaction.atomic
def withdraw_round_invitation(invitation: RoundInvitation, *, actor: User) -> None:
    """Take an address off the list. Raises DomainError once its owner has begun an application."""
    fresh = lock_round(invitation.round, actor=actor)
    if invitation.email in invited_who_apply(fresh):
        raise DomainError(f"{invitation.email} has begun an application, so the invitation stays.")
    if (
        fresh.state in {RoundState.PUBLISHED, RoundState.OPEN}
        and not fresh.invitations.exclude(pk=invitation.pk).exists()
    ):
        raise DomainError("This is the last invitation of a published round. Invite somebody else first.")
    RoundInvitation.objects.filter(pk=invitation.pk).delete()
    record(fresh, "withdraw_invitation", actor=actor, before={"email": invitation.email})
