"""Every address of meetings, ballots and their papers, asked for by every role and from elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.models import Ballot, Body
from grants.services.agenda import add_words
from grants.urls.ballots import urlpatterns as of_ballots
from grants.urls.meetings import urlpatterns as of_meetings
from reporting.urls import urlpatterns as of_papers
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.access_rules import ELSEWHERE, ROLES
from tests.grants.ballots import another, clear, meeting_of, opened
from tests.grants.ballots_access_rules import NOT_THERE_FOR, RULES
from tests.grants.panels import panel_round, put_to_panel

Keys = dict[str, dict[str, Any]]


@pytest.fixture
def keys(cast: Cast) -> Keys:
    with program_scope(cast.program):
        application = put_to_panel(cast, panel_round(cast))
        listed = another(cast, application)
        clear(application, cast.roundtable)
        body = Body.objects.get(kind="roundtable")
        body.program = cast.program
        ballot = opened(cast, application, body)
        meeting = meeting_of(cast, body, state="closed")
        item = add_words(meeting, title="Welcome", actor=cast.officer)
    of_ballot, of_meeting = {"pk": ballot.pk}, {"pk": meeting.pk}
    return {
        "ballots:ballot": of_ballot,
        "ballots:step": {**of_ballot, "step": "withdraw"},
        "ballots:shortlist": {"body": body.pk},
        "ballots:prepare": {"body": body.pk, "code": listed.code},
        **{f"meetings:{pattern.name}": of_meeting for pattern in of_meetings},
        "meetings:list": {},
        "meetings:plan": {},
        "meetings:step": {**of_meeting, "step": "reopen"},
        "meetings:remove_item": {**of_meeting, "item": item.pk},
        **{
            f"reporting:{of}_papers{part}": {**key, "kind": "pack"}
            for of, key in (("ballot", of_ballot), ("meeting", of_meeting))
            for part in ("", "_progress", "_retry")
        },
    }


def test_every_address_has_an_expectation() -> None:
    named = {f"ballots:{pattern.name}" for pattern in of_ballots}
    named |= {f"meetings:{pattern.name}" for pattern in of_meetings}
    named |= {f"reporting:{pattern.name}" for pattern in of_papers if "_papers" in str(pattern.name)}
    assert named == set(RULES)


def expected(name: str, person: str) -> set[int]:
    rule = RULES[name]
    if person in rule.allowed:
        return {200, 302, 422}
    if person in ELSEWHERE or name in NOT_THERE_FOR.get(person, set()):
        # A page that nobody but staff has says so to whoever asks.
        return {404} if person in ELSEWHERE else {403, 404}
    return {403}


@pytest.mark.parametrize("name", RULES)
def test_each_role_gets_what_is_said(
    cast: Cast, signed_in: Callable[[User], Client], keys: Keys, name: str
) -> None:
    address = reverse(name, kwargs={"program": cast.program.slug, **keys.get(name, {})})
    method = RULES[name].method
    for person in (*ROLES, *ELSEWHERE):
        if name == "meetings:remove_item" and person == "officer":
            continue  # The manager before has taken it off.
        status = getattr(signed_in(cast.people[person]), method)(address).status_code
        assert status in expected(name, person), (name, person, status)
    assert getattr(Client(), method)(address).status_code in {302, 401}


# Somebody who stepped out


def test_who_stepped_out_finds_nothing_of_it(
    cast: Cast, signed_in: Callable[[User], Client], keys: Keys
) -> None:
    with program_scope(cast.program):
        ballot = Ballot.objects.get()
        ballot.application.declarations.update(state="out", kind="actual")
        words = [ballot.application.title, ballot.application.code, ballot.application.organisation.name]
    client = signed_in(cast.roundtable)
    for name in (
        "ballots:ballot",
        "ballots:step",
        "reporting:ballot_papers",
        "reporting:ballot_papers_progress",
    ):
        address = reverse(name, kwargs={"program": cast.program.slug, **keys[name]})
        assert client.get(address).status_code in {403, 404}, name
    for name in ("ballots:list", "meetings:list", "meetings:meeting"):
        page = client.get(reverse(name, kwargs={"program": cast.program.slug, **keys.get(name, {})}))
        assert page.status_code == 200
        assert not [word for word in words if word in page.content.decode()]


def test_staff_who_stepped_out_find_nothing_either(
    cast: Cast, signed_in: Callable[[User], Client], keys: Keys
) -> None:
    with program_scope(cast.program):
        application = Ballot.objects.get().application
        declaration = application.declarations.get()
        declaration.pk = None
        declaration.user, declaration.state, declaration.kind = cast.officer, "out", "actual"
        declaration.save()
    client = signed_in(cast.officer)
    for name in ("ballots:ballot", "ballots:step", "reporting:ballot_papers"):
        address = reverse(name, kwargs={"program": cast.program.slug, **keys[name]})
        assert client.get(address).status_code == 404, name
    assert client.post(address).status_code in {404, 405}
