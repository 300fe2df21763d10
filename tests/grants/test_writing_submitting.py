"""Submitting: one submission, frozen, in time, with a receipt for everybody."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from grants.engine.content import content_hash
from grants.engine.schema import Json
from grants.models import AnswerFile, Application, ChangeRequest, Submission
from grants.models.applications import Rights
from grants.permissions import can_read_answer_file
from grants.services.answers import ClosedError, save_answer
from grants.services.files import add_answer_file
from grants.services.rights import grant_rights
from grants.services.submitting import answer_change_request, submit_application
from grants.states import ApplicationState, ChangeRequestState
from partners.models import SafeguardingRecord
from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.documents.states import DocumentState
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.accounts.people import race
from tests.factories import Cast, make_cast
from tests.grants.applicants import joined
from tests.grants.writing import (
    COMPLETE,
    answer_of,
    close_of,
    draft_by,
    round_to_write,
    team_of_two,
    write_all,
)

Team = tuple[Application, User, User]
Commit = DjangoCaptureOnCommitCallbacks


@pytest.fixture
def inside(cast: Cast) -> Iterator[None]:
    with program_scope(cast.program):
        yield


@pytest.fixture
def team(cast: Cast, inside: None) -> Team:
    """A draft with everything that is asked for."""
    found = team_of_two(cast)
    write_all(found[0], found[1])
    return found


def receipts() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(subject__startswith="Received").order_by("pk"))


def submit(application: Application, person: User, **more: Any) -> Submission:
    declared = {"declared_name": "Noor West", "declared_position": "Director"}
    return submit_application(application, actor=person, **(declared | more))


def test_submission_freezes_what_was_answered(team: Team) -> None:
    submission = submit(team[0], team[1])
    assert (submission.number, submission.title, submission.amount) == (
        1,
        COMPLETE["title"],
        Decimal("50000.00"),
    )
    assert submission.content["application"] == team[0].code
    assert submission.content["organisation"]["name"] == "Harbour Families"
    assert submission.content["declaration"]["name"] == "Noor West"
    assert (
        "I am authorised to make this application for Harbour Families"
        in (submission.content["declaration"]["text"])
    )
    assert submission.sha256 == content_hash(submission.content)
    submission.refresh_from_db()
    assert submission.sha256 == content_hash(submission.content), "the same after a trip through the database"


def test_hidden_answers_stay_out(team: Team) -> None:
    save_answer(team[0], key="partners", value="Secret partner", version=0, actor=team[1])
    save_answer(team[0], key="lead", value="Secret lead", version=0, actor=team[1])
    submission = submit(team[0], team[1])
    assert "Secret" not in str(submission.content)


def test_application_is_submitted_and_lists_find_title_amount_and_moment(team: Team) -> None:
    submission = submit(team[0], team[1])
    application = Application.objects.get(pk=team[0].pk)
    assert application.state == ApplicationState.SUBMITTED
    assert (application.title, application.amount) == (submission.title, submission.amount)
    assert application.submitted_at == submission.submitted_at


def test_trail_tells_of_the_step_and_of_what_was_received(team: Team) -> None:
    submission = submit(team[0], team[1])
    step = AuditEvent.objects.get(object_type="grants.application", action="submit")
    assert (step.actor, step.after) == (team[1], {"state": "submitted"})
    event = AuditEvent.objects.get(object_type="grants.submission", action="receive")
    assert event.after["sha256"] == submission.sha256


def test_everybody_on_the_team_gets_the_receipt(team: Team) -> None:
    reader = joined(team[0], Rights.VIEW)
    submission = submit(team[0], team[1])
    mails = receipts()
    assert {mail.to for mail in mails} == {team[1].email, team[2].email, reader.email}
    body = mails[0].body
    assert team[0].code in mails[0].subject
    assert submission.sha256 in body
    assert f"/{team[0].program.slug}/apply/{team[0].code}/receipt/" in body
    assert any(zone in body for zone in ("AEDT", "AEST"))


def test_pdf_is_asked_for_once_it_is_committed(
    team: Team, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commit
) -> None:
    woken: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(jobs, "wake", lambda task, **ids: woken.append((task, ids)))
    submission = submit(team[0], team[1])
    ids = {"program_id": team[0].program_id, "submission_id": submission.pk}
    assert ("reporting.tasks.render_submission", ids) in woken


# Once.


def test_submitting_again_gives_the_same_and_tells_nobody_twice(team: Team) -> None:
    colleague = joined(team[0], Rights.SUBMIT)
    first = submit(team[0], team[1])
    mails, events = OutgoingMail.objects.count(), AuditEvent.objects.count()
    assert submit(team[0], team[1]) == first
    assert submit(team[0], colleague, declared_name="Somebody else") == first
    assert (OutgoingMail.objects.count(), AuditEvent.objects.count()) == (mails, events)
    assert Submission.objects.count() == 1


def test_submitting_again_after_the_end_gives_the_same(team: Team) -> None:
    first = submit(team[0], team[1])
    late = close_of(team[0]) + timedelta(days=1)
    assert submit(team[0], team[1], now=late) == first


def test_retry_by_somebody_who_may_not_submit_is_refused(team: Team) -> None:
    submit(team[0], team[1])
    with pytest.raises(PermissionDenied):
        submit(team[0], team[2])


@pytest.mark.parametrize("right", [Rights.VIEW, Rights.EDIT])
def test_only_who_may_submit_submits(team: Team, right: Rights) -> None:
    with pytest.raises(PermissionDenied, match="colleague who may submit"):
        submit(team[0], joined(team[0], right))
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["manager", "officer", "outsider"])
def test_staff_and_strangers_never_submit(cast: Cast, team: Team, name: str) -> None:
    with pytest.raises(PermissionDenied):
        submit(team[0], cast.people[name])


# What is missing.


@pytest.mark.parametrize("key", ["title", "plan", "with_others", "amount", "budget"])
def test_missing_answer_keeps_it_a_draft(team: Team, key: str) -> None:
    save_answer(team[0], key=key, value=None, version=1, actor=team[1])
    with pytest.raises(DomainError, match="missing or not right yet"):
        submit(team[0], team[1])
    application = Application.objects.get(pk=team[0].pk)
    assert (application.state, application.submitted_at) == (ApplicationState.DRAFT, None)
    assert not Submission.objects.exists()
    assert not receipts()


def test_budget_that_does_not_add_up_keeps_it_a_draft(team: Team) -> None:
    save_answer(team[0], key="amount", value="50001.00", version=1, actor=team[1])
    with pytest.raises(DomainError, match="One thing is missing or not right yet"):
        submit(team[0], team[1])


@pytest.mark.parametrize(("name", "position"), [("", "Director"), ("Noor", ""), ("  ", "\t")])
def test_nobody_submits_without_a_person_who_declares(team: Team, name: str, position: str) -> None:
    with pytest.raises(DomainError, match="who declares"):
        submit(team[0], team[1], declared_name=name, declared_position=position)


# The clock.


@pytest.mark.parametrize(("minutes", "in_grace"), [(-1, False), (-0.001, False), (0, True), (14.99, True)])
def test_submission_in_time_says_whether_it_used_the_grace(
    team: Team, minutes: float, in_grace: bool
) -> None:
    now = close_of(team[0]) + timedelta(minutes=minutes)
    submission = submit(team[0], team[1], now=now)
    assert (submission.in_grace, submission.submitted_at) == (in_grace, now)


@pytest.mark.parametrize("minutes", [15, 16, 10_000])
def test_submission_after_the_grace_is_refused(team: Team, minutes: float) -> None:
    with pytest.raises(ClosedError, match="time to finish ended"):
        submit(team[0], team[1], now=close_of(team[0]) + timedelta(minutes=minutes))
    assert Application.objects.get(pk=team[0].pk).state == ApplicationState.DRAFT


def test_extension_counts_for_submitting(team: Team) -> None:
    close = close_of(team[0])
    Application.objects.filter(pk=team[0].pk).update(extended_until=close + timedelta(days=1))
    submission = submit(team[0], team[1], now=close + timedelta(hours=23))
    assert not submission.in_grace


@pytest.mark.parametrize("state", [ApplicationState.DISCARDED])
def test_discarded_draft_is_not_submitted(team: Team, state: ApplicationState) -> None:
    Application.objects.filter(pk=team[0].pk).update(state=state)
    with pytest.raises(DomainError, match="discarded"):
        submit(team[0], team[1])


# How many of one organisation.


def second_draft(team: Team) -> Application:
    application, person, _ = team
    other = Application.objects.get(pk=application.pk)
    other.pk, other.number, other.code = None, 99, f"{application.round.code}-0099"
    other.eligibility = None
    other.save()
    other.program = application.program
    grant_rights(other, user=person, rights=Rights.SUBMIT)
    write_all(other, person)
    return other


def test_round_takes_no_more_than_its_most_of_one_organisation(team: Team) -> None:
    team[0].round.most_per_organisation = 1
    team[0].round.save()
    other = second_draft(team)
    submit(team[0], team[1])
    with pytest.raises(DomainError, match="has submitted one application to this round"):
        submit(other, team[1])
    Application.objects.filter(pk=team[0].pk).update(state=ApplicationState.WITHDRAWN)
    assert submit(other, team[1]).application == other


# Safeguarding.


def test_counts_of_checks_are_kept_with_the_organisation(team: Team) -> None:
    counts: Json = {"people": 12, "checked": 12, "pending": 0, "as_at": "2026-01-31"}
    save_answer(team[0], key="checks", value=counts, version=0, actor=team[1])
    submit(team[0], team[1])
    kept = SafeguardingRecord.objects.get()
    assert (kept.organisation, kept.kind, kept.content) == (team[0].organisation, "screening", counts)
    assert kept.source == f"application {team[0].code}"


def test_what_was_not_stated_is_not_kept(team: Team) -> None:
    submit(team[0], team[1])
    assert not SafeguardingRecord.objects.exists()


def test_files_are_named_with_their_hash_and_read_by_staff_from_then_on(cast: Cast, team: Team) -> None:
    letter = SimpleUploadedFile("letter.txt", b"We support this.")
    file = add_answer_file(team[0], key="letters", upload=letter, actor=team[1])
    Document.objects.update(state=DocumentState.RELEASED)
    document = Document.objects.get()
    assert not can_read_answer_file(cast.officer, document)
    submission = submit(team[0], team[1])
    assert submission.content["files"] == [
        {
            "key": str(document.key),
            "name": "letter.txt",
            "size": document.size,
            "sha256": document.sha256,
            "field": "letters",
        }
    ]
    assert can_read_answer_file(cast.officer, document)
    assert AnswerFile.objects.get() == file


# Changes that staff asked for.


@pytest.fixture
def change(cast: Cast, team: Team) -> ChangeRequest:
    submit(team[0], team[1])
    request: ChangeRequest = ChangeRequest.objects.create(
        program=cast.program,
        application=Application.objects.get(pk=team[0].pk),
        fields=["plan"],
        reason="Say how often.",
        due_at=timezone.now() + timedelta(days=7),
        requested_by=cast.officer,
    )
    request.application.program = cast.program
    return request


def answer(change: ChangeRequest, person: User, **more: Any) -> Submission:
    declared = {"declared_name": "Noor West", "declared_position": "Director"}
    return answer_change_request(change, actor=person, **(declared | more))


def values_of(submission: Submission) -> dict[str, Json]:
    sections = submission.content["sections"]
    return {field["key"]: field["value"] for section in sections for field in section["fields"]}


def test_changes_make_a_second_submission_with_all_else_as_it_was(change: ChangeRequest, team: Team) -> None:
    save_answer(team[0], key="plan", value="Workshops every week.", version=1, actor=team[2])
    second = answer(change, team[1])
    first = Submission.objects.get(number=1)
    assert (second.number, second.change_request) == (2, change)
    assert values_of(second) == values_of(first) | {"plan": "Workshops every week."}
    assert ChangeRequest.objects.get().state == ChangeRequestState.ANSWERED
    assert Application.objects.get(pk=team[0].pk).state == ApplicationState.SUBMITTED
    assert answer(change, team[1]) == second
    assert Submission.objects.count() == 2


def test_changes_keep_the_moment_of_the_application(change: ChangeRequest, team: Team) -> None:
    before = Application.objects.get(pk=team[0].pk).submitted_at
    answer(change, team[1], now=timezone.now() + timedelta(days=3))
    assert Application.objects.get(pk=team[0].pk).submitted_at == before


def test_changes_go_by_their_own_end_and_not_by_the_rounds(change: ChangeRequest, team: Team) -> None:
    late = close_of(team[0]) + timedelta(days=10)
    save_answer(team[0], key="plan", value="Later.", version=1, actor=team[1], now=late)
    assert answer(change, team[1], now=late).submitted_at == late


def test_text_written_under_a_request_taken_back_is_not_sent_with_the_next(
    cast: Cast, change: ChangeRequest, team: Team
) -> None:
    save_answer(team[0], key="plan", value="Half a thought", version=1, actor=team[1])
    ChangeRequest.objects.update(state=ChangeRequestState.CANCELLED)
    change.pk, change.fields, change.state = None, ["title"], ChangeRequestState.OPEN
    change.save()
    save_answer(team[0], key="title", value="New title", version=1, actor=team[1])
    second = answer(change, team[1])
    assert values_of(second)["plan"] == COMPLETE["plan"]
    assert (second.title, Application.objects.get(pk=team[0].pk).title) == ("New title", "New title")


def test_changes_with_a_flagged_answer_missing_are_not_sent(change: ChangeRequest, team: Team) -> None:
    save_answer(team[0], key="plan", value=None, version=1, actor=team[1])
    with pytest.raises(DomainError, match="One thing is missing"):
        answer(change, team[1])
    assert ChangeRequest.objects.get().state == ChangeRequestState.OPEN


def test_changes_are_not_sent_for_what_was_withdrawn(change: ChangeRequest, team: Team) -> None:
    Application.objects.update(state=ApplicationState.WITHDRAWN)
    with pytest.raises(DomainError, match="not considered any more"):
        answer(change, team[1])


def test_only_who_may_submit_sends_changes(change: ChangeRequest, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        answer(change, team[2])


# At the same moment.


def committed_draft() -> tuple[Cast, Application, User, User]:
    """A complete draft that other connections see, with two people who may submit."""
    cast = make_cast()
    with program_scope(cast.program):
        application = draft_by(cast.applicant, cast.program, round_to_write(cast.program))
        other = joined(application, Rights.SUBMIT)
        write_all(application, cast.applicant)
    return cast, application, cast.applicant, other


def in_scope(cast: Cast, call: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        with program_scope(cast.program):
            return call()

    return run


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken: only the rows count here."""
    monkeypatch.setattr(jobs, "wake", lambda *args, **ids: None)


