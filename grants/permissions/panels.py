"""Who may do what around bodies, interests and conflicts. Plain predicates."""

from datetime import date

from django.db.models import Q

from grants.models import Application, Assignment, Body, BodyMember, Declaration
from grants.permissions.applying import is_staff
from grants.queries.conflicts import has_tie
from grants.queries.panels import (
    PANEL_ROLES,
    bodies_of,
    current_members,
    in_term,
    panel_day,
    put_to,
    terms_of,
)
from grants.queries.sight import LISTED_FOR, is_blocked
from grants.states import DeclarationState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import can_read_program, has_role
from scsc.programs.roles import Role


def is_member(user: User, body: Body, *, on: date) -> bool:
    """Whether somebody votes or advises in a body on a day."""
    terms = terms_of(user, body.program, on=on)
    return terms.filter(body=body, role__in=BodyMember.VOTING).exists()


def is_chair(user: User, body: Body, *, on: date | None = None) -> bool:
    """Whether somebody chairs a body, today unless told."""
    terms = terms_of(user, body.program, on=on)
    return terms.filter(body=body, role=BodyMember.Role.CHAIR).exists()


def runs_body(user: User, body: Body) -> bool:
    """Its chair and its secretary run a body, and program staff do."""
    if is_staff(user, body.program):
        return True
    running = [BodyMember.Role.CHAIR, BodyMember.Role.SECRETARY]
    return terms_of(user, body.program).filter(body=body, role__in=running).exists()


def can_view_bodies(user: User, program: Program) -> bool:
    """Everybody who reads the program sees which bodies there are and who is in them."""
    return can_read_program(user, program)


def can_manage_bodies(user: User, program: Program) -> bool:
    """Managers set up bodies, their rules and their members."""
    return has_role(user, program, Role.MANAGER)


def has_panel_work(user: User, program: Program) -> bool:
    """Whether somebody sits on a panel, or may: they have a page of what waits for them."""
    return has_role(user, program, *PANEL_ROLES)


def has_interests(user: User, program: Program) -> bool:
    """Members of panels and staff keep a register of their interests."""
    return has_panel_work(user, program) or is_staff(user, program)


def has_panel_page(user: User, program: Program) -> bool:
    """Who has a page of what waits for them around panels; auditors read the registers from there."""
    return has_interests(user, program) or has_role(user, program, Role.AUDITOR)


def can_view_register(user: User, program: Program) -> bool:
    """Managers and auditors see every interest; so do chairs and secretaries of a body."""
    if has_role(user, program, Role.MANAGER, Role.AUDITOR):
        return True
    running = [BodyMember.Role.CHAIR, BodyMember.Role.SECRETARY]
    return terms_of(user, program).filter(role__in=running).exists()


def can_view_conflicts(user: User, program: Program) -> bool:
    """Who rules on conflicts, or may have to, and auditors."""
    if has_role(user, program, Role.MANAGER, Role.AUDITOR):
        return True
    return terms_of(user, program).filter(role=BodyMember.Role.CHAIR).exists()


def can_declare(user: User, declaration: Declaration) -> bool:
    """The person that it is of, while the application is put to them, or staff or auditors read it."""
    if declaration.user_id != user.pk:
        return False
    concerned = put_to(user, declaration.program)
    # What somebody was given to assess ends with the conflict that they declare.
    concerned |= Q(pk__in=Assignment.objects.filter(user=user).order_by().values("application"))
    if has_role(user, declaration.program, *LISTED_FOR):
        concerned |= Q(submitted_at__isnull=False)
    return Application.objects.filter(concerned, pk=declaration.application_id).exists()


def can_rule_on_conflict(user: User, declaration: Declaration) -> bool:
    """A chair of a body that both the person and the application concern; without one, a manager.

    Nobody rules on their own, nor on an application that they must not see themself. An assessor who sits in
    no such body is a manager's.
    """
    application = declaration.application
    if declaration.user_id == user.pk or is_blocked(user, application) or has_tie(user, application):
        return False
    chairs = ruling_chairs(declaration)
    if chairs:
        return user in chairs
    return has_role(user, declaration.program, Role.MANAGER)


def ruling_chairs(declaration: Declaration) -> list[User]:
    """The chairs who can rule on it: of a body of the person, not the person, and without a conflict."""
    program, application = declaration.program, declaration.application
    today = panel_day(program)
    bodies = bodies_of(application).filter(
        pk__in=BodyMember.objects.filter(in_term(today), user=declaration.user_id).values("body")
    )
    found: dict[int, User] = {}
    for body in bodies:
        body.program = program
        for member in current_members(body, on=today):
            if member.role == BodyMember.Role.CHAIR and member.user_id != declaration.user_id:
                found[member.user_id] = member.user
    stepped_out = Declaration.objects.filter(
        ~Q(state=DeclarationState.CLEAR), application=application, user__in=found
    )
    out = set(stepped_out.values_list("user", flat=True))
    return [user for pk, user in found.items() if pk not in out and not is_blocked(user, application)]
