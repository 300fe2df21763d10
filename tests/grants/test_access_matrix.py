"""Every address of grants, asked for by every role, each right on a team, a rival, and from elsewhere."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from grants.engine.schema import Field, FormSchema, Section
from grants.models import (
    AnswerFile,
    Application,
    ChangeRequest,
    FormVersion,
    Round,
    RoundInvitation,
    SavedView,
    Submission,
    TeamInvitation,
)
from grants.models.applications import Rights
from grants.services.forms import create_form
from grants.services.recipients import publish_recipient, record_recipient
from grants.services.rights import grant_rights
from partners.models import Organisation, OrganisationContact
from reporting.models import SubmissionPdf
from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, make_cast
from tests.grants.access_rules import LISTERS, PEOPLE, RULES, TEAM, Rule
from tests.grants.applicants import SCHEMA as WITH_FILE
from tests.grants.applicants import joined
from tests.grants.received import application_to, content_of, submit
from tests.grants.rounds import TITLE, draft_round, open_round, writer

# Let in; what was sent may still be refused, or have no place any more.
GETS_IN = {200, 302, 410, 422}


WHO = Field(key="who", kind="text", label="Who is it?")
OTHERS = Field(key="others", kind="group", label="Others", options={"fields": [WHO.model_dump()]})
WITH_GROUP = FormSchema(sections=[Section(key="project", title="Project", fields=[TITLE, OTHERS])])


@dataclass(frozen=True)
class World:
    """Two rounds, a team with an application in each state that matters, a rival with one of their own."""

    cast: Cast
    people: dict[str, User]
    keys: dict[str, dict[str, Any]]
    files: dict[str, Document]

    def url(self, name: str, program: str = "") -> str:
        return reverse(name, kwargs={"program": program or self.cast.program.slug, **self.keys.get(name, {})})


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once for this file, in a transaction that is rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        with program_scope(cast.program):
            found = _build(cast)
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    """Each test's own changes are undone after it."""
    return built


def _build(cast: Cast) -> World:
    draft_of_round, round_ = draft_round(cast, "IG28", audience="invited"), open_round(cast, "IG27")
    round_.program = cast.program
    FormVersion.objects.update(content=WITH_FILE.model_dump(mode="json"))
    submitter = writer(cast, name="Submitter")
    begun = application_to(round_, "draft", team=submitter)
    editor, reader = (joined(begun, rights, name=rights.label) for rights in (Rights.EDIT, Rights.VIEW))
    received = application_to(round_, team=submitter)
    discarded = application_to(round_, "discarded", team=submitter)
    for application in (received, discarded):
        grant_rights(application, user=editor, rights=Rights.EDIT)
        grant_rights(application, user=reader, rights=Rights.VIEW)
    for organisation in Organisation.objects.filter(applications__in=[begun, received, discarded]):
        for person in (submitter, editor):
            OrganisationContact.objects.create(program=cast.program, organisation=organisation, user=person)
    rival = writer(cast, name="Rival")
    application_to(round_, "draft", team=rival)
    people = {
        **{name: user for name, user in cast.people.items() if name in PEOPLE},
        **{"submitter": submitter, "editor": editor, "reader": reader, "rival": rival},
    }
    files = {"draft": _file(begun, submitter), "submitted": _file(received, submitter, received=True)}
    keys = _keys(cast, draft_of_round, round_, begun, received, discarded, people)
    return World(cast, people, keys, files)


def _file(application: Application, person: User, *, received: bool = False) -> Document:
    """A file given as an answer; with `received`, also named by a submission of its own."""
    document = Document.objects.create(
        program=application.program,
        name="plan.pdf",
        content_type="application/pdf",
        size=8,
        sha256=hashlib.sha256(application.code.encode()).hexdigest(),
        state="released",
        uploaded_by=person,
    )
    default_storage.save(document.storage_name, ContentFile(b"%PDF-1.7"))
    AnswerFile.objects.create(
        program=application.program, application=application, key="plan", document=document, added_by=person
    )
    if received:
        named = {"key": str(document.key), "name": document.name, "size": 8, "sha256": "0", "field": "plan"}
        stage_two = {"number": 2, "change_request": request_of(application)}
        submit(application, content_of() | {"files": [named]}, **stage_two)
    return document


def request_of(application: Application) -> Any:
    return ChangeRequest.objects.create(
        program=application.program,
        application=application,
        fields=["plan"],
        reason="More, please.",
        due_at=timezone.now() + timedelta(days=3),
        state="answered",
        requested_by=User.objects.get(name="Program officer North"),
    )


