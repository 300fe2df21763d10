"""Requests for changes: staff flag answers, which are then unlocked for the team."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.models import Application, ChangeRequest
from grants.queries.received import submitted_fields
from grants.queries.writing import latest_submission
from grants.services.staff import hold_for_staff, tell_team
from grants.states import UNDER_CONSIDERATION, ApplicationState, ChangeRequestState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.ui.moments import moment

OPEN_ALREADY = "The team has been asked for changes already. Wait for them, or cancel that request first."


@transaction.atomic
def request_changes(
    application: Application,
    *,
    fields: Iterable[str],
    reason: str,
    due_at: datetime,
    actor: User,
    now: datetime | None = None,
) -> ChangeRequest:
    """Ask the team to change these answers, and no others, by a moment.

    `fields` are keys of the last submission. Raises ValidationError by field, DomainError where nothing can
    be asked: it is not under consideration, or it was asked already.
    """
    locked = hold_for_staff(application, actor=actor)
    if locked.state not in UNDER_CONSIDERATION:
        word = ApplicationState(locked.state).label.lower()
        raise DomainError(f"This application is {word}, so no changes can be asked for.")
    if ChangeRequest.objects.filter(application=locked, state=ChangeRequestState.OPEN).exists():
        raise DomainError(OPEN_ALREADY)
    flagged = _flagged(locked, fields)
    if not reason.strip():
        raise ValidationError({"reason": "Say what should change and why."})
    if due_at <= (now or timezone.now()):
        raise ValidationError({"due_on": "Choose a day and time that is still to come."})
    try:
        with transaction.atomic():
            change = ChangeRequest.objects.create(
                program=application.program,
                application=locked,
                fields=list(flagged),
                reason=reason.strip(),
                due_at=due_at,
                requested_by=actor,
            )
    except IntegrityError:
        raise DomainError(OPEN_ALREADY) from None
    after = {"fields": list(flagged.values()), "due_at": due_at}
    record(change, "request", actor=actor, after=after, reason=change.reason)
    _tell_request(locked, change, list(flagged.values()), actor=actor)
    return change


@transaction.atomic
def cancel_change_request(change: ChangeRequest, *, reason: str, actor: User) -> ChangeRequest:
    """Take a request back: the answers are locked again as they were submitted."""
    application = hold_for_staff(change.application, actor=actor)
    cancelled = transition(change, "cancel", actor=actor, reason=reason)
    words = "You need not change anything any more: the request for changes was taken back."
    tell_team(application, subject=f"No changes needed: {application.code}", words=words, actor=actor)
    return cancelled


def drop_change_requests(application: Application, *, reason: str) -> None:
    """Let lapse what the team was still asked to change: with what became of the application, of which the
    team is told, it does not matter any more."""
    for change in ChangeRequest.objects.filter(application=application, state=ChangeRequestState.OPEN):
        transition(change, "lapse", actor=None, reason=reason)


def _flagged(application: Application, fields: Iterable[str]) -> dict[str, str]:
    """The labels of the flagged fields, in the order of the form."""
    submission = latest_submission(application)
    known = submitted_fields(submission) if submission else {}
    wanted = set(fields)
    if not wanted:
        raise ValidationError({"fields": "Choose the answers that should change."})
    if unknown := wanted - known.keys():
        raise ValidationError({"fields": f"The submission has no answer {', '.join(sorted(unknown))}."})
    return {key: label for key, label in known.items() if key in wanted}


def _tell_request(application: Application, change: ChangeRequest, labels: list[str], *, actor: User) -> None:
    questions = "\n".join(f"- {label}" for label in labels)
    due = moment(change.due_at, application.round.timezone)
    words = (
        f"Please change some answers of your application by {due}."
        f"\n\nThese answers are unlocked for you:\n{questions}\n\nWhat should change stands on its page:"
    )
    tell_team(application, subject=f"Changes needed: {application.code}", words=words, actor=actor)
