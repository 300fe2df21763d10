"""Who may do what with rounds, forms and applications. Plain predicates, shared by pages, API and tasks."""

from grants.models import (
    AnswerFile,
    Application,
    ApplicationUserObjectPermission,
    ChangeRequest,
    FormVersion,
    Recipient,
    Round,
    SavedView,
)
from grants.models.applications import Rights
from grants.queries.blind import may_open_file
from grants.queries.conflicts import has_tie
from grants.queries.sight import has_sight, is_blocked
from partners.permissions import is_contact
from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.models import Program
from scsc.programs.permissions import can_read_program, has_role
from scsc.programs.roles import Role

# What each right includes, from least to most.
ORDER = [Rights.VIEW, Rights.EDIT, Rights.SUBMIT]


def is_staff(user: User, program: Program) -> bool:
    return has_role(user, program, Role.MANAGER, Role.OFFICER)


def rights_on(user: User, application: Application) -> Rights | None:
    """What a person may do as a member of the team; None for everybody else.

    Asked of the database once for an application that was loaded; counts only while they are an applicant.
    """
    known: dict[int, Rights | None] = application.__dict__.setdefault("_rights", {})
    if user.pk not in known:
        rows = ApplicationUserObjectPermission.objects.filter(user=user, content_object=application)
        names = set(rows.values_list("permission__codename", flat=True))
        known[user.pk] = strongest(names)
    return known[user.pk] if has_role(user, application.program, Role.APPLICANT) else None


def strongest(codenames: set[str]) -> Rights | None:
    """The most that these permissions of guardian amount to."""
    held = [right for right in ORDER if f"{right.value}_application" in codenames]
    return held[-1] if held else None


def _on_team(user: User, application: Application, right: Rights) -> bool:
    held = rights_on(user, application)
    return held is not None and ORDER.index(held) >= ORDER.index(right)


def has_applications(user: User, program: Program) -> bool:
    """Whether somebody applies here, and so has a page of their applications."""
    return has_role(user, program, Role.APPLICANT)


def can_view_rounds(user: User, program: Program) -> bool:
    """Every role that reads the program."""
    return can_read_program(user, program)


def can_manage_rounds(user: User, program: Program) -> bool:
    """Staff set up rounds and forms."""
    return is_staff(user, program)


def can_manage_round(user: User, round_: Round) -> bool:
    """Staff publish, close, open again and archive rounds."""
    return is_staff(user, round_.program)


def can_edit_form_version(user: User, version: FormVersion) -> bool:
    """Staff build forms."""
    return is_staff(user, version.program)


def can_list_applications(user: User, program: Program) -> bool:
    """Staff and auditors see which applications there are."""
    return has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR)


def can_read_application(user: User, application: Application) -> bool:
    """Staff, auditors and people of a panel read what was submitted, as far as they have sight of it."""
    return has_sight(user, application)


def can_screen_application(user: User, application: Application) -> bool:
    """Staff screen, ask for changes and answer messages, but never where they have a part or a conflict."""
    return is_staff(user, application.program) and _has_no_part(user, application)


def can_manage_application(user: User, application: Application) -> bool:
    """Managers go back on a finding, but never where they have a part or a conflict."""
    return has_role(user, application.program, Role.MANAGER) and _has_no_part(user, application)


def _has_no_part(user: User, application: Application) -> bool:
    return not has_tie(user, application) and not is_blocked(user, application)


def can_view_own_application(user: User, application: Application) -> bool:
    """The team reads its application, in every state."""
    return _on_team(user, application, Rights.VIEW)


def can_edit_application(user: User, application: Application) -> bool:
    """Members of the team with the right to write."""
    return _on_team(user, application, Rights.EDIT)


def can_submit_application(user: User, application: Application) -> bool:
    """Members of the team with the right to submit: they also invite, withdraw and discard."""
    return _on_team(user, application, Rights.SUBMIT)


def can_answer_change_request(user: User, change: ChangeRequest) -> bool:
    """Whoever may submit sends the changes."""
    return can_submit_application(user, change.application)


def can_cancel_change_request(user: User, change: ChangeRequest) -> bool:
    """Staff take a request back."""
    return can_screen_application(user, change.application)


def can_share_saved_views(user: User, program: Program) -> bool:
    """Staff set up lists of applications for their colleagues; auditors only for themselves."""
    return is_staff(user, program)


def can_change_saved_view(user: User, view: SavedView) -> bool:
    """Whoever saved a list renames it."""
    return view.user_id == user.pk and can_list_applications(user, view.program)


def can_delete_saved_view(user: User, view: SavedView) -> bool:
    """Whoever saved a list deletes it, and managers one that is shared."""
    shared = view.is_shared and has_role(user, view.program, Role.MANAGER)
    return shared or can_change_saved_view(user, view)


def can_list_recipients(user: User, program: Program) -> bool:
    """Staff and auditors see who was funded, published or not."""
    return can_list_applications(user, program)


def can_record_recipients(user: User, program: Program) -> bool:
    """Staff write down who was funded."""
    return is_staff(user, program)


def can_edit_recipient(user: User, recipient: Recipient) -> bool:
    """Staff correct it before it is published, but not for an organisation that they act for."""
    return is_staff(user, recipient.program) and not is_contact(user, recipient.organisation)


def can_publish_recipient(user: User, recipient: Recipient) -> bool:
    """Managers make it public, or take it back."""
    return has_role(user, recipient.program, Role.MANAGER) and not is_contact(user, recipient.organisation)


def can_read_answer_file(user: User, document: Document) -> bool | None:
    """A file given as an answer: its team, and once it was submitted with it, those with sight of it.

    A blind review hides files from assessors.
    """
    found = list(AnswerFile.objects.filter(document=document).select_related("application"))
    for answer in found:
        answer.application.program = document.program
        if can_view_own_application(user, answer.application):
            return True
        if not can_read_application(user, answer.application) or not _was_submitted(answer):
            continue
        if may_open_file(user, answer.application, document):
            return True
    return False if found else None


def _was_submitted(answer: AnswerFile) -> bool:
    """Whether a submission names the file; one added to a draft since is the team's alone."""
    return answer.application.submissions.filter(
        content__files__contains=[{"key": str(answer.document.key)}]
    ).exists()
