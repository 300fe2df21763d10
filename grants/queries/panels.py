"""Bodies, who belongs to them, and which applications are put to whom."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from grants.models import AgendaItem, Application, Assignment, Ballot, Body, BodyMember, Stage
from grants.states import ASSIGNED_NOW, ApplicationState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

# Found eligible, or decided on since: what is put to a panel.
BEFORE_PANEL = frozenset({ApplicationState.ACCEPTED, ApplicationState.AWARDED, ApplicationState.UNSUCCESSFUL})
# The role in the program that a place in a body needs, and that an assessor has.
ROLE_OF_BODY = {Body.Kind.ROUNDTABLE: Role.ROUNDTABLE, Body.Kind.ADVISORY: Role.ADVISORY}
PANEL_ROLES = (Role.ROUNDTABLE, Role.ADVISORY)
STAFF_ROLES = (Role.MANAGER, Role.OFFICER)


def in_term(on: date) -> Q:
    """Terms that run on a day, as a condition on BodyMember."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


def panel_day(program: Program) -> date:
    """Today, as terms count it: panels work in the present, whatever day the plan is shown as at."""
    return day_of(program, timezone.now())


def current_members(body: Body, *, on: date, voting: bool = True) -> list[BodyMember]:
    """Who is in a term of a body on a day, by name; those who vote, or the secretary too. One query.

    A person whose role in the program has ended is not among them, whatever their term says.
    """
    held = Q(
        user__memberships__program=body.program_id,
        user__memberships__role=ROLE_OF_BODY[Body.Kind(body.kind)],
        role__in=BodyMember.VOTING,
    )
    if not voting:
        secretary = Q(user__memberships__role__in=[*STAFF_ROLES, ROLE_OF_BODY[Body.Kind(body.kind)]])
        held |= Q(user__memberships__program=body.program_id, role=BodyMember.Role.SECRETARY) & secretary
    found = BodyMember.objects.filter(held, in_term(on), body=body, user__is_active=True)
    return list(found.select_related("user").order_by("user__name", "pk").distinct())


def terms_of(user: User, program: Program, *, on: date | None = None) -> QuerySet[BodyMember]:
    """The person's terms that run on a day, today unless told, in bodies that their roles allow them."""
    kinds = [kind for kind, role in ROLE_OF_BODY.items() if has_role(user, program, role)]
    allowed = Q(body__kind__in=kinds)
    if has_role(user, program, *STAFF_ROLES):
        allowed |= Q(role=BodyMember.Role.SECRETARY)
    elif not kinds:
        return BodyMember.objects.none()
    return BodyMember.objects.filter(allowed, in_term(on or panel_day(program)), user=user).order_by()


def put_to(user: User, program: Program) -> Q:
    """What is put to a panel person at all, as a condition on Application; conflicts are not looked at.

    To an assessor what they are assigned; to a body what its stage of a round is about, what is on an agenda
    of it, and what it votes on. Nothing before it was found eligible.
    """
    if not has_role(user, program, *PANEL_ROLES, *STAFF_ROLES):
        return Q(pk__in=[])
    terms = terms_of(user, program)
    assigned = Assignment.objects.filter(user=user, state__in=ASSIGNED_NOW)
    stages = Stage.objects.filter(
        Q(kind=Stage.Kind.ADVICE, body__in=terms.filter(body__kind=Body.Kind.ADVISORY).values("body"))
        | Q(
            kind=Stage.Kind.ENDORSEMENT, body__in=terms.filter(body__kind=Body.Kind.ROUNDTABLE).values("body")
        )
    )
    agendas = AgendaItem.objects.filter(meeting__body__in=terms.values("body"), application__isnull=False)
    ballots = Ballot.objects.filter(body__in=terms.values("body"))
    return Q(state__in=BEFORE_PANEL) & (
        Q(pk__in=assigned.order_by().values("application"))
        | Q(round__in=stages.order_by().values("round"))
        | Q(pk__in=agendas.order_by().values("application"))
        | Q(pk__in=ballots.order_by().values("application"))
    )


def put_to_whom(application: Application) -> list[User]:
    """Everybody to whom an application is put now, by name: its assessors and the bodies concerned."""
    if application.state not in BEFORE_PANEL:
        return []
    assessors = Assignment.objects.filter(application=application, state__in=ASSIGNED_NOW)
    members = BodyMember.objects.filter(
        in_term(panel_day(application.program)), body__in=bodies_of(application)
    )
    people = User.objects.filter(
        Q(pk__in=assessors.values("user")) | Q(pk__in=members.values("user")), is_active=True
    )
    return list(people.order_by("name", "pk"))


def bodies_of(application: Application) -> QuerySet[Body]:
    """The bodies that an application is put to: by a stage of its round, an agenda, or a ballot."""
    stages = Stage.objects.filter(
        Q(kind=Stage.Kind.ADVICE, body__kind=Body.Kind.ADVISORY)
        | Q(kind=Stage.Kind.ENDORSEMENT, body__kind=Body.Kind.ROUNDTABLE),
        round=application.round_id,
    )
    agendas = AgendaItem.objects.filter(application=application)
    ballots = Ballot.objects.filter(application=application)
    return Body.objects.filter(
        Q(pk__in=stages.order_by().values("body"))
        | Q(pk__in=agendas.order_by().values("meeting__body"))
        | Q(pk__in=ballots.order_by().values("body"))
    )
