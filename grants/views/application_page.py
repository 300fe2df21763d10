"""One application, as those who received it read it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from grants.access import get_listed_application
from grants.forms.handling import MessageForm
from grants.guards import has_next_form
from grants.models import Application, ChangeRequest, Submission
from grants.permissions import can_manage_application, can_read_application, can_screen_application
from grants.queries.applications import Row, amount_words
from grants.queries.conflicts import has_tie
from grants.queries.deciding import live_decision_of
from grants.queries.received import (
    change_requests_of,
    eligibility_of,
    file_states_of,
    findings_of,
    revisions_of,
    submissions_of,
    submitted_fields,
)
from grants.queries.team import messages_of, team_of
from grants.states import UNDER_CONSIDERATION, ApplicationState, ChangeRequestState
from grants.views.panel_side import panel_side
from partners.permissions import can_view_organisation
from partners.queries import duplicates_of, rows_of, safeguarding_of
from partners.related import hidden_from
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.programs.access import MemberRequest, member_view
from scsc.programs.clock import day_of

# Steps with a page of their own.
SCREENING = {"screen_in", "screen_out"}
# With a finding that a manager alone goes back on.
FOUND = {ApplicationState.ACCEPTED, ApplicationState.INELIGIBLE}


@require_safe
@member_view
def application_page(request: MemberRequest, code: str) -> HttpResponse:
    """What was submitted and everything around it; of a draft no more than that it was begun."""
    application = get_listed_application(request, code)
    user, row = request.user, Row(application, "", has_changes=False)
    context = {
        "application": application,
        "row": row,
        "amount": amount_words(row.amount, request.program),
        "crumbs": [("Applications", reverse("applications:list", args=[request.program.slug]))],
        "is_own": has_tie(user, application),
        "may_act": can_screen_application(user, application),
        "steps": _steps(user, application),
        "managers_look_again": application.state in FOUND and not can_manage_application(user, application),
        "messages_thread": messages_of(application),
        "message_form": MessageForm(),
        "sees_organisation": can_view_organisation(user, application.organisation),
        **_about_organisation(user, application),
    }
    if can_read_application(user, application):
        context |= _received(request, application) | panel_side(request.user, application)
    return render(request, "applications/application.html", context)


def _received(request: MemberRequest, application: Application) -> dict[str, Any]:
    """What may be read once it was submitted. Findings stay with those who have no part in it."""
    submissions = submissions_of(application)
    shown = _shown(submissions, request.GET.get("submission", ""))
    is_own = has_tie(request.user, application)
    requests = change_requests_of(application)
    waiting = next((change for change in requests if change.state == ChangeRequestState.OPEN), None)
    return {
        "submission": shown,
        "is_latest": bool(submissions) and shown == submissions[0],
        "submissions": submissions,
        "file_states": file_states_of(shown),
        "revisions": revisions_of(submissions),
        "decision": None if is_own else live_decision_of(application),
        "findings": [] if is_own else findings_of(application),
        "waiting": waiting,
        "changes_came": _changes_came(application, submissions, shown) and waiting is None,
        "flagged": _labels(waiting, shown),
        "is_late": waiting is not None and waiting.due_at < timezone.now(),
        "team": team_of(application),
        "eligibility": eligibility_of(application),
        "can_ask": application.state in UNDER_CONSIDERATION and waiting is None,
        "history": [] if is_own else history_of([application, *requests]),
    }


def _changes_came(application: Application, submissions: list[Submission], shown: Submission | None) -> bool:
    """Whether what is read came after a request for changes, and is still to be considered."""
    latest = submissions[0] if submissions else None
    came = latest is not None and latest == shown and latest.change_request_id is not None
    return came and application.state in UNDER_CONSIDERATION


def _about_organisation(user: User, application: Application) -> dict[str, Any]:
    """What the program knows about who applies."""
    organisation = application.organisation
    rows, on = rows_of(organisation), day_of(application.program, timezone.now())
    return {
        "duplicates": duplicates_of(organisation),
        "safeguarding": safeguarding_of(rows, on=on, hidden=hidden_from(user, [row.pk for row in rows])),
    }


def _shown(submissions: list[Submission], number: str) -> Submission | None:
    """The submission that the address names, else the latest."""
    if not number:
        return submissions[0] if submissions else None
    found = next((submission for submission in submissions if str(submission.number) == number), None)
    if found is None:
        raise Http404(f"There is no submission {number}.")
    return found


def _steps(user: User, application: Application) -> list[tuple[str, str]]:
    """The buttons that lead to a step's own page, as (step, label); screening has its own."""
    open_steps = [(name, step.label) for name, step in application.life.open_to(user, application)]
    if not can_screen_application(user, application):
        return []
    steps = [(name, label) for name, label in open_steps if name not in SCREENING]
    possible = application.state == ApplicationState.ACCEPTED and has_next_form(application) is None
    return [(name, label) for name, label in steps if name != "invite_to_apply" or possible]


def _labels(change: ChangeRequest | None, submission: Submission | None) -> list[str]:
    """The questions that a request for changes flags."""
    if change is None or submission is None:
        return []
    known = submitted_fields(submission)
    return [known.get(key, key) for key in change.fields]
