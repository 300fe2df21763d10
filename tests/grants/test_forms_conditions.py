"""Conditions of a form through their pages, and its preview, in which answers are tried."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grants.engine.checks import form_problems
from grants.engine.schema import FormSchema
from grants.models import Application, FormVersion
from grants.services import forms
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.rounds import SCHEMA

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


# Conditions


def conditions(client: Client, base: str, about: str, **data: object) -> int:
    path = f"{base}questions/plan/conditions/?about={about}"
    return int(client.post(path, data).status_code)


@pytest.fixture
def asking(cast: Cast, base: str, signed_in: Sign) -> Client:
    """A client of the officer, in whose form are questions of three kinds to ask about."""
    client = signed_in(cast.officer)
    for number, (kind, label) in enumerate([("choice", "Kind"), ("money", "Amount"), ("date", "Day")]):
        data = {"label": label, "revision": number, "answers": "Charity\nSchool"}
        client.post(f"{base}sections/project/questions/{kind}/", data)
    return client


def test_condition_is_added_in_two_steps_and_removed(cast: Cast, base: str, asking: Client) -> None:
    path = f"{base}questions/plan/conditions/"
    page = text(asking, path)
    assert "Always. Add a condition" in page
    assert 'value="plan"' not in page
    page = text(asking, f"{path}?about=kind")
    assert '<option value="school">School</option>' in page
    response = asking.post(f"{path}?about=kind", {"op": "is", "value": "school", "revision": 3}, follow=True)
    words = "“Kind” is “School”"
    assert words in response.content.decode()
    assert f"Shown when {words}" in text(asking, base)
    asking.post(f"{path}?about=amount", {"op": "more_than", "value": "50000", "revision": 4})
    asking.post(path, {"match": "any", "revision": 5})
    page = text(asking, base)
    assert f"Shown when {words} or “Amount” is more than “50000”" in page
    asking.post(path, {"remove": "0", "revision": 6})
    asking.post(path, {"remove": "0", "revision": 7})
    field = schema_of(cast).field("plan")
    assert field is not None
    assert field.show_if is None


@pytest.mark.parametrize(
    ("about", "data", "words"),
    [
        ("kind", {"op": "is", "value": "zoo"}, "Select a valid choice"),
        ("kind", {"op": "is", "value": ""}, "Say what the answer is compared with."),
        ("kind", {"op": "more_than", "value": "charity"}, "Select a valid choice"),
        ("amount", {"op": "more_than", "value": "lots"}, "Give a number, such as 50000."),
        ("day", {"op": "less_than", "value": "soon"}, "Enter a valid date."),
    ],
)
def test_condition_that_could_never_hold_is_refused(
    cast: Cast, base: str, asking: Client, about: str, data: dict[str, str], words: str
) -> None:
    response = asking.post(f"{base}questions/plan/conditions/?about={about}", {"revision": 3, **data})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert stored(cast).revision == 3


@pytest.mark.parametrize(
    ("about", "data"),
    [
        ("kind", {"op": "answered"}),
        ("amount", {"op": "less_than", "value": "10"}),
        ("day", {"op": "more_than", "value": "2027-06-30"}),
        ("title", {"op": "is", "value": "Yes"}),
    ],
)
def test_condition_that_the_builder_takes_has_no_problem(
    cast: Cast, base: str, asking: Client, about: str, data: dict[str, str]
) -> None:
    assert conditions(asking, base, about, revision=3, **data) == 302
    assert [problem.message for problem in form_problems(schema_of(cast)) if problem.field == "plan"] == []


def test_section_is_shown_on_a_condition(cast: Cast, base: str, asking: Client) -> None:
    asking.post(f"{base}sections/add/", {"title": "Schools", "revision": 3})
    path = f"{base}sections/schools/conditions/?about=kind"
    asking.post(path, {"op": "is", "value": "school", "revision": 4})
    assert schema_of(cast).sections[1].show_if is not None


def test_loop_is_said_where_it_is_made_and_keeps_the_form_back(cast: Cast, base: str, asking: Client) -> None:
    asking.post(f"{base}questions/plan/conditions/?about=kind", {"op": "answered", "revision": 3})
    page = asking.post(
        f"{base}questions/kind/conditions/?about=plan", {"op": "answered", "revision": 4}, follow=True
    ).content.decode()
    assert "A loop" in page
    assert "in a loop" in text(asking, base)
    page = text(asking, f"{base}steps/publish/")
    assert "Put right first" in page
    assert asking.post(f"{base}steps/publish/", {"revision": 5}).status_code == 422
    assert stored(cast).state == "draft"


def test_removing_a_question_says_what_depends_on_it(cast: Cast, base: str, asking: Client) -> None:
    asking.post(f"{base}questions/plan/conditions/?about=kind", {"op": "answered", "revision": 3})
    page = text(asking, f"{base}questions/kind/remove/")
    assert "Its answer decides whether this is shown: “What you will do”." in page
    asking.post(f"{base}questions/kind/remove/", {"revision": 4})
    assert "which is not in the form" in text(asking, base)


# Preview and test


def test_preview_shows_every_question_and_checks_what_is_typed(
    cast: Cast, base: str, signed_in: Sign
) -> None:
    client = signed_in(cast.officer)
    page = text(client, f"{base}preview/")
    assert 'data-field="title"' in page
    assert "There is a problem" not in page
    page = text(client, f"{base}preview/", title="A <b>title</b>")
    assert "There is a problem" in page
    assert 'href="#f-plan"' in page
    assert "A &lt;b&gt;title&lt;/b&gt;" in page
    page = text(client, f"{base}preview/", title="T", plan="P")
    assert "Everything fits" in page
    with program_scope(cast.program):
        assert not Application.objects.exists()


def test_preview_follows_conditions(cast: Cast, base: str, asking: Client) -> None:
    asking.post(
        f"{base}questions/plan/conditions/?about=kind", {"op": "is", "value": "school", "revision": 3}
    )
    page = text(asking, f"{base}preview/")
    assert "1 question is hidden by conditions" in page
    assert 'data-shows-field="plan" hidden disabled' in page
    page = text(asking, f"{base}preview/", kind="school", show="1")
    assert 'data-shows-field="plan">' in page
    assert "There is a problem" not in page


def test_script_of_the_preview_is_told_what_follows(cast: Cast, base: str, asking: Client) -> None:
    asking.post(
        f"{base}questions/plan/conditions/?about=kind", {"op": "is", "value": "school", "revision": 3}
    )

    def shown(kind: str) -> dict[str, list[str]]:
        answer = asking.post(f"{base}preview/", {"kind": kind}, headers={"accept": "application/json"})
        found: dict[str, list[str]] = answer.json()
        return found

    assert "plan" in shown("school")["fields"]
    assert "plan" not in shown("")["fields"]
    assert shown("")["sections"]


def test_preview_of_a_starter_with_everything_in_it_works(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    client.post("/north/forms/new/", {"name": "Full", "start": "starter:full_application"})
    path = f"/north/forms/{stored(cast).pk}/preview/"
    assert client.get(path).status_code == 200
    policy = SimpleUploadedFile("policy.pdf", b"%PDF-1.7", "application/pdf")
    response = client.post(path, {"title": "T", "policy": policy, "add-row": "budget"})
    assert response.status_code == 200
    assert "There is a problem" not in response.content.decode()
