"""Reads of the platform tables around a program."""

from django.db.models import QuerySet

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role


def given_memberships(program: Program) -> QuerySet[Membership]:
    """The roles that managers gave. Applicants have theirs from their applications, not from here."""
    return program.memberships.exclude(role=Role.APPLICANT)


def programs_of(user: User) -> list[Program]:
    """The programs a person belongs to, by name."""
    return list(Program.objects.filter(memberships__user=user).distinct())


def staff_of(program: Program) -> list[User]:
    """Managers and officers: those who can own an action."""
    staff = User.objects.filter(
        memberships__program=program, memberships__role__in=[Role.MANAGER, Role.OFFICER]
    )
    return list(staff.filter(is_active=True).distinct())
