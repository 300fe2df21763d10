"""A later closing for one application."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Application
from grants.services.staff import hold_for_staff, tell_team
from grants.states import ApplicationState, RoundState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.ui.moments import moment


@transaction.atomic
def extend_application(
    application: Application, *, until: datetime, reason: str, actor: User, now: datetime | None = None
) -> Application:
    """Let one team write until a later moment, also after the close. The round stays as it is for others.

    Raises ValidationError for a moment that is no extension, DomainError where nothing is being written.
    """
    locked = hold_for_staff(application, actor=actor)
    round_ = locked.round
    if locked.state != ApplicationState.DRAFT:
        word = ApplicationState(locked.state).label.lower()
        raise DomainError(f"This application is {word}. Only one that is being written can have more time.")
    if round_.state in {RoundState.DRAFT, RoundState.ARCHIVED}:
        raise DomainError("The round does not take applications. Open it first.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the reason is kept in the history."})
    common = locked.stage.closing()
    if common is not None and until <= common:
        raise ValidationError({"until_on": f"Everybody has until {moment(common, round_.timezone)}."})
    if until <= (now or timezone.now()):
        raise ValidationError({"until_on": "Choose a day and time that is still to come."})
    before = {"until": locked.extended_until}
    locked.extended_until = until
    locked.save(update_fields=["extended_until"])
    record(locked, "extend", actor=actor, before=before, after={"until": until}, reason=reason)
    words = f"You have more time: submit your application by {moment(until, round_.timezone)}."
    tell_team(locked, subject=f"More time: {locked.code}", words=words, actor=actor)
    application.extended_until = until
    return locked
