"""Beginning an application: the eligibility check, the organisation, the draft, a copy of an old one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from grants.models import Application, EligibilityCheck, Round
from grants.models.applications import Rights
from grants.permissions import can_view_own_application
from grants.queries.rounds import is_open_to
from grants.queries.starting import (
    answers_now,
    begun_with,
    first_stage,
    is_current,
    over_limit,
    questions_of,
    why_not_now,
)
from grants.services.copying import copy_answers
from grants.services.holding import allow, hold_round
from grants.services.letters import link_to
from grants.services.rights import grant_rights
from partners.models import Organisation
from partners.permissions import is_contact
from partners.services import create_organisation
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.notices.services import send_mail
from scsc.ui.moments import moment

# Checks of one person for one round within 24 hours.
MOST_CHECKS_A_DAY = 30
Profile = Mapping[str, Any]
NOT_FOR_YOU = "This round is by invitation, and this address is not among those invited."


@transaction.atomic
def check_eligibility(
    round_: Round,
    *,
    answers: dict[int, bool],
    organisation: Organisation | None,
    actor: User,
    now: datetime | None = None,
) -> EligibilityCheck:
    """Keep somebody's answers to the round's questions, passed or not, with the questions as they stand.

    `answers` are by the id of the question. Raises DomainError while the round takes no applications, where a
    question has no answer, and after MOST_CHECKS_A_DAY; PermissionDenied where the round is not for them.
    """
    now = now or timezone.now()
    _require_open(round_, actor=actor, now=now)
    questions = questions_of(round_)
    if {question.pk for question in questions} != set(answers):
        raise DomainError("The questions have changed meanwhile. Answer each of them, then go on.")
    lately = EligibilityCheck.objects.filter(round=round_, user=actor, checked_at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_CHECKS_A_DAY:
        raise DomainError(f"You have checked {MOST_CHECKS_A_DAY} times within a day. Go on tomorrow.")
    rows = answers_now(questions, answers)
    check = EligibilityCheck.objects.create(
        program=round_.program,
        round=round_,
        user=actor,
        organisation=organisation,
        answers=rows,
        passed=all(row["passed"] for row in rows),
    )
    record(check, "check", actor=actor, after={"passed": check.passed})
    return check


@transaction.atomic
def start_application(
    round_: Round,
    *,
    organisation: Organisation | Profile,
    eligibility: EligibilityCheck | None,
    actor: User,
    now: datetime | None = None,
) -> Application:
    """Begin one application of an organisation, with `actor` as the member of the team who may submit.

    A new organisation is given by its fields (partners.services.PROFILE): both are made, or neither. A check
    begins one application: asking again with the same one gives that one back. Raises PermissionDenied where
    the round is not for this person or they do not act for the organisation; DomainError while the round
    takes no applications, without the check it asks for, and above its limit; ValidationError by field for a
    new organisation.
    """
    now = now or timezone.now()
    held = hold_round(round_)
    if kept := _kept(held, eligibility, actor):
        return kept
    _require_open(held, actor=actor, now=now)
    _require_check(held, eligibility, actor=actor)
    applicant = _applicant(held, organisation, actor=actor)
    application = _create(held, organisation=applicant, eligibility=eligibility, actor=actor)
    grant_rights(application, user=actor, rights=Rights.SUBMIT)
    after = {"code": application.code, "organisation": str(applicant)}
    record(application, "start", actor=actor, after=after)
    _mail(application, actor=actor)
    return application


@dataclass(frozen=True)
class Copied:
    """What became of an old application: the new one, and the labels of what was not taken over."""

    application: Application
    answers: int
    files: int
    left_out: list[str]


@transaction.atomic
def copy_application(
    source: Application,
    *,
    round_: Round,
    organisation: Organisation | Profile,
    eligibility: EligibilityCheck | None,
    actor: User,
    now: datetime | None = None,
) -> Copied:
    """Begin an application with the answers of an old one where both forms ask the same.

    The same means a field of the same key and kind. Files are named again, not stored again. Declarations are
    made anew. Raises PermissionDenied for somebody who does not read the old one, and as `start_application`.
    """
    allow(can_view_own_application(actor, source), "You can copy your own applications only.")
    kept = _kept(hold_round(round_), eligibility, actor)
    application = kept or start_application(
        round_, organisation=organisation, eligibility=eligibility, actor=actor, now=now
    )
    if kept:
        return Copied(application, 0, 0, [])
    application.copied_from = source
    application.save(update_fields=["copied_from"])
    taken = copy_answers(source, application, actor=actor, now=now or timezone.now())
    after = {"from": source.code, "answers": taken.answers, "files": taken.files, "left_out": taken.left_out}
    record(application, "copy", actor=actor, after=after)
    return Copied(application, taken.answers, taken.files, taken.left_out)


def _require_open(round_: Round, *, actor: User, now: datetime) -> None:
    if not is_open_to(round_, actor):
        raise PermissionDenied(NOT_FOR_YOU)
    if words := why_not_now(round_, now):
        raise DomainError(words)


def _require_check(round_: Round, check: EligibilityCheck | None, *, actor: User) -> None:
    """Somebody's own check of this round, passed, as the questions stand; where there are any."""
    questions = questions_of(round_)
    if check is None:
        if questions:
            raise DomainError("Answer the questions of the eligibility check first.")
        return
    if check.round_id != round_.pk or check.user_id != actor.pk or not is_current(check, questions):
        raise DomainError("This eligibility check does not hold any more. Answer its questions again.")


def _kept(round_: Round, check: EligibilityCheck | None, actor: User) -> Application | None:
    """What a first press of the button began."""
    kept = begun_with(check)
    if kept is None or check is None or check.user_id != actor.pk:
        return None
    kept.program, kept.round = round_.program, round_
    return kept


def _applicant(round_: Round, organisation: Organisation | Profile, *, actor: User) -> Organisation:
    """The organisation that applies, entered first where it is new."""
    if not isinstance(organisation, Organisation):
        organisation = create_organisation(round_.program, actor=actor, **organisation)
    allow(is_contact(actor, organisation), "Ask somebody who acts for this organisation.")
    if words := over_limit(round_, organisation):
        raise DomainError(words)
    return organisation


def _create(
    round_: Round, *, organisation: Organisation, eligibility: EligibilityCheck | None, actor: User
) -> Application:
    stage = first_stage(round_)
    if stage is None or stage.form_version is None:
        raise DomainError("This round has no form to fill in yet. Ask its contact.")
    number = 1 + (Application.objects.filter(round=round_).aggregate(last=Max("number"))["last"] or 0)
    return Application.objects.create(
        program=round_.program,
        round=round_,
        stage=stage,
        form_version=stage.form_version,
        number=number,
        code=f"{round_.code}-{number:04d}",
        organisation=organisation,
        eligibility=eligibility,
        created_by=actor,
        is_demonstration=round_.is_demonstration,
    )


def _mail(application: Application, *, actor: User) -> None:
    """The way back, in the person's own mailbox."""
    round_ = application.round
    closes = moment(round_.closes_at, round_.timezone) if round_.closes_at else "a moment not set yet"
    body = (
        f"You have begun application {application.code} of {application.organisation} to {round_}.\n\n"
        f"Come back to it here:\n\n{link_to(application.program, 'apply:tasks', application.code)}\n\n"
        f"The round closes {closes}. What you write is saved as you go, and stays with your team until you "
        "submit it.\n"
    )
    subject = f"Your application {application.code}"
    send_mail(program=application.program, to=actor.email, subject=subject, body=body, actor=actor)
