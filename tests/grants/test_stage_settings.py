"""The body of a stage, how applications are assessed, and what of it keeps a round from being published."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.models import Assignment, Body, BodyMember, Round, RubricVersion, Stage
from grants.queries.stages import bodies_for, stages_of
from grants.services import rounds
from grants.services.stage_settings import choose_body, set_assessment
from grants.services.stages import name_people
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.bodies import body_of, rubric_of
from tests.grants.rounds import begun, draft_round, open_round, said, warned

Sign = Callable[[User], Client]


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def stage_of(round_: Round, kind: str) -> Stage:
    return next(stage for stage in stages_of(round_) if stage.kind == kind)


def with_advice(cast: Cast, **settings: Any) -> Round:
    """A round with advice and endorsement, in which nothing is missing."""
    return draft_round(cast, plan="two", **settings)


def settings_of(stage: Stage, **changes: Any) -> dict[str, Any]:
    """The settings of an assessment as they are, with changes."""
    names = ("rubric_version", "is_blind", "assessors_each", "most_each", "assess_by")
    return {name: getattr(stage, name) for name in names} | changes


# Bodies


def test_round_with_bodies_and_a_rubric_is_ready(scope: Cast) -> None:
    round_ = with_advice(scope, decided_by=None)
    assert said(round_) == []
    assert [str(stage.body) for stage in stages_of(round_) if stage.body] == ["Advisory Group", "Roundtable"]


@pytest.mark.parametrize("kind", [Stage.Kind.ADVICE, Stage.Kind.ENDORSEMENT])
def test_stage_without_a_body_is_said(scope: Cast, kind: Stage.Kind) -> None:
    round_ = with_advice(scope, decided_by=None)
    choose_body(stage_of(round_, kind), body=None, actor=scope.officer)
    assert said(round_) == [f"Choose the body of “{kind.label}”."]


def test_body_of_another_kind_is_refused_and_said(scope: Cast) -> None:
    round_ = draft_round(scope)
    advisory = body_of(scope.program, "advisory", scope.advisory, by=scope.manager)
    stage = stage_of(round_, "endorsement")
    with pytest.raises(ValidationError, match="needs a body that is a Roundtable"):
        choose_body(stage, body=advisory, actor=scope.officer)
    Stage.objects.filter(pk=stage.pk).update(body=advisory)
    assert said(round_) == ["“Endorsement” needs another kind of body: “Advisory Group” is no Roundtable."]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": date(2020, 1, 1), "starts_on": date(2019, 1, 1)},
        {"starts_on": date(2090, 1, 1)},
        {"role": BodyMember.Role.SECRETARY},
    ],
)
def test_body_without_a_voting_member_in_term_is_said(scope: Cast, change: dict[str, Any]) -> None:
    round_ = draft_round(scope)
    BodyMember.objects.update(**change)
    assert said(round_) == ["“Roundtable”, which has the stage “Endorsement”, has no voting member now."]


def test_body_with_fewer_members_than_its_quorum_is_a_warning(scope: Cast) -> None:
    round_ = draft_round(scope)
    Body.objects.update(quorum_least=2)
    assert said(round_) == []
    assert any("every ballot would lapse" in words for words in warned(round_))


def test_body_is_chosen_in_a_draft_only_by_staff_and_kept_in_the_history(scope: Cast) -> None:
    round_ = draft_round(scope)
    stage, other = (
        stage_of(round_, "endorsement"),
        Body.objects.create(program=scope.program, kind="roundtable", name="Expert panel"),
    )
    assert bodies_for("endorsement") == [other, stage.body]
    with pytest.raises(PermissionDenied):
        choose_body(stage, body=other, actor=scope.auditor)
    with pytest.raises(DomainError, match="No body takes part"):
        choose_body(stage_of(round_, "screening"), body=other, actor=scope.officer)
    assert choose_body(stage, body=other, actor=scope.officer).body == other
    event = AuditEvent.objects.get(action="choose_body")
    assert (event.before, event.after["body"]) == ({"body": "Roundtable"}, "Expert panel")
    choose_body(stage, body=other, actor=scope.officer)
    assert AuditEvent.objects.filter(action="choose_body").count() == 1
    published = open_round(scope, code="RUN")
    with pytest.raises(DomainError, match="is published"):
        choose_body(stage_of(published, "endorsement"), body=other, actor=scope.officer)


def test_nobody_is_named_for_a_stage_of_a_body(scope: Cast) -> None:
    round_ = draft_round(scope)
    with pytest.raises(DomainError, match="Nobody is named for “Endorsement”"):
        name_people(stage_of(round_, "endorsement"), people=[scope.roundtable], actor=scope.officer)


def test_clone_keeps_bodies_and_how_applications_are_assessed(scope: Cast) -> None:
    source = with_advice(scope)
    stage = stage_of(source, "assessment")
    changes = {"is_blind": True, "assessors_each": 1, "most_each": 7}
    set_assessment(stage, **settings_of(stage, **changes), actor=scope.officer)
    clone = rounds.clone_round(source, code="IG28", title="Next", actor=scope.manager)
    copy, before = stage_of(clone, "assessment"), stage_of(source, "assessment")
    assert settings_of(copy) == settings_of(before, assess_by=None)
    assert stage_of(clone, "advice").body == stage_of(source, "advice").body


# Assessment


def test_round_needs_a_published_rubric(scope: Cast) -> None:
    round_ = draft_round(scope)
    stages = Stage.objects.filter(round=round_, kind="assessment")
    stages.update(rubric_version=None)
    assert said(round_) == ["Choose the rubric of “Assessment”."]
    draft = rubric_of(scope.program, scope.officer, "New", state="draft", content={"criteria": []})
    stages.update(rubric_version=draft)
    assert said(round_) == ["The rubric of “Assessment” is not published: New, version 1."]
    RubricVersion.objects.filter(pk=draft.pk).update(state="published")
    assert said(round_) == ["The rubric of “Assessment”: Add a criterion: there is nothing to assess yet."]


def test_round_needs_as_many_people_as_assess_each_application(scope: Cast) -> None:
    round_ = draft_round(scope)
    Stage.objects.filter(round=round_, kind="assessment").update(assessors_each=3)
    assert said(round_) == ["Name at least 3 people for “Assessment”: so many assess each application."]


def test_due_moment_of_assessments(scope: Cast) -> None:
    round_ = draft_round(scope)
    stages = Stage.objects.filter(round=round_, kind="assessment")
    assert round_.closes_at is not None
    stages.update(assess_by=round_.closes_at - timedelta(hours=1))
    assert said(round_) == ["Assessments are due before the round has closed."]
    stages.update(assess_by=None)
    assert (said(round_), warned(round_)) == ([], ["Nothing says by when assessments are due."])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"rubric_version": "draft"}, "rubric_version", "Publish this version"),
        ({"assessors_each": 0}, "assessors_each", "At least one person"),
    ],
)
def test_setting_that_cannot_be_is_refused_beside_its_field(
    scope: Cast, change: dict[str, Any], field: str, words: str
) -> None:
    stage = stage_of(draft_round(scope), "assessment")
    if change.get("rubric_version") == "draft":
        change = {"rubric_version": rubric_of(scope.program, scope.officer, "New", state="draft")}
    with pytest.raises(ValidationError) as error:
        set_assessment(stage, **settings_of(stage, **change), actor=scope.officer)
    assert words in error.value.message_dict[field][0]


def test_settings_of_a_published_round_change_until_somebody_was_assigned(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = stage_of(round_, "assessment")
    with pytest.raises(ValidationError, match="choose a rubric"):
        set_assessment(stage, **settings_of(stage, rubric_version=None), actor=scope.officer)
    blind = set_assessment(stage, **settings_of(stage, is_blind=True), actor=scope.officer)
    assert blind.is_blind
    assert stage.rubric_version is not None
    Assignment.objects.create(
        program=scope.program,
        application=begun(scope, round_),
        user=scope.roundtable,
        rubric_version=stage.rubric_version,
        assigned_by=scope.officer,
    )
    with pytest.raises(DomainError, match="all scores mean the same"):
        set_assessment(blind, **settings_of(blind, is_blind=False), actor=scope.officer)
    changes = {"assessors_each": 3, "most_each": 9, "assess_by": None}
    changed = set_assessment(blind, **settings_of(blind, **changes), actor=scope.officer)
    assert (changed.assessors_each, changed.most_each, changed.assess_by) == (3, 9, None)
    event = AuditEvent.objects.filter(action="set_assessment").latest("pk")
    assert event.after == {"assessors_each": 3, "most_each": 9, "assess_by": None}


def test_only_staff_set_how_applications_are_assessed_and_only_in_that_stage(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = stage_of(round_, "assessment")
    with pytest.raises(PermissionDenied):
        set_assessment(stage, **settings_of(stage), actor=scope.roundtable)
    with pytest.raises(DomainError, match="Nothing is assessed"):
        set_assessment(stage_of(round_, "screening"), **settings_of(stage), actor=scope.officer)
    Round.objects.update(state="archived")
    with pytest.raises(DomainError, match="archived"):
        set_assessment(stage, **settings_of(stage), actor=scope.officer)


# Pages


def test_staff_choose_a_body_on_the_page_of_the_stage(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = draft_round(cast)
        stage = stage_of(round_, "endorsement")
        other = Body.objects.create(program=cast.program, kind="roundtable", name="Expert panel")
        advisory = body_of(cast.program, "advisory", cast.advisory, by=cast.manager)
    client, path = signed_in(cast.officer), f"/north/rounds/IG27/stages/{stage.pk}/"
    page = client.get(path).content.decode()
    assert "Expert panel" in page
    assert "Advisory Group</option>" not in page
    assert client.post(path, {"body": advisory.pk}).status_code == 422
    saved = client.post(path, {"body": other.pk}, follow=True).content.decode()
    assert "“Endorsement” is saved." in saved
    assert "Expert panel" in saved
    with program_scope(cast.program):
        assert stage_of(round_, "endorsement").body == other


def test_staff_set_the_assessment_on_its_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = draft_round(cast)
        stage = stage_of(round_, "assessment")
    client, path = signed_in(cast.officer), f"/north/rounds/IG27/stages/{stage.pk}/"
    sent: dict[str, Any] = {
        "rubric_version": stage.rubric_version_id,
        "is_blind": "on",
        "assessors_each": "1",
        "most_each": "12",
        "assess_by_on": "2090-03-01",
        "assess_by": "17:00",
    }
    page = client.post(path, sent, follow=True).content.decode()
    assert "1 for each application · without names · due" in " ".join(page.split())
    with program_scope(cast.program):
        saved = stage_of(round_, "assessment")
        assert (saved.is_blind, saved.most_each) == (True, 12)
        assert saved.assess_by is not None
        assert saved.assess_by.isoformat() == "2090-03-01T06:00:00+00:00"
    wrong = client.post(path, sent | {"assessors_each": "", "assess_by": ""})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "Give the number of people who assess each application." in page
    assert "Give the time too." in page


def test_other_stages_have_no_settings_and_no_people(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = with_advice(cast)
        pks = {stage.kind: stage.pk for stage in stages_of(round_)}
    client = signed_in(cast.officer)
    for kind in ("screening", "decision"):
        assert client.get(f"/north/rounds/IG27/stages/{pks[kind]}/").status_code == 404
    for kind in ("advice", "endorsement", "decision"):
        assert client.get(f"/north/rounds/IG27/stages/{pks[kind]}/people/").status_code == 404
    page = client.get("/north/rounds/IG27/stages/").content.decode()
    assert page.count(">Body<span") == 2
    assert page.count(">People<span") == 2
    assert page.count(">Rubric and dates<span") == 1


def test_page_says_where_bodies_and_rubrics_come_from(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = rounds.create_round(
            cast.program, code="IG27", title="T", summary="S", plan="one", actor=cast.officer
        )
        pks = {stage.kind: stage.pk for stage in stages_of(round_)}
    client = signed_in(cast.officer)
    page = client.get(f"/north/rounds/IG27/stages/{pks['endorsement']}/").content.decode()
    assert "There is no Roundtable in this program yet." in page
    page = client.get(f"/north/rounds/IG27/stages/{pks['assessment']}/").content.decode()
    assert "There is no published rubric yet." in page