@pytest.mark.parametrize("same_person", [True, False])
def test_second_press_waits_for_the_first_and_gets_the_same(
    committed: None, no_worker: None, same_person: bool
) -> None:
    cast, application, first, second = committed_draft()
    other = first if same_person else second
    made: list[int] = []
    presses = [
        in_scope(cast, lambda who=who: made.append(submit(application, who).pk))  # type: ignore[misc]
        for who in (first, other)
    ]
    assert race(*presses) is None
    with program_scope(cast.program):
        assert set(made) == {Submission.objects.get().pk}
        assert len(receipts()) == 2
        assert AuditEvent.objects.filter(action="submit").count() == 1


def test_many_presses_at_the_same_moment_give_one_submission(committed: None, no_worker: None) -> None:
    cast, application, first, second = committed_draft()
    barrier = threading.Barrier(4)

    def press(who: User) -> int:
        try:
            barrier.wait()
            with program_scope(cast.program):
                return submit(application, User.objects.get(pk=who.pk)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(press, (first, second, first, second)))
    with program_scope(cast.program):
        assert made == {Submission.objects.get().pk}
        assert len(receipts()) == 2


def test_limit_of_an_organisation_holds_when_two_are_submitted_at_once(
    committed: None, no_worker: None
) -> None:
    cast, application, person, other = committed_draft()
    with program_scope(cast.program):
        application.round.most_per_organisation = 1
        application.round.save()
        twin = second_draft((application, person, other))
    refused = race(
        in_scope(cast, lambda: submit(application, person)), in_scope(cast, lambda: submit(twin, person))
    )
    assert isinstance(refused, DomainError)
    with program_scope(cast.program):
        assert Submission.objects.get().application_id == application.pk


LAST_SECOND = "At the last second"


@pytest.mark.parametrize("submitted_first", [True, False])
def test_text_saved_while_it_is_submitted_is_in_it_or_is_refused(
    committed: None, no_worker: None, submitted_first: bool
) -> None:
    """Nobody is told that a text was saved which the submission then lacks."""
    cast, application, person, other = committed_draft()
    calls = [
        in_scope(cast, lambda: submit(application, person)),
        in_scope(
            cast, lambda: save_answer(application, key="plan", value=LAST_SECOND, version=1, actor=other)
        ),
    ]
    refused = race(*(calls if submitted_first else reversed(calls)))
    assert isinstance(refused, ClosedError) == submitted_first
    with program_scope(cast.program):
        kept = answer_of(application, "plan").value
        assert values_of(Submission.objects.get())["plan"] == kept
        assert (kept == LAST_SECOND) != submitted_first
