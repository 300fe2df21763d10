"""Every address of panels, asked for by every role and from elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.models import Body, BodyMember
from grants.urls.panels import urlpatterns
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.access_rules import ELSEWHERE, ROLES
from tests.grants.panels import declared, interest, panel_round, put_to_panel
from tests.grants.panels_access_rules import KEEPERS, OWN_ENTRY, RULES

Keys = dict[str, dict[str, Any]]


@pytest.fixture
def keys(cast: Cast) -> Keys:
    """One of everything; the conflict is about an application of its own."""
    with program_scope(cast.program):
        round_ = panel_round(cast)
        application, other = put_to_panel(cast, round_), put_to_panel(cast, round_)
        conflict = declared(other, cast.roundtable, "perceived")
        body, term = Body.objects.get(kind="roundtable"), BodyMember.objects.get(user=cast.roundtable)
        entry = interest(cast.program, cast.roundtable, organisation_name="Elsewhere")
    code, of_body, of_conflict = {"code": application.code}, {"pk": body.pk}, {"pk": conflict.pk}
    return {
        "panel:application": code,
        "panel:declare": code,
        "panel:conflict": of_conflict,
        "panel:conflict_again": of_conflict,
        "panel:body": of_body,
        "panel:edit_body": of_body,
        "panel:new_member": of_body,
        "panel:member": {"pk": term.pk},
        OWN_ENTRY: {"pk": entry.pk},
    }


def test_every_address_has_an_expectation() -> None:
    assert {f"panel:{pattern.name}" for pattern in urlpatterns} == {*RULES, OWN_ENTRY}


@pytest.mark.parametrize("name", RULES)
def test_each_role_gets_what_is_said(
    cast: Cast, signed_in: Callable[[User], Client], keys: Keys, name: str
) -> None:
    rule = RULES[name]
    address = reverse(name, kwargs={"program": cast.program.slug, **keys.get(name, {})})
    for person in (*ROLES, *ELSEWHERE):
        status = signed_in(cast.people[person]).get(address).status_code
        if person in rule.allowed:
            assert status in {200, 302}, (name, person)
        else:
            assert status == rule.refusal(person), (name, person)
    stranger = Client().get(address)
    assert stranger.status_code == 302
    assert "/accounts/login/" in stranger.headers["Location"]


def test_own_entry_is_its_owners(cast: Cast, signed_in: Callable[[User], Client], keys: Keys) -> None:
    address = reverse(OWN_ENTRY, kwargs={"program": cast.program.slug, **keys[OWN_ENTRY]})
    for person in (*ROLES, *ELSEWHERE):
        status = signed_in(cast.people[person]).get(address).status_code
        strangers = 404 if person in KEEPERS or person in ELSEWHERE else 403
        assert status == (200 if person == "roundtable" else strangers), person
