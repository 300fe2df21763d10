"""The builder of forms: every kind of question, conditions, order, two who edit, preview, versions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grants.engine.kinds import KINDS
from grants.engine.kinds.simple import SIMPLE
from grants.engine.schema import FormSchema
from grants.engine.starters import STARTERS
from grants.models import FormVersion
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


# Beginning


@pytest.mark.parametrize("start", ["empty", *[f"starter:{key}" for key in STARTERS]])
def test_form_is_begun_empty_or_from_a_starter(cast: Cast, signed_in: Sign, start: str) -> None:
    client = signed_in(cast.officer)
    response = client.post("/north/forms/new/", {"name": "New", "start": start}, follow=True)
    assert "New is begun, as a draft." in response.content.decode()
    starter = STARTERS.get(start.removeprefix("starter:"))
    assert schema_of(cast) == (starter.schema if starter else FormSchema())


def test_form_is_begun_as_a_copy_of_another(cast: Cast, version: FormVersion, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    assert f'value="copy:{version.pk}"' in text(client, "/north/forms/new/")
    client.post("/north/forms/new/", {"name": "Copy", "start": f"copy:{version.pk}", "is_template": "on"})
    copy = stored(cast)
    assert (copy.form.name, copy.form.is_template, copy.schema) == ("Copy", True, SCHEMA)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "", "start": "empty"}, "Give the form a name."),
        ({"name": "small grant", "start": "empty"}, "already"),
        ({"name": "X", "start": "copy:0"}, "Select a valid choice"),
    ],
)
def test_new_form_that_cannot_be_says_why(
    cast: Cast, version: FormVersion, signed_in: Sign, data: dict[str, str], words: str
) -> None:
    response = signed_in(cast.officer).post("/north/forms/new/", data)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_form_is_built_from_nothing_through_its_pages(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    client.post("/north/forms/new/", {"name": "New", "start": "empty"})
    base = f"/north/forms/{stored(cast).pk}/"
    assert "An empty form" in text(client, base)
    client.post(f"{base}sections/add/", {"title": "Your project", "revision": 0})
    page = text(client, base)
    assert "has no questions" in page
    title = {"label": "Title", "required": "on", "has_role": "on", "revision": 1}
    client.post(f"{base}sections/your_project/questions/text/", title)
    page = text(client, base)
    assert "Nothing is missing" in page
    page = client.post(f"{base}steps/publish/", {"revision": 2}, follow=True).content.decode()
    assert "You published New, version 1." in page
    assert stored(cast).state == "published"


# Questions of every kind

TYPED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({}, {}),
    "long_text": ({"words": "200"}, {"words": 200}),
    "email": ({}, {}),
    "phone": ({}, {}),
    "url": ({}, {}),
    "number": (
        {"minimum": "1", "maximum": "9.50", "whole": "on"},
        {"minimum": "1", "maximum": "9.50", "whole": True},
    ),
    "money": ({"maximum": "120000"}, {"maximum": "120000"}),
    "date": ({"earliest": "2027-01-01", "when": "past"}, {"earliest": "2027-01-01", "when": "past"}),
    "yes_no": ({}, {}),
    "choice": (
        {"answers": "Charity\n\n  Public  school \n", "other": "on"},
        {
            "options": [
                {"value": "charity", "label": "Charity"},
                {"value": "public_school", "label": "Public school"},
            ],
            "other": True,
        },
    ),
    "choices": (
        {"answers": "A\nB\nC", "most": "2"},
        {
            "options": [{"value": value.lower(), "label": value} for value in "ABC"],
            "most": 2,
        },
    ),
    "file": ({"most": "5"}, {"most": 5}),
    "abn": ({}, {"acn": False}),
    "address": ({}, {}),
    "budget": ({"most": "20", "total_of": ""}, {"most": 20}),
    "indicators": ({"most": "5"}, {"most": 5}),
    "group": ({"item": "Person", "least": "1", "most": "4"}, {"item": "Person", "least": 1, "most": 4}),
    "policy": ({"most": "2"}, {"most": 2}),
    "screening": ({}, {}),
    "principles": ({}, {}),
    "declaration": ({"text": "I am allowed to sign."}, {"text": "I am allowed to sign."}),
    "info": ({"help": "Read this."}, {}),
}


def test_every_kind_is_tried_here_and_offered() -> None:
    assert TYPED.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_question_of_each_kind_is_added_shown_again_and_changed(
    cast: Cast, base: str, signed_in: Sign, kind: str
) -> None:
    client, (typed, options) = signed_in(cast.officer), TYPED[kind]
    page = text(client, f"{base}sections/project/questions/")
    assert f'data-kind="{kind}"' in page
    path = f"{base}sections/project/questions/{kind}/"
    assert client.get(path).status_code == 200
    data = {"label": "My question", "revision": 0, **typed}
    assert client.post(path, data).status_code == 302
    added = schema_of(cast).field("my_question")
    assert added is not None
    assert (added.kind, added.label, added.options) == (kind, "My question", options)
    change = f"{base}questions/my_question/"
    page = text(client, change)
    assert "My question" in page
    changed = {**data, "label": "Other words", "section": "project", "revision": 1}
    assert client.post(change, changed).status_code == 302
    field = schema_of(cast).field("my_question")
    assert field == added.model_copy(update={"label": "Other words"})


def test_every_kind_is_in_the_list_to_choose_from(cast: Cast, base: str, signed_in: Sign) -> None:
    page = text(signed_in(cast.officer), f"{base}sections/project/questions/")
    assert set(re.findall(r'data-kind="(\w+)"', page)) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", {"label": ""}, "Write the question."),
        ("long_text", {"words": "0"}, "greater than or equal to 1"),
        ("choice", {"answers": "A\na"}, "Two answers are the same."),
        ("choice", {"answers": " "}, "Give at least two answers to choose from."),
        ("number", {"minimum": "some"}, "Enter a number."),
        ("file", {"most": "21"}, "less than or equal to 20"),
        ("declaration", {"text": ""}, "Write what is declared."),
        ("info", {"help": ""}, "Write the text."),
        ("budget", {"total_of": "title", "most": "5"}, "Select a valid choice"),
    ],
)
def test_question_that_cannot_be_says_why_and_keeps_what_was_typed(
    cast: Cast, base: str, signed_in: Sign, kind: str, typed: dict[str, str], words: str
) -> None:
    data = {"label": "A <label>", "revision": 0} | typed
    response = signed_in(cast.officer).post(f"{base}sections/project/questions/{kind}/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<title>Error: " in page
    if data["label"]:
        assert "A &lt;label&gt;" in page
    assert stored(cast).revision == 0


@pytest.mark.parametrize(
    "path",
    [
        "sections/gone/",
        "sections/gone/questions/",
        "sections/project/questions/sculpture/",
        "questions/gone/",
        "questions/gone/conditions/",
        "questions/title/in/",
        "questions/title/in/gone/",
        "steps/nonsense/",
        "compare/0/",
    ],
)
def test_what_is_not_in_the_form_is_not_found(cast: Cast, base: str, signed_in: Sign, path: str) -> None:
    assert signed_in(cast.officer).get(f"{base}{path}").status_code == 404


def test_answers_that_applicants_chose_keep_their_values(cast: Cast, base: str, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    kind = {"label": "Kind", "answers": "Charity\nSchool", "revision": 0}
    client.post(f"{base}sections/project/questions/choice/", kind)

    def change(answers: str) -> list[tuple[str, str]]:
        data = kind | {"answers": answers, "revision": stored(cast).revision, "section": "project"}
        assert client.post(f"{base}questions/kind/", data).status_code == 302
        field = schema_of(cast).field("kind")
        assert field is not None
        return [(option["value"], option["label"]) for option in field.options["options"]]

    # Another order, a reworded one in its place, a new one, and one that came back under a new name.
    assert change("School\nCharity") == [("school", "School"), ("charity", "Charity")]
    assert change("School\nRegistered charity") == [("school", "School"), ("charity", "Registered charity")]
    assert change("School\nRegistered charity\nCharity") == [
        ("school", "School"),
        ("charity", "Registered charity"),
        ("charity_2", "Charity"),
    ]


def test_question_moves_to_another_section_by_its_form(cast: Cast, base: str, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    client.post(f"{base}sections/add/", {"title": "More", "revision": 0})
    data = {"label": "What you will do", "required": "on", "section": "more", "revision": 1}
    client.post(f"{base}questions/plan/", data)
    assert [[field.key for field in section.fields] for section in schema_of(cast).sections] == [
        ["title"],
        ["plan"],
    ]


def test_questions_of_a_group_are_built_too(cast: Cast, base: str, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    group = {"label": "People", "item": "Person", "least": "0", "most": "5", "revision": 0}
    client.post(f"{base}sections/project/questions/group/", group)
    offered = set(re.findall(r'data-kind="(\w+)"', text(client, f"{base}questions/people/in/")))
    assert offered == set(SIMPLE)
    for number, label in enumerate(("Name", "Email"), start=1):
        data = {"label": label, "revision": number}
        assert client.post(f"{base}questions/people/in/text/add/", data).status_code == 302
    page = text(client, f"{base}questions/people/in/name/")
    assert "has_role" not in page
    client.post(f"{base}questions/people/in/name/", {"label": "Full name", "required": "on", "revision": 3})
    client.post(f"{base}move/", {"item": "question:people.email", "by": "up", "revision": 4})
    # Other settings of the group leave its questions alone.
    client.post(f"{base}questions/people/", group | {"most": "7", "revision": 5, "section": "project"})
    field = schema_of(cast).field("people")
    assert field is not None
    inner = [(one["key"], one["label"]) for one in field.options["fields"]]
    assert (inner, field.options["most"]) == ([("email", "Email"), ("name", "Full name")], 7)
    client.post(f"{base}questions/people/in/email/remove/", {"revision": 6})
    assert 'data-item="question:people.email"' not in text(client, base)
    assert client.get(f"{base}questions/people/in/file/add/").status_code == 404


# Order


def items(page: str) -> list[str]:
    return re.findall(r'data-item="([^"]+)"', page)


def test_questions_and_sections_move_by_buttons_and_by_place(cast: Cast, base: str, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    client.post(f"{base}sections/add/", {"title": "More", "revision": 0})
    project, title, plan, more = items(text(client, base))
    moves = [
        ({"item": title, "by": "down"}, [project, plan, title, more]),
        ({"item": title, "to": "0"}, [project, title, plan, more]),
        ({"item": plan, "to": "0", "into": "more"}, [project, title, more, plan]),
        ({"item": more, "by": "up"}, [more, plan, project, title]),
        ({"item": title, "to": "9"}, [more, plan, project, title]),
    ]
    for data, found in moves:
        page = client.post(f"{base}move/", {"revision": stored(cast).revision, **data}, follow=True)
        assert items(page.content.decode()) == found


@pytest.mark.parametrize(
    "data",
    [
        {"item": "field:title", "by": "down"},
        {"item": "field:title", "by": "down", "revision": "x"},
        {"item": "field:title", "by": "down", "revision": "7"},
        {"item": "field:gone", "by": "down", "revision": "0"},
        {"item": "field:title", "into": "gone", "to": "0", "revision": "0"},
        {"item": "section:gone", "by": "down", "revision": "0"},
        {"item": "question:title.gone", "by": "down", "revision": "0"},
        {"revision": "0"},
    ],
)
def test_move_that_cannot_be_changes_nothing_and_says_so(
    cast: Cast, base: str, signed_in: Sign, data: dict[str, str]
) -> None:
    page = signed_in(cast.officer).post(f"{base}move/", data, follow=True).content.decode()
    assert '<div class="notice bad">' in page
    assert (stored(cast).schema, stored(cast).revision) == (SCHEMA, 0)


# Two who edit


def test_second_editor_sees_what_there_is_and_can_save_again(cast: Cast, base: str, signed_in: Sign) -> None:
    first, second = signed_in(cast.officer), signed_in(cast.manager)
    change = {"required": "on", "section": "project", "revision": 0}
    assert first.post(f"{base}questions/plan/", change | {"label": "Your plan"}).status_code == 302
    response = second.post(f"{base}questions/plan/", change | {"label": "What you plan"})
    page = response.content.decode()
    assert response.status_code == 422
    assert f"{cast.officer} changed this form while you had it open." in page
    assert "As it is saved now" in page
    assert "Your plan" in page
    assert 'value="What you plan"' in page
    assert '<input type="hidden" name="revision" value="1"' in page
    assert second.post(f"{base}questions/plan/", change | {"label": "Both", "revision": 1}).status_code == 302
    field = schema_of(cast).field("plan")
    assert field is not None
    assert field.label == "Both"


def test_question_that_the_other_removed_is_not_brought_back(cast: Cast, base: str, signed_in: Sign) -> None:
    first, second = signed_in(cast.officer), signed_in(cast.manager)
    first.post(f"{base}questions/plan/remove/", {"revision": 0})
    assert second.post(f"{base}questions/plan/", {"label": "Mine", "revision": 0}).status_code == 404
    assert schema_of(cast).field("plan") is None


@pytest.mark.parametrize("path", ["sections/add/", "sections/project/", "questions/plan/remove/"])
def test_every_form_of_the_builder_minds_the_revision(
    cast: Cast, base: str, signed_in: Sign, path: str
) -> None:
    first, second = signed_in(cast.officer), signed_in(cast.manager)
    first.post(f"{base}sections/add/", {"title": "First", "revision": 0})
    response = second.post(f"{base}{path}", {"title": "Second", "revision": 0})
    assert response.status_code == 422
    assert 'name="revision" value="1"' in response.content.decode()
    assert len(schema_of(cast).sections) == 2
