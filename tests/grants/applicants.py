"""What the tests of applicants share: an open round, people who apply, an application and its team."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from grants.engine.schema import Field, FormSchema, Section
from grants.models import (
    Answer,
    Application,
    EligibilityCheck,
    EligibilityQuestion,
    Form,
    FormVersion,
    Round,
    Stage,
    Submission,
)
from grants.models.applications import Rights
from grants.services.rights import grant_rights
from grants.services.starting import check_eligibility, start_application
from grants.states import ApplicationState, FormState, RoundState
from partners.models import Organisation, OrganisationContact
from scsc.accounts.models import User
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Program
from tests.factories import UserFactory

# Numbers whose checksums are right; the second is another organisation's.
ABN, OTHER_ABN, ACN = "51 824 753 556", "53 004 085 616", "004 085 616"
ABN_DIGITS = ABN.replace(" ", "")
PROFILE = {"name": "Harbour Families", "kind": "charity", "abn": ABN, "country": "AU"}

SCHEMA = FormSchema(
    sections=[
        Section(
            key="project",
            title="Your project",
            fields=[
                Field(key="title", kind="text", label="Title of the project", required=True, role="title"),
                Field(key="plan", kind="long_text", label="What you will do", required=True),
            ],
        ),
        Section(
            key="safety",
            title="Child safety",
            fields=[
                Field(key="policy_file", kind="file", label="Your policy"),
                Field(
                    key="promise",
                    kind="declaration",
                    label="It is true",
                    required=True,
                    options={"text": "What we say here is true."},
                ),
            ],
        ),
    ]
)


def form_of(program: Program, schema: FormSchema = SCHEMA, name: str = "Application") -> FormVersion:
    """A published version of a form."""
    form = Form.objects.create(program=program, name=f"{name} {Form.objects.count()}")
    return FormVersion.objects.create(
        program=program,
        form=form,
        number=1,
        state=FormState.PUBLISHED,
        content=schema.model_dump(mode="json"),
    )


def round_of(
    program: Program,
    code: str = "IG27",
    *,
    kinds: tuple[str, ...] = ("application", "screening"),
    **fields: Any,
) -> Round:
    """A round that is open now, made without its services. `kinds` are its stages."""
    now = timezone.now().replace(microsecond=0)
    values = {
        "title": f"Impact grants {code}",
        "summary": "For safer places online.",
        "state": RoundState.OPEN,
        "timezone": "Australia/Sydney",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=3),
    } | fields
    round_ = Round.objects.create(program=program, code=code, **values)
    for order, kind in enumerate(kinds, start=1):
        version = form_of(program) if kind in Stage.WRITTEN else None
        Stage.objects.create(program=program, round=round_, order=order, kind=kind, form_version=version)
    return round_


def question(round_: Round, text: str = "Are you a charity?", **fields: Any) -> EligibilityQuestion:
    """A question before writing."""
    values = {"order": round_.questions.count() + 1, "otherwise": "Only charities can apply."} | fields
    return EligibilityQuestion.objects.create(program=round_.program, round=round_, text=text, **values)


def organisation_of(person: User, program: Program, **fields: Any) -> Organisation:
    """An organisation that somebody acts for."""
    values = {"name": "Harbour Families", "kind": "charity", "abn": ABN_DIGITS} | fields
    organisation = Organisation.objects.create(program=program, created_by=person, **values)
    OrganisationContact.objects.create(program=program, organisation=organisation, user=person)
    return organisation


def passed(round_: Round, person: User, now: datetime | None = None) -> EligibilityCheck:
    """A check that was passed."""
    answers = {row.pk: row.needs_yes for row in round_.questions.all()}
    return check_eligibility(round_, answers=answers, organisation=None, actor=person, now=now)


def begun(round_: Round, person: User, **organisation: Any) -> Application:
    """An application that somebody has begun, by an organisation of theirs."""
    found = organisation_of(person, round_.program, **organisation)
    return start_application(round_, organisation=found, eligibility=passed(round_, person), actor=person)


def joined(application: Application, rights: Rights, **fields: Any) -> User:
    """Somebody new on the team."""
    person = UserFactory.create(**fields)
    grant_rights(application, user=person, rights=rights)
    return person


def answered(application: Application, **values: Any) -> None:
    """Answers as they are kept."""
    for key, value in values.items():
        Answer.objects.create(
            program=application.program,
            application=application,
            key=key,
            value=value,
            updated_by=application.created_by,
            updated_at=timezone.now(),
        )


def received(application: Application, state: ApplicationState = ApplicationState.SUBMITTED) -> Application:
    """The application as it is once it was submitted."""
    now = timezone.now()
    Submission.objects.create(
        program=application.program,
        application=application,
        stage=application.stage,
        form_version=application.form_version,
        number=application.submissions.count() + 1,
        content={"sections": [], "files": []},
        sha256="0" * 64,
        title="Safe Online Together",
        declared_name="Noor West",
        declared_position="Director",
        submitted_by=application.created_by,
        submitted_at=now,
    )
    Application.objects.filter(pk=application.pk).update(
        state=state, submitted_at=now, title="Safe Online Together"
    )
    application.refresh_from_db()
    return application


def mails(program: Program) -> list[OutgoingMail]:
    """What was queued, oldest first. Inside the program's scope."""
    return list(OutgoingMail.objects.filter(program=program).order_by("pk"))


def link_in(mail: OutgoingMail) -> str:
    """The path of the link in a message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.body)
    assert found
    return found.group(1)
