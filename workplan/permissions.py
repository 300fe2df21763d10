"""Who may do what in the work plan. Plain predicates, shared by pages, API and tasks."""

from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.models import Program
from scsc.programs.permissions import can_read_program, has_role
from scsc.programs.roles import Role
from workplan.models import Action, Deliverable, Evidence, ProgressUpdate

VIEW, REPORT = "workplan.view_action", "workplan.report_action"


def can_view_plan(user: User, program: Program) -> bool:
    """The plan as a whole: every role that reads the program."""
    return can_read_program(user, program)


def can_edit_plan(user: User, program: Program) -> bool:
    """Staff keep the plan: managers and officers."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER)


def can_load_program_file(user: User, program: Program) -> bool:
    """Managers change the plan as a whole."""
    return has_role(user, program, Role.MANAGER)


def can_view_action(user: User, action: Action) -> bool:
    """Readers of the plan, and those with whom this action is shared."""
    return can_view_plan(user, action.program) or _is_shared(user, action, VIEW)


def can_report_on_action(user: User, action: Action) -> bool:
    """Post an update or add evidence: staff, and those with whom it is shared for reporting."""
    return can_edit_plan(user, action.program) or _is_shared(user, action, REPORT)


def _is_shared(user: User, action: Action, permission: str) -> bool:
    """A share counts for partner contacts only, as long as they are."""
    return has_role(user, action.program, Role.PARTNER) and user.has_perm(permission, action)


def can_correct_update(user: User, update: ProgressUpdate) -> bool:
    """Staff correct any update of the plan, other authors their own, while they may report."""
    if can_edit_plan(user, update.program):
        return True
    return update.author_id == user.pk and can_report_on_action(user, update.action)


def can_edit_action(user: User, action: Action) -> bool:
    """Staff keep owner, years, status and deliverables of every action."""
    return can_edit_plan(user, action.program)


def can_manage_action(user: User, action: Action) -> bool:
    """Undo and stop: managers only."""
    return has_role(user, action.program, Role.MANAGER)


def can_work_on_deliverable(user: User, deliverable: Deliverable) -> bool:
    """Start and complete: staff, and those with whom the action is shared for reporting."""
    return can_report_on_action(user, deliverable.action)


def can_manage_deliverable(user: User, deliverable: Deliverable) -> bool:
    """Reopen, cancel and reinstate: managers only."""
    return has_role(user, deliverable.program, Role.MANAGER)


def can_read_evidence(user: User, document: Document) -> bool | None:
    """A file that is evidence is read by those who see its action; a removed one by whoever uploaded it."""
    found = Evidence.objects.select_related("deliverable__action", "update__action").filter(
        document=document, removed_at=None
    )
    evidence = found.first()
    target = evidence and (evidence.deliverable or evidence.update)
    return can_view_action(user, target.action) if target else None
