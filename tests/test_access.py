"""Deny by default: every address, every role, the right program and the wrong one.

A route without an expectation here fails the test, and so does a role that gets in where it is not named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from reporting.models import Publication, ReportRun
from reporting.services import request_report
from scsc.accounts.models import Invitation, User
from scsc.documents.models import Document
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast, DeliverableFactory, YearFactory, member
from tests.grants.access_rules import RULES as GRANTS
from tests.grants.assessing_access_rules import RULES as ASSESSING
from tests.grants.ballots_access_rules import RULES as BALLOTS
from tests.grants.deciding_access_rules import RULES as DECIDING
from tests.grants.panels_access_rules import OWN_ENTRY
from tests.grants.panels_access_rules import RULES as PANELS
from workplan.models import Evidence, ProgressUpdate
from workplan.services import add_evidence_link, post_update, share_action

READERS = {"manager", "officer", "finance", "executive", "auditor", "roundtable", "advisory"}
STAFF = {"manager", "officer"}
MEMBERS = READERS | {"partner", "applicant"}


@dataclass(frozen=True)
class Rule:
    """Who gets in; what the other members get: 403 where they see that it is there, 404 where not."""

    allowed: set[str]
    others: int = 403
    partner: int | None = None
    method: str = "get"

    def refusal(self, name: str) -> int:
        return self.partner if name in {"partner", "applicant"} and self.partner else self.others


def on_action(allowed: set[str], method: str = "get") -> Rule:
    """An action that is not shared with the partner contact is not there for them."""
    return Rule(allowed, others=403, partner=404, method=method)


# Walked by tests of their own, each in a world that has what it needs.
ELSEWHERE = {*GRANTS, *ASSESSING, *BALLOTS, *DECIDING, *PANELS, OWN_ENTRY}
RULES: dict[str, Rule] = {
    "today": Rule(MEMBERS),
    "workplan:matrix": Rule(READERS),
    "workplan:list": Rule(READERS),
    "workplan:file": Rule({"manager"}),
    "workplan:file_download": Rule(READERS),
    "workplan:action": Rule(READERS, others=404),
    "workplan:report": on_action(STAFF),
    "workplan:override": on_action(STAFF),
    "workplan:owner": on_action(STAFF),
    "workplan:years": on_action(STAFF),
    "workplan:share": on_action({"manager"}),
    "workplan:unshare": on_action({"manager"}, method="post"),
    "workplan:add_deliverable": on_action(STAFF),
    "workplan:action_step": on_action(STAFF),
    "workplan:deliverable": Rule(READERS, others=404),
    "workplan:complete": on_action(STAFF),
    "workplan:change": on_action(STAFF),
    "workplan:add_evidence": on_action(STAFF),
    "workplan:deliverable_step": on_action(STAFF),
    "workplan:remove_evidence": on_action(STAFF),
    "workplan:correct": on_action(STAFF),
    "reporting:list": Rule(READERS),
    "reporting:request": Rule({"manager", "officer", "executive"}, method="post"),
    "reporting:report": Rule(READERS),
    "reporting:progress": Rule(READERS),
    "reporting:preview": Rule(READERS),
    "reporting:download": Rule(READERS),
    "reporting:retry": Rule({"manager", "officer", "executive"}, method="post"),
    "reporting:figures": Rule(READERS),
    "reporting:propose": Rule({"manager", "officer", "executive"}, method="post"),
    # Proposed by the officer: somebody else approves.
    "reporting:publication_step": Rule({"manager", "executive"}),
    "programs:people": Rule({"manager", "officer", "auditor"}),
    "programs:invite": Rule({"manager"}),
    "programs:resend": Rule({"manager"}, method="post"),
    "programs:withdraw": Rule({"manager"}, method="post"),
    "programs:roles": Rule({"manager"}),
    "programs:remove": Rule({"manager"}),
    # A file follows what it is attached to: here evidence of an action.
    "documents:download": Rule(READERS, others=404),
}

# Open to anybody, signed in or not. They show nothing of a program.
PUBLIC = {
    "healthz",
    "readyz",
    "ui:home",
    "ui:support",
    "ui:leave",
    "ui:theme",
    "accounts:invitation",
    "accounts:demonstration",
    "accounts:index_guessed",
    "accounts:mailbox",
    "robots",
    "sitemap",
}
# About the person who is signed in and nobody else; strangers are sent to sign in.
OWN = {"accounts:index", "accounts:second_factor"}
# django-allauth's own pages, which guard themselves.
ALLAUTH = ("account_", "mfa_", "usersessions_")


def routes() -> Iterator[tuple[str, bool]]:
    """Every named address, and whether it is in a program."""

    def walk(patterns: list[Any], namespace: str, prefix: str) -> Iterator[tuple[str, bool]]:
        for item in patterns:
            path = prefix + str(item.pattern)
            if isinstance(item, URLResolver):
                inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
                yield from walk(item.url_patterns, inner, path)
            elif isinstance(item, URLPattern):
                yield f"{namespace}{item.name}", "<slug:program>" in path

    return walk(get_resolver().url_patterns, "", "")


def test_every_route_has_an_expectation() -> None:
    for name, in_program in routes():
        if in_program:
            assert name in RULES or name in ELSEWHERE, (
                f"{name} shows something of a program: say who may see it, in RULES"
            )
        else:
            assert name in PUBLIC | OWN or name.startswith(ALLAUTH), f"{name} needs an expectation"
    assert {*RULES, *ELSEWHERE} <= {name for name, _ in routes()}


@dataclass(frozen=True)
class World:
    """One of everything in the first program, with the keys that address it."""

    cast: Cast
    keys: dict[str, dict[str, Any]]

    def url(self, name: str, program: str) -> str:
        return reverse(name, kwargs={"program": program, **self.keys.get(name, {})})


@pytest.fixture
def world(cast: Cast) -> World:
    program = cast.program
    with program_scope(program):
        year = YearFactory.create(program=program, number=1)
        action = ActionFactory.create(program=program, code="A-1", first_year=1)
        deliverable = DeliverableFactory.create(program=program, action=action, code="A-1.1")
        update = post_update(action, year=year, narrative="Done.", rag="green", actor=cast.officer)
        evidence = add_evidence_link(deliverable, title="E", url="https://example.org/", actor=cast.officer)
        document = Document.objects.create(
            program=program,
            name="a.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0",
            state="released",
            uploaded_by=cast.manager,
        )
        Evidence.objects.create(
            program=program, deliverable=deliverable, title="F", document=document, added_by=cast.manager
        )
        run = request_report(year, actor=cast.executive)
        ReportRun.objects.filter(pk=run.pk).update(state="ready", file_sha256="0", file_size=1)
        publication = Publication.objects.create(
            program=program, year=year, draft=run, proposed_by=cast.officer
        )
        guest = member(program, Role.PARTNER)
        share_action(action, person=guest, actor=cast.manager)
        for stored in (document, run):
            default_storage.save(stored.storage_name, ContentFile(b"%PDF-1.7"))
    membership = Membership.objects.get(program=program, user=cast.officer)
    invitation = Invitation.objects.create(
        program=program,
        email="new@example.org",
        role="officer",
        token_hash="0",
        invited_by=cast.manager,
        expires_at=timezone.now() + timedelta(days=1),
    )
    keys = _keys(
        action=action,
        deliverable=deliverable,
        update=update,
        evidence=evidence,
        document=document,
        run=run,
        membership=membership,
        guest=guest,
        publication=publication,
        invitation=invitation,
    )
    return World(cast, keys)


def _keys(**objects: Any) -> dict[str, dict[str, Any]]:
    code, deliverable = {"code": objects["action"].code}, {"code": objects["deliverable"].code}
    run = {"key": objects["run"].key}
    person = {"pk": objects["membership"].user_id}
    on_action = ["action", "report", "override", "owner", "years", "share", "add_deliverable"]
    on_deliverable = ["deliverable", "complete", "change", "add_evidence"]
    on_run = ["report", "progress", "preview", "download", "retry", "figures", "propose"]
    return {
        **{f"workplan:{name}": code for name in on_action},
        **{f"workplan:{name}": deliverable for name in on_deliverable},
        **{f"reporting:{name}": run for name in on_run},
        "workplan:unshare": code | {"pk": objects["guest"].pk},
        "workplan:action_step": code | {"step": "start"},
        "workplan:deliverable_step": deliverable | {"step": "start"},
        "workplan:remove_evidence": {"pk": objects["evidence"].pk},
        "workplan:correct": {"pk": objects["update"].pk},
        "reporting:request": {"number": 1},
        "reporting:publication_step": {"pk": objects["publication"].pk, "step": "approve"},
        "programs:resend": {"pk": objects["invitation"].pk},
        "programs:withdraw": {"pk": objects["invitation"].pk},
        "programs:roles": person,
        "programs:remove": person,
        "documents:download": {"key": objects["document"].key},
    }


def status(client: Client, rule: Rule, url: str) -> int:
    response = client.generic(rule.method.upper(), url)
    return int(response.status_code)


@pytest.mark.parametrize("name", RULES)
def test_each_role_gets_exactly_what_it_may(
    world: World, signed_in: Callable[[User], Client], name: str
) -> None:
    rule, url = RULES[name], world.url(name, world.cast.program.slug)
    for role, person in world.cast.people.items():
        client = signed_in(person)
        client.raise_request_exception = False
        answer = status(client, rule, url)
        if role in rule.allowed:
            assert answer in {200, 302, 422}, f"{role} should get into {name}, got {answer}"
        else:
            expected = rule.refusal(role) if role in MEMBERS else 404
            assert answer == expected, f"{role} at {name}: {answer}, expected {expected}"


@pytest.mark.parametrize("name", RULES)
def test_nothing_of_a_program_is_found_under_another(
    world: World, signed_in: Callable[[User], Client], name: str
) -> None:
    """The manager of the other program asks for these objects under their own program's address."""
    client = signed_in(world.cast.other_manager)
    answer = status(client, RULES[name], world.url(name, world.cast.other.slug))
    if world.keys.get(name):
        assert answer == 404, f"{name}: {answer}"
    else:
        assert answer in {200, 422}


