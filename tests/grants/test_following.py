"""Beside and after writing: notes, messages, where it stands, ways out and back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.models import Application, ChangeRequest, Message, Recipient, Screening, Stage, TeamNote
from grants.models.applications import Rights
from grants.queries.following import change_of, finding_of, notes_by_section, submissions_of
from grants.queries.mine import everything_of
from grants.queries.needs import staff_needs
from grants.queries.standing import journey_of, standing_of, story_of
from grants.services import messages, notes
from grants.services.leaving import discard_application, restore_application, withdraw_application
from grants.services.messages import post_message
from grants.services.notes import write_note
from grants.services.screening import screen
from grants.states import ApplicationState
from scsc.audit.history import history_of, words_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import begun, joined, mails, received, round_of

SECRET = "The budget is 5,000 short."


@pytest.fixture
def application(cast: Cast) -> Application:
    """Begun by the outsider, who may submit it."""
    with program_scope(cast.program):
        return begun(round_of(cast.program), cast.outsider)


@pytest.fixture
def submitted(cast: Cast, application: Application) -> Application:
    with program_scope(cast.program):
        return received(application)


def stages_of(application: Application) -> list[Stage]:
    return list(application.round.stages.all())


def standing(application: Application) -> tuple[str, str]:
    now, stages = timezone.now(), stages_of(application)
    found = standing_of(application, change=change_of(application), now=now, stages=stages)
    return found.label, found.words


def test_note_is_kept_for_the_section_and_cannot_be_changed(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        reader = joined(application, Rights.VIEW)
        write_note(application, body=f" {SECRET} ", section="safety", actor=reader)
        write_note(application, body="Nearly there.", actor=cast.outsider)
        groups = notes_by_section(application, application.form_version.schema)
        assert [(group.title, [note.body for note in group.notes]) for group in groups] == [
            ("The whole application", ["Nearly there."]),
            ("Child safety", [SECRET]),
        ]
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            TeamNote.objects.update(body="Other")
        assert SECRET not in str(list(AuditEvent.objects.values_list("after", "before", "reason")))


def test_note_of_a_section_that_is_gone_is_still_shown(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        TeamNote.objects.create(
            program=cast.program, application=application, section="old", body="x", author=cast.outsider
        )
        [group] = notes_by_section(application, application.form_version.schema)
        assert group.title == "A section that the form had before"


def test_notes_are_for_the_team(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        for stranger in (cast.manager, cast.applicant, cast.auditor):
            with pytest.raises(PermissionDenied):
                write_note(application, body="Hello", actor=stranger)


@pytest.mark.parametrize(
    ("body", "section", "words"),
    [
        ("  ", "", "Write the note first"),
        ("x" * 4001, "", "longer than 4000"),
        ("x", "no", "not have this section"),
    ],
)
def test_note_that_cannot_be_kept_is_refused(
    cast: Cast, application: Application, body: str, section: str, words: str
) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match=words):
        write_note(application, body=body, section=section, actor=cast.outsider)


def test_notes_are_limited_within_a_day(
    cast: Cast, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_A_DAY", 1)
    with program_scope(cast.program):
        write_note(application, body="One", actor=cast.outsider)
        with pytest.raises(DomainError, match="within a day"):
            write_note(application, body="Two", actor=cast.outsider)
        later = timezone.now() + timedelta(days=1, minutes=1)
        assert write_note(application, body="Two", actor=cast.outsider, now=later)


def test_message_of_the_team_goes_to_the_contact_without_its_text(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        submitted.round.contact_email = "grants@example.org"
        submitted.round.save()
        before = len(mails(cast.program))
        post_message(submitted, body=SECRET, from_staff=False, actor=cast.outsider)
        [mail] = mails(cast.program)[before:]
        assert mail.to == "grants@example.org"
        assert SECRET not in mail.body + mail.subject
        assert "/north/applications/IG27-0001/" in mail.body
        assert SECRET not in str(list(AuditEvent.objects.values_list("after", flat=True)))


def test_without_a_contact_it_goes_to_staff_who_are_not_on_the_team(
    cast: Cast, submitted: Application
) -> None:
    with program_scope(cast.program):
        before = len(mails(cast.program))
        post_message(submitted, body="Hello", from_staff=False, actor=cast.outsider)
        assert {mail.to for mail in mails(cast.program)[before:]} == {cast.manager.email, cast.officer.email}


def test_message_of_staff_goes_to_the_whole_team(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        reader = joined(submitted, Rights.VIEW)
        before = len(mails(cast.program))
        post_message(submitted, body=SECRET, from_staff=True, actor=cast.officer)
        sent = mails(cast.program)[before:]
        assert {mail.to for mail in sent} == {cast.outsider.email, reader.email}
        assert all("/north/apply/IG27-0001/status/" in mail.body for mail in sent)
        assert not any(SECRET in mail.body for mail in sent)


def test_each_side_speaks_for_itself_only(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        reader = joined(submitted, Rights.VIEW)
        refused = [
            (reader, False),
            (cast.officer, False),
            (cast.outsider, True),
            (cast.auditor, True),
            (cast.applicant, False),
        ]
        for actor, from_staff in refused:
            with pytest.raises(PermissionDenied):
                post_message(submitted, body="Hello", from_staff=from_staff, actor=actor)
        assert not Message.objects.exists()


@pytest.mark.parametrize("from_staff", [True, False])
def test_messages_begin_with_the_submission(cast: Cast, application: Application, from_staff: bool) -> None:
    actor = cast.officer if from_staff else cast.outsider
    with program_scope(cast.program), pytest.raises(DomainError, match="once the application is submitted"):
        post_message(application, body="Hello", from_staff=from_staff, actor=actor)


@pytest.mark.parametrize(("body", "words"), [(" \n", "Write the message"), ("x" * 4001, "longer than 4000")])
def test_message_that_cannot_be_sent_is_refused(
    cast: Cast, submitted: Application, body: str, words: str
) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match=words):
        post_message(submitted, body=body, from_staff=False, actor=cast.outsider)


def test_messages_of_one_side_are_limited_within_a_day(
    cast: Cast, submitted: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_A_DAY", 2)
    with program_scope(cast.program):
        for number in range(2):
            post_message(submitted, body=str(number), from_staff=False, actor=cast.outsider)
        with pytest.raises(DomainError, match="within a day"):
            post_message(submitted, body="3", from_staff=False, actor=cast.outsider)
        assert post_message(submitted, body="1", from_staff=True, actor=cast.officer)
        later = timezone.now() + timedelta(days=1, minutes=1)
        assert post_message(submitted, body="3", from_staff=False, actor=cast.outsider, now=later)


def test_withdrawing_needs_a_reason_and_tells_both_sides(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        colleague = joined(submitted, Rights.EDIT)
        with pytest.raises(DomainError, match="Say why"):
            withdraw_application(submitted, reason=" ", actor=cast.outsider)
        before = len(mails(cast.program))
        withdraw_application(submitted, reason="We merged.", actor=cast.outsider)
        assert submitted.state == "withdrawn"
        told = {mail.to for mail in mails(cast.program)[before:]}
        assert told == {colleague.email, cast.manager.email, cast.officer.email}
        [latest, *_] = story_of(submitted)
        assert (latest.sentence, latest.reason) == ("Outsider withdrew it", "We merged.")


def test_withdrawing_ends_what_was_asked(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        change = asked(submitted, due_at=timezone.now() - timedelta(days=1))
        assert lines(cast) == ["Changes needed"]
        assert nagged(cast)
        withdraw_application(submitted, reason="We merged.", actor=cast.outsider)
        change.refresh_from_db()
        assert change.state == "cancelled"
        assert lines(cast) == ["Withdrawn"]
        assert not nagged(cast)
        latest, *_ = history_of([change])
        assert latest.sentence == (
            f"The system let lapse, with the application, the request for changes to {submitted}"
        )
        assert latest.reason == "The application was withdrawn."
        told = [happening.sentence for happening in story_of(submitted)]
        assert told[0] == "The request for changes does not hold any more"


@pytest.mark.parametrize("state", ["withdrawn", "ineligible", "unsuccessful", "draft"])
def test_list_asks_no_changes_of_what_is_not_considered(
    cast: Cast, submitted: Application, state: str
) -> None:
    with program_scope(cast.program):
        asked(submitted)
        Application.objects.update(state=state)
        assert "Changes needed" not in lines(cast)


def asked(application: Application, **fields: object) -> ChangeRequest:
    """Staff ask to change an answer."""
    values: dict[str, object] = {"due_at": timezone.now() + timedelta(days=7)} | fields
    return ChangeRequest.objects.create(
        program=application.program,
        application=application,
        fields=["plan"],
        reason="Say who.",
        requested_by=application.created_by,
        **values,
    )


def nagged(cast: Cast) -> bool:
    """Whether staff read that changes are overdue."""
    return "Changes overdue" in {
        need.label for need in staff_needs(cast.program, cast.officer, timezone.now())
    }


def lines(cast: Cast) -> list[str]:
    """How the applications of the outsider stand in their own list."""
    found = everything_of(cast.outsider, cast.program, timezone.now())
    return [line.standing.label for line in [*found.drafts, *found.received, *found.ended]]


@pytest.mark.parametrize("was_invited", [True, False])
def test_staff_are_told_of_a_discarded_draft_that_they_invited(
    cast: Cast, application: Application, was_invited: bool
) -> None:
    with program_scope(cast.program):
        if was_invited:
            received(application, ApplicationState.DRAFT)
        before = len(mails(cast.program))
        discard_application(application, actor=cast.outsider)
        told = {mail.to for mail in mails(cast.program)[before:]}
        assert told == ({cast.manager.email, cast.officer.email} if was_invited else set())


@pytest.mark.parametrize("act", ["discard", "restore", "withdraw"])
def test_only_those_who_may_submit_end_it(cast: Cast, application: Application, act: str) -> None:
    with program_scope(cast.program):
        states = {"discard": "draft", "restore": "discarded", "withdraw": "draft"}
        Application.objects.filter(pk=application.pk).update(state=states[act])
        if act == "withdraw":
            received(application)
        for actor in (joined(application, Rights.EDIT), cast.manager, cast.applicant):
            steps: dict[str, Callable[[], object]] = {
                "discard": partial(discard_application, application, actor=actor),
                "restore": partial(restore_application, application, actor=actor),
                "withdraw": partial(withdraw_application, application, reason="Because.", actor=actor),
            }
            with pytest.raises(PermissionDenied):
                steps[act]()


def test_draft_is_put_aside_and_taken_up_again(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        discard_application(application, actor=cast.outsider)
        assert standing(application)[0] == "Discarded"
        with pytest.raises(DomainError, match="is discarded"):
            discard_application(application, actor=cast.outsider)
        restore_application(application, actor=cast.outsider)
        assert standing(application)[0] == "In progress"
        with pytest.raises(DomainError, match="in progress"):
            withdraw_application(application, reason="No.", actor=cast.outsider)


@pytest.mark.parametrize("state", [s for s in ApplicationState if s not in {"draft", "discarded"}])
def test_what_was_submitted_is_not_discarded(cast: Cast, application: Application, state: str) -> None:
    with program_scope(cast.program):
        received(application, ApplicationState(state))
        with pytest.raises(DomainError):
            discard_application(application, actor=cast.outsider)


@pytest.mark.parametrize("state", list(ApplicationState))
def test_every_state_has_plain_words(cast: Cast, application: Application, state: str) -> None:
    with program_scope(cast.program):
        received(application, ApplicationState(state))
        label, words = standing(application)
        assert label
        assert words.endswith((".", "."))
        assert "{" not in words


def test_standing_follows_the_clock(cast: Cast, application: Application) -> None:
    closes = application.round.closes_at
    assert closes
    with program_scope(cast.program):

        def at(moment: object) -> str:
            return standing_of(application, change=None, now=moment).label  # type: ignore[arg-type]

        assert at(closes - timedelta(seconds=1)) == "In progress"
        assert at(closes) == "Closing now"
        assert at(closes + timedelta(minutes=application.round.grace_minutes)) == "Not submitted"


def test_late_changes_may_still_be_sent_and_it_says_so(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        change = asked(submitted, due_at=timezone.now() - timedelta(hours=1))
        said = standing_of(submitted, change=change, now=timezone.now()).words
        assert "You can still send the changes" in said
        early = standing_of(submitted, change=change, now=timezone.now() - timedelta(days=1)).words
        assert early.startswith("The program asks you to change some answers. Send the changes before ")


def test_eligible_one_hears_what_comes_next(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, kinds=("application", "screening", "assessment", "decision"))
        application = received(begun(round_, cast.outsider))
        steps = [(step.label, step.state) for step in journey_of(application, stages_of(application))]
        assert steps == [
            ("Full application", "Done"),
            ("Screening", "Now"),
            ("Assessment", "To come"),
            ("Decision", "To come"),
        ]
        screen(application, outcome="eligible", feedback="Clear and short.", actor=cast.officer)
        application.refresh_from_db()
        assert "Next comes: assessment." in standing(application)[1]
        steps = [(step.label, step.state) for step in journey_of(application, stages_of(application))]
        assert [state for _, state in steps] == ["Done", "Done", "Now", "To come"]
        finding = finding_of(application)
        assert finding
        assert finding.feedback == "Clear and short."


def test_refusal_shows_reasons_and_feedback_but_no_comment(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        screen(
            submitted,
            outcome="ineligible",
            reasons=["out_of_area"],
            comment="Between us.",
            feedback="Try next year.",
            actor=cast.officer,
        )
        submitted.refresh_from_db()
        finding = finding_of(submitted)
        assert finding
        assert finding.reasons == [Screening.Reason.OUT_OF_AREA.label]
        assert finding.feedback == "Try next year."
        story = " ".join(line.sentence + line.reason for line in story_of(submitted))
        assert "The program found it not eligible" in story
        assert str(cast.officer) not in story
        assert "Between us." not in story
        assert journey_of(submitted, stages_of(submitted)) == []


def test_invited_expression_of_interest_goes_on_with_its_answers(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, kinds=("eoi", "screening", "application", "decision"))
        application = received(begun(round_, cast.outsider))
        full = round_.stages.get(kind="application")
        Application.objects.update(state="draft", stage=full, form_version=full.form_version)
        application.refresh_from_db()
        label, words = standing(application)
        assert label == "Invited to apply in full"
        assert "answers so far are carried over" in words
        steps = [step.state for step in journey_of(application, stages_of(application))]
        assert steps == ["Done", "Done", "Now", "To come"]


def test_request_for_changes_names_the_answers_in_order(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        ChangeRequest.objects.create(
            program=cast.program,
            application=submitted,
            fields=["policy_file", "plan"],
            reason="Say who.",
            due_at=timezone.now() + timedelta(days=7),
            requested_by=cast.officer,
        )
        change = change_of(submitted)
        assert change
        assert [(row.label, row.section) for row in change.flagged] == [  # type: ignore[attr-defined]
            ("What you will do", "project"),
            ("Your policy", "safety"),
        ]
        assert standing(submitted)[0] == "Changes needed"


def test_submissions_are_listed_newest_first_without_their_text(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        [found] = submissions_of(submitted)
        assert found.number == 1
        assert "content" in found.get_deferred_fields()


def test_every_event_of_applicants_has_words(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        write_note(submitted, body="Hello", actor=cast.outsider)
        post_message(submitted, body="Hello", from_staff=False, actor=cast.outsider)
        for event in AuditEvent.objects.exclude(object_type="notices.outgoingmail"):
            assert words_of(event.object_type, event.action)


def test_messages_cannot_be_changed(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        post_message(submitted, body="Hello", from_staff=False, actor=cast.outsider)
        with pytest.raises((IntegrityError, Exception), match="permission denied"), transaction.atomic():
            Message.objects.update(body="Other")


def test_recipient_reads_that_it_is_funded_once_that_is_published(cast: Cast, submitted: Application) -> None:
    with program_scope(cast.program):
        Application.objects.filter(pk=submitted.pk).update(state="accepted")
        recipient = Recipient.objects.create(
            program=cast.program,
            round=submitted.round,
            organisation=submitted.organisation,
            application=submitted,
            title="Safe Online Together",
            summary="A summary.",
            awarded_on="2027-06-30",
            recorded_by=cast.officer,
        )
        assert standing(Application.objects.get(pk=submitted.pk))[0] == "Being considered"
        Recipient.objects.filter(pk=recipient.pk).update(published_at=timezone.now())
        found = Application.objects.get(pk=submitted.pk)
        assert standing(found)[0] == "Funded"
        assert {step.state for step in journey_of(found, stages_of(found))} == {"Done"}
