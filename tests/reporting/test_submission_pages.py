"""Who gets the PDF of a submission, and what a page says about it until then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.template import Context, Template
from django.test import Client, RequestFactory

from grants.models import Application, Submission
from reporting.models import SubmissionPdf
from reporting.services import jobs
from reporting.services.submissions import retry_submission_pdf, take_submission_pdf
from reporting.tasks import render_submission
from scsc.accounts.models import User
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, member
from tests.queries import counted_queries
from tests.reporting.applications import SUBMITTED, add_submission, submit

PLACE = "/north/reports/submissions/IG27-0004/1"
READS = {"manager", "officer", "auditor"}


@pytest.fixture
def colleague(cast: Cast) -> User:
    """A member of the team who may only read."""
    return member(cast.program, Role.APPLICANT, name="Colleague")


@pytest.fixture
def rival(cast: Cast) -> User:
    """An applicant of another organisation, with an application of their own in the same round."""
    return member(cast.program, Role.APPLICANT, name="Rival")


@pytest.fixture
def submission(cast: Cast, colleague: User, rival: User) -> Submission:
    with program_scope(cast.program):
        submit(cast.program, team={rival: "submit"}, code="IG27-0005")
        return submit(cast.program, team={cast.applicant: "submit", colleague: "view"})


@pytest.fixture
def ready(cast: Cast, submission: Submission) -> SubmissionPdf:
    """Its PDF, made for real."""
    render_submission(program_id=cast.program.pk, submission_id=submission.pk)
    with program_scope(cast.program):
        return SubmissionPdf.objects.get()


def fail(cast: Cast, submission: Submission, message: str = "No memory.") -> None:
    with program_scope(cast.program):
        pdf = take_submission_pdf(submission.pk)
        assert pdf
        jobs.fail(pdf, message=message)


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def texts(response: HttpResponseBase) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


# Who


@pytest.mark.parametrize("page", ["pdf", "progress", "retry"])
def test_team_staff_and_auditor_get_it_and_for_all_others_it_is_not_there(
    cast: Cast,
    submission: Submission,
    colleague: User,
    rival: User,
    signed_in: Callable[[User], Client],
    page: str,
) -> None:
    fail(cast, submission)
    method = "post" if page == "retry" else "get"
    people = cast.people | {"colleague": colleague, "rival": rival}
    for name, person in people.items():
        answer = getattr(signed_in(person), method)(f"{PLACE}/{page}/")
        expected = {200, 302} if name in READS | {"applicant", "colleague"} else {404}
        assert answer.status_code in expected, f"{name}: {answer.status_code}"


def test_ready_file_goes_to_them_and_to_nobody_else(
    cast: Cast, ready: SubmissionPdf, colleague: User, rival: User, signed_in: Callable[[User], Client]
) -> None:
    for name, person in (cast.people | {"colleague": colleague, "rival": rival}).items():
        answer = signed_in(person).get(f"{PLACE}/pdf/")
        if name in READS | {"applicant", "colleague"}:
            assert content_of(answer).startswith(b"%PDF-"), name
        else:
            assert answer.status_code == 404, name
            assert b"Safe on the way home" not in answer.content


def test_stranger_is_sent_to_sign_in(submission: Submission) -> None:
    answer = Client().get(f"{PLACE}/pdf/")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PLACE}/pdf/")


def test_it_is_not_there_under_another_program(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    Membership.objects.create(program=cast.other, user=cast.applicant, role=Role.APPLICANT)
    for person in (cast.other_manager, cast.applicant):
        assert signed_in(person).get(f"{PLACE}/pdf/".replace("north", "south")).status_code == 404


def test_member_who_left_the_team_no_longer_gets_it(
    cast: Cast, ready: SubmissionPdf, colleague: User, signed_in: Callable[[User], Client]
) -> None:
    Membership.objects.filter(user=colleague).delete()
    Membership.objects.create(program=cast.program, user=colleague, role=Role.FINANCE)
    assert signed_in(colleague).get(f"{PLACE}/pdf/").status_code == 404


def test_staff_do_not_read_a_submission_of_an_application_that_was_taken_back(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    with program_scope(cast.program):
        Application.objects.filter(code="IG27-0004").update(state="draft", submitted_at=None)
    assert signed_in(cast.officer).get(f"{PLACE}/pdf/").status_code == 404
    assert signed_in(cast.applicant).get(f"{PLACE}/pdf/").status_code == 200


def test_submission_that_does_not_exist_is_not_found(
    cast: Cast, submission: Submission, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(cast.officer)
    for place in ("IG27-0004/2", "IG27-9999/1"):
        assert client.get(f"/north/reports/submissions/{place}/pdf/").status_code == 404


# What


def test_file_is_served_as_an_attachment_with_its_name(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(cast.applicant).get(f"{PLACE}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="north-IG27-0004-submission-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_each_submission_has_its_own_file(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(cast.applicant)
    with program_scope(cast.program):
        first = Submission.objects.select_related("application").get(pk=ready.submission_id)
        kind = {"order": 2, "kind": "eoi"}
        stage = first.stage.__class__.objects.create(
            program=cast.program, round=first.application.round, **kind
        )
        at = SUBMITTED + timedelta(days=9)
        second = add_submission(first.application, actor=cast.applicant, at=at, stage=stage)
    render_submission(program_id=cast.program.pk, submission_id=second.pk)
    one, two = (content_of(client.get(f"{PLACE[:-1]}{number}/pdf/")) for number in (1, 2))
    assert one != two


def test_until_it_is_ready_the_page_follows_it(
    cast: Cast, submission: Submission, signed_in: Callable[[User], Client]
) -> None:
    page = texts(signed_in(cast.applicant).get(f"{PLACE}/pdf/"))
    assert 'data-pdf="queued"' in page
    assert "Waiting for a worker" in page
    assert 'http-equiv="refresh"' in page
    with program_scope(cast.program):
        pdf = take_submission_pdf(submission.pk)
        assert pdf
        jobs.beat(pdf, percent=40, step="Laying out page 3")
    fragment = texts(signed_in(cast.applicant).get(f"{PLACE}/progress/"))
    assert 'data-pdf="rendering"' in fragment
    assert "Laying out page 3" in fragment
    assert 'value="40"' in fragment
    assert f'hx-get="{PLACE}/progress/"' in fragment
    assert 'hx-swap="outerHTML"' in fragment
    assert "<html" not in fragment


def test_once_it_is_ready_the_fragment_is_the_link_and_asks_no_more(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    fragment = texts(signed_in(cast.applicant).get(f"{PLACE}/progress/"))
    assert f'href="{PLACE}/pdf/"' in fragment
    assert "Download as PDF (4 pages" in fragment
    assert "hx-get" not in fragment


def test_failed_one_says_why_and_is_tried_again_by_who_reads_it(
    cast: Cast, submission: Submission, colleague: User, signed_in: Callable[[User], Client]
) -> None:
    fail(cast, submission, "The PDF needs more memory than the 600 MB it may use.")
    client = signed_in(colleague)
    page = texts(client.get(f"{PLACE}/pdf/"))
    assert "The PDF needs more memory than the 600 MB it may use." in page
    assert "What was submitted is safe" in page
    assert "http-equiv" not in page
    after = texts(client.post(f"{PLACE}/retry/", follow=True))
    assert 'data-pdf="queued"' in after
    again = texts(client.post(f"{PLACE}/retry/", follow=True))
    assert "is not possible" in again


def test_missing_file_is_not_found_and_not_an_error(
    cast: Cast, ready: SubmissionPdf, signed_in: Callable[[User], Client]
) -> None:
    from django.core.files.storage import default_storage

    default_storage.delete(ready.storage_name)
    assert signed_in(cast.applicant).get(f"{PLACE}/pdf/").status_code == 404


# The tag for pages of other apps


def shown(submission: Submission, user: User) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load submissions %}{% submission_pdf submission %}")
    return template.render(Context({"submission": submission, "csrf_token": "token", "request": request}))


def loaded(submission: Submission, cast: Cast) -> Submission:
    found = Submission.objects.select_related("application").get(pk=submission.pk)
    found.program = found.application.program = cast.program
    return found


def test_tag_shows_the_link_in_one_query(cast: Cast, ready: SubmissionPdf) -> None:
    with program_scope(cast.program):
        submission = loaded(ready.submission, cast)
        with counted_queries() as count:
            html = shown(submission, cast.applicant)
    assert f'href="{PLACE}/pdf/"' in html
    assert count.number == 1, count.statements


def test_tag_follows_what_nobody_has_begun(cast: Cast, submission: Submission) -> None:
    with program_scope(cast.program):
        html = shown(loaded(submission, cast), cast.applicant)
    assert 'data-pdf="queued"' in html
    assert f'href="{PLACE}/pdf/"' in html, "without script there is a way to look again"


def test_tag_offers_to_try_a_failed_one_again(cast: Cast, submission: Submission) -> None:
    fail(cast, submission)
    with program_scope(cast.program):
        html = shown(loaded(submission, cast), cast.applicant)
        assert f'action="{PLACE}/retry/"' in html
        assert 'value="token"' in html
        retry_submission_pdf(SubmissionPdf.objects.get(), actor=cast.applicant)
        assert 'data-pdf="queued"' in shown(loaded(submission, cast), cast.applicant)
