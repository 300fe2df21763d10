"""What the people around a round are told by mail."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from grants.models import Application, Round, Stage
from grants.queries.rounds import draft_teams
from scsc.accounts.models import User
from scsc.notices.services import send_mail
from scsc.ui.moments import moment


def tell_drafts(
    round_: Round, *, subject: str, words: str, actor: User | None, stage: Stage | None = None
) -> int:
    """Mail everybody who is writing an application, once for each of theirs. Returns how many messages."""
    sent = 0
    for application, people in draft_teams(round_, stage=stage):
        for person in people:
            body = f"{words}\n\nYour application {application.code}:\n{_draft_url(round_, application)}\n"
            send_mail(
                program=round_.program,
                to=person.email,
                subject=subject,
                body=body + _from(round_),
                actor=actor,
            )
            sent += 1
    return sent


def tell_invited(round_: Round, emails: list[str], *, actor: User) -> None:
    """Invite addresses to a round that is published."""
    url = settings.BASE_URL + reverse("grants:round", args=[round_.program.slug, round_.code])
    when = f"It opens {when_in(round_, round_.opens_at)} and closes {when_in(round_, round_.closes_at)}."
    body = (
        f"You are invited to apply to {round_.title}.\n\n{round_.summary}\n\n{when}\n\n"
        f"Read about it and apply, signed in with this address:\n{url}\n{_from(round_)}"
    )
    for email in emails:
        send_mail(
            program=round_.program, to=email, subject=f"Invitation: {round_.title}", body=body, actor=actor
        )


def when_in(round_: Round, at: datetime | None) -> str:
    """A moment by the clock of the round."""
    return moment(at, round_.timezone) if at else "at a moment that is not set yet"


def _draft_url(round_: Round, application: Application) -> str:
    path = reverse("apply:tasks", args=[round_.program.slug, application.code])
    return f"{settings.BASE_URL}{path}"


def _from(round_: Round) -> str:
    contact = f"\nQuestions: {round_.contact_email}" if round_.contact_email else ""
    return f"\n{round_.program.name}{contact}\n"
