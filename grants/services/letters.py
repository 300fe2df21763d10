"""Mails around one application: to its team, and to the staff of the round. Plain words and a link."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from grants.models import Application, Declaration
from grants.queries.conflicts import has_tie
from grants.queries.team import team_of
from grants.states import DeclarationState
from scsc.accounts.models import User
from scsc.notices.services import send_mail
from scsc.programs.models import Program
from scsc.programs.queries import staff_of


def link_to(program: Program, name: str, *args: str | int) -> str:
    """A full address of this installation, for a mail."""
    return f"{settings.BASE_URL}{reverse(name, args=[program.slug, *args])}"


def mail_team(application: Application, *, subject: str, text: str, actor: User | None) -> None:
    """Tell everybody on the team but whoever caused it. `text` ends before the link to the application."""
    addresses = [member.user.email for member in team_of(application) if member.user != actor]
    link = link_to(application.program, "apply:status", application.code)
    _mail(application, addresses, subject=subject, body=f"{text}\n\n{link}\n", actor=actor)


def mail_staff(application: Application, *, subject: str, text: str, actor: User | None) -> None:
    """Tell the contact of the round; without one, the staff who have no part in it and no conflict."""
    if contact := application.round.contact_email:
        addresses = [contact]
    else:
        team = {member.user.pk for member in team_of(application)}
        conflicted = Declaration.objects.filter(application=application).exclude(state=DeclarationState.CLEAR)
        left_out = team | set(conflicted.values_list("user", flat=True))
        staff = [person for person in staff_of(application.program) if person.pk not in left_out]
        addresses = [person.email for person in staff if not has_tie(person, application)]
    link = link_to(application.program, "applications:application", application.code)
    _mail(application, addresses, subject=subject, body=f"{text}\n\n{link}\n", actor=actor)


def _mail(
    application: Application, to: Iterable[str], *, subject: str, body: str, actor: User | None
) -> None:
    for address in to:
        send_mail(program=application.program, to=address, subject=subject, body=body, actor=actor)
