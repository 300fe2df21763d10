"""Rights of one person on one application, as guardian's rows, and the membership that they count with."""

from guardian.shortcuts import assign_perm, remove_perm

from grants.models import Application, ApplicationUserObjectPermission
from grants.models.applications import Rights
from grants.permissions import ORDER
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Membership
from scsc.programs.permissions import forget_roles
from scsc.programs.roles import Role


def grant_rights(application: Application, *, user: User, rights: Rights | str) -> None:
    """Make these the rights of a person, and them an applicant of the program if they are none yet.

    It checks nothing and is no event of its own: the services that call it are.
    """
    membership, made = Membership.objects.get_or_create(
        program=application.program, user=user, role=Role.APPLICANT
    )
    if made:
        record(membership, "join", actor=user, after={"role": membership.role})
        forget_roles(user)
    _set(application, user=user, wanted=ORDER[: ORDER.index(Rights(rights)) + 1])


def end_rights(application: Application, *, user: User) -> None:
    """Take away everything that a person may do here, at once. Their other applications stay theirs."""
    _set(application, user=user, wanted=[])


def _set(application: Application, *, user: User, wanted: list[Rights]) -> None:
    rows = ApplicationUserObjectPermission.objects.filter(content_object=application, user=user)
    held = set(rows.values_list("permission__codename", flat=True))
    for right in ORDER:
        name = f"{right.value}_application"
        if right in wanted and name not in held:
            assign_perm(f"grants.{name}", user, application)
        elif right not in wanted and name in held:
            remove_perm(f"grants.{name}", user, application)
    # What was asked of the database before holds no more.
    application.__dict__.pop("_rights", None)
    application.__dict__.pop("_involved", None)
