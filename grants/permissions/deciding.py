"""Who may decide what: slates, decisions, letters. Nobody where they have a part, or stepped out."""

from grants.models import Application, Decision, Letter
from grants.permissions.applying import can_list_applications, is_staff
from grants.queries.conflicts import has_tie
from grants.queries.sight import is_blocked
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role


def can_view_slate(user: User, program: Program) -> bool:
    """Staff and auditors see how a round is decided; finance approvers what was recommended and decided."""
    return can_list_applications(user, program) or has_role(user, program, Role.FINANCE)


def can_view_decision(user: User, decision: Decision) -> bool:
    """The same people, but nobody who has a part in the application, or stepped out of it."""
    return can_view_slate(user, decision.program) and _is_free(user, decision.application)


def can_recommend_on(user: User, application: Application) -> bool:
    """Staff recommend to award or to decline an application."""
    return is_staff(user, application.program) and _is_free(user, application)


def can_recommend(user: User, decision: Decision) -> bool:
    """Staff recommend, change what they recommend, and take it back before anybody agreed."""
    return can_recommend_on(user, decision.application)


def can_decide(user: User, decision: Decision) -> bool:
    """Managers decide, or agree as the first of two."""
    return _is_manager(user, decision)


def can_confirm_decision(user: User, decision: Decision) -> bool:
    """Another manager, or a finance approver, confirms what somebody else agreed to."""
    confirms = has_role(user, decision.program, Role.MANAGER, Role.FINANCE)
    return confirms and decision.agreed_by_id != user.pk and _is_free(user, decision.application)


def can_publish_decision(user: User, decision: Decision) -> bool:
    """Managers make an outcome final and public."""
    return _is_manager(user, decision)


def can_reverse_decision(user: User, decision: Decision) -> bool:
    """Managers go back on a decision."""
    return _is_manager(user, decision)


def can_release_letter(user: User, letter: Letter) -> bool:
    """Staff review, release and stop letters."""
    return can_recommend(user, letter.decision)


def can_edit_letter_templates(user: User, program: Program) -> bool:
    """Staff write what letters begin with."""
    return is_staff(user, program)


def _is_manager(user: User, decision: Decision) -> bool:
    return has_role(user, decision.program, Role.MANAGER) and _is_free(user, decision.application)


def _is_free(user: User, application: Application) -> bool:
    return not has_tie(user, application) and not is_blocked(user, application)
