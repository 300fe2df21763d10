"""Progress updates: what happened on an action, year by year."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.clock import today
from workplan.models import Action, ProgramYear, ProgressUpdate
from workplan.permissions import can_correct_update, can_report_on_action
from workplan.services.evidence import add_evidence_file, add_evidence_link, carry_over
from workplan.services.locking import allow, lock


@transaction.atomic
def post_update(
    action: Action,
    *,
    year: ProgramYear,
    narrative: str,
    rag: str,
    actor: User,
    reported_on: date | None = None,
    replaces: ProgressUpdate | None = None,
) -> ProgressUpdate:
    """Report progress on an action for a year of the plan. A correction names the update it replaces.

    The same words sent twice are one update: a form may be sent again by a double click or a reload. A
    correction takes over the evidence of the update that it replaces.
    """
    allow(can_correct_update(actor, replaces) if replaces else can_report_on_action(actor, action))
    if not action.first_year <= year.number <= action.last_year:
        raise DomainError(f"{action.code} does not run in {year}.")
    update = ProgressUpdate(
        program=action.program,
        action=lock(action),
        year=year,
        narrative=narrative.strip(),
        rag=rag,
        reported_on=reported_on or today(action.program),
        author=actor,
        replaces=replaces,
    )
    if replaces and _was_replaced(replaces, action):
        raise DomainError("This update was corrected already. Correct the newer one instead.")
    if not replaces and (same := _said_already(update)):
        return same
    update.full_clean(exclude=["replaces"])
    update.save(force_insert=True)
    after = {"action": action.code, "year": year.number, "rag": rag, "narrative": update.narrative}
    record(update, "correct" if replaces else "post", actor=actor, after=after)
    if replaces:
        carry_over(replaces, update, actor=actor)
    return update


@transaction.atomic
def report_on_action(
    action: Action,
    *,
    year: ProgramYear,
    narrative: str,
    rag: str,
    actor: User,
    file: "UploadedFile[bytes] | None" = None,
    url: str = "",
    replaces: ProgressUpdate | None = None,
) -> ProgressUpdate:
    """Post an update together with its evidence: all of it or nothing."""
    update = post_update(action, year=year, narrative=narrative, rag=rag, actor=actor, replaces=replaces)
    if file:
        add_evidence_file(update, title="", upload=file, actor=actor)
    if url and not update.evidence.filter(removed_at=None, url=url).exists():
        add_evidence_link(update, title="", url=url, actor=actor)
    return update


def _was_replaced(update: ProgressUpdate, action: Action) -> bool:
    return update.action_id != action.pk or ProgressUpdate.objects.filter(replaces=update).exists()


def _said_already(update: ProgressUpdate) -> ProgressUpdate | None:
    return ProgressUpdate.objects.filter(
        action=update.action,
        year=update.year,
        author=update.author,
        narrative=update.narrative,
        rag=update.rag,
        replaced_by=None,
    ).first()
