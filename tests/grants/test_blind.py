"""Blind review: what assessors see of a submission, on pages and in files, and the overlay of staff."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.blind import MARK, Overlay, Rule, blind, without
from grants.models import AnswerFile, Assignment, Ballot, Redaction, StagePerson
from grants.permissions import can_read_answer_file
from grants.permissions.blind import can_read_replacement
from grants.queries.blind import content_for, is_blind_to
from grants.services.blind import redact, unredact
from grants.states import BallotState
from reporting.permissions import can_read_submission
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.assessing import (
    accepted,
    assessed_round,
    assessment_of,
    assessors,
    content_of,
    field_of,
    given_to,
)
from tests.grants.bodies import add_member, body_of

Sign = Callable[[User], Client]
NOTHING = Overlay({}, {})
FILE: dict[str, Any] = {
    "key": "11111111-1111-4111-8111-111111111111",
    "name": "harbour-budget.pdf",
    "size": 9,
    "sha256": "ab",
}
OTHER: dict[str, Any] = {
    "key": "22222222-2222-4222-8222-222222222222",
    "name": "clean.pdf",
    "size": 5,
    "sha256": "cd",
}


def texts(content: dict[str, Any]) -> str:
    """Everything a reader could see."""
    return repr({key: value for key, value in content.items() if key != "application"})


def field(content: dict[str, Any], key: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = content["sections"][0]["fields"]
    return next(one for one in fields if one["key"] == key)


def with_file() -> dict[str, Any]:
    return content_of("Harbour Youth Network", field_of("budget", "file", "Budget", files=[FILE]))


# The engine


def test_who_applies_is_hidden_by_itself() -> None:
    content = with_file()
    kept = deepcopy(content)
    seen = blind(content, NOTHING)
    assert content == kept
    for words in ("Harbour", "Noor West", "harbour.au", "99000000032", "harbour-budget"):
        assert words not in texts(seen)
    assert field(seen, "plan")["shown"]["lines"] == [f"{MARK} works in schools. Write to {MARK}."]
    assert field(seen, "email")["shown"]["lines"] == ["Hidden from assessors."]
    assert (seen["organisation"], seen["declaration"], seen["files"]) == ({}, {}, [])
    assert seen["title"] == "Safe Online Together"


def test_rule_hides_passages_everything_or_nothing() -> None:
    answers = {
        "plan": Rule("passages", ("works in  SCHOOLS",)),
        "title": Rule("hide"),
        "email": Rule("show"),
    }
    seen = blind(with_file(), Overlay(answers, {}))
    assert field(seen, "plan")["shown"]["lines"] == [f"{MARK} {MARK}. Write to {MARK}."]
    assert field(seen, "title")["shown"]["lines"] == ["Hidden from assessors."]
    assert seen["title"] == "Title hidden"
    assert field(seen, "email")["shown"]["lines"] == ["office@harbour.au"]


def test_files_are_hidden_shown_or_replaced_one_by_one() -> None:
    content = content_of("Harbour", field_of("files", "file", "Files", files=[FILE, OTHER]))
    assert blind(content, NOTHING)["files"] == []
    shown = blind(content, Overlay({}, {OTHER["key"]: Rule("show")}))
    assert [file["name"] for file in shown["files"]] == ["clean.pdf"]
    every = blind(content, Overlay({"files": Rule("show")}, {FILE["key"]: Rule("hide")}))
    assert [file["name"] for file in every["files"]] == ["clean.pdf"]
    instead = {**OTHER, "key": "33333333-3333-4333-8333-333333333333", "name": "blacked-out.pdf"}
    replaced = blind(content, Overlay({}, {FILE["key"]: Rule("hide", replacement=instead)}))
    assert [file["name"] for file in replaced["files"]] == ["blacked-out.pdf"]
    assert field(replaced, "files")["shown"]["files"] == [instead]


def test_tables_are_cleaned_cell_by_cell() -> None:
    rows = [["Rent of Harbour Youth Network", "$5"], ["Staff", "$6"]]
    content = content_of("Harbour Youth Network", field_of("money", "budget", "Budget", rows=rows))
    field(content, "money")["value"] = {"lines": [{"item": "Rent of Harbour Youth Network", "amount": "5"}]}
    seen = field(blind(content, NOTHING), "money")
    assert seen["shown"]["rows"] == [[f"Rent of {MARK}", "$5"], ["Staff", "$6"]]
    assert seen["value"]["lines"][0] == {"item": f"Rent of {MARK}", "amount": "5"}


@pytest.mark.parametrize(
    ("text", "passages", "seen"),
    [
        ("Anna and ANNA and Annabel", ["anna"], f"{MARK} and {MARK} and Annabel"),
        ("Harbour\nYouth", ["Harbour Youth"], MARK),
        ("Cost (A+B)", ["(A+B)"], f"Cost {MARK}"),
        ("Harbour Youth Network", ["Harbour", "Harbour Youth Network"], MARK),
        ("Nothing here", ["", "  "], "Nothing here"),
    ],
)
def test_passages_are_hidden_whole_and_in_any_case(text: str, passages: list[str], seen: str) -> None:
    assert without(text, passages) == seen


@given(
    st.text(alphabet="ab c", max_size=30),
    st.lists(st.text(alphabet="abc", min_size=1, max_size=4), max_size=3),
)
def test_no_hidden_word_is_left(text: str, passages: list[str]) -> None:
    left = without(text, passages).split()
    assert not {word.lower() for word in left} & {passage.lower() for passage in passages}
    assert without(without(text, passages), passages) == without(text, passages)


# Who sees what


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def blind_assignment(cast: Cast, person: User | None = None, **fields: Any) -> Assignment:
    person = person or assessors(cast, 1)[0]
    round_ = assessed_round(cast, person, is_blind=True)
    return given_to(accepted(cast, round_, **fields), person, by=cast.officer)


def fresh(one: Assignment) -> Any:
    """The application as loaded anew: what was asked about it is not kept."""
    return Assignment.objects.select_related("application__round").get(pk=one.pk).application


def test_assessors_are_blind_and_staff_are_not(scope: Cast) -> None:
    one = blind_assignment(scope)
    assert is_blind_to(one.user, one.application)
    for user in (scope.officer, scope.manager, scope.auditor):
        assert not is_blind_to(user, one.application)
    content = one.application.submissions.get().content
    assert "Organisation 1" not in texts(content_for(one.user, one.application, content))
    assert content_for(scope.officer, one.application, content) == content


def test_round_with_names_hides_nothing(scope: Cast) -> None:
    (person,) = assessors(scope, 1)
    one = given_to(accepted(scope, assessed_round(scope, person)), person, by=scope.officer)
    assert not is_blind_to(person, one.application)


def test_whoever_may_assess_is_blind_before_anything_is_given_out(scope: Cast) -> None:
    person, other = assessors(scope, 2)
    application = accepted(scope, assessed_round(scope, person, is_blind=True))
    assert is_blind_to(person, application)
    assert not is_blind_to(other, application)


def test_member_of_the_body_sees_names_on_the_ballot_once_their_assessment_is_in(scope: Cast) -> None:
    one = blind_assignment(scope, scope.roundtable)
    body = body_of(scope.program, "roundtable", scope.roundtable, by=scope.manager)
    Ballot.objects.create(
        program=scope.program,
        body=body,
        application=one.application,
        state=BallotState.PREPARED,
        prepared_by=scope.officer,
        quorum=body.quorum,
        quorum_least=1,
        threshold=body.threshold,
        material_change_percent=10,
    )
    assert is_blind_to(scope.roundtable, fresh(one))
    Assignment.objects.update(state="submitted", submitted_at=one.assigned_at)
    assert not is_blind_to(scope.roundtable, fresh(one))
    Assignment.objects.all().delete()
    StagePerson.objects.filter(stage=assessment_of(one.application.round)).count()
    (person,) = assessors(scope, 1)
    add_member(body, person, by=scope.manager)
    assert not is_blind_to(person, one.application)


def stored(cast: Cast, key: str, name: str) -> Document:
    return Document.objects.create(
        program=cast.program,
        key=key,
        name=name,
        content_type="application/pdf",
        size=9,
        sha256="ab" * 32,
        state="released",
        uploaded_by=cast.applicant,
    )


def test_hidden_file_does_not_open_and_its_replacement_does(scope: Cast) -> None:
    one = blind_assignment(scope, content=with_file())
    application, document = one.application, stored(scope, FILE["key"], FILE["name"])
    AnswerFile.objects.create(
        program=scope.program,
        application=application,
        key="budget",
        document=document,
        added_by=scope.applicant,
    )
    assert can_read_answer_file(scope.officer, document) is True
    assert can_read_answer_file(one.user, document) is False
    upload = SimpleUploadedFile("clean.txt", b"Nothing that names anybody.", content_type="text/plain")
    row = redact(
        application, subject="file", key=FILE["key"], mode="hide", replacement=upload, actor=scope.officer
    )
    assert row.replacement is not None
    assert can_read_answer_file(one.user, document) is False
    assert can_read_replacement(one.user, row.replacement) is True
    assert can_read_replacement(scope.finance, row.replacement) is False
    assert can_read_replacement(one.user, document) is None
    redact(application, subject="file", key=FILE["key"], mode="show", actor=scope.officer)
    assert can_read_answer_file(one.user, document) is True


def test_paper_of_the_submission_has_the_names_and_is_not_for_assessors(scope: Cast) -> None:
    one = blind_assignment(scope)
    submission = one.application.submissions.get()
    submission.application = one.application
    assert can_read_submission(scope.officer, submission)
    assert not can_read_submission(one.user, submission)


# The overlay


def test_rule_is_kept_changed_and_taken_back_with_events_that_do_not_name_the_words(scope: Cast) -> None:
    application = blind_assignment(scope).application
    row = redact(
        application,
        subject="answer",
        key="plan",
        mode="passages",
        passages=[" our  town ", ""],
        actor=scope.officer,
    )
    assert row.passages == ["our town"]
    redact(
        application, subject="answer", key="plan", mode="passages", passages=["our town"], actor=scope.officer
    )
    redact(application, subject="answer", key="plan", mode="hide", actor=scope.officer)
    assert [(one.mode, one.passages) for one in Redaction.objects.all()] == [("hide", [])]
    unredact(row, actor=scope.officer)
    unredact(row, actor=scope.officer)
    events = AuditEvent.objects.filter(object_type="grants.redaction").order_by("pk")
    assert [event.action for event in events] == ["redact", "redact", "unredact"]
    assert all("town" not in repr((event.before, event.after)) for event in events)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mode": "other"}, "Choose what assessors see"),
        ({"mode": "passages"}, "one passage a line"),
        ({"mode": "passages", "passages": [str(n) for n in range(101)]}, "at most 100"),
        (
            {"subject": "file", "key": FILE["key"], "mode": "passages", "passages": ["a"]},
            "hide it, or replace it",
        ),
        (
            {"mode": "hide", "replacement": SimpleUploadedFile("a.txt", b"Text.")},
            "Only a file that is hidden",
        ),
    ],
)
def test_rule_that_cannot_be_is_refused(scope: Cast, fields: dict[str, Any], words: str) -> None:
    application = blind_assignment(scope, content=with_file()).application
    values = {"subject": "answer", "key": "plan"} | fields
    with pytest.raises(ValidationError, match=words):
        redact(application, **values, actor=scope.officer)


def test_rule_for_what_was_not_submitted_or_by_others_is_refused(scope: Cast) -> None:
    one = blind_assignment(scope)
    with pytest.raises(DomainError, match="no such answer or file"):
        redact(one.application, subject="answer", key="other", mode="hide", actor=scope.officer)
    for user in (scope.auditor, one.user):
        with pytest.raises(PermissionDenied):
            redact(one.application, subject="answer", key="plan", mode="show", actor=user)


# Pages


def test_assessor_reads_no_name_on_any_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = blind_assignment(
            cast, title="Project of Organisation 1", content=content_of("Organisation 1 of IG27")
        )
    client, code = signed_in(one.user), one.application.code
    for path in (
        f"assessments/{one.pk}/",
        "assessments/",
        f"assessments/{one.pk}/submit/",
        f"panel/applications/{code}/",
        f"panel/applications/{code}/declare/",
        "panel/",
    ):
        page = client.get(f"/north/{path}").content.decode()
        assert "Organisation 1" not in page, path
        assert "office@harbour.au" not in page, path
    assert "This review is blind" in client.get(f"/north/assessments/{one.pk}/").content.decode()
    assert client.get(f"/north/applications/{code}/submissions/1.pdf").status_code == 404


def test_staff_set_the_overlay_and_preview_it(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = blind_assignment(cast, content=with_file())
    client, base = signed_in(cast.officer), f"/north/assessments/applications/{one.application.code}/blind/"
    page = client.get(base).content.decode()
    assert page.count(">Hidden<") == 3
    answer = f"{base}answer/plan/"
    assert client.post(answer, {"mode": "passages", "passages": ""}).status_code == 422
    page = client.post(answer, {"mode": "passages", "passages": "schools"}, follow=True).content.decode()
    assert "Passages hidden" in page
    preview = client.get(f"{base}preview/").content.decode()
    assert f"works in {MARK}" in preview
    assert "Harbour Youth" not in preview
    page = client.post(f"{answer}reset/", follow=True).content.decode()
    assert "Passages hidden" not in page
    assert client.get(f"{base}answer/none/").status_code == 404
    assert signed_in(cast.auditor).get(base).status_code == 403
    assert signed_in(one.user).get(base).status_code == 403


def test_overlay_of_a_round_with_names_says_that_it_has_no_effect(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = accepted(cast, assessed_round(cast, *assessors(cast, 1)))
    page = signed_in(cast.officer).get(f"/north/assessments/applications/{application.code}/blind/")
    assert "has no effect" in page.content.decode()
