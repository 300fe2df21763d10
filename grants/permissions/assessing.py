"""Who may do what with rubrics, assignments, assessments, advice and the discussion of an application."""

from grants.models import Application, Assignment, Body, BodyMember, Declaration, PanelComment, Round
from grants.models.rubrics import RubricVersion
from grants.permissions.applying import can_screen_application, can_view_own_application, is_staff
from grants.queries.panels import put_to, terms_of
from grants.queries.sight import has_sight
from grants.states import AssignmentState, DeclarationState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

Visibility = PanelComment.Visibility
ASSESSORS = (Role.ROUNDTABLE, Role.ADVISORY, Role.MANAGER, Role.OFFICER)


def can_manage_rubrics(user: User, program: Program) -> bool:
    """Staff build rubrics."""
    return is_staff(user, program)


def can_edit_rubric(user: User, version: RubricVersion) -> bool:
    """Staff edit, publish and retire versions of rubrics."""
    return is_staff(user, version.program)


def has_assessments(user: User, program: Program) -> bool:
    """Whether somebody may be given applications to assess, and so has a page of them."""
    return has_role(user, program, *ASSESSORS)


def can_assign_in(user: User, round_: Round) -> bool:
    """Staff give out the applications of a round."""
    return is_staff(user, round_.program)


def can_assign(user: User, assignment: Assignment) -> bool:
    """Staff give out and take back, but not where they have a part or stepped out."""
    return can_screen_application(user, assignment.application)


def can_reopen_assessment(user: User, assignment: Assignment) -> bool:
    """Staff let somebody assess again, never themself: they may have seen the scores of others since."""
    return assignment.user_id != user.pk and can_assign(user, assignment)


def can_assess(user: User, assignment: Assignment) -> bool:
    """Whom it was given to, with a clear declaration, and while nothing stands between them and it."""
    application = assignment.application
    return (
        assignment.user_id == user.pk
        and has_assessments(user, application.program)
        and has_declared(user, application)
        and has_sight(user, application)
    )


def can_hand_back(user: User, assignment: Assignment) -> bool:
    """Whom it was given to, read or not."""
    return assignment.user_id == user.pk


def has_declared(user: User, application: Application) -> bool:
    """Whether a person said that they may take part, or the chair did. Staff who assess say it as well."""
    known: dict[int, bool] = application.__dict__.setdefault("_declared", {})
    if user.pk not in known:
        clear = Declaration.objects.filter(user=user, state=DeclarationState.CLEAR)
        known[user.pk] = clear.filter(application=application).exists()
    return known[user.pk]


def own_assignment(user: User, application: Application) -> Assignment | None:
    """A person's own assessment of an application, done or not. Asked once for one that was loaded."""
    known: dict[int, Assignment | None] = application.__dict__.setdefault("_assignment", {})
    if user.pk not in known:
        live = [AssignmentState.ASSIGNED, AssignmentState.SUBMITTED]
        own = Assignment.objects.filter(user=user, application=application, state__in=live)
        known[user.pk] = own.first()
    return known[user.pk]


def may_see_scores(user: User, application: Application) -> bool:
    """Whether a person may see how others scored: nobody before their own assessment is in, staff neither."""
    own = own_assignment(user, application)
    if own is not None and own.state == AssignmentState.ASSIGNED:
        return False
    if not has_sight(user, application):
        return False
    return own is not None or has_role(user, application.program, Role.MANAGER, Role.OFFICER, Role.AUDITOR)


def advises_in(user: User, program: Program) -> list[Body]:
    """The Advisory Groups in which somebody is a voting member now, by name."""
    terms = terms_of(user, program).filter(body__kind=Body.Kind.ADVISORY, role__in=BodyMember.VOTING)
    return list(Body.objects.filter(pk__in=terms.values("body")).order_by("name"))


def can_advise(user: User, application: Application) -> bool:
    """Members of the Advisory Group that the application is put to, after a clear declaration."""
    if not has_role(user, application.program, Role.ADVISORY) or not has_sight(user, application):
        return False
    return has_declared(user, application) and bool(advising_body(user, application))


def advising_body(user: User, application: Application) -> Body | None:
    """The Advisory Group for which somebody advises on an application: that of the round's advice stage."""
    bodies = {body.pk: body for body in advises_in(user, application.program)}
    stages = application.round.stages.filter(kind="advice", body__in=bodies)
    stage = stages.first()
    return bodies[stage.body_id] if stage is not None and stage.body_id else None


def can_advise_on_plan(user: User, program: Program) -> bool:
    """Members of an Advisory Group."""
    return has_role(user, program, Role.ADVISORY) and bool(advises_in(user, program))


def can_read_advice(user: User, program: Program) -> bool:
    """Everybody who reads the plan reads the advice on it; that on applications follows the application."""
    readers = (Role.MANAGER, Role.OFFICER, Role.AUDITOR, Role.EXECUTIVE, Role.ROUNDTABLE, Role.ADVISORY)
    return has_role(user, program, *readers)


def readable_visibilities(user: User, application: Application) -> frozenset[str]:
    """Which comments on an application somebody reads, by their visibility; none for most people.

    Who still has to assess it reads neither what other assessors nor what the panel says.
    """
    if can_view_own_application(user, application):
        return frozenset({Visibility.APPLICANT})
    if not has_sight(user, application):
        return frozenset()
    open_to = set()
    if has_role(user, application.program, Role.MANAGER, Role.OFFICER, Role.AUDITOR):
        open_to = set(Visibility)
    own = own_assignment(user, application)
    if own is not None:
        open_to |= {Visibility.ASSESSORS, Visibility.PANEL, Visibility.APPLICANT}
        if own.state == AssignmentState.ASSIGNED:
            open_to -= {Visibility.ASSESSORS, Visibility.PANEL}
    elif _is_put_to(user, application):
        open_to |= {Visibility.PANEL, Visibility.APPLICANT}
    return frozenset(open_to)


def writable_visibilities(user: User, application: Application) -> frozenset[str]:
    """For whom somebody may write: who reads a kind of comment writes it, but only staff to the applicant."""
    if can_view_own_application(user, application):
        return frozenset()
    open_to = readable_visibilities(user, application)
    if can_screen_application(user, application):
        return open_to
    if has_role(user, application.program, Role.ROUNDTABLE, Role.ADVISORY):
        return open_to - {Visibility.STAFF, Visibility.APPLICANT}
    return frozenset()


def _is_put_to(user: User, application: Application) -> bool:
    found = Application.objects.filter(put_to(user, application.program), pk=application.pk)
    return found.exists()
