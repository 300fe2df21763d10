"""Rubrics and their versions: building one, publishing it, and what then never changes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.engine.rubric import RubricSchema
from grants.models import RubricVersion
from grants.queries.rubrics import lines_of, list_rubrics
from grants.services import rubric_edits as edits
from grants.services.rubrics import (
    RubricConflictError,
    change_rubric,
    create_rubric,
    edit_rubric,
    new_rubric_version,
    publish_rubric,
    retire_rubric,
)
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.bodies import SCHEMA, criterion, rubric_of
from tests.grants.rounds import draft_round
from tests.queries import counted_queries

Sign = Callable[[User], Client]
NEED = {
    "label": "Need",
    "help": "Who is affected",
    "weight": "3",
    "most": "4",
    "anchors": "0: None is described\n4 = Shown by figures",
    "needs_reason": "on",
    "revision": "0",
}


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def begun(cast: Cast, **fields: Any) -> RubricVersion:
    values: dict[str, Any] = {"name": "Impact", "schema": SCHEMA} | fields
    return create_rubric(cast.program, actor=cast.officer, **values)


def test_rubric_is_published_and_then_never_changes(scope: Cast) -> None:
    version = publish_rubric(begun(scope), actor=scope.officer)
    assert (version.state, version.published_at is not None) == ("published", True)
    with pytest.raises(DomainError, match="never changes again"):
        edit_rubric(
            version, edit=lambda schema: RubricSchema(), revision=0, actor=scope.officer, words="emptied"
        )
    following = new_rubric_version(version.rubric, actor=scope.manager)
    assert (following.number, following.state, following.schema) == (2, "draft", SCHEMA)
    assert new_rubric_version(version.rubric, actor=scope.manager) == following
    changed = edit_rubric(
        following,
        edit=lambda schema: edits.remove_criterion(schema, "evidence"),
        revision=0,
        actor=scope.officer,
        words="one less",
    )
    assert [c.key for c in changed.schema.criteria] == ["need", "partners"]
    version.refresh_from_db()
    assert version.schema == SCHEMA


def test_rubric_that_is_not_ready_is_not_published(scope: Cast) -> None:
    with pytest.raises(DomainError, match="not ready: Add a criterion"):
        publish_rubric(begun(scope, schema=None), actor=scope.officer)


def test_of_two_who_edit_a_draft_the_second_is_told(scope: Cast) -> None:
    version = begun(scope)
    for number in range(2):
        values = {"label": f"New {number}"}
        if number:
            with pytest.raises(RubricConflictError):
                edit_rubric(
                    version,
                    edit=lambda schema: edits.add_criterion(schema, values),  # noqa: B023
                    revision=0,
                    actor=scope.manager,
                    words="added",
                )
            with pytest.raises(RubricConflictError):
                publish_rubric(version, revision=0, actor=scope.manager)
            return
        edit_rubric(
            version,
            edit=lambda schema: edits.add_criterion(schema, {"label": "New 0"}),
            revision=0,
            actor=scope.officer,
            words="added",
        )
        assert AuditEvent.objects.get(action="edit").after == {"revision": 1, "what": "added"}


def test_published_version_that_a_round_uses_is_not_retired(scope: Cast) -> None:
    draft_round(scope)
    version = RubricVersion.objects.get()
    with pytest.raises(DomainError, match="A round uses this version"):
        retire_rubric(version, actor=scope.officer)
    assert retire_rubric(begun(scope), actor=scope.officer).state == "retired"


@pytest.mark.parametrize("who", ["auditor", "roundtable", "finance", "applicant"])
def test_only_staff_build_rubrics(scope: Cast, who: str) -> None:
    actor, version = scope.people[who], begun(scope)
    for write in (
        lambda: create_rubric(scope.program, name="X", actor=actor),
        lambda: change_rubric(version.rubric, name="X", about="", actor=actor),
        lambda: edit_rubric(version, edit=lambda schema: schema, revision=0, actor=actor, words=""),
        lambda: publish_rubric(version, actor=actor),
        lambda: retire_rubric(version, actor=actor),
        lambda: new_rubric_version(version.rubric, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_name_is_there_once(scope: Cast) -> None:
    begun(scope)
    with pytest.raises(ValidationError, match="already"):
        begun(scope, name="impact")
    with pytest.raises(ValidationError, match="Give the rubric a name"):
        begun(scope, name="  ")
    other = begun(scope, name="Other")
    with pytest.raises(ValidationError, match="already"):
        change_rubric(other.rubric, name="IMPACT", about="", actor=scope.officer)
    assert change_rubric(other.rubric, name="Another", about="A", actor=scope.officer).name == "Another"


def test_edits_of_a_rubric() -> None:
    added = edits.add_criterion(SCHEMA, {"label": "Need", "weight": 2})
    assert [c.key for c in added.criteria] == ["need", "evidence", "partners", "need_2"]
    moved = edits.move_criterion(added, "need_2", to=0)
    assert [c.key for c in moved.criteria] == ["need_2", "need", "evidence", "partners"]
    changed = edits.change_criterion(SCHEMA, "need", {"weight": 9})
    assert [c.weight for c in changed.criteria] == [9, 2, 1]
    for edit in (
        lambda: edits.remove_criterion(SCHEMA, "other"),
        lambda: edits.change_criterion(SCHEMA, "other", {}),
        lambda: edits.move_criterion(SCHEMA, "other", to=0),
    ):
        with pytest.raises(DomainError, match="Somebody removed this criterion"):
            edit()


def test_shares_are_of_the_whole() -> None:
    schema = RubricSchema(criteria=[criterion("a", weight=1), criterion("b", weight=2)])
    assert [str(line.share) for line in lines_of(schema)] == ["33", "67"]
    assert lines_of(RubricSchema()) == []


# Pages


def test_rubric_is_built_in_the_browser_and_published(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    assert "No rubrics yet" in client.get("/north/rubrics/").content.decode()
    assert client.post("/north/rubrics/new/", {"name": ""}).status_code == 422
    answer = client.post("/north/rubrics/new/", {"name": "Impact", "about": "For grants"})
    path = answer["Location"]
    assert "Nothing to assess yet" in client.get(path).content.decode()
    page = client.post(f"{path}criteria/add/", NEED, follow=True).content.decode()
    assert "Weight 3 (100 %) · 0 to 4 points · needs a reason" in page
    assert "Shown by figures" in page
    assert "Nothing is missing" in page
    second = NEED | {"label": "Partners", "weight": "1", "revision": "1", "may_not_apply": "on"}
    client.post(f"{path}criteria/add/", second)
    client.post(f"{path}move/", {"item": "partners", "by": "up", "revision": "2"})
    page = client.get(path).content.decode()
    assert re.findall(r'data-item="(\w+)"', page) == ["partners", "need"]
    client.post(f"{path}criteria/partners/remove/", {"revision": "3"})
    done = client.post(f"{path}steps/publish/", {"revision": "4"}, follow=True).content.decode()
    assert "This version never changes again." in done
    for part in ("criteria/add/", "criteria/need/"):
        assert client.get(f"{path}{part}").status_code == 404
    following = client.post(f"{path}next/", follow=True).content.decode()
    assert "Rubric · version 2" in following
    page = client.get("/north/rubrics/").content.decode()
    assert ">Version 1<" in page
    assert ">Version 2<" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": ""}, "Name the criterion."),
        ({"weight": ""}, "Give the weight, such as 2."),
        ({"most": "11"}, "less than or equal to 10"),
        ({"anchors": "Good"}, "Begin each line with the points"),
        ({"anchors": "0: A\n0: B"}, "What 0 points mean is there twice."),
        ({"anchors": "5: A"}, "The most points are 4, so nobody can give 5."),
        ({"revision": "7"}, "Somebody changed this rubric while you had it open"),
    ],
)
def test_criterion_that_cannot_be_is_said(
    cast: Cast, signed_in: Sign, change: dict[str, str], words: str
) -> None:
    with program_scope(cast.program):
        version = begun(cast)
    answer = signed_in(cast.officer).post(f"/north/rubrics/{version.pk}/criteria/add/", NEED | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_criterion_is_changed_on_its_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        version = begun(cast)
    client, path = signed_in(cast.officer), f"/north/rubrics/{version.pk}/criteria/need/"
    assert "0: Nothing\n4: All of it" in client.get(path).content.decode()
    client.post(path, NEED | {"weight": "50"})
    with program_scope(cast.program):
        version.refresh_from_db()
        assert version.schema.criteria[0].weight == 50
        assert version.schema.criteria[0].key == "need"


def test_publishing_too_early_says_what_is_missing(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        version = begun(cast, schema=None)
    client, path = signed_in(cast.officer), f"/north/rubrics/{version.pk}/steps/publish/"
    page = client.get(path).content.decode()
    assert "Add a criterion: there is nothing to assess yet." in page
    assert "Publish</button>" not in page
    assert client.post(path, {"revision": "0"}).status_code == 422
    assert client.get(f"/north/rubrics/{version.pk}/steps/other/").status_code == 404


def test_new_rubric_can_be_a_copy_and_be_renamed(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        base = rubric_of(cast.program, cast.officer)
    client = signed_in(cast.officer)
    answer = client.post("/north/rubrics/new/", {"name": "Copy", "start": str(base.pk)})
    path = answer["Location"]
    assert "Evidence" in client.get(path).content.decode()
    assert client.post(f"{path}details/", {"name": "Impact rubric"}).status_code == 422
    page = client.post(f"{path}details/", {"name": "Renamed"}, follow=True).content.decode()
    assert "Renamed" in page


def test_list_asks_the_same_however_many(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        begun(cast)
    client, counts = signed_in(cast.officer), []
    for number in range(2):
        client.get("/north/rubrics/")
        with counted_queries() as count:
            client.get("/north/rubrics/")
        counts.append(count.number)
        with program_scope(cast.program):
            for extra in range(5):
                begun(cast, name=f"R{number}-{extra}")
    assert counts[0] == counts[1]
    with program_scope(cast.program):
        assert len(list_rubrics()) == 11


def test_other_roles_and_programs_have_no_rubrics(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        version = begun(cast)
    for part in ("", "details/", "steps/publish/", "criteria/add/", "criteria/need/"):
        path = f"/north/rubrics/{version.pk}/{part}"
        assert signed_in(cast.auditor).get(path).status_code == 403
        assert signed_in(cast.other_manager).get(path).status_code == 404
        assert signed_in(cast.other_manager).get(path.replace("north", "south")).status_code == 404
