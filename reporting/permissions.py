"""Who may ask for, read and publish reports, and who reads the PDF of a submission."""

from grants.models import Submission
from grants.permissions import can_read_application, can_view_own_application
from grants.queries.blind import is_blind_to
from reporting.models import MeetingPdf, Publication, ReportRun, SubmissionPdf
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


def can_propose_publication(user: User, run: ReportRun) -> bool:
    """The same people propose to publish it."""
    return can_create_report(user, run.program)


def can_decide_publications(user: User, program: Program) -> bool:
    """Managers and executives decide on what others propose."""
    return has_role(user, program, Role.MANAGER, Role.EXECUTIVE)


def can_approve_publication(user: User, publication: Publication) -> bool:
    """Managers and executives approve, never what they proposed themselves."""
    return can_decide_publications(user, publication.program) and publication.proposed_by_id != user.pk


def can_decline_publication(user: User, publication: Publication) -> bool:
    """Managers and executives decide against it; whoever proposed it takes it back."""
    mine = publication.proposed_by_id == user.pk and can_create_report(user, publication.program)
    return mine or can_decide_publications(user, publication.program)


def can_withdraw_publication(user: User, publication: Publication) -> bool:
    """Managers take a report back from the public."""
    return has_role(user, publication.program, Role.MANAGER)


def can_read_submission(user: User, submission: Submission) -> bool:
    """The team of the application, and those who read what was submitted with the names in it."""
    application = submission.application
    if can_view_own_application(user, application):
        return True
    return can_read_application(user, application) and not is_blind_to(user, application)


def can_retry_submission_pdf(user: User, pdf: SubmissionPdf) -> bool:
    """Whoever may read it has a failed one tried again."""
    return can_read_submission(user, pdf.submission)


def can_retry_meeting_pdf(user: User, pdf: MeetingPdf) -> bool:
    """Whoever it is made for has a failed one tried again."""
    return pdf.reader_id == user.pk
