"""Every write to who is in a program in which role."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.leaving import leave
from scsc.programs.models import Membership, Program
from scsc.programs.permissions import can_change_membership, forget_roles
from scsc.programs.queries import given_memberships
from scsc.programs.roles import Role

OTHER_MANAGERS_ONLY = "Only a manager changes roles, and nobody changes their own roles. Ask another manager."


def grant_role(program: Program, *, user: User, role: Role, actor: User) -> Membership:
    """Give a member one more role; a role they hold already stays as it is.

    Raises PermissionDenied for anybody but a manager and for one's own roles, DomainError for somebody who is
    not in the program: an invitation asks them first.
    """
    membership = Membership(program=program, user=user, role=role)
    _require_change(membership, actor=actor)
    with transaction.atomic():
        _lock_people(program, actor=actor)
        held = list(given_memberships(program).filter(user=user))
        if not held:
            raise DomainError(f"{user} is not in this program. Invite them first.")
        if already := next((kept for kept in held if kept.role == role), None):
            return already
        membership.save()
        forget_roles(user)
        record(membership, "grant_role", actor=actor, after={"role": role})
        return membership


def revoke_role(membership: Membership, *, actor: User) -> None:
    """Take a role away, and with it what the remaining roles do not allow.

    Raises PermissionDenied for anybody but a manager and for one's own roles, DomainError for the last
    manager.
    """
    program, user = membership.program, membership.user
    _require_change(membership, actor=actor)
    with transaction.atomic():
        _lock_people(program, actor=actor)
        if not Membership.objects.filter(pk=membership.pk).exists():
            return
        if membership.role == Role.MANAGER and not _other_managers(membership):
            raise DomainError("A program keeps at least one manager. Make somebody else a manager first.")
        record(membership, "revoke_role", actor=actor, before={"role": membership.role})
        membership.delete()
        forget_roles(user)
        leave(user, program, actor=actor)


def set_roles(program: Program, *, user: User, roles: Collection[Role], actor: User) -> None:
    """Make these the roles of a member, by granting and revoking; all of it or nothing.

    Without any role the person leaves the program. That they are an applicant is not touched: it came with an
    application, and stays with it. Raises as `grant_role` and `revoke_role` do.
    """
    with transaction.atomic():
        held = {membership.role: membership for membership in given_memberships(program).filter(user=user)}
        for role in roles:
            if role not in held:
                grant_role(program, user=user, role=role, actor=actor)
        for role_held, membership in held.items():
            if role_held not in roles:
                revoke_role(membership, actor=actor)


def _require_change(membership: Membership, *, actor: User) -> None:
    if not can_change_membership(actor, membership):
        raise PermissionDenied(OTHER_MANAGERS_ONLY)


def _lock_people(program: Program, *, actor: User) -> None:
    """One change to a program's people at a time, by somebody who is a manager still.

    Asked of the database anew, since another manager may have removed this one a moment ago.
    """
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if not Membership.objects.filter(program=program, user=actor, role=Role.MANAGER).exists():
        raise PermissionDenied("You are no longer a manager of this program.")


def _other_managers(membership: Membership) -> bool:
    """Whether somebody else who can sign in manages the program, asked of the database anew."""
    others = Membership.objects.filter(program=membership.program, role=Role.MANAGER, user__is_active=True)
    return others.exclude(user=membership.user_id).exists()