@pytest.mark.parametrize("name", RULES)
def test_strangers_are_sent_to_sign_in(world: World, name: str) -> None:
    url = world.url(name, world.cast.program.slug)
    response = Client().generic(RULES[name].method.upper(), url)
    if RULES[name].method == "get":
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={url}")
    else:
        assert response.status_code == 401


@pytest.mark.parametrize("name", sorted(OWN))
def test_own_pages_need_a_sign_in(db: None, name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302


def test_unknown_program_looks_like_a_forbidden_one(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.cast.outsider)
    assert client.get("/nowhere/plan/").status_code == client.get("/north/plan/").status_code == 404


SHARED = [
    "workplan:action",
    "workplan:deliverable",
    "workplan:report",
    "workplan:complete",
    "workplan:add_evidence",
]


@pytest.mark.parametrize("name", SHARED)
def test_shared_action_opens_to_the_partner_and_only_that(
    world: World, signed_in: Callable[[User], Client], name: str
) -> None:
    cast = world.cast
    with program_scope(cast.program):
        action = ProgressUpdate.objects.get().action
        share_action(action, person=cast.partner, actor=cast.manager)
        ActionFactory.create(program=cast.program, code="A-2")
    client = signed_in(cast.partner)
    assert client.get(world.url(name, cast.program.slug)).status_code == 200
    assert client.get(reverse("workplan:action", args=[cast.program.slug, "A-2"])).status_code == 404
    assert client.get(reverse("workplan:override", args=[cast.program.slug, "A-1"])).status_code == 403
    assert client.get(reverse("workplan:matrix", args=[cast.program.slug])).status_code == 403
