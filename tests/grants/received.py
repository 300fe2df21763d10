"""Applications as staff get them, made with models alone: what was submitted, what is being written."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.models import Application, Round, Stage, Submission
from grants.models.applications import Rights
from grants.services.rights import grant_rights
from grants.states import RECEIVED, ApplicationState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Program
from tests.factories import UserFactory
from tests.grants.applicants import round_of

SUBMITTED_AT = datetime(2027, 3, 1, 2, 30, tzinfo=timezone.get_fixed_timezone(0))
ANSWERS = {
    "title": ("Title of the project", ["Safe Online Together"]),
    "plan": ("What you will do", ["Workshops in twelve schools."]),
    "budget": ("What it costs", ["$50,000.00"]),
}


def content_of(answers: dict[str, tuple[str, list[str]]] | None = None) -> dict[str, Any]:
    """What was submitted, in one section."""
    blank: dict[str, Any] = {"head": [], "rows": [], "total": "", "files": []}
    fields = [
        {"key": key, "kind": "text", "label": label, "value": lines[0], "shown": {"lines": lines, **blank}}
        for key, (label, lines) in (answers or ANSWERS).items()
    ]
    return {"sections": [{"key": "project", "title": "Your project", "fields": fields}], "files": []}


def round_with(program: Program, code: str = "IG27", *kinds: str, **fields: Any) -> Round:
    """A round that is open. Without kinds: a full application, then screening."""
    found = round_of(program, code, kinds=kinds or ("application", "screening"), **fields)
    found.program = program
    return found


def first_stage(round_: Round) -> Stage:
    found = Stage.objects.filter(round=round_).order_by("order").first()
    assert found is not None
    return found


def organisation_of(program: Program, name: str = "Harbour Families", **fields: Any) -> Organisation:
    """An organisation that nobody acts for yet."""
    return Organisation.objects.create(program=program, name=name, **fields)


def application_to(
    round_: Round,
    state: str = ApplicationState.SUBMITTED,
    *,
    team: User | None = None,
    organisation: Organisation | None = None,
    **fields: Any,
) -> Application:
    """One application with one person in its team, and what it submitted where it was."""
    number = round_.applications.count() + 1
    team = team or UserFactory.create(name="Noor West")
    received = state in RECEIVED
    values: dict[str, Any] = {
        "code": f"{round_.code}-{number:04}",
        "organisation": organisation or organisation_of(round_.program, f"Organisation {number}"),
        "title": "Safe Online Together" if received else "",
        "amount": Decimal(50_000) if received else None,
        "submitted_at": SUBMITTED_AT if received else None,
    } | fields
    stage: Stage = values.pop("stage", None) or first_stage(round_)
    assert stage.form_version is not None
    application = Application.objects.create(
        program=round_.program,
        round=round_,
        stage=stage,
        form_version=stage.form_version,
        number=number,
        state=state,
        created_by=team,
        **values,
    )
    grant_rights(application, user=team, rights=Rights.SUBMIT)
    if application.submitted_at:
        submit(application, content_of())
    return application


def submit(application: Application, content: dict[str, Any], **fields: Any) -> Submission:
    """One more submission."""
    values = {
        "stage": application.stage,
        "form_version": application.form_version,
        "number": application.submissions.count() + 1,
        "sha256": "ab" * 32,
        "title": application.title,
        "amount": application.amount,
        "declared_name": "Noor West",
        "declared_position": "Director",
        "submitted_by": application.created_by,
        "submitted_at": application.submitted_at or timezone.now(),
    } | fields
    return Submission.objects.create(
        program=application.program, application=application, content=content, **values
    )


def in_days(days: float) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(microsecond=0)
