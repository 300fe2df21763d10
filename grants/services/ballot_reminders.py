"""Reminding members of a vote that is not in yet, once before a ballot by circulation ends."""

from django.db import transaction
from django.utils import timezone

from grants.models import Ballot
from grants.queries.ballots import ballots_to_remind_of, has_voted
from grants.queries.sight import has_sight
from grants.services.panel_mail import remind_of_ballot
from scsc.audit.services import record


@transaction.atomic
def remind_once(ballot_id: int) -> int:
    """Mail who is on the roll, has sight of the application, and has not voted.

    Returns how many were reminded. Does nothing for a ballot that needs no reminder now.
    """
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    ballot = rows.select_related("application", "body", "program").filter(pk=ballot_id).first()
    if ballot is None or ballot.pk not in ballots_to_remind_of():
        return 0
    ballot.application.program = ballot.body.program = ballot.program
    ballot.reminded_at = timezone.now()
    ballot.save(update_fields=["reminded_at"])
    voted = has_voted(ballot)
    late = [row.user for row in ballot.voters.select_related("user") if row.user_id not in voted]
    sent = remind_of_ballot(ballot, [user for user in late if has_sight(user, ballot.application)])
    record(ballot, "remind", actor=None, after={"reminded": sent})
    return sent
