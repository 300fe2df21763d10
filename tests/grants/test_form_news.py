"""A form that changes while somebody writes: they hear of it on the page and by mail."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from grants.engine.schema import Field, FormSchema
from grants.models import Application, FormVersion, Stage
from grants.queries.form_news import questions_between
from grants.services.adopting import adopt_version
from grants.services.answers import save_answer
from grants.states import FormState
from scsc.accounts.models import User
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.writing import SCHEMA, team_of_two, url, words_of, write_all
from tests.queries import counted_queries

GOALS = Field(key="goals", kind="text", label="What are your goals?", required=True)
LINKS = Field(key="links", kind="url", label="Your website")
READING = Field(key="reading", kind="info", label="Read this first")


@pytest.fixture
def team(cast: Cast) -> Iterator[tuple[Application, User, User]]:
    with program_scope(cast.program):
        yield team_of_two(cast)


@pytest.fixture
def noor(team: tuple[Application, User, User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(team[1])


def with_more(schema: FormSchema, *fields: Field) -> FormSchema:
    """The form with more questions at the end of its first section."""
    first, *others = schema.sections
    return FormSchema(sections=[first.model_copy(update={"fields": [*first.fields, *fields]}), *others])


def adopt(cast: Cast, application: Application, schema: FormSchema) -> FormVersion:
    """Let the stage go on with another version of its form."""
    stage = Stage.objects.select_related("round", "form_version__form").get(pk=application.stage_id)
    assert stage.form_version
    version = FormVersion.objects.create(
        program=cast.program,
        form=stage.form_version.form,
        number=stage.form_version.number + 1,
        content=schema.model_dump(mode="json"),
        state=FormState.PUBLISHED,
    )
    stage.round.program = cast.program
    adopt_version(stage, version=version, actor=cast.manager, reason="It was missing.")
    return version


def test_poll_names_the_form_so_that_the_page_sees_another(
    cast: Cast, team: tuple[Application, User, User], noor: Client
) -> None:
    page = words_of(noor.get(url(team[0], "section", "project")))
    known = team[0].form_version_id
    assert f'data-form="{known}"' in page
    assert "The form has changed." in page, "for the script to show"
    assert "New question" not in page
    version = adopt(cast, team[0], with_more(SCHEMA, GOALS))
    said = json.loads(noor.get(url(team[0], "changes")).content)
    assert said["form"] == version.pk != known


def test_new_questions_are_named_until_they_are_answered(
    cast: Cast, team: tuple[Application, User, User], noor: Client
) -> None:
    write_all(team[0], team[1])
    adopt(cast, team[0], with_more(SCHEMA, GOALS, LINKS, READING))
    for place in (url(team[0], "tasks"), url(team[0], "section", "project")):
        page = words_of(noor.get(place))
        assert "These questions are new:" in page
        assert "#asked-goals" in page
        assert "Your website</a> in “What you will do” (optional)" in page
        assert "Read this first</a>" not in page
    assert words_of(noor.get(url(team[0], "section", "project"))).count("New question") == 2
    assert "are new:" not in words_of(noor.get(url(team[0], "section", "money")))
    for key, value in {"goals": "Reach everybody.", "links": "https://example.org"}.items():
        save_answer(team[0], key=key, value=value, version=0, actor=team[1])
    assert "are new:" not in words_of(noor.get(url(team[0], "tasks")))


def test_news_count_from_the_version_that_the_application_began_with(
    cast: Cast, team: tuple[Application, User, User], noor: Client
) -> None:
    adopt(cast, team[0], with_more(SCHEMA, GOALS))
    adopt(cast, team[0], with_more(SCHEMA, GOALS, LINKS))
    page = words_of(noor.get(url(team[0], "tasks")))
    assert "What are your goals?</a>" in page
    assert "Your website</a>" in page
    with counted_queries() as count:
        noor.get(url(team[0], "tasks"))
    assert count.number <= 18


def test_application_begun_after_the_change_has_no_news(
    cast: Cast, team: tuple[Application, User, User], noor: Client
) -> None:
    version = adopt(cast, team[0], with_more(SCHEMA, GOALS))
    Application.objects.filter(pk=team[0].pk).update(created_at=version.created_at.replace(year=2100))
    assert "new:" not in words_of(noor.get(url(team[0], "tasks")))


def test_mail_names_the_questions(cast: Cast, team: tuple[Application, User, User]) -> None:
    adopt(cast, team[0], with_more(SCHEMA, GOALS, LINKS))
    mails = OutgoingMail.objects.filter(subject__startswith="The form has changed")
    assert {mail.to for mail in mails} == {team[1].email, team[2].email}
    assert "New questions:\n- What are your goals?\n- Your website (optional)\n" in mails[0].body
    adopt(cast, team[0], with_more(SCHEMA, GOALS, LINKS, READING))
    assert "It asks nothing new." in OutgoingMail.objects.latest("pk").body


def test_question_that_becomes_required_is_new() -> None:
    before = with_more(SCHEMA, LINKS)
    assert questions_between(before, with_more(SCHEMA, LINKS.model_copy(update={"required": True}))) == [
        "Your website"
    ]
    assert questions_between(before, before) == []


def test_answers_seen_under_another_form_are_not_declared(
    cast: Cast, team: tuple[Application, User, User], noor: Client
) -> None:
    write_all(team[0], team[1])
    page = noor.get(url(team[0], "check"))
    seen = page.context["seen"]
    adopt(cast, team[0], with_more(SCHEMA, LINKS))
    data = {"_seen": seen, "name": "Noor", "position": "Director", "declared": "on"}
    answer = noor.post(url(team[0], "check"), data)
    assert answer.status_code == 422
    assert "changed since you opened this page" in words_of(answer)
