"""What members of a body are told by mail. It names an application, and says nothing of what is in it."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from grants.models import Ballot
from scsc.accounts.models import User
from scsc.notices.services import send_mail
from scsc.ui.moments import moment


def tell_of_ballot(ballot: Ballot, people: Iterable[User], *, actor: User | None) -> int:
    """Ask people for their vote. Returns how many were asked."""
    words = f"The {ballot.body} is asked to endorse application {ballot.application}."
    return _mail(ballot, people, subject=f"Your vote: {ballot.application}", words=words, actor=actor)


def remind_of_ballot(ballot: Ballot, people: Iterable[User]) -> int:
    """Remind people who have not voted. Returns how many were reminded."""
    words = f"Your vote on application {ballot.application} is not in yet."
    return _mail(
        ballot, people, subject=f"Reminder: your vote on {ballot.application}", words=words, actor=None
    )


def _mail(ballot: Ballot, people: Iterable[User], *, subject: str, words: str, actor: User | None) -> int:
    program, sent = ballot.program, 0
    until = (
        "in the meeting"
        if ballot.closes_at is None
        else f"until {moment(ballot.closes_at, program.timezone)}"
    )
    url = settings.BASE_URL + reverse("ballots:ballot", args=[program.slug, ballot.pk])
    body = (
        f"{words}\n\nYou can vote {until}:\n{url}\n\nIf you have an interest in it, declare that instead.\n\n"
        f"{program.name}\n"
    )
    for person in people:
        send_mail(program=program, to=person.email, subject=subject, body=body, actor=actor)
        sent += 1
    return sent
