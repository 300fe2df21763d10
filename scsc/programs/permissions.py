"""Who may do what around a program. Plain predicates, shared by pages, API and tasks."""

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import READERS, Role


def roles_of(user: User, program: Program) -> frozenset[str]:
    """A person's roles in a program; empty for an outsider. Asked of the database once per loaded user."""
    cache: dict[int, frozenset[str]] = user.__dict__.setdefault("_roles_by_program", {})
    if program.pk not in cache:
        rows = (
            Membership.objects.filter(user=user, program=program)
            if user.is_active
            else Membership.objects.none()
        )
        cache[program.pk] = frozenset(rows.values_list("role", flat=True))
    return cache[program.pk]


def forget_roles(user: User) -> None:
    """Ask the database again the next time: the person's roles have changed."""
    user.__dict__.pop("_roles_by_program", None)


def has_role(user: User, program: Program, *roles: Role) -> bool:
    return not roles_of(user, program).isdisjoint(roles)


def can_enter_program(user: User, program: Program) -> bool:
    """Any membership opens the program's home page; what is on it depends on the roles."""
    return bool(roles_of(user, program))


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
