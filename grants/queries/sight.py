"""Who sees which applications: the one choke point, for lists, pages, files, searches, exports and papers.

A declaration that waits for a ruling, or says that somebody steps out, takes away all sight of the
application: from staff and auditors as from members of a panel. A person of a panel sees its text only with a
clear declaration of their own, and while nothing is found against it now. The team of an application reads
its own by other means (grants.permissions.can_view_own_application), and nobody else's.
"""

from django.db.models import Q, QuerySet

from grants.models import Application, Declaration
from grants.queries.conflicts import uncleared
from grants.queries.panels import PANEL_ROLES, put_to
from grants.states import ApplicationState, DeclarationState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from scsc.programs.tenancy import active_program

# They see which applications there are, and read what was submitted.
LISTED_FOR = (Role.MANAGER, Role.OFFICER, Role.AUDITOR)


def sighted(user: User, program: Program) -> QuerySet[Application]:
    """The applications whose text and files this person may read now; a draft's are its team's alone."""
    if not _may_see_some(user, program):
        return Application.objects.none()
    may_read = put_to(user, program) & Q(pk__in=_declared(user, DeclarationState.CLEAR))
    if has_role(user, program, *LISTED_FOR):
        may_read |= Q(submitted_at__isnull=False)
    return Application.objects.filter(may_read, ~blocked_for(user))


def has_sight(user: User, application: Application) -> bool:
    """Whether this person may read it now. Asked of the database once for an application that was loaded."""
    known: dict[int, bool] = application.__dict__.setdefault("_sight", {})
    if user.pk not in known:
        known[user.pk] = sighted(user, application.program).filter(pk=application.pk).exists()
    return known[user.pk]


def listed(user: User, program: Program) -> QuerySet[Application]:
    """The applications of which staff and auditors know that they are there, in whatever state."""
    if not has_role(user, program, *LISTED_FOR):
        return Application.objects.none()
    return Application.objects.filter(~blocked_for(user))


def put_before(user: User, program: Program) -> QuerySet[Application]:
    """What is put to a person of a panel, declared or not: of these they see enough to declare.

    Never what they stepped out of, what waits for a ruling, or what something was found against.
    """
    if not _may_see_some(user, program):
        return Application.objects.none()
    return Application.objects.filter(put_to(user, program), ~blocked_for(user))


def is_put_before(user: User, application: Application) -> bool:
    """Whether they see enough of it to declare, or all of it, as staff and auditors do."""
    if has_sight(user, application):
        return True
    return put_before(user, application.program).filter(pk=application.pk).exists()


def to_declare(user: User, program: Program) -> QuerySet[Application]:
    """What is put to a person of a panel, is not decided yet, and waits for their declaration."""
    considered = put_before(user, program).filter(state=ApplicationState.ACCEPTED)
    return considered.exclude(pk__in=_declared(user, *DeclarationState))


def blocked_for(user: User) -> Q:
    """The applications this person must not see, whatever their roles, as a condition on Application.

    For other tables: `.exclude(application__in=blocked(user))`.
    """
    blocking = Q(pk__in=_declared(user, DeclarationState.WAITING, DeclarationState.OUT))
    program = active_program()
    if program is not None and has_role(user, program, *PANEL_ROLES):
        # Found since somebody looked: it counts at once for whoever sits on a panel, also for staff who do.
        blocking |= put_to(user, program) & uncleared(user)
    return blocking


def blocked(user: User) -> QuerySet[Application]:
    """The applications this person must not see, whatever their roles."""
    return Application.objects.filter(blocked_for(user)).order_by()


def is_blocked(user: User, application: Application) -> bool:
    """Whether this person must not see it, whatever their roles. Asked once for one that was loaded."""
    known: dict[int, bool] = application.__dict__.setdefault("_blocked", {})
    if user.pk not in known:
        known[user.pk] = blocked(user).filter(pk=application.pk).exists()
    return known[user.pk]


def forget_sight(application: Application) -> None:
    """Ask the database again the next time: a declaration about it has changed."""
    application.__dict__.pop("_sight", None)
    application.__dict__.pop("_blocked", None)
    application.__dict__.pop("_ties", None)


def _may_see_some(user: User, program: Program) -> bool:
    """A role that ended takes all sight with it, whatever terms and assignments say."""
    return user.is_active and has_role(user, program, *LISTED_FOR, *PANEL_ROLES)


def _declared(user: User, *states: str) -> "QuerySet[Declaration, int]":
    kept = Declaration.objects.filter(user=user, state__in=states).order_by()
    return kept.values_list("application", flat=True)
