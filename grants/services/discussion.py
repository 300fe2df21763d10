"""Remarks on an application, each for those it is written for."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from grants.models import Application, PanelComment
from grants.permissions import writable_visibilities
from grants.services.holding import hold_application
from grants.services.letters import mail_team
from scsc.accounts.models import User
from scsc.audit.services import record

LONGEST = 10_000


@transaction.atomic
def comment(application: Application, *, body: str, visibility: str, actor: User) -> PanelComment:
    """Write a remark. It cannot be changed; one for the applicant is mailed to the team as news, not as text.

    Raises ValidationError by field, PermissionDenied for those who may not write for these readers.
    """
    text = body.strip()
    if not text:
        raise ValidationError({"body": "Write something first."})
    if len(text) > LONGEST:
        raise ValidationError({"body": f"Use at most {LONGEST:,} characters."})
    fresh = hold_application(application)
    if visibility not in writable_visibilities(actor, fresh):
        raise PermissionDenied("You cannot write for these readers.")
    made = PanelComment.objects.create(
        program=fresh.program, application=fresh, visibility=visibility, body=text, author=actor
    )
    record(made, "comment", actor=actor, after={"visibility": visibility})
    if visibility == PanelComment.Visibility.APPLICANT:
        words = f"There is a remark on your application {fresh.code} to {fresh.round.title}."
        mail_team(fresh, subject=f"A remark on your application {fresh.code}", text=words, actor=actor)
    return made
