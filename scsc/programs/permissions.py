"""Who may do what around a program. Plain predicates, shared by pages, API and tasks."""

from collections.abc import Iterable

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import READERS, Role


def roles_of(user: User, program: Program) -> frozenset[str]:
    """A person's roles in a program; empty for an outsider. Asked of the database once per loaded user.

    The person of a request came with the roles in every program: see `remember_roles`.
    """
    if user.all_roles is not None:
        return user.all_roles.get(program.pk, frozenset())
    asked = user.asked_roles or {}
    if program.pk not in asked:
        rows = Membership.objects.filter(user_id=user.pk, program=program)
        found = rows.values_list("role", flat=True) if user.is_active else ()
        user.asked_roles = asked | {program.pk: frozenset(found)}
        return user.asked_roles[program.pk]
    return asked[program.pk]


def remember_roles(user: User, rows: Iterable[tuple[int, str]]) -> None:
    """Keep all roles of a person, as (key of a program, role), so that nobody asks for them again."""
    by_program: dict[int, frozenset[str]] = {}
    for program_id, role in rows:
        by_program[program_id] = by_program.get(program_id, frozenset()) | {role}
    user.all_roles = by_program


def forget_roles(user: User) -> None:
    """Ask the database again the next time: the person's roles have changed."""
    user.all_roles = user.asked_roles = None


def has_role(user: User, program: Program, *roles: Role) -> bool:
    return not roles_of(user, program).isdisjoint(roles)


def can_enter_program(user: User, program: Program) -> bool:
    """Any membership opens the program's home page; what is on it depends on the roles."""
    return bool(roles_of(user, program))


def has_today(user: User, program: Program) -> bool:
    """Whether there is something for them on the program's home page: for all but those who only apply."""
    return not roles_of(user, program) <= {Role.APPLICANT}


def can_read_program(user: User, program: Program) -> bool:
    """Every role but partner contact reads the whole plan."""
    return has_role(user, program, *READERS)


def can_view_people(user: User, program: Program) -> bool:
    """Staff and auditors see who is in the program."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR)


def can_manage_people(user: User, program: Program) -> bool:
    """Managers say who is in the program, and as what."""
    return has_role(user, program, Role.MANAGER)


def can_change_membership(user: User, membership: Membership) -> bool:
    """Managers change other people's roles, never their own: nobody raises themself."""
    return can_manage_people(user, membership.program) and membership.user_id != user.pk
