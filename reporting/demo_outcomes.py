"""How each invented application came to stand where it stands."""

from datetime import datetime, timedelta
from typing import Protocol

from grants.models import Application
from grants.services.leaving import discard_application, withdraw_application
from grants.services.messages import post_message
from grants.services.notes import write_note
from grants.services.requests import request_changes
from grants.services.screening import decline, invite_to_apply, screen
from scsc.accounts.models import User

FEEDBACK = "Thank you for your application. It does not fit this round; the reasons are named here."
DECLINED = (
    "Thank you. Other applications reached more people for the same amount. "
    "We would like to hear from you again."
)


class Entry(Protocol):
    """What decides it: see reporting.demo_grants.ApplicationPart."""

    @property
    def outcome(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def reasons(self) -> list[str]: ...
    @property
    def ask(self) -> list[str]: ...
    @property
    def message(self) -> str: ...
    @property
    def notes(self) -> list[str]: ...


def reach(application: Application, entry: Entry, *, writer: User, officer: User, now: datetime) -> None:
    """Take an application to its outcome, by the people whose step each is."""
    fresh = Application.objects.select_related("round", "stage", "form_version", "program").get(
        pk=application.pk
    )
    for body in entry.notes:
        write_note(fresh, body=body, actor=writer)
    if entry.outcome == "discarded":
        discard_application(fresh, actor=writer)
    elif entry.outcome == "withdrawn":
        withdraw_application(fresh, reason=entry.reason, actor=writer)
    elif entry.outcome == "ineligible":
        screen(fresh, outcome="ineligible", reasons=entry.reasons, feedback=FEEDBACK, actor=officer)
    elif entry.outcome == "changes":
        due = now + timedelta(days=9)
        request_changes(fresh, fields=entry.ask, reason=entry.reason, due_at=due, actor=officer)
    elif entry.outcome in {"accepted", "invited", "unsuccessful"}:
        screen(fresh, outcome="eligible", actor=officer)
        _after_screening(fresh, entry.outcome, officer)
    if entry.message:
        post_message(fresh, body=entry.message, from_staff=False, actor=writer)


def _after_screening(application: Application, outcome: str, officer: User) -> None:
    if outcome == "invited":
        invite_to_apply(application, actor=officer)
    elif outcome == "unsuccessful":
        decline(application, reason="Below others of the round", message=DECLINED, actor=officer)
