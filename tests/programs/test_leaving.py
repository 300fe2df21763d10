"""What ends with a person's role."""

import pytest

from scsc.accounts.models import User
from scsc.errors import DomainError
from scsc.programs import leaving
from scsc.programs.models import Membership, Program
from scsc.programs.permissions import can_enter_program
from scsc.programs.roles import Role
from scsc.programs.services import grant_role, revoke_role, set_roles
from scsc.programs.tenancy import program_scope
from tests.factories import Cast

Left = list[tuple[User, Program, User | None]]


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Left:
    """Who was said to leave; nothing else is registered."""
    seen: Left = []
    monkeypatch.setattr(leaving, "_enders", [])
    leaving.register(lambda user, program, actor: seen.append((user, program, actor)))
    return seen


def test_each_role_taken_away_is_told_once_it_is_gone(cast: Cast, left: Left) -> None:
    Membership.objects.create(program=cast.program, user=cast.officer, role=Role.FINANCE)
    held = Membership.objects.filter(program=cast.program, user=cast.officer)
    remaining: list[int] = []
    leaving.register(lambda *_: remaining.append(held.count()))
    with program_scope(cast.program):
        set_roles(cast.program, user=cast.officer, roles=[], actor=cast.manager)
    assert left == [(cast.officer, cast.program, cast.manager)] * 2
    assert remaining == [1, 0]


def test_roles_are_asked_anew_by_who_ends_something(cast: Cast) -> None:
    with program_scope(cast.program):
        row = Membership.objects.select_related("user").get(program=cast.program, user=cast.officer)
        assert can_enter_program(row.user, cast.program)
        revoke_role(row, actor=cast.manager)
        assert not can_enter_program(row.user, cast.program)


def test_a_role_given_ends_nothing(cast: Cast, left: Left) -> None:
    with program_scope(cast.program):
        grant_role(cast.program, user=cast.officer, role=Role.FINANCE, actor=cast.manager)
    assert left == []


def test_who_cannot_leave_keeps_the_role(cast: Cast, left: Left) -> None:
    def refuse(user: User, program: Program, actor: User | None) -> None:
        raise DomainError("Not yet.")

    leaving.register(refuse)
    with program_scope(cast.program), pytest.raises(DomainError):
        set_roles(cast.program, user=cast.officer, roles=[], actor=cast.manager)
    assert Membership.objects.filter(program=cast.program, user=cast.officer).exists()
