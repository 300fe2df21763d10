"""Who may ask for and read reports."""

from reporting.models import ReportRun
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import can_read_program, has_role
from scsc.programs.roles import Role


def can_view_reports(user: User, program: Program) -> bool:
    """Every role that reads the program reads and downloads its reports."""
    return can_read_program(user, program)


def can_create_report(user: User, program: Program) -> bool:
    """Staff and executives have a report made."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.EXECUTIVE)


def can_request_report(user: User, run: ReportRun) -> bool:
    """The same people try a failed one again."""
    return can_create_report(user, run.program)
