"""Making an assessment: autosave, what is missing, submitting, who sees whose scores, handing back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.engine.rubric import Mark
from grants.models import Application, Assignment, Declaration, Score
from grants.queries.assessing import assessments_due, work_of
from grants.queries.scores import ScoreSummary, hidden_scores, score_of, scores_of, summary
from grants.services.assessing import (
    MarkConflictError,
    SummaryConflictError,
    hand_back,
    reopen_assessment,
    save_mark,
    save_summary,
    submit_assessment,
)
from grants.services.conflicts import declare
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.assessing import (
    FULL,
    accepted,
    assessed_round,
    assessment_of,
    assessors,
    clear,
    given_to,
    submitted,
)
from tests.queries import counted_queries

Sign = Callable[[User], Client]


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def begin(cast: Cast, **fields: Any) -> Assignment:
    """An assessment that can be made."""
    (person,) = assessors(cast, 1)
    round_ = assessed_round(cast, person)
    return given_to(accepted(cast, round_), person, by=cast.officer, **fields)


def path_of(assignment: Assignment, part: str = "") -> str:
    return f"/north/assessments/{assignment.pk}/{part}"


# Saving


def test_mark_is_saved_over_the_version_that_was_seen(scope: Cast) -> None:
    one = begin(scope)
    first = save_mark(one, criterion="need", mark=Mark(3, reason=" R "), version=0, actor=one.user)
    assert (first.points, first.reason, first.version) == (3, "R", 1)
    again = save_mark(one, criterion="need", mark=Mark(3, reason="R"), version=0, actor=one.user)
    assert again.version == 1
    with pytest.raises(MarkConflictError) as error:
        save_mark(one, criterion="need", mark=Mark(1), version=0, actor=one.user)
    assert error.value.score.points == 3
    assert save_mark(one, criterion="need", mark=Mark(1), version=1, actor=one.user).version == 2
    assert not AuditEvent.objects.filter(object_type="grants.score").exists()


@pytest.mark.parametrize(
    ("key", "mark", "words"),
    [
        ("need", Mark(5), "from 0 to 4"),
        ("need", Mark(-1), "from 0 to 4"),
        ("need", Mark(not_applicable=True), "always applies"),
        ("partners", Mark(2, not_applicable=True), "has no points"),
        ("need", Mark(1, reason="x" * 10_001), "10,000"),
    ],
)
def test_mark_that_cannot_be_is_refused(scope: Cast, key: str, mark: Mark, words: str) -> None:
    one = begin(scope)
    with pytest.raises(ValidationError, match=words):
        save_mark(one, criterion=key, mark=mark, version=0, actor=one.user)
    assert not Score.objects.exists()


def test_criterion_that_the_rubric_has_not_is_refused(scope: Cast) -> None:
    one = begin(scope)
    with pytest.raises(DomainError, match="no such criterion"):
        save_mark(one, criterion="other", mark=Mark(1), version=0, actor=one.user)


def test_summary_is_saved_over_the_version_that_was_seen(scope: Cast) -> None:
    one = begin(scope)
    words = {"recommendation": "fund", "comment": " C ", "feedback": ""}
    saved = save_summary(one, **words, version=0, actor=one.user)
    assert (saved.comment, saved.version) == ("C", 1)
    assert save_summary(one, **words, version=0, actor=one.user).version == 1
    with pytest.raises(SummaryConflictError):
        save_summary(one, **words | {"comment": "D"}, version=0, actor=one.user)
    with pytest.raises(ValidationError, match="one of the recommendations"):
        save_summary(one, **words | {"recommendation": "maybe"}, version=1, actor=one.user)


@pytest.mark.parametrize("who", ["officer", "manager", "roundtable", "auditor"])
def test_nobody_writes_in_the_assessment_of_another(scope: Cast, who: str) -> None:
    one = begin(scope)
    actor = scope.people[who]
    clear(one.application, actor)
    with pytest.raises(PermissionDenied):
        save_mark(one, criterion="need", mark=Mark(1), version=0, actor=actor)
    with pytest.raises(PermissionDenied):
        submit_assessment(one, actor=actor)
    with pytest.raises(PermissionDenied):
        hand_back(one, reason="R", actor=actor)


def test_nothing_is_assessed_before_the_declaration_staff_neither(scope: Cast) -> None:
    one = begin(scope, declared=False)
    with pytest.raises(PermissionDenied, match="Declare first"):
        save_mark(one, criterion="need", mark=Mark(1), version=0, actor=one.user)
    staff = given_to(one.application, scope.officer, by=scope.manager, declared=False)
    with pytest.raises(PermissionDenied, match="Declare first"):
        save_mark(staff, criterion="need", mark=Mark(1), version=0, actor=scope.officer)
    clear(staff.application, scope.officer)
    fresh = Assignment.objects.get(pk=staff.pk)
    assert save_mark(fresh, criterion="need", mark=Mark(1), version=0, actor=scope.officer).points == 1


def test_who_lost_the_role_or_the_sight_assesses_nothing(scope: Cast) -> None:
    one = begin(scope)
    Membership.objects.filter(user=one.user).delete()
    person = User.objects.get(pk=one.user_id)
    with pytest.raises(PermissionDenied):
        save_mark(one, criterion="need", mark=Mark(1), version=0, actor=person)


# Submitting


def test_assessment_is_submitted_with_its_score_frozen(scope: Cast) -> None:
    one = submitted(begin(scope))
    one.refresh_from_db()
    # (3 x 4/4 + 2 x 2/4 + 1 x 3/4) / 6 = 4.75 / 6
    assert (one.state, one.result) == ("submitted", Decimal("79.17"))
    assert one.submitted_at is not None
    assert submit_assessment(one, actor=one.user).pk == one.pk
    assert AuditEvent.objects.filter(action="submit_assessment").count() == 1
    for write in (
        lambda: save_mark(one, criterion="need", mark=Mark(1), version=1, actor=one.user),
        lambda: save_summary(one, recommendation="", comment="", feedback="", version=1, actor=one.user),
    ):
        with pytest.raises(DomainError, match="does not change any more"):
            write()


def test_not_applicable_is_left_out_of_the_score(scope: Cast) -> None:
    marks = FULL | {"partners": Mark(not_applicable=True, reason="They work alone.")}
    one = submitted(begin(scope), marks)
    # (3 x 4/4 + 2 x 2/4) / 5 = 4 / 5
    assert one.result == Decimal("80.00")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"need": Mark()}, "Choose points for “Need”"),
        ({"need": Mark(3)}, "Give a reason for “Need”"),
        ({"partners": Mark(not_applicable=True)}, "Give a reason for “Partners”"),
    ],
)
def test_incomplete_assessment_stays_open(scope: Cast, change: dict[str, Mark], words: str) -> None:
    one = begin(scope)
    with pytest.raises(DomainError, match=words):
        submitted(one, FULL | change)
    one.refresh_from_db()
    assert (one.state, one.result, one.submitted_at) == ("assigned", None, None)


def test_assessment_needs_a_recommendation_and_an_application_under_consideration(scope: Cast) -> None:
    one = begin(scope)
    with pytest.raises(DomainError, match="what you recommend"):
        submitted(one, recommendation="")
    Application.objects.update(state="unsuccessful")
    with pytest.raises(DomainError, match="not under consideration"):
        submit_assessment(one, actor=one.user)


def test_assessment_is_opened_again_with_a_reason_and_does_not_count_meanwhile(scope: Cast) -> None:
    one = submitted(begin(scope))
    with pytest.raises(PermissionDenied):
        reopen_assessment(one, reason="R", actor=one.user)
    with pytest.raises(DomainError, match="Say why"):
        reopen_assessment(one, reason=" ", actor=scope.officer)
    opened = reopen_assessment(one, reason="A page was missing.", actor=scope.officer)
    assert (opened.state, opened.result, opened.submitted_at) == ("assigned", None, None)
    assert score_of(one.application) == ScoreSummary(assigned=1)
    save_mark(opened, criterion="need", mark=Mark(0, reason="R"), version=1, actor=one.user)
    assert submit_assessment(opened, actor=one.user).result == Decimal("29.17")


def test_handing_back_takes_a_reason_and_tells_staff(scope: Cast) -> None:
    one = begin(scope, declared=False)
    with pytest.raises(DomainError, match="Say why"):
        hand_back(one, reason="", actor=one.user)
    assert hand_back(one, reason="I am ill.", actor=one.user).state == "handed_back"
    mails = OutgoingMail.objects.filter(subject__startswith="Handed back")
    assert {mail.to for mail in mails} == {scope.officer.email, scope.manager.email}
    assert "I am ill." in mails[0].body
    assert work_of(one.user) == []


def test_conflict_ends_an_assessment_that_is_in_and_its_score_counts_no_more(scope: Cast) -> None:
    one = submitted(begin(scope))
    assert score_of(one.application).count == 1
    declare(one.application, kind="actual", statement="My sister works there.", actor=one.user)
    one.refresh_from_db()
    assert one.state == "removed"
    assert score_of(one.application) == ScoreSummary()


# Scores


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], ScoreSummary(None, 0, None, 3)),
        (["80"], ScoreSummary(Decimal("80.00"), 1, None, 3)),
        (["0"], ScoreSummary(Decimal("0.00"), 1, None, 3)),
        (["80", "71.25"], ScoreSummary(Decimal("75.63"), 2, Decimal("8.75"), 3)),
        (["70", "70", "71"], ScoreSummary(Decimal("70.33"), 3, Decimal(1), 3)),
    ],
)
def test_summary_of_scores(results: list[str], expected: ScoreSummary) -> None:
    assert summary([Decimal(result) for result in results], assigned=3) == expected


def test_scores_of_many_applications_take_one_query(scope: Cast) -> None:
    people = assessors(scope, 3)
    round_ = assessed_round(scope, *people)
    applications = [accepted(scope, round_) for _ in range(4)]
    for person in people[:2]:
        submitted(given_to(applications[0], person, by=scope.officer))
    given_to(applications[0], people[2], by=scope.officer)
    submitted(given_to(applications[1], people[0], by=scope.officer), FULL | {"need": Mark(0, reason="R")})
    with counted_queries() as count:
        found = scores_of(applications)
    assert count.number == 1
    means = [(found[one.pk].mean, found[one.pk].count, found[one.pk].assigned) for one in applications]
    assert means == [
        (Decimal("79.17"), 2, 3),
        (Decimal("29.17"), 1, 1),
        (None, 0, 0),
        (None, 0, 0),
    ]
    assert hidden_scores(people[2]) == {applications[0].pk}
    assert hidden_scores(people[0]) == set()


# Pages


def test_assessor_declares_reads_scores_and_submits_on_the_pages(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast, declared=False)
    client = signed_in(one.user)
    page = client.get("/north/assessments/").content.decode()
    assert "Declare first" in page
    assert "Project 1" not in page
    page = client.get(path_of(one)).content.decode()
    assert f"/north/panel/applications/{one.application.code}/declare/" in page
    assert "works in schools" not in page
    answer = client.post(f"/north/panel/applications/{one.application.code}/declare/", {"kind": "none"})
    assert answer["Location"] == path_of(one)
    page = client.get(path_of(one)).content.decode()
    assert "works in schools" in page
    assert "Need" in page
    sent = {
        "need-points": "4",
        "need-reason": "Shown.",
        "need-version": "0",
        "evidence-points": "2",
        "evidence-version": "0",
        "partners-points": "na",
        "partners-reason": "Alone.",
        "partners-version": "0",
        "version": "0",
        "recommendation": "fund",
        "comment": "Good.",
        "feedback": "Thank you.",
        "submit": "",
    }
    check = client.post(path_of(one), sent, follow=True).content.decode()
    assert "80.00 of 100" in check
    assert "Not applicable" in check
    page = client.post(path_of(one, "submit/"), follow=True).content.decode()
    assert "Your assessment is in." in page
    with program_scope(cast.program):
        fresh = Assignment.objects.get(pk=one.pk)
        assert (fresh.state, fresh.result, fresh.feedback) == ("submitted", Decimal("80.00"), "Thank you.")


def test_form_keeps_what_was_right_and_says_what_was_wrong(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast)
    sent = {"need-points": "9", "need-reason": "My reason", "evidence-points": "1", "version": "0"}
    answer = signed_in(one.user).post(path_of(one), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#m-need">Choose points from 0 to 4.</a>' in page
    assert "My reason" in page
    with program_scope(cast.program):
        assert [(score.criterion, score.points) for score in Score.objects.exclude(points=None)] == [
            ("evidence", 1)
        ]


def test_each_criterion_is_saved_by_itself(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast)
    client, path = signed_in(one.user), path_of(one, "marks/need/")
    first = client.post(path, {"need-points": "3", "need-reason": "R", "need-version": "0"})
    assert first.json() | {"at": ""} == {
        "version": 1,
        "at": "",
        "score": "75.00 of 100",
        "missing": {
            "evidence": "Choose points for “Evidence”.",
            "partners": "Choose points for “Partners”.",
        },
    }
    clash = client.post(path, {"need-points": "1", "need-reason": "R", "need-version": "0"})
    assert (clash.status_code, clash.json()["version"], clash.json()["points"]) == (409, 1, 3)
    wrong = client.post(path, {"need-points": "x", "need-version": "1"})
    assert (wrong.status_code, wrong.json()) == (422, {"error": "Choose points from 0 to 4."})
    assert client.post(path_of(one, "marks/other/"), {}).status_code == 404
    saved = client.post(path_of(one, "summary/"), {"recommendation": "fund", "comment": "C", "version": "0"})
    assert saved.json()["version"] == 1
    clash = client.post(path_of(one, "summary/"), {"recommendation": "fund", "comment": "D", "version": "0"})
    assert clash.status_code == 409
    wrong = client.post(path_of(one, "summary/"), {"recommendation": "maybe", "version": "1"})
    assert wrong.status_code == 422


def test_incomplete_assessment_is_not_submitted_on_the_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast)
    client = signed_in(one.user)
    page = client.get(path_of(one, "submit/")).content.decode()
    assert "Something is missing." in page
    assert "Choose points for “Need”." in page
    assert "Submit the assessment</button>" not in page
    answer = client.post(path_of(one, "submit/"))
    assert answer.status_code == 422
    assert "The assessment is not complete" in answer.content.decode()


def test_scores_of_others_are_hidden_until_ones_own_is_in_for_staff_alike(
    cast: Cast, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        people = [*assessors(cast, 1), cast.officer]
        round_ = assessed_round(cast, *people)
        application = accepted(cast, round_)
        other = submitted(given_to(application, people[0], by=cast.manager), comment="A secret remark")
        mine = given_to(application, cast.officer, by=cast.manager)
    client, results = signed_in(cast.officer), f"/north/assessments/applications/{application.code}/results/"
    board = "/north/assessments/rounds/IG27/"
    assert "A secret remark" not in client.get(path_of(mine)).content.decode()
    assert client.get(results)["Location"] == "/north/assessments/"
    assert "After yours is in" in client.get(board).content.decode()
    assert "79.17" not in client.get(board).content.decode()
    calibration = client.get(f"{board}calibration/").content.decode()
    assert "left out until yours is in" in calibration
    assert "79.17" not in calibration
    assert "79.17" in signed_in(cast.manager).get(board).content.decode()
    with program_scope(cast.program):
        submitted(Assignment.objects.get(pk=mine.pk))
    assert "A secret remark" in client.get(path_of(mine)).content.decode()
    assert "A secret remark" in client.get(results).content.decode()
    assert "79.17" in client.get(f"{board}calibration/").content.decode()
    assert signed_in(other.user).get(results).status_code == 403


def test_assessment_of_another_and_one_without_sight_are_not_there(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast)
    assert signed_in(cast.roundtable).get(path_of(one)).status_code == 404
    assert signed_in(cast.officer).get(path_of(one)).status_code == 404
    assert signed_in(cast.applicant).get(path_of(one)).status_code == 403
    with program_scope(cast.program):
        Declaration.objects.update(kind="perceived", state="waiting")
    client = signed_in(one.user)
    for part in ("", "submit/", "hand-back/"):
        assert client.get(path_of(one, part)).status_code == 404
    assert client.post(path_of(one, "marks/need/"), {"need-points": "1"}).status_code == 404
    assert one.application.code not in client.get("/north/assessments/").content.decode()
    with program_scope(cast.program):
        assert assessments_due(one.user, cast.program) == []


def test_handing_back_on_the_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one = begin(cast)
        due = assessments_due(one.user, cast.program)
        assert [found.url for found in due] == [path_of(one)]
    client = signed_in(one.user)
    assert client.post(path_of(one, "hand-back/"), {"reason": ""}).status_code == 422
    page = client.post(path_of(one, "hand-back/"), {"reason": "I am ill."}, follow=True).content.decode()
    assert "You handed back IG27-0001. Staff were told." in page
    assert client.get(path_of(one)).status_code == 404


def test_list_asks_the_same_for_one_and_for_many(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        (person,) = assessors(cast, 1)
        round_ = assessed_round(cast, person)
        given_to(accepted(cast, round_), person, by=cast.officer)
    client = signed_in(person)
    client.get("/north/assessments/")
    with counted_queries() as few:
        client.get("/north/assessments/")
    with program_scope(cast.program):
        for _ in range(5):
            given_to(accepted(cast, round_), person, by=cast.officer)
    with counted_queries() as more:
        client.get("/north/assessments/")
    assert few.number == more.number <= 12, "\n".join(more.statements)


def test_rubric_of_an_assessment_stays_the_one_it_was_made_by(scope: Cast) -> None:
    one = begin(scope)
    stage = assessment_of(one.application.round)
    assert one.rubric_version_id == stage.rubric_version_id
