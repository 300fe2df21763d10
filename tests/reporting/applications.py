"""Applications that were submitted, as rows: what the PDF of one is made from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from guardian.shortcuts import assign_perm

from grants.engine.content import content_hash
from grants.models import Application, Form, FormVersion, Round, Stage, Submission
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Program
from tests.reporting.submissions import submission

SUBMITTED = datetime(2025, 3, 7, 5, 58, 12, tzinfo=UTC)


def submit(
    program: Program, *, team: dict[User, str], code: str = "IG27-0004", at: datetime = SUBMITTED
) -> Submission:
    """An application of a team with one submission. `team`: the right of each member (view, edit, submit)."""
    writer = next(iter(team))
    number = int(code.rpartition("-")[2])
    round_, stage, version = _round(program, writer)
    application = Application.objects.create(
        program=program,
        round=round_,
        stage=stage,
        form_version=version,
        number=number,
        code=code,
        organisation=Organisation.objects.create(program=program, name="Harbour Families"),
        state="submitted",
        title="Safe on the way home",
        created_by=writer,
        submitted_at=at,
    )
    for person, right in team.items():
        assign_perm(f"grants.{right}_application", person, application)
    return add_submission(application, actor=writer, at=at)


def add_submission(application: Application, *, actor: User, at: datetime, **fields: Any) -> Submission:
    """What was received of it, once more if it was received before."""
    content = submission() | {"application": application.code}
    number = application.submissions.count() + 1
    usual: dict[str, Any] = {
        "program": application.program,
        "stage": application.stage,
        "form_version": application.form_version,
        "number": number,
        "content": content,
        "title": content["title"],
        "amount": content["amount"],
        "declared_name": "Mere Tamatea",
        "declared_position": "Chief executive",
        "submitted_by": actor,
        "submitted_at": at,
    }
    values = usual | fields
    values.setdefault("sha256", content_hash(values["content"]))
    return Submission.objects.create(application=application, **values)


def _round(program: Program, actor: User) -> tuple[Round, Stage, FormVersion]:
    known = Round.objects.filter(code="IG27").first()
    if known:
        stage = known.stages.get()
        assert stage.form_version
        return known, stage, stage.form_version
    form = Form.objects.create(program=program, name="Full application")
    version = FormVersion.objects.create(program=program, form=form, number=1, state="published")
    now = timezone.now()
    round_ = Round.objects.create(
        program=program,
        code="IG27",
        title="Innovation grants 2027",
        summary="S",
        timezone="Australia/Sydney",
        opens_at=now - timedelta(days=30),
        closes_at=now + timedelta(days=1),
        state="open",
        created_by=actor,
    )
    stage = Stage.objects.create(
        program=program, round=round_, order=1, kind="application", form_version=version
    )
    return round_, stage, version
