"""Versions of a form through their pages: read, compared, used by a round; who sees them."""

from collections.abc import Callable

import pytest
from django.test import Client

from grants.engine.schema import Field, FormSchema
from grants.models import Application, Form, FormVersion
from grants.services import forms
from grants.states import FormState
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.rounds import SCHEMA, begun, first_stage, open_round, published_form
from tests.queries import counted_queries

Sign = Callable[[User], Client]
AT_MOST = 12


def text(client: Client, path: str, **data: object) -> str:
    response = client.post(path, data) if data else client.get(path)
    return response.content.decode()


@pytest.fixture
def version(cast: Cast) -> FormVersion:
    with program_scope(cast.program):
        return forms.create_form(cast.program, name="Small grant", schema=SCHEMA, actor=cast.officer)


@pytest.fixture
def base(version: FormVersion) -> str:
    return f"/north/forms/{version.pk}/"


def stored(cast: Cast, pk: int | None = None) -> FormVersion:
    with program_scope(cast.program):
        found = FormVersion.objects.select_related("form")
        return found.get(pk=pk) if pk else found.order_by("-id")[0]


def schema_of(cast: Cast) -> FormSchema:
    return stored(cast).schema


# Versions


@pytest.fixture
def published(cast: Cast) -> FormVersion:
    with program_scope(cast.program):
        return published_form(cast)


def test_published_version_is_read_and_not_edited(
    cast: Cast, published: FormVersion, signed_in: Sign
) -> None:
    client, base = signed_in(cast.officer), f"/north/forms/{published.pk}/"
    page = text(client, base)
    assert "never changes again" in page
    assert "data-move" not in page
    for path in ("sections/add/", "questions/plan/", "questions/plan/conditions/", "questions/plan/remove/"):
        answer = client.post(f"{base}{path}", {"label": "X", "title": "X", "revision": 0}, follow=True)
        assert "is published and never changes again" in answer.content.decode()
    assert stored(cast).schema == SCHEMA


def test_next_version_is_made_compared_published_and_used(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = open_round(cast)
        begun(cast, round_)
        stage = first_stage(round_)
        old = stage.form_version_id
    client = signed_in(cast.officer)
    client.post(f"/north/forms/{old}/next/")
    new = stored(cast)
    base = f"/north/forms/{new.pk}/"
    client.post(
        f"{base}sections/project/questions/yes_no/", {"label": "Sure?", "required": "on", "revision": 0}
    )
    page = text(client, f"{base}compare/{old}/")
    assert "New required question." in page
    client.post(f"{base}steps/publish/", {"revision": 1})
    adopt = f"/north/rounds/IG27/stages/{stage.pk}/adopt/{new.pk}/"
    assert adopt in text(client, base)
    assert adopt in text(client, "/north/rounds/IG27/stages/")
    page = text(client, adopt)
    assert "1 application in progress moves to version 2." in page
    assert "Drafts have to answer it before they can be submitted." in page
    assert client.post(adopt, {"reason": ""}).status_code == 422
    page = client.post(adopt, {"reason": "A question was missing."}, follow=True).content.decode()
    assert "uses version 2. Applications moved: 1." in page
    with program_scope(cast.program):
        assert Application.objects.get().form_version == new
    assert client.get(adopt).status_code == 200
    assert client.post(adopt, {"reason": "Again."}).status_code == 422


def test_form_is_renamed_through_its_page(cast: Cast, version: FormVersion, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    data = {"name": "Tiny grant", "about": "For tiny sums.", "is_template": "on"}
    client.post(f"/north/forms/{version.pk}/details/", data)
    page = text(client, "/north/forms/")
    assert "Tiny grant" in page
    assert "Template</span>" in page


def test_draft_is_discarded_through_its_page(cast: Cast, version: FormVersion, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    assert "The draft is put away." in text(client, f"/north/forms/{version.pk}/steps/retire/")
    client.post(f"/north/forms/{version.pk}/steps/retire/", {"revision": 0})
    assert stored(cast).state == "retired"


def test_versions_of_two_forms_are_not_compared(
    cast: Cast, version: FormVersion, published: FormVersion, signed_in: Sign
) -> None:
    path = f"/north/forms/{version.pk}/compare/{published.pk}/"
    assert signed_in(cast.officer).get(path).status_code == 404


# Who, and how much it costs


@pytest.mark.parametrize("who", ["auditor", "executive", "roundtable", "partner", "applicant"])
def test_forms_are_for_staff(cast: Cast, base: str, signed_in: Sign, who: str) -> None:
    client = signed_in(cast.people[who])
    for path in ("/north/forms/", "/north/forms/new/", base, f"{base}preview/", f"{base}questions/plan/"):
        assert client.get(path).status_code == 403


def test_list_of_forms_asks_the_same_for_one_and_for_many(cast: Cast, signed_in: Sign) -> None:
    client, numbers = signed_in(cast.officer), []
    for count in (1, 7):
        with program_scope(cast.program):
            for _ in range(count):
                first = published_form(cast, f"Form {Form.objects.count()}")
                FormVersion.objects.create(
                    program=cast.program, form=first.form, number=2, state=FormState.DRAFT
                )
        client.get("/north/forms/")
        with counted_queries() as counted:
            assert client.get("/north/forms/").status_code == 200
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= AT_MOST, "\n".join(counted.statements)


def test_builder_asks_the_same_for_a_small_form_and_a_large_one(
    cast: Cast, base: str, signed_in: Sign
) -> None:
    client, numbers = signed_in(cast.officer), []
    large = SCHEMA.model_dump(mode="json")
    large["sections"][0]["fields"] += [
        Field(key=f"f{n}", kind="text", label=f"F {n}").model_dump(mode="json") for n in range(100)
    ]
    for content in (SCHEMA.model_dump(mode="json"), large):
        with program_scope(cast.program):
            FormVersion.objects.update(content=content)
        client.get(base)
        with counted_queries() as counted:
            assert client.get(base).status_code == 200
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= AT_MOST, "\n".join(counted.statements)
