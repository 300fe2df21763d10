"""Submitting an application, and sending the changes that staff asked for: one submission comes of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from grants.engine.answers import Answers
from grants.engine.content import Facts, content_hash, submission_content
from grants.engine.kinds.safeguarding import expires_on
from grants.models import Application, ChangeRequest, Submission
from grants.permissions import can_submit_application
from grants.queries.team import team_of
from grants.queries.writing import answers_of, answers_under, declaration_of, latest_submission
from grants.services.answers import ClosedError, why_closed
from grants.services.ballots import void_where_changed
from grants.services.holding import allow, hold_with_organisation
from grants.services.letters import link_to
from grants.statements import source_of
from grants.states import ApplicationState
from grants.timing import in_grace, may_write
from partners.models import Organisation, SafeguardingRecord
from partners.services import record_safeguarding
from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.documents.models import Document
from scsc.errors import DomainError
from scsc.notices.services import send_mail
from scsc.ui.moments import moment

ONLY_SUBMITTERS = "Ask a colleague who may submit: the team page says who."
# What a submission keeps of the organisation beside its kind.
PROFILE = (
    *("name", "abn", "acn", "street", "suburb", "state", "postcode", "country"),
    *("website", "email", "phone", "about"),
)
# What no longer stands in the way of another application of the same organisation.
GIVEN_UP = frozenset({ApplicationState.WITHDRAWN, ApplicationState.DISCARDED})


@transaction.atomic
def submit_application(
    application: Application,
    *,
    declared_name: str,
    declared_position: str,
    actor: User,
    now: datetime | None = None,
) -> Submission:
    """Submit a draft as it stands: freeze its content, give the receipt, tell the team.

    However often and by whomever it is asked, one submission of a stage comes of it: later ones get the same.
    The clock is read once the row is locked. Raises ClosedError after the grace, DomainError while something
    is missing or the organisation has as many as the round takes, PermissionDenied for who may not submit.
    """
    held = hold_with_organisation(application)
    allow(can_submit_application(actor, held), ONLY_SUBMITTERS)
    known = Submission.objects.filter(application=held, stage=held.stage, change_request=None).first()
    if known is not None:
        return known
    now = now or timezone.now()
    if held.state == ApplicationState.DRAFT and not may_write(held, now):
        raise ClosedError(why_closed(held))
    _check_limit(held)
    declared = _declared(declared_name, declared_position)
    submission = _frozen(held, answers_of(held), declared=declared, now=now, actor=actor)
    submission.in_grace = in_grace(held, now)
    _note(held, submission, moved_at=now)
    transition(held, "submit", actor=actor)
    return _keep(held, submission, actor=actor)


@transaction.atomic
def answer_change_request(
    change: ChangeRequest,
    *,
    declared_name: str,
    declared_position: str,
    actor: User,
    now: datetime | None = None,
) -> Submission:
    """Send the changes that staff asked for: a new submission, with all that was not asked as it was.

    Idempotent like `submit_application`. Raises DomainError while an answer that was opened is not right or
    after staff took the request back, PermissionDenied for who may not submit.
    """
    held = hold_with_organisation(change.application)
    allow(can_submit_application(actor, held), ONLY_SUBMITTERS)
    known = Submission.objects.filter(change_request=change).first()
    if known is not None:
        return known
    fresh = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change.pk)
    fresh.application = held
    fresh.program = held.program
    declared = _declared(declared_name, declared_position)
    now = now or timezone.now()
    submission = _frozen(held, answers_under(fresh), declared=declared, now=now, actor=actor)
    submission.change_request = fresh
    transition(fresh, "answer", actor=actor)
    _note(held, submission)
    return _keep(held, submission, actor=actor)


def _check_limit(application: Application) -> None:
    """Raise DomainError where the organisation has submitted as many others as the round takes."""
    most = application.round.most_per_organisation
    if most is None:
        return
    others = Application.objects.filter(
        round=application.round, organisation=application.organisation, submitted_at__isnull=False
    )
    submitted = others.exclude(pk=application.pk).exclude(state__in=GIVEN_UP).count()
    if submitted >= most:
        many = "one application" if most == 1 else f"{most} applications"
        raise DomainError(
            f"{application.organisation} has submitted {many} to this round, the most that it takes from one "
            "organisation. Withdraw one of them first, or keep this one as a draft."
        )


def _declared(name: str, position: str) -> tuple[str, str]:
    name, position = " ".join(name.split()), " ".join(position.split())
    if not name or not position:
        raise DomainError("Say who declares this: the name and the position of a person who may sign.")
    return name[:150], position[:150]


def content_now(
    application: Application, answers: Answers, *, declared: tuple[str, str], now: datetime
) -> dict[str, Any]:
    """What would be submitted at this moment, by this declaration."""
    facts = Facts(
        application=application.code,
        round_code=application.round.code,
        round_title=application.round.title,
        stage=str(application.stage),
        form=application.form_version.form.name,
        form_version=application.form_version.number,
        submitted_at=now.astimezone(ZoneInfo(application.round.timezone)).isoformat(timespec="seconds"),
        declared_name=declared[0],
        declared_position=declared[1],
        declared_text=declaration_of(application),
        organisation=_profile(application.organisation),
        currency=application.program.currency,
    )
    return submission_content(application.form_version.schema, answers, facts)


def _profile(organisation: Organisation) -> dict[str, Any]:
    """The organisation as it is at the moment."""
    profile: dict[str, Any] = {name: getattr(organisation, name) for name in PROFILE}
    return {"id": organisation.pk, "kind": organisation.get_kind_display(), **profile}


def _frozen(
    application: Application, answers: Answers, *, declared: tuple[str, str], now: datetime, actor: User
) -> Submission:
    """What is submitted, with its hash; not saved yet."""
    content = content_now(application, answers, declared=declared, now=now)
    last = latest_submission(application)
    return Submission(
        program=application.program,
        application=application,
        stage=application.stage,
        form_version=application.form_version,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=content_hash(content),
        title=content["title"][:200],
        amount=Decimal(content["amount"]) if content["amount"] else None,
        declared_name=declared[0],
        declared_position=declared[1],
        submitted_by=actor,
        submitted_at=now,
    )


def _note(application: Application, submission: Submission, *, moved_at: datetime | None = None) -> None:
    """Title, amount and moment where lists find them."""
    application.title, application.amount = submission.title, submission.amount
    application.submitted_at = moved_at or application.submitted_at
    application.save(update_fields=["title", "amount", "submitted_at"])


def _keep(application: Application, submission: Submission, *, actor: User) -> Submission:
    """Write the submission down, and all that follows from it."""
    submission.save(force_insert=True)
    facts = {
        "number": submission.number,
        "sha256": submission.sha256,
        "in_grace": submission.in_grace,
        "declared_by": submission.declared_name,
    }
    record(submission, "receive", actor=actor, after=facts)
    void_where_changed(application)
    _record_safeguarding(application, submission, actor=actor)
    _mail_receipt(application, submission, actor=actor)
    jobs.wake(
        "reporting.tasks.render_submission", program_id=application.program_id, submission_id=submission.pk
    )
    return submission


def _record_safeguarding(application: Application, submission: Submission, *, actor: User) -> None:
    """What was stated about keeping children safe holds for the organisation from now on."""
    files: dict[str, str] = {}
    for file in submission.content["files"]:
        files.setdefault(file["field"], file["key"])
    for section in submission.content["sections"]:
        for field in section["fields"]:
            if field["kind"] in SafeguardingRecord.Kind.values and field["value"]:
                key = files.get(field["key"])
                document = Document.objects.filter(key=key).first() if key else None
                record_safeguarding(
                    application.organisation,
                    kind=field["kind"],
                    content=_as_mapping(field["value"]),
                    document=document,
                    expires_on=expires_on(field["value"]) if field["kind"] == "policy" else None,
                    source=source_of(application.code),
                    actor=actor,
                )


def _as_mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"value": value}


def _mail_receipt(application: Application, submission: Submission, *, actor: User) -> None:
    """Tell everybody on the team, whoever pressed the button among them."""
    what = "changes to application" if submission.change_request_id else "application"
    at = moment(submission.submitted_at, application.round.timezone)
    lines = [
        f"{actor} has submitted the {what} {application.code} of {application.organisation} "
        f"to {application.round}.",
        "",
        f"Title: {submission.title}",
        f"Application: {application.code}, submission {submission.number}",
        f"Received: {at}",
        f"Fingerprint (SHA-256): {submission.sha256}",
        "",
        "Receipt, with the whole text as a PDF:",
        link_to(application.program, "apply:receipt", application.code),
        "",
    ]
    for member in team_of(application):
        send_mail(
            program=application.program,
            to=member.user.email,
            subject=f"Received: {what} {application.code}",
            body="\n".join(lines),
            actor=actor,
        )