def _keys(cast: Cast, draft_of_round: Round, round_: Round, *rest: Any) -> dict[str, dict[str, Any]]:
    begun, received, discarded, people = rest
    code = {"code": begun.code}
    of_team = {name: code for name in RULES if name.startswith("apply:")}
    of_rounds = {name: {"code": draft_of_round.code} for name in RULES if name.startswith("rounds:")}
    of_staff = {name: {"code": received.code} for name in RULES if name.startswith("applications:")}
    plain = ["apply:mine", "rounds:list", "rounds:new", "applications:list", "applications:export"]
    plain += ["applications:bulk", "applications:views", "applications:new_view", "applications:recipients"]
    plain += ["applications:new_recipient"]
    keys = of_team | of_rounds | of_staff | _of_forms(cast) | _of_organisations(cast)
    for name in plain:
        keys.pop(name)
    return keys | {
        **{f"grants:{name}": {"code": round_.code} for name in ("round", "card")},
        **{f"apply:{name}": {"code": round_.code} for name in ("eligibility", "start", "start_new")},
        "apply:join": {"token": "unknown"},
        "apply:accept": {"pk": 1},
        "reporting:published_report": {"key": uuid4()},
        **_of_team(begun, received, discarded, people),
        **_of_round(cast, draft_of_round, round_),
        **_of_staff(cast, round_, received),
        **_of_pdf(received),
    }


def _of_team(begun: Any, received: Any, discarded: Any, people: dict[str, User]) -> dict[str, dict[str, Any]]:
    code = {"code": begun.code}
    invitation = TeamInvitation.objects.create(
        program=begun.program,
        application=begun,
        email="new@example.org",
        rights="view",
        token_hash="0",
        invited_by=people["submitter"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    of_file = {"pk": AnswerFile.objects.get(application=begun).pk}
    return {
        "apply:section": code | {"section": "project"},
        "apply:visibility": code | {"section": "project"},
        "apply:autosave": code | {"key": "title"},
        "apply:upload": code | {"key": "policy_file"},
        "apply:remove_file": code | of_file,
        "apply:rights": code | {"pk": people["reader"].pk},
        "apply:remove_member": code | {"pk": people["submitter"].pk},
        "apply:remove_person": code | {"pk": people["editor"].pk},
        "apply:withdraw_invitation": code | {"pk": invitation.pk},
        "apply:resend_invitation": code | {"pk": invitation.pk},
        "apply:withdraw": {"code": received.code},
        "apply:receipt": {"code": received.code},
        "apply:restore": {"code": discarded.code},
    }


def _of_round(cast: Cast, draft: Round, round_: Round) -> dict[str, dict[str, Any]]:
    code, stage = {"code": draft.code}, draft.stages.order_by("order")[0]
    question = draft.questions.get()
    invitation = RoundInvitation.objects.create(
        program=cast.program, round=draft, email="guest@example.org", invited_by=cast.officer
    )
    staffed = draft.stages.get(kind="screening")
    running = round_.stages.order_by("order")[0]
    return {
        "rounds:step": code | {"step": "discard"},
        "rounds:closing": {"code": round_.code},
        "rounds:stage": code | {"pk": stage.pk},
        "rounds:remove_stage": code | {"pk": stage.pk},
        "rounds:people": code | {"pk": staffed.pk},
        "rounds:adopt": {"code": round_.code, "pk": running.pk, "version": running.form_version_id},
        "rounds:question": code | {"pk": question.pk},
        "rounds:remove_question": code | {"pk": question.pk},
        "rounds:withdraw_invitation": code | {"pk": invitation.pk},
    }


def _of_forms(cast: Cast) -> dict[str, dict[str, Any]]:
    version = create_form(cast.program, name="In the making", schema=WITH_GROUP, actor=cast.officer)
    pk, section, field = {"pk": version.pk}, {"section": "project"}, {"field": "title"}
    names = [name for name in RULES if name.startswith("forms:") and name not in {"forms:list", "forms:new"}]
    return dict.fromkeys(names, pk) | {
        "forms:step": pk | {"step": "retire"},
        "forms:compare": pk | {"other": version.pk},
        **{
            f"forms:{name}": pk | section
            for name in ("section", "remove_section", "section_conditions", "kinds")
        },
        "forms:add_field": pk | section | {"kind": "text"},
        **{f"forms:{name}": pk | field for name in ("field", "remove_field", "field_conditions")},
        "forms:inner_kinds": pk | {"field": "others"},
        "forms:add_inner": pk | {"field": "others", "kind": "text"},
        "forms:inner": pk | {"field": "others", "question": "who"},
        "forms:remove_inner": pk | {"field": "others", "question": "who"},
    }


def _of_organisations(cast: Cast) -> dict[str, dict[str, Any]]:
    one, two = (Organisation.objects.create(program=cast.program, name=name) for name in ("One", "Two"))
    names = ["organisation", "profile", "register"]
    return {f"organisations:{name}": {"pk": one.pk} for name in names} | {
        "organisations:merge": {"pk": one.pk, "other": two.pk}
    }


def _of_staff(cast: Cast, round_: Round, received: Application) -> dict[str, dict[str, Any]]:
    view = SavedView.objects.create(
        program=cast.program, user=cast.officer, name="Mine", query="", is_shared=True
    )
    asked = ChangeRequest.objects.get(application=received)
    ChangeRequest.objects.filter(pk=asked.pk).update(state="open")
    facts: dict[str, Any] = {"title": "A", "summary": "B", "source": "Minutes"}
    facts["awarded_on"] = timezone.localdate()
    hidden, shown = (
        record_recipient(round_, organisation=received.organisation, actor=cast.manager, **facts)
        for _ in range(2)
    )
    publish_recipient(shown, actor=cast.manager)
    recipient = {"pk": hidden.pk}
    return {
        "applications:view": {"pk": view.pk},
        "applications:delete_view": {"pk": view.pk},
        "applications:step": {"code": application_to(round_, "accepted").code, "step": "decline"},
        "applications:cancel_changes": {"code": received.code, "pk": asked.pk},
        **{f"applications:{name}": recipient for name in ("recipient", "edit_recipient")},
        **{f"applications:{name}_recipient": recipient for name in ("publish", "remove")},
        "applications:unpublish_recipient": {"pk": shown.pk},
    }


def _of_pdf(received: Application) -> dict[str, dict[str, Any]]:
    submission = Submission.objects.get(application=received, number=1)
    pdf = SubmissionPdf.objects.create(
        program=received.program, submission=submission, facts={}, state="ready", file_sha256="0", file_size=1
    )
    default_storage.save(pdf.storage_name, ContentFile(b"%PDF-1.7"))
    key = {"code": received.code, "number": 1}
    return {f"reporting:submission_{name}": key for name in ("pdf", "progress", "retry")}


def ask(client: Client, rule: Rule, url: str) -> int:
    client.raise_request_exception = False
    return int(client.generic(rule.method.upper(), url).status_code)


@pytest.mark.parametrize("name", RULES)
def test_everybody_gets_exactly_what_they_may(
    world: World, signed_in: Callable[[User], Client], name: str
) -> None:
    rule, url = RULES[name], world.url(name)
    for who, person in world.people.items():
        answer = ask(signed_in(person), rule, url)
        if who in rule.allowed:
            assert answer in GETS_IN, f"{who} should get into {name}, got {answer}"
        else:
            assert answer == rule.refusal(who), f"{who} at {name}: {answer}, expected {rule.refusal(who)}"


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if not rule.public])
def test_strangers_sign_in_first(world: World, name: str) -> None:
    rule, url = RULES[name], world.url(name)
    asked_by_script = name in {"apply:changes", "apply:visibility"}
    assert ask(Client(), rule, url) == (302 if rule.method == "get" and not asked_by_script else 401)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.public])
