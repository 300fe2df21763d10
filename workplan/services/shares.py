"""Shares of single actions with partner contacts, as guardian's rows."""

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from workplan.models import Action
from workplan.permissions import REPORT, VIEW, can_manage_action
from workplan.queries import shared_actions, shared_with
from workplan.services.locking import allow, lock


@transaction.atomic
def share_action(action: Action, *, person: User, actor: User) -> None:
    """Let a partner contact see one action and report on it, and nothing else of the plan."""
    allow(can_manage_action(actor, action))
    if not has_role(person, action.program, Role.PARTNER):
        raise DomainError(f"Make {person} a partner contact of the program first.")
    fresh = lock(action)
    if person in shared_with(fresh):
        return
    for permission in (VIEW, REPORT):
        assign_perm(permission, person, fresh)
    record(fresh, "share", actor=actor, after={"person": str(person)})


@transaction.atomic
def unshare_action(action: Action, *, person: User, actor: User) -> None:
    """End a share."""
    allow(can_manage_action(actor, action))
    _end(lock(action), person=person, actor=actor)


def end_shares(person: User, program: Program, actor: User | None) -> None:
    """End the shares of somebody who is no partner contact any more. Inside the program's scope."""
    if has_role(person, program, Role.PARTNER):
        return
    for action in shared_actions(person):
        action.program = program
        _end(lock(action), person=person, actor=actor)


def _end(action: Action, *, person: User, actor: User | None) -> None:
    if person not in shared_with(action):
        return
    for permission in (VIEW, REPORT):
        remove_perm(permission, person, action)
    record(action, "unshare", actor=actor, before={"person": str(person)})
