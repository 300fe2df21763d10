"""Every address of rubrics, assessments, blind review and advice, asked for by everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.urls.assessing import urlpatterns as of_assessing
from grants.urls.rubrics import urlpatterns as of_rubrics
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast
from tests.grants.access_rules import ELSEWHERE, ROLES
from tests.grants.assessing_access_rules import RULES, assessing_keys
from tests.grants.decided import round_to_decide

GETS_IN = {200, 302, 422}
OF_APPLICATION = {"give", "results", "discussion", "blind", "blind_preview", "advise", "redact", "unredact"}
OF_ROUND = {"round", "plan", "remind", "calibration"}


def parts_of(name: str, keys: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The parts of one address, out of those that its area knows."""
    space, _, page = name.partition(":")
    if space == "rubrics":
        found, patterns = keys["rubrics"], of_rubrics
    else:
        of = "application" if page in OF_APPLICATION else "round" if page in OF_ROUND else "assignment"
        found, patterns = keys[of], of_assessing
    pattern = next(pattern for pattern in patterns if pattern.name == page)
    return {part: found[part] for part in pattern.pattern.converters}


def test_every_address_has_an_expectation() -> None:
    named = {f"assess:{pattern.name}" for pattern in of_assessing}
    named |= {f"rubrics:{pattern.name}" for pattern in of_rubrics}
    assert named == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_each_role_gets_what_is_said(cast: Cast, signed_in: Callable[[User], Client], name: str) -> None:
    with program_scope(cast.program):
        keys = assessing_keys(cast, round_to_decide(cast))
        if name == "assess:advise_action":
            keys["assignment"] = {"code": ActionFactory.create(program=cast.program).code}
    rule, parts = RULES[name], parts_of(name, keys)

    def ask(person: User, program: str = "north") -> int:
        url = reverse(name, kwargs={"program": program, **parts})
        return int(signed_in(person).generic(rule.method.upper(), url).status_code)

    found = {who: ask(cast.people[who]) for who in (*ROLES, *ELSEWHERE)}
    let_in = {who for who, status in found.items() if status in GETS_IN}
    assert let_in == rule.allowed, found
    for who in set(found) - let_in:
        assert found[who] in ({404} if who in ELSEWHERE else {403, 404}), (who, found)
    if parts:
        assert ask(cast.other_manager, "south") in {403, 404}
    address = reverse(name, kwargs={"program": "north", **parts})
    assert Client().generic(rule.method.upper(), address).status_code in {302, 401}
