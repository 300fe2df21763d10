"""Somebody with a conflict sees nothing of the application, wherever they try: members and staff alike."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from grants.models import Declaration
from grants.queries.bulk import candidates_of
from grants.services.conflicts import declare
from grants.services.messages import post_message
from reporting.needs import needs_of
from scsc.accounts.models import User
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.panel_world import OTHER, TELLTALES, World, build, crawl
from tests.grants.panels import TIES, TITLE, declared

Sign = Callable[[User], Client]

STAFF = ["manager", "officer", "auditor"]
PANEL = ["roundtable", "advisory"]
# Before, everybody here reads it: what is gone afterwards is gone because of the conflict.
PEOPLE = [*STAFF, *PANEL]
HOW = ["actual", "perceived"]


@pytest.fixture
def world(cast: Cast) -> World:
    with program_scope(cast.program):
        made = build(cast)
    return made


def conflict(world: World, person: User, kind: str = "actual") -> None:
    with program_scope(world.cast.program):
        declared(world.application, person, kind)


def clear(world: World, person: User) -> None:
    with program_scope(world.cast.program):
        declared(world.application, person)


def says_nothing(text: str, where: str = "") -> None:
    told = [telltale for telltale in TELLTALES if telltale in text]
    assert not told, (where, told)


def url(world: World, name: str, **keys: Any) -> str:
    return reverse(name, kwargs={"program": world.cast.program.slug, **keys})


def of_application(world: World) -> dict[str, str]:
    """The addresses of the application itself, for reading."""
    code = world.application.code
    numbered = {"code": code, "number": 2}
    return {
        "page": url(world, "applications:application", code=code),
        "earlier submission": url(world, "applications:application", code=code) + "?submission=1",
        "screening": url(world, "applications:screen", code=code),
        "changes": url(world, "applications:changes", code=code),
        "more time": url(world, "applications:extend", code=code),
        "decline": url(world, "applications:step", code=code, step="decline"),
        "reconsider": url(world, "applications:step", code=code, step="reconsider"),
        "pdf": url(world, "reporting:submission_pdf", **numbered),
        "progress": url(world, "reporting:submission_progress", **numbered),
        "file": url(world, "documents:download", key=world.document.key),
        "text for the panel": url(world, "panel:application", code=code),
        "declaring": url(world, "panel:declare", code=code),
        "recipient": url(world, "applications:recipient", pk=world.recipient.pk),
        "publishing": url(world, "applications:publish_recipient", pk=world.recipient.pk),
        "ballot": url(world, "ballots:ballot", pk=world.ballot.pk),
    }


READ_BY_PANEL = ["pdf", "progress", "file", "text for the panel", "declaring"]


@pytest.mark.parametrize("name", READ_BY_PANEL)
@pytest.mark.parametrize("person", PEOPLE)
def test_without_a_conflict_it_is_there(world: World, signed_in: Sign, person: str, name: str) -> None:
    clear(world, world.cast.people[person])
    response = signed_in(world.cast.people[person]).get(of_application(world)[name])
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["page", "screening", "changes", "extend", "recipient", "publishing"])
def test_staff_without_a_conflict_are_let_in(world: World, signed_in: Sign, name: str) -> None:
    addresses = of_application(world)
    response = signed_in(world.cast.manager).get(addresses.get(name, addresses["page"]))
    assert response.status_code == 200


@pytest.mark.parametrize("kind", HOW)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_address_of_it_is_gone(world: World, signed_in: Sign, person: str, kind: str) -> None:
    conflict(world, world.cast.people[person], kind)
    client = signed_in(world.cast.people[person])
    for name, address in of_application(world).items():
        response = client.get(address)
        # A page for staff alone says so to members, whatever is on it.
        assert response.status_code == 404 or (person in PANEL and response.status_code == 403), name
        says_nothing(response.content.decode().replace(address, ""), name)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_address_that_names_an_application_is_gone(world: World, signed_in: Sign, person: str) -> None:
    """Found among all addresses, so that one that is added later is tried as well."""
    conflict(world, world.cast.people[person])
    client, program = signed_in(world.cast.people[person]), world.cast.program.slug
    tried = [*named_by_code(), *(f"decisions/IG27/{step}" for step in (world.decision.pk, "recommend/CODE"))]
    assert len(tried) > 10
    for path in tried:
        address = f"/{program}/{path}/".replace("CODE", world.application.code)
        response = client.get(address)
        assert response.status_code in {403, 404, 405}, address
        says_nothing(response.content.decode().replace(address, ""), address)


def named_by_code() -> list[str]:
    """Paths in a program with the code of an application and nothing else."""
    found = []
    for resolver in get_resolver().url_patterns:
        start = str(resolver.pattern)
        for item in getattr(resolver, "url_patterns", []):
            path = f"{start}{item.pattern}"
            by_code = "applications/<code:code>/" in path and path.count("<") == 2
            if path.startswith("<slug:program>/") and by_code:
                rest = path.removeprefix("<slug:program>/").replace("<code:code>", "CODE")
                found.append(rest.rstrip("/"))
    return found


@pytest.mark.parametrize("person", STAFF)
def test_nothing_can_be_done_to_it(world: World, signed_in: Sign, person: str) -> None:
    conflict(world, world.cast.people[person])
    client, code = signed_in(world.cast.people[person]), world.application.code
    for address, sent in (
        (url(world, "applications:screen", code=code), {"outcome": "eligible"}),
        (url(world, "applications:messages", code=code), {"body": "Hello"}),
        (url(world, "applications:step", code=code, step="decline"), {"reason": "x", "message": "x"}),
        (url(world, "panel:declare", code=code), {"kind": "none", "statement": ""}),
        (url(world, "reporting:submission_retry", code=code, number=2), {}),
        (url(world, "applications:publish_recipient", pk=world.recipient.pk), {}),
        (url(world, "applications:remove_recipient", pk=world.recipient.pk), {"reason": "x"}),
    ):
        refused = client.post(address, sent).status_code
        assert refused == 404 or (person == "auditor" and refused == 403), address
    with program_scope(world.cast.program):
        world.application.refresh_from_db()
        assert world.application.state == "accepted"
        assert Declaration.objects.get(user=world.cast.people[person]).state == "out"


@pytest.mark.parametrize("person", PEOPLE)
def test_no_link_leads_to_it(world: World, signed_in: Sign, person: str) -> None:
    """From Today on, through every link there is."""
    user = world.cast.people[person]
    start = f"/{world.cast.program.slug}/"
    clear(world, user)
    before = [path for path, text in crawl(signed_in(user), start) if TITLE in text]
    assert before
    with program_scope(world.cast.program):
        declare(world.application, kind="actual", statement="", actor=user)
    pages = list(crawl(signed_in(user), start))
    for path, text in pages:
        says_nothing(text, path)
    # The other application of the round is still there.
    assert any(OTHER in text for _, text in pages)


@pytest.mark.parametrize("query", ["Lanterns", "IG27-0001", "Lantern Trust", "51 824 753 556"])
@pytest.mark.parametrize("person", STAFF)
def test_search_and_counts_leave_it_out(world: World, signed_in: Sign, person: str, query: str) -> None:
    user = world.cast.people[person]
    address = url(world, "applications:list")
    assert TITLE in signed_in(user).get(address, {"words": query}).content.decode()
    conflict(world, user)
    for params in (
        {"words": query},
        {"words": query, "state": "accepted"},
        {"words": query, "sort": "title"},
    ):
        response = signed_in(user).get(address, params)
        assert response.context["total"] == 0
        assert next(tab.number for tab, _ in response.context["tabs"]) == 0
        assert TITLE not in response.content.decode()


@pytest.mark.parametrize("person", STAFF)
def test_list_export_and_rounds_count_without_it(world: World, signed_in: Sign, person: str) -> None:
    user = world.cast.people[person]
    client = signed_in(user)

    def counts() -> tuple[int, int, int]:
        listed = client.get(url(world, "applications:list")).context["total"]
        lines = client.get(url(world, "applications:export")).content.decode().strip().splitlines()
        (round_,) = client.get(url(world, "rounds:list")).context["lines"]
        return listed, len(lines) - 1, round_.received

    assert counts() == (2, 2, 2)
    conflict(world, user)
    assert counts() == (1, 1, 1)
    says_nothing(client.get(url(world, "applications:export")).content.decode())
    assert client.get(url(world, "applications:list"), {"changes": "on"}).context["total"] == 0


@pytest.mark.parametrize("person", ["manager", "officer"])
def test_today_bulk_and_organisation_leave_it_out(world: World, signed_in: Sign, person: str) -> None:
    user, client = world.cast.people[person], signed_in(world.cast.people[person])
    organisation = url(world, "organisations:organisation", pk=world.organisation.pk)
    with program_scope(world.cast.program):
        assert "IG27-0001" in str(needs_of(user, world.cast.program, [], []))
        assert candidates_of(["IG27-0001"], user)
    assert TITLE in client.get(organisation).content.decode()
    conflict(world, user)
    with program_scope(world.cast.program):
        says_nothing(str(needs_of(user, world.cast.program, [], [])))
        assert candidates_of(["IG27-0001"], user) == []
    says_nothing(client.get(organisation).content.decode())
    says_nothing(client.get(url(world, "today")).content.decode())
    bulk = client.get(url(world, "applications:bulk"), {"codes": ["IG27-0001", "IG27-0002"]})
    # The page carries its own address along.
    says_nothing(bulk.content.decode().replace("codes=IG27-0001", ""))
    assert [found.application.code for found in bulk.context["candidates"]] == ["IG27-0002"]


def test_mails_about_it_go_to_colleagues_only(world: World) -> None:
    conflict(world, world.cast.officer)
    with program_scope(world.cast.program):
        post_message(
            world.application, body="Hello again", from_staff=False, actor=world.application.created_by
        )
        told = set(OutgoingMail.objects.values_list("to", flat=True))
    assert told == {world.cast.manager.email}


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("person", PANEL)
def test_tie_that_nobody_declared_hides_it_as_well(
    world: World, signed_in: Sign, person: str, tie: str
) -> None:
    user = world.cast.people[person]
    clear(world, user)
    with program_scope(world.cast.program):
        TIES[tie][0](world.application, user)
    client = signed_in(user)
    for name in READ_BY_PANEL:
        # Those who join the team read its own papers, as its team.
        if tie != "team" or name not in {"pdf", "progress", "file"}:
            assert client.get(of_application(world)[name]).status_code == 404, name
    for path, text in crawl(client, f"/{world.cast.program.slug}/panel/", most=60):
        says_nothing(text, path)


@pytest.mark.parametrize("person", PANEL)
def test_before_declaring_there_is_a_summary_and_no_text(world: World, signed_in: Sign, person: str) -> None:
    client = signed_in(world.cast.people[person])
    addresses = of_application(world)
    summary = client.get(addresses["declaring"]).content.decode()
    assert TITLE in summary
    assert "Twelve lamps" not in summary
    response = client.get(addresses["text for the panel"])
    assert (response.status_code, response.headers["Location"]) == (302, addresses["declaring"])
    for name in ("pdf", "progress", "file"):
        assert client.get(addresses[name]).status_code == 404


@pytest.mark.parametrize("person", ["manager", "auditor"])
def test_registers_leave_out_what_others_declared_about_it(
    world: World, signed_in: Sign, person: str
) -> None:
    user, client = world.cast.people[person], signed_in(world.cast.people[person])
    with program_scope(world.cast.program):
        other = declared(world.application, world.cast.roundtable, "perceived", statement="lamps")
    pages = [url(world, "panel:conflicts"), url(world, "panel:conflicts_export")]
    assert all("IG27-0001" in client.get(page).content.decode() for page in pages)
    assert client.get(url(world, "panel:conflict", pk=other.pk)).status_code == 200
    conflict(world, user)
    for page in pages:
        says_nothing(client.get(page).content.decode(), page)
    assert client.get(url(world, "panel:conflict", pk=other.pk)).status_code == 404


def test_team_goes_on_reading_its_own(world: World, signed_in: Sign) -> None:
    """Whoever writes it and sits on a panel reads it as its team, and nowhere else."""
    team = world.application.created_by
    with program_scope(world.cast.program):
        Membership.objects.create(program=world.cast.program, user=team, role=Role.ROUNDTABLE)
    client = signed_in(team)
    assert client.get(url(world, "apply:status", code=world.application.code)).status_code == 200
    assert client.get(of_application(world)["text for the panel"]).status_code == 404
