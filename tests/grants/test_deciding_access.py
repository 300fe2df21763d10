"""Every address of decisions, letters and agreements, asked for by every role, and from another program."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.access_rules import ELSEWHERE, ROLES
from tests.grants.decided import round_to_decide
from tests.grants.deciding_access_rules import RULES, deciding_keys

GETS_IN = {200, 302, 422}


def test_no_address_is_without_a_rule() -> None:
    resolver = get_resolver()
    for space in ("decisions", "agreements"):
        _, inner = resolver.namespace_dict[space]
        names = {f"{space}:{name}" for name in inner.reverse_dict if isinstance(name, str)}
        assert names == {name for name in RULES if name.startswith(f"{space}:")}


@pytest.mark.parametrize("name", RULES)
def test_everybody_gets_exactly_what_they_may(
    cast: Cast, signed_in: Callable[[User], Client], name: str
) -> None:
    with program_scope(cast.program):
        keys = deciding_keys(cast, round_to_decide(cast)).get(name, {})
    rule = RULES[name]

    def ask(person: User, program: str = "north") -> int:
        url = reverse(name, kwargs={"program": program, **keys})
        return int(signed_in(person).generic(rule.method.upper(), url).status_code)

    for who in (*ROLES, *ELSEWHERE):
        answer = ask(cast.people[who])
        if who in rule.allowed:
            assert answer in GETS_IN, f"{who} at {name}: {answer}"
        else:
            assert answer == (404 if who in ELSEWHERE else 403), f"{who} at {name}: {answer}"
    if keys and name != "decisions:template":
        assert ask(cast.other_manager, "south") == 404
