"""Outcome letters: from a template, read by a person, released, stopped, and mailed once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from grants import tasks
from grants.engine.letters import fill, places_in, unknown_places
from grants.models import (
    Application,
    ApplicationUserObjectPermission,
    Letter,
    LetterMail,
    LetterTemplate,
    Round,
)
from grants.models.applications import Rights
from grants.queries.letters import due_letters, letters_of, template_for
from grants.services.deciding import publish, reverse
from grants.services.deciding_recommend import change_recommendation
from grants.services.letters_outcome import (
    LEAVES_IN,
    change_letter,
    discard_letter,
    redraft_letter,
    release_letter,
    release_many,
    save_template,
    send_letter,
    stop_letter,
)
from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, make_cast
from tests.grants.applicants import joined, mails
from tests.grants.decided import considered, decided, out_of, published, round_to_decide

Sign = Callable[[User], Client]


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return considered(round_, team=cast.applicant)


@pytest.fixture
def letter(cast: Cast, application: Application) -> Letter:
    """The letter about a published award."""
    with program_scope(cast.program):
        published(cast, application)
        return Letter.objects.get()


def due(letter: Letter) -> None:
    """Its moment has come."""
    Letter.objects.filter(pk=letter.pk).update(leaves_at=timezone.now() - timedelta(seconds=1))


def test_places_are_filled_once_and_nothing_else_is() -> None:
    assert (
        fill("Dear {organisation}, { title }", {"organisation": "{title}", "title": "T"}) == "Dear {title}, T"
    )
    assert fill("No {such} place, {} or {a b}", {}) == "No {such} place, {} or {a b}"
    assert places_in("{code} {code} { round }") == ["code", "round"]
    assert unknown_places("{code} {money} {}") == ["money", ""]


def test_paragraph_without_anything_to_say_is_left_out() -> None:
    text = "Dear {organisation}\n\nConditions:\n{conditions}\n\nGoodbye"
    assert fill(text, {"organisation": "Bay", "conditions": ""}) == "Dear Bay\n\nGoodbye"
    assert (
        fill(text, {"organisation": "Bay", "conditions": "- A"}) == "Dear Bay\n\nConditions:\n- A\n\nGoodbye"
    )


def test_letter_begins_with_the_template_of_the_program(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        save_template(
            cast.program,
            outcome="award",
            subject="{code}:\r\n granted",
            body="{organisation}\r\n\r\n{amount} for {title} in {round}.\r\n\r\n{conditions}"
            "\r\n\r\n{feedback}",
            actor=cast.officer,
        )
        decided(cast, application, conditions=["One", "Two"], feedback="Well done.")
        letter = Letter.objects.get()
        assert letter.subject == "IG27-0001: granted"
        assert letter.body == (
            f"{application.organisation}\n\n$40,000.00 for Safe Online Together in {application.round.title}."
            "\n\n- One\n- Two\n\nWell done."
        )


@pytest.mark.parametrize(
    ("fields", "where", "named"),
    [
        ({"body": "Dear {name}, {sum}"}, "body", "“{name}”, “{sum}”"),
        ({"subject": "{Amount}"}, "subject", "“{Amount}”"),
        ({"body": " "}, "body", "Write the letter"),
        ({"subject": " "}, "subject", "Give the letter a subject"),
    ],
)
def test_template_that_cannot_be_filled_is_refused_by_name(
    cast: Cast, fields: dict[str, str], where: str, named: str
) -> None:
    with program_scope(cast.program):
        values = {"subject": "S", "body": "B", **fields}
        with pytest.raises(ValidationError) as caught:
            save_template(cast.program, outcome="award", **values, actor=cast.officer)
        assert named in caught.value.message_dict[where][0]
        assert not LetterTemplate.objects.exists()


def test_template_is_one_of_each_outcome_and_for_staff(cast: Cast) -> None:
    with program_scope(cast.program):
        for text in ("First", "Second"):
            save_template(cast.program, outcome="decline", subject=text, body=text, actor=cast.officer)
        assert LetterTemplate.objects.get().body == "Second"
        assert template_for(cast.program, "decline").body == "Second"
        assert template_for(cast.program, "award").pk is None
        with pytest.raises(PermissionDenied):
            save_template(cast.program, outcome="award", subject="S", body="B", actor=cast.auditor)
    with program_scope(cast.other):
        assert template_for(cast.other, "decline").pk is None


def test_draft_is_written_anew_and_begun_again(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        first = letter.body
        with pytest.raises(ValidationError) as caught:
            change_letter(letter, subject="S", body="We grant {amount}.", actor=cast.officer)
        assert "“{amount}”" in str(caught.value)
        assert change_letter(letter, subject="S", body="Ours {as it is}.", actor=cast.officer).body == (
            "Ours {as it is}."
        )
        assert redraft_letter(letter, actor=cast.officer).body == first
        actions = AuditEvent.objects.filter(object_type="grants.letter").order_by("pk")
        assert list(actions.values_list("action", flat=True)) == ["draft", "change", "redraft"]


def test_letter_begun_again_tells_what_was_corrected_since(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        change_recommendation(decision, feedback="Corrected.", actor=cast.officer)
        letter = Letter.objects.get()
        assert "Corrected." not in letter.body
        assert "Corrected." in redraft_letter(letter, actor=cast.officer).body


def test_letter_leaves_only_about_what_is_published(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        letter = Letter.objects.get()
        with pytest.raises(DomainError, match="not published yet"):
            release_letter(letter, actor=cast.officer)
        letter.refresh_from_db()
        assert (letter.state, letter.leaves_at) == ("draft", None)
        publish(decision, actor=cast.manager)
        assert release_letter(letter, actor=cast.officer).state == "released"


def test_released_letter_leaves_ten_minutes_later(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        now = timezone.now()
        released = release_letter(letter, actor=cast.officer, now=now)
        assert released.leaves_at == now + LEAVES_IN == now + timedelta(minutes=10)
        assert send_letter(letter.pk) == 0
        assert list(due_letters()) == []
        assert list(due_letters(now + LEAVES_IN)) == [letter.pk]
        assert not mails(cast.program)


def test_letter_goes_to_each_of_the_team_once(cast: Cast, letter: Letter, application: Application) -> None:
    with program_scope(cast.program):
        colleague = joined(application, Rights.VIEW)
        release_letter(letter, actor=cast.officer)
        due(letter)
        assert send_letter(letter.pk) == 2
        for _ in range(3):
            assert send_letter(letter.pk) == 0
        assert {mail.to for mail in mails(cast.program)} == {cast.applicant.email, colleague.email}
        assert LetterMail.objects.count() == 2
        mail = mails(cast.program)[0]
        assert mail.subject == letter.subject
        assert mail.body.startswith(letter.body)
        assert f"/north/apply/{application.code}/status/" in mail.body
        letter.refresh_from_db()
        assert (letter.state, bool(letter.sent_at)) == ("sent", True)


def test_task_that_is_handed_out_again_sends_nothing_again(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        due(letter)
    for _ in range(2):
        tasks.send_letter(program_id=cast.program.pk, letter_id=letter.pk)
    with program_scope(cast.program):
        assert LetterMail.objects.count() == len(mails(cast.program)) == 1


def test_sweeper_knows_letters(cast: Cast, letter: Letter) -> None:
    kind = jobs._kinds["letter"]
    assert kind.argument == "letter_id"
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        due(letter)
        assert list(kind.due()) == [letter.pk]


def test_stopped_letter_does_not_leave(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        due(letter)
        assert stop_letter(letter, actor=cast.officer).state == "draft"
        assert send_letter(letter.pk) == 0
        letter.refresh_from_db()
        assert (letter.leaves_at, letter.released_by) == (None, None)
        change_letter(letter, subject="S", body="Better.", actor=cast.officer)
        assert release_letter(letter, actor=cast.officer).state == "released"


def test_letter_that_has_left_cannot_be_stopped_or_changed(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        with pytest.raises(DomainError, match="Stop it first"):
            change_letter(letter, subject="S", body="B", actor=cast.officer)
        due(letter)
        send_letter(letter.pk)
        with pytest.raises(DomainError, match="is sent"):
            stop_letter(letter, actor=cast.officer)
        with pytest.raises(DomainError, match="is sent"):
            redraft_letter(letter, actor=cast.officer)


def test_letter_of_a_reversed_decision_never_leaves(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        due(letter)
        reverse(letter.decision, reason="An error.", actor=cast.manager)
        assert send_letter(letter.pk) == 0
        assert not LetterMail.objects.exists()
        letter.refresh_from_db()
        assert letter.state == "stopped"


def test_letter_that_would_reach_nobody_is_held(cast: Cast, letter: Letter, application: Application) -> None:
    with program_scope(cast.program):
        release_letter(letter, actor=cast.officer)
        due(letter)
        ApplicationUserObjectPermission.objects.filter(content_object=application).delete()
        assert send_letter(letter.pk) == 0
        letter.refresh_from_db()
        assert letter.state == "released"
        Letter.objects.update(leaves_at=timezone.now() - timedelta(minutes=5))
        assert letters_of(application.round, cast.officer)[0].is_late
        stop_letter(letter, actor=cast.officer)
        with pytest.raises(DomainError, match="Nobody is on the team"):
            release_letter(letter, actor=cast.officer)


def test_letter_is_not_sent_at_all_with_a_reason(cast: Cast, letter: Letter) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="Say why"):
            discard_letter(letter, reason="", actor=cast.officer)
        assert discard_letter(letter, reason="They were called.", actor=cast.officer).state == "stopped"


def test_several_are_released_each_for_itself(cast: Cast, letter: Letter, round_: Round) -> None:
    with program_scope(cast.program):
        decided(cast, considered(round_))
        found = release_many(Letter.objects.all(), actor=cast.officer)
        assert [bool(one.problem) for one in found] == [False, True]


@pytest.mark.parametrize("name", ["auditor", "finance", "executive", "roundtable", "applicant", "outsider"])
def test_letters_are_for_staff(cast: Cast, letter: Letter, name: str) -> None:
    person = cast.people[name]
    with program_scope(cast.program):
        for attempt in (
            lambda: change_letter(letter, subject="S", body="B", actor=person),
            lambda: redraft_letter(letter, actor=person),
            lambda: release_letter(letter, actor=person),
            lambda: discard_letter(letter, reason="R", actor=person),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


def test_who_stepped_out_has_no_letter(cast: Cast, letter: Letter, application: Application) -> None:
    with program_scope(cast.program):
        out_of(application, cast.officer)
        assert letters_of(application.round, cast.officer) == []
        assert len(letters_of(application.round, cast.manager)) == 1
        with pytest.raises(PermissionDenied):
            release_letter(Letter.objects.get(), actor=cast.officer)


def test_of_workers_at_once_one_sends_and_a_reversal_stops_or_comes_after(committed: None) -> None:
    """Three workers and a manager who goes back on it, all at the same moment."""
    cast = make_cast()
    with program_scope(cast.program):
        decision = published(cast, considered(round_to_decide(cast), team=cast.applicant))
        letter = release_letter(Letter.objects.get(), actor=cast.officer)
        due(letter)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        tasks.send_letter(program_id=cast.program.pk, letter_id=letter.pk)
        connections.close_all()

    def go_back() -> None:
        start.wait()
        with program_scope(cast.program):
            reverse(decision, reason="An error.", actor=cast.manager)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)] + [threading.Thread(target=go_back)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with program_scope(cast.program):
        letter.refresh_from_db()
        sent = [mail for mail in mails(cast.program) if mail.subject == letter.subject]
        assert (letter.state, len(sent)) in {("sent", 1), ("stopped", 0)}
        assert LetterMail.objects.count() == len(sent)
        # Whoever was first, the team hears that it does not hold.
        assert [mail.to for mail in mails(cast.program) if "taken back" in mail.subject] == [
            cast.applicant.email
        ]
