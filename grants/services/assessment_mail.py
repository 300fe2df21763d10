"""What assessors are told by mail. It names codes and rounds, and says nothing of what was written."""

from collections.abc import Sequence
from datetime import datetime

from grants.models import Assignment, Round
from grants.services.letters import link_to
from scsc.accounts.models import User
from scsc.notices.services import send_mail
from scsc.ui.moments import moment, relative


def tell_assigned(
    round_: Round, user: User, number: int, *, due_at: datetime | None, actor: User | None
) -> None:
    """Tell somebody how many applications they were given."""
    program, what = round_.program, "application" if number == 1 else "applications"
    due = f" They are due {moment(due_at, round_.timezone)}." if due_at else ""
    body = (
        f"You were given {number} {what} of {round_.title} to assess.{due}\n\n"
        f"Declare first whether you have an interest in each; then it opens:\n"
        f"{link_to(program, 'assess:mine')}\n\n"
        f"If you cannot do one of them, hand it back there and say why.\n\n{program.name}\n"
    )
    subject = f"{number} {what} to assess: {round_.title}"
    send_mail(program=program, to=user.email, subject=subject, body=body, actor=actor)


def tell_due(assignments: Sequence[Assignment], *, actor: User | None, now: datetime) -> None:
    """Remind one person of what they still have to assess."""
    first = assignments[0]
    program = first.application.round.program
    lines = [_line(one, now) for one in assignments]
    number = len(lines)
    subject = f"Reminder: {number} assessment{'' if number == 1 else 's'} to submit"
    body = (
        f"Not submitted yet:\n\n{chr(10).join(lines)}\n\n{link_to(program, 'assess:mine')}\n\n"
        f"If you cannot do one of them, hand it back there and say why.\n\n{program.name}\n"
    )
    send_mail(program=program, to=first.user.email, subject=subject, body=body, actor=actor)


def _line(assignment: Assignment, now: datetime) -> str:
    application = assignment.application
    due = f", due {relative(assignment.due_at, now)}" if assignment.due_at else ""
    return f"- {application.code}, {application.round.title}{due}"