def test_public_pages_are_for_everybody(world: World, name: str) -> None:
    hidden = RULES[name].refused == 404
    assert ask(Client(), RULES[name], world.url(name)) == (404 if hidden else 200)


@pytest.mark.parametrize("name", RULES)
def test_nothing_is_found_under_another_program(
    world: World, signed_in: Callable[[User], Client], name: str
) -> None:
    """The manager of the other program asks for these very objects under their own program's address."""
    if world.keys.get(name):
        client = signed_in(world.people["other_manager"])
        assert ask(client, RULES[name], world.url(name, program=world.cast.other.slug)) == 404


@pytest.mark.parametrize(("which", "readers"), [("draft", set(TEAM)), ("submitted", LISTERS | set(TEAM))])
def test_a_file_is_read_by_its_team_and_once_submitted_by_those_who_read_applications(
    world: World, signed_in: Callable[[User], Client], which: str, readers: set[str]
) -> None:
    path = f"/north/files/{world.files[which].key}/"
    for who, person in world.people.items():
        answer = signed_in(person).get(path).status_code
        assert answer == (200 if who in readers else 404), f"{who}: {answer}"
    assert Client().get(path).status_code == 302


def test_an_application_is_in_no_list_of_others(world: World, signed_in: Callable[[User], Client]) -> None:
    """Not in the lists of other applicants and members, by whatever words they search."""
    with program_scope(world.cast.program):
        code = Application.objects.get(state="submitted").code
    for who, person in world.people.items():
        if who in LISTERS or who in TEAM:
            continue
        client = signed_in(person)
        for path in (
            "apply/",
            "applications/?words=Safe",
            "applications/export.csv?words=Safe",
            "",
            "grants/",
        ):
            assert code not in client.get(f"/north/{path}").content.decode(), f"{who} at {path}"


def test_losing_the_role_ends_every_right(world: World, signed_in: Callable[[User], Client]) -> None:
    person = world.people["submitter"]
    assert ask(signed_in(person), RULES["apply:tasks"], world.url("apply:tasks")) == 200
    world.cast.program.memberships.filter(user=person).delete()
    for name in ("apply:tasks", "apply:status", "reporting:submission_pdf"):
        assert ask(signed_in(person), RULES[name], world.url(name)) == 404
