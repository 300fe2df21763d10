"""Advice of the Advisory Group, the discussion of an application, and the calibration of a round."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.engine.calibration import Given, habits, spreads
from grants.engine.rubric import Mark
from grants.models import Advice, Application, Declaration, PanelComment, Stage
from grants.permissions import readable_visibilities, writable_visibilities
from grants.queries.advice import (
    advice_counts,
    advice_link,
    advice_on,
    advice_on_action,
    advice_on_plan,
    to_advise,
)
from grants.queries.discussion import comments_for
from grants.services.advice import advise, advise_on_plan
from grants.services.discussion import comment
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast, member
from tests.grants.assessing import FULL, accepted, assessed_round, assessors, clear, given_to, submitted
from tests.grants.bodies import add_member, body_of

Sign = Callable[[User], Client]


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def put_to_advice(cast: Cast, *, declared: bool = True) -> Application:
    """An application that is put to the Advisory Group, of which `cast.advisory` is a member."""
    round_ = assessed_round(cast, *assessors(cast, 2, Role.ROUNDTABLE))
    body = body_of(cast.program, "advisory", cast.advisory, by=cast.manager)
    Stage.objects.create(program=cast.program, round=round_, kind="advice", order=9, body=body)
    application = accepted(cast, round_)
    if declared:
        clear(application, cast.advisory)
    return application


def fresh(application: Application) -> Application:
    found = Application.objects.select_related("round").get(pk=application.pk)
    found.program = application.program
    return found


# Advice


def test_newest_advice_of_each_member_stands_and_nothing_is_lost(scope: Cast) -> None:
    application = put_to_advice(scope)
    other = member(scope.program, Role.ADVISORY)
    add_member(body_of(scope.program, "advisory", by=scope.manager), other, by=scope.manager)
    clear(application, other)
    advise(application, position="support", text="Good.", actor=scope.advisory)
    advise(application, position="concern", text="Hm.", actor=other)
    advise(application, position="changes", text=" Ask more. ", actor=scope.advisory)
    assert [(one.author, one.position, one.text) for one in advice_on(application)] == [
        (scope.advisory, "changes", "Ask more."),
        (other, "concern", "Hm."),
    ]
    assert advice_counts([application]) == {application.pk: 2}
    assert Advice.objects.count() == 3
    assert AuditEvent.objects.filter(object_type="grants.advice").count() == 3


@pytest.mark.parametrize("who", ["roundtable", "officer", "manager", "auditor", "applicant"])
def test_only_members_of_the_group_advise(scope: Cast, who: str) -> None:
    application, actor = put_to_advice(scope), scope.people[who]
    clear(application, actor)
    with pytest.raises(PermissionDenied):
        advise(application, position="support", text="T", actor=actor)
    with pytest.raises(PermissionDenied):
        advise_on_plan(scope.program, position="support", text="T", actor=actor)


def test_advice_needs_a_clear_declaration_and_an_application_under_consideration(scope: Cast) -> None:
    application = put_to_advice(scope, declared=False)
    with pytest.raises(PermissionDenied):
        advise(application, position="support", text="T", actor=scope.advisory)
    clear(application, scope.advisory)
    Application.objects.update(state="unsuccessful")
    with pytest.raises(DomainError, match="not under consideration"):
        advise(application, position="support", text="T", actor=scope.advisory)
    Application.objects.update(state="accepted")
    Declaration.objects.update(kind="actual", state="out")
    with pytest.raises(PermissionDenied):
        advise(fresh(application), position="support", text="T", actor=scope.advisory)


@pytest.mark.parametrize(
    ("position", "text", "words"),
    [
        ("maybe", "T", "Choose a position"),
        ("support", " ", "Write your advice"),
        ("support", "x" * 10_001, "10,000"),
    ],
)
def test_advice_that_cannot_be_is_refused(scope: Cast, position: str, text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        advise(put_to_advice(scope), position=position, text=text, actor=scope.advisory)


def test_advice_on_the_plan_and_its_actions(scope: Cast) -> None:
    put_to_advice(scope)
    action = ActionFactory.create(program=scope.program)
    advise_on_plan(scope.program, position="support", text="The plan.", actor=scope.advisory)
    advise_on_plan(scope.program, position="concern", text="Late.", action=action, actor=scope.advisory)
    assert [one.text for one in advice_on_plan()] == ["The plan."]
    assert [one.text for one in advice_on_action(action)] == ["Late."]


def test_who_has_not_declared_is_led_there_first(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        code = put_to_advice(cast, declared=False).code
    client, path = signed_in(cast.advisory), f"/north/assessments/advice/applications/{code}/"
    page = client.get("/north/assessments/advice/").content.decode()
    assert path in page
    assert "Project 1" in page
    assert client.get(path).headers["Location"] == f"/north/panel/applications/{code}/declare/"
    assert signed_in(cast.roundtable).get(path).status_code == 404


def test_member_advises_on_the_pages(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = put_to_advice(cast)
        action = ActionFactory.create(program=cast.program, code="UP-1")
        assert to_advise(cast.advisory, cast.program) == [(application, False)]
        assert advice_link(cast.advisory, fresh(application)).endswith(f"/{application.code}/")
        assert advice_link(cast.officer, fresh(application)) == ""
    client, path = signed_in(cast.advisory), f"/north/assessments/advice/applications/{application.code}/"
    page = client.get("/north/assessments/advice/").content.decode()
    assert path in page
    assert "works in schools" in client.get(path).content.decode()
    assert client.post(path, {"position": "support", "text": ""}).status_code == 422
    client.post(path, {"position": "changes", "text": "Ask a survivor."})
    assert "Advised" in client.get("/north/assessments/advice/").content.decode()
    assert "You advised on this already." in client.get(path).content.decode()
    client.post(
        f"/north/assessments/advice/actions/{action.code}/", {"position": "concern", "text": "Too late."}
    )
    client.post("/north/assessments/advice/plan/", {"position": "support", "text": "A good plan."})
    page = signed_in(cast.manager).get("/north/assessments/advice/").content.decode()
    assert "Too late." in page
    assert "A good plan." in page
    assert "Advise on the plan" not in page
    assert signed_in(cast.officer).get(path).status_code == 404
    assert signed_in(cast.officer).get("/north/assessments/advice/plan/").status_code == 403
    assert signed_in(cast.applicant).get("/north/assessments/advice/").status_code == 403
    assert client.get("/north/assessments/advice/actions/NO-1/").status_code == 404


# Discussion


def discussed(cast: Cast) -> tuple[Application, User, User]:
    """An application with one assessor who is done and one who is not."""
    application = put_to_advice(cast)
    done, busy = assessors(cast, 2, Role.ROUNDTABLE)
    submitted(given_to(application, done, by=cast.manager))
    given_to(application, busy, by=cast.manager)
    return application, done, busy


def test_each_remark_is_for_those_it_was_written_for(scope: Cast) -> None:
    application, done, busy = discussed(scope)
    for visibility in PanelComment.Visibility.values:
        comment(application, body=f"For {visibility}", visibility=visibility, actor=scope.officer)
    every = {"staff", "assessors", "panel", "applicant"}
    team = application.created_by
    expected = {
        scope.officer: every,
        scope.manager: every,
        scope.auditor: every,
        done: every - {"staff"},
        busy: {"applicant"},
        scope.advisory: {"panel", "applicant"},
        scope.roundtable: set(),
        scope.finance: set(),
        scope.applicant: set(),
    }
    for user, open_to in expected.items():
        assert {one.visibility for one in comments_for(user, fresh(application))} == open_to, user
    assert team not in expected


def test_team_reads_what_is_for_the_applicant_and_is_told(scope: Cast) -> None:
    from grants.models.applications import Rights
    from grants.services.rights import grant_rights

    application, _, _ = discussed(scope)
    grant_rights(application, user=scope.applicant, rights=Rights.VIEW)
    comment(application, body="Thank you.", visibility="applicant", actor=scope.officer)
    comment(application, body="Secret.", visibility="panel", actor=scope.officer)
    assert [one.body for one in comments_for(scope.applicant, fresh(application))] == ["Thank you."]
    mail = OutgoingMail.objects.get(subject__startswith="A remark")
    assert mail.to == scope.applicant.email
    assert "Thank you." not in mail.body
    assert writable_visibilities(scope.applicant, fresh(application)) == frozenset()


def test_only_staff_write_to_the_applicant_and_auditors_write_nothing(scope: Cast) -> None:
    application, done, busy = discussed(scope)
    assert writable_visibilities(done, fresh(application)) == {"assessors", "panel"}
    assert writable_visibilities(scope.advisory, fresh(application)) == {"panel"}
    assert writable_visibilities(scope.auditor, fresh(application)) == frozenset()
    assert writable_visibilities(busy, fresh(application)) == frozenset()
    for user in (done, scope.advisory, scope.auditor, scope.finance):
        with pytest.raises(PermissionDenied):
            comment(application, body="B", visibility="applicant", actor=user)
    for body in ("  ", "x" * 10_001):
        with pytest.raises(ValidationError):
            comment(application, body=body, visibility="staff", actor=scope.officer)


def test_who_stepped_out_reads_nothing(scope: Cast) -> None:
    application, done, _ = discussed(scope)
    comment(application, body="B", visibility="assessors", actor=done)
    Declaration.objects.filter(user=done).update(kind="actual", state="out")
    assert readable_visibilities(done, fresh(application)) == frozenset()


def test_discussion_has_a_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application, done, busy = discussed(cast)
    path = f"/north/assessments/applications/{application.code}/discussion/"
    client = signed_in(cast.officer)
    assert "Nobody has said anything yet." in client.get(path).content.decode()
    assert client.post(path, {"body": "", "visibility": "staff"}).status_code == 422
    page = client.post(path, {"body": "Look again", "visibility": "assessors"}, follow=True).content.decode()
    assert "Look again" in page
    assert "Look again" in signed_in(done).get(path).content.decode()
    assert "Look again" not in signed_in(busy).get(path).content.decode()
    assert signed_in(cast.finance).get(path).status_code == 404
    away = client.post(path, {"body": "B", "visibility": "staff", "next": "//evil.example/north/"})
    assert away["Location"] == path
    back = client.post(path, {"body": "B", "visibility": "staff", "next": "/north/panel/#discussion"})
    assert back["Location"] == "/north/panel/#discussion"
    assert signed_in(cast.auditor).post(path, {"body": "B", "visibility": "staff"}).status_code == 200
    with program_scope(cast.program):
        assert not PanelComment.objects.filter(author=cast.auditor).exists()


# Calibration


def given(*scores: tuple[int, int, int]) -> list[Given]:
    return [Given(application, assessor, Decimal(score)) for application, assessor, score in scores]


def test_spread_and_outliers_are_of_each_application() -> None:
    found = spreads(given((1, 1, 80), (1, 2, 78), (1, 3, 50), (2, 1, 60), (2, 2, 79)))
    assert [(one.application, one.mean, one.spread) for one in found] == [
        (1, Decimal("69.3"), Decimal(30)),
        (2, Decimal("69.5"), Decimal(19)),
    ]
    # 50 is 29 below the mean of 80 and 78; 80 is 16 above that of 78 and 50. 19 apart is near enough.
    assert [one.outliers for one in found] == [frozenset({3}), frozenset()]


def test_habit_is_how_far_somebody_is_from_the_others() -> None:
    found = habits(given((1, 1, 80), (1, 2, 70), (2, 1, 60), (2, 2, 60), (3, 3, 90)))
    assert [(one.assessor, one.count, one.mean, one.difference) for one in found] == [
        (1, 2, Decimal("70.0"), Decimal("5.0")),
        (2, 2, Decimal("65.0"), Decimal("-5.0")),
        (3, 1, Decimal("90.0"), None),
    ]
    assert (spreads([]), habits([])) == ([], [])


def test_calibration_page_shows_a_picture_and_its_table(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 2, Role.ROUNDTABLE)
        round_ = assessed_round(cast, *people)
        application = accepted(cast, round_)
        submitted(given_to(application, people[0], by=cast.officer))
        low = FULL | {"need": Mark(0, reason="R")}
        submitted(given_to(application, people[1], by=cast.officer), low)
    path = "/north/assessments/rounds/IG27/calibration/"
    page = signed_in(cast.auditor).get(path).content.decode()
    assert page.count("<circle") == 2
    assert "Assessor 1: 79.17 (outlier)" in page
    assert "+50.0" in page
    assert "-50.0" in page
    assert signed_in(people[0]).get(path).status_code == 403
