"""The PDF of a submission: made because the submission is there, once, the same to the byte."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from outloud import check as listen

from grants.models import Stage, Submission
from reporting.models import SubmissionPdf
from reporting.queries import due_submissions
from reporting.rendering.application.content import ApplicationDocument
from reporting.services import jobs
from reporting.services.submissions import document_of, retry_submission_pdf, take_submission_pdf
from reporting.tasks import render_submission
from scsc import jobs as queue
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.reporting.applications import SUBMITTED, add_submission, submit

LATER = SUBMITTED + timedelta(minutes=5)


@pytest.fixture
def submission(cast: Cast) -> Iterator[Submission]:
    """Inside the scope of the program, a submission of the applicant."""
    with program_scope(cast.program):
        yield submit(cast.program, team={cast.applicant: "submit"})


def taken(submission: Submission) -> SubmissionPdf:
    found = take_submission_pdf(submission.pk)
    assert found is not None
    return found


def failed(submission: Submission, message: str = "No memory.") -> SubmissionPdf:
    return jobs.fail(taken(submission), message=message)


def expire() -> None:
    SubmissionPdf.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def make(cast: Cast, submission: Submission) -> tuple[SubmissionPdf, bytes]:
    """What a worker makes of it."""
    render_submission(program_id=cast.program.pk, submission_id=submission.pk)
    with program_scope(cast.program):
        pdf = SubmissionPdf.objects.get(submission=submission)
        assert (pdf.state, pdf.error) == ("ready", "")
        with default_storage.open(pdf.storage_name) as file:
            return pdf, file.read()


# The row is the job, and the submission asks for it


def test_worker_makes_the_row_and_takes_it(submission: Submission) -> None:
    pdf = taken(submission)
    assert (pdf.state, pdf.attempts, pdf.template_version) == ("rendering", 1, "application-1")
    assert take_submission_pdf(submission.pk) is None
    assert SubmissionPdf.objects.count() == 1


def test_a_second_row_is_refused_by_the_database(submission: Submission) -> None:
    pdf = taken(submission)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubmissionPdf.objects.create(program=pdf.program, submission=submission, facts={})


def test_database_refuses_a_ready_pdf_without_a_file(submission: Submission) -> None:
    taken(submission)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubmissionPdf.objects.update(state="ready")


def test_submission_without_a_pdf_is_due_after_a_moment(submission: Submission) -> None:
    assert due_submissions(SUBMITTED + timedelta(seconds=14)) == []
    assert due_submissions(SUBMITTED + timedelta(seconds=16)) == [submission.pk]


def test_pdf_under_way_is_not_due_until_its_worker_is_silent(submission: Submission) -> None:
    taken(submission)
    now = timezone.now()
    assert due_submissions(now + timedelta(seconds=1)) == due_submissions(LATER) == []
    late = max(now, SUBMITTED) + jobs.LEASE + timedelta(seconds=30)
    assert due_submissions(late) == [submission.pk]


def test_failed_and_ready_ones_are_not_due(cast: Cast, submission: Submission) -> None:
    failed(submission)
    assert due_submissions(LATER) == []
    retry_submission_pdf(SubmissionPdf.objects.get(), actor=cast.applicant)
    assert due_submissions(LATER) == [submission.pk]
    pdf = taken(submission)
    jobs.begin_check(pdf)
    jobs.finish(pdf, pdf=File(io.BytesIO(b"%PDF-"), name="a.pdf"), sha256="0" * 64, pages=1)
    assert due_submissions(LATER) == []


def test_due_ones_come_in_the_order_of_their_waiting(cast: Cast, submission: Submission) -> None:
    second = submit(cast.program, team={cast.applicant: "submit"}, code="IG27-0005")
    assert due_submissions(LATER) == [submission.pk, second.pk]


def test_sweeper_knows_the_kind() -> None:
    kind = queue._kinds["submission"]
    assert (kind.due, kind.task.name, kind.argument) == (
        due_submissions,
        "reporting.tasks.render_submission",
        "submission_id",
    )


def test_worker_that_dies_loses_its_turn_to_the_next(submission: Submission) -> None:
    dead = taken(submission)
    expire()
    alive = taken(submission)
    assert alive.attempts == 2
    with pytest.raises(jobs.LeaseLostError):
        jobs.beat(dead, percent=50, step="Late")
    jobs.beat(alive, percent=50, step="Laying out page 2")
    assert SubmissionPdf.objects.get().step == "Laying out page 2"


def test_pdf_that_kills_every_worker_fails_in_the_end(submission: Submission) -> None:
    for _ in range(jobs.MAX_ATTEMPTS):
        taken(submission)
        expire()
    assert take_submission_pdf(submission.pk) is None
    assert SubmissionPdf.objects.get().state == "failed"


def test_who_reads_it_may_try_again_and_nobody_else(cast: Cast, submission: Submission) -> None:
    pdf = failed(submission)
    for role in ("finance", "executive", "advisory", "outsider"):
        with pytest.raises(PermissionDenied):
            retry_submission_pdf(pdf, actor=cast.people[role])
    again = retry_submission_pdf(pdf, actor=cast.officer)
    assert (again.state, again.attempts, again.error) == ("queued", 0, "")
    with pytest.raises(DomainError):
        retry_submission_pdf(again, actor=cast.officer)


def test_every_step_is_in_the_history_in_words(cast: Cast, submission: Submission) -> None:
    pdf = failed(submission)
    retry_submission_pdf(pdf, actor=cast.applicant)
    sentences = [entry.sentence for entry in history_of([pdf])]
    name = "PDF of submission 1 of IG27-0004"
    assert sentences == [
        f"{cast.applicant} asked to try again {name}",
        f"The system could not make {name}",
        f"The system began to render {name}",
        f"The system queued the {name}",
    ]


# What is printed


def test_facts_are_those_of_the_moment_and_stay(cast: Cast, submission: Submission) -> None:
    pdf = taken(submission)
    assert pdf.facts["submitted"] == "Friday 7 March 2025, 4:58 pm AEDT"
    assert pdf.facts["submitted_at"] == "2025-03-07T16:58:12+11:00"
    assert (pdf.facts["program"], pdf.facts["amount"]) == ("North program", "$28,700.50")
    document = document_of(pdf)
    assert ApplicationDocument.model_validate(document).content.application == "IG27-0004"
    cast.program.name = "Another name"
    cast.program.save()
    expire()
    assert document_of(taken(submission)) == document


def test_task_makes_it_for_real_and_once(cast: Cast) -> None:
    with program_scope(cast.program):
        submission = submit(cast.program, team={cast.applicant: "submit"})
    pdf, content = make(cast, submission)
    again, same = make(cast, submission)
    assert pdf.pages == 4
    assert (pdf.file_size, content[:5]) == (len(content), b"%PDF-")
    assert (again.attempts, again.file_sha256, same) == (1, pdf.file_sha256, content)


def test_made_again_it_has_the_same_bytes_whatever_the_program_is_called(cast: Cast) -> None:
    with program_scope(cast.program):
        submission = submit(cast.program, team={cast.applicant: "submit"})
    pdf, content = make(cast, submission)
    cast.program.name, cast.program.accent_light = "Another name", "#5b3a8c"
    cast.program.save()
    with program_scope(cast.program):
        SubmissionPdf.objects.update(state="queued", file_sha256="", file_size=None)
    again, same = make(cast, submission)
    assert again.attempts == 2
    assert (again.file_sha256, same) == (pdf.file_sha256, content)


def test_made_pdf_is_readable_for_all(cast: Cast, tmp_path: Path) -> None:
    with program_scope(cast.program):
        submission = submit(cast.program, team={cast.applicant: "submit"})
    path = tmp_path / "a.pdf"
    path.write_bytes(make(cast, submission)[1])
    assert [str(item) for item in listen(str(path)).findings] == []


def test_content_that_cannot_be_printed_fails_with_words(cast: Cast) -> None:
    with program_scope(cast.program):
        good = submit(cast.program, team={cast.applicant: "submit"})
        kind = {"order": 2, "kind": "eoi"}
        stage = Stage.objects.create(program=cast.program, round=good.application.round, **kind)
        broken = add_submission(
            good.application, actor=cast.applicant, at=SUBMITTED, stage=stage, content={"sections": []}
        )
    render_submission(program_id=cast.program.pk, submission_id=broken.pk)
    with program_scope(cast.program):
        pdf = SubmissionPdf.objects.get()
        assert pdf.state == "failed"
        assert "content.application" in pdf.error


def test_text_that_is_not_what_was_received_is_not_printed(cast: Cast) -> None:
    with program_scope(cast.program):
        first = submit(cast.program, team={cast.applicant: "submit"})
        kind = {"order": 2, "kind": "eoi"}
        stage = Stage.objects.create(program=cast.program, round=first.application.round, **kind)
        altered = add_submission(
            first.application, actor=cast.applicant, at=SUBMITTED, stage=stage, sha256=first.sha256[::-1]
        )
    render_submission(program_id=cast.program.pk, submission_id=altered.pk)
    with program_scope(cast.program):
        pdf = SubmissionPdf.objects.get()
        assert pdf.state == "failed"
        assert "its hash is another one" in pdf.error
        assert not default_storage.exists(pdf.storage_name)


def test_storage_that_refuses_the_file_is_told_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with program_scope(cast.program):
        submission = submit(cast.program, team={cast.applicant: "submit"})
    monkeypatch.setattr(default_storage, "save", refuse)
    render_submission(program_id=cast.program.pk, submission_id=submission.pk)
    with program_scope(cast.program):
        pdf = SubmissionPdf.objects.get()
        assert pdf.state == "failed"
        assert pdf.error == "The PDF could not be stored (Permission denied). Tell whoever runs this system."


def test_task_for_a_submission_that_is_not_there_does_nothing(cast: Cast) -> None:
    render_submission(program_id=cast.program.pk, submission_id=999_999)
    with program_scope(cast.program):
        assert not SubmissionPdf.objects.exists()
        assert not AuditEvent.objects.filter(object_type="reporting.submissionpdf").exists()


def test_task_under_another_program_does_not_find_it(cast: Cast) -> None:
    with program_scope(cast.program):
        submission = submit(cast.program, team={cast.applicant: "submit"})
    render_submission(program_id=cast.other.pk, submission_id=submission.pk)
    with program_scope(cast.program):
        assert not SubmissionPdf.objects.exists()
