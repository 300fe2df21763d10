"""Every write to the work plan. Each checks the actor's right, and leaves an audit event."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.documents.services import store_upload
from scsc.errors import DomainError
from scsc.programs.clock import today
from scsc.programs.permissions import can_enter_program
from workplan.models import Action, Deliverable, Evidence, ProgramYear, ProgressUpdate
from workplan.permissions import (
    REPORT,
    VIEW,
    can_correct_update,
    can_edit_action,
    can_edit_plan,
    can_manage_action,
    can_report_on_action,
    can_work_on_deliverable,
)
from workplan.states import DeliverableState, Rag


def _allow(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


@transaction.atomic
def add_deliverable(
    action: Action, *, code: str, text: str, due_on: date, actor: User, demonstration: bool = False
) -> Deliverable:
    """Promise a new deliverable under an action. Its code is unique in the program."""
    _allow(can_edit_action(actor, action))
    _lock(action)
    if Deliverable.objects.filter(code=code).exists():
        raise ValidationError({"code": f"There is a deliverable {code} already. Choose another code."})
    deliverable = Deliverable(
        program=action.program,
        action=action,
        code=code,
        text=text,
        due_on=due_on,
        is_demonstration=demonstration,
        order=action.deliverables.count() + 1,
    )
    deliverable.full_clean()
    deliverable.save()
    record(deliverable, "add", actor=actor, after={"action": action.code, "text": text, "due_on": due_on})
    return deliverable


@transaction.atomic
def change_deliverable(
    deliverable: Deliverable, *, text: str, due_on: date, reason: str, actor: User
) -> Deliverable:
    """Reword an open deliverable or move its due day. A moved day needs a reason."""
    _allow(can_edit_plan(actor, deliverable.program))
    locked = Deliverable.objects.select_for_update().get(pk=deliverable.pk)
    if locked.state in {DeliverableState.DONE, DeliverableState.CANCELLED}:
        raise DomainError("A settled deliverable is not changed. Reopen it first.")
    before = {"text": locked.text, "due_on": locked.due_on}
    if locked.due_on != due_on and not reason.strip():
        raise DomainError("Say why the due day moves: the reason is kept with the change.")
    locked.text, locked.due_on = text, due_on
    locked.full_clean()
    locked.save(update_fields=["text", "due_on"])
    record(
        locked, "change", actor=actor, before=before, after={"text": text, "due_on": due_on}, reason=reason
    )
    return locked


@transaction.atomic
def move_deliverable(deliverable: Deliverable, action: str, *, actor: User, reason: str = "") -> Deliverable:
    """Start, reopen, cancel or reinstate a deliverable. Completing has its own service."""
    moved = transition(deliverable, action, actor=actor, reason=reason)
    if moved.state != DeliverableState.DONE and moved.done_on:
        moved.done_on = None
        moved.save(update_fields=["done_on"])
    return moved


@transaction.atomic
def complete_deliverable(deliverable: Deliverable, *, done_on: date, actor: User) -> Deliverable:
    """Mark a deliverable done on a day, today at the latest. Needs evidence."""
    if done_on > today(deliverable.program):
        raise DomainError("The day it was done cannot lie in the future.")
    locked = Deliverable.objects.select_for_update().get(pk=deliverable.pk)
    locked.done_on = done_on
    locked.save(update_fields=["done_on"])
    return transition(locked, "complete", actor=actor)


@transaction.atomic
def move_action(action: Action, step: str, *, actor: User, reason: str = "") -> Action:
    """Start, complete, reopen, stop or resume an action."""
    return transition(action, step, actor=actor, reason=reason)


@transaction.atomic
def assign_owner(action: Action, *, owner: User | None, actor: User) -> Action:
    """Name the member of staff who answers for an action, or nobody."""
    _allow(can_edit_action(actor, action))
    if owner and not can_edit_plan(owner, action.program):
        raise DomainError(f"{owner} is not a manager or officer of this program.")
    before = action.owner
    action.owner = owner
    action.save(update_fields=["owner"])
    record(
        action,
        "assign_owner",
        actor=actor,
        before={"owner": str(before) if before else None},
        after={"owner": str(owner) if owner else None},
    )
    return action


@transaction.atomic
def confirm_years(action: Action, *, first_year: int, last_year: int, reason: str, actor: User) -> Action:
    """Confirm or correct the span of an action, naming the source. The span may run past the plan."""
    _allow(can_edit_action(actor, action))
    if last_year < first_year:
        raise ValidationError({"last_year": "The last year cannot lie before the first."})
    if not ProgramYear.objects.filter(number=first_year).exists():
        raise ValidationError({"first_year": f"The plan has no year {first_year}."})
    before = {"years": [action.first_year, action.last_year], "confidence": action.year_confidence}
    action.first_year, action.last_year = first_year, last_year
    action.year_confidence, action.source = Action.Confidence.EXPLICIT, reason.strip()[:300]
    action.save(update_fields=["first_year", "last_year", "year_confidence", "source"])
    after = {"years": [first_year, last_year], "confidence": action.year_confidence}
    record(action, "confirm_years", actor=actor, before=before, after=after, reason=reason)
    return action


@transaction.atomic
def override_status(action: Action, *, rag: str, reason: str, actor: User) -> Action:
    """Set a status beside the computed one, with a reason; an empty `rag` goes back to the computed one."""
    _allow(can_edit_action(actor, action))
    if rag and not reason.strip():
        raise DomainError("Say why the status differs from the computed one.")
    before = {"rag": action.rag_override, "reason": action.rag_reason}
    action.rag_override = Rag(rag) if rag else ""
    action.rag_reason = reason.strip() if rag else ""
    action.rag_by, action.rag_on = (actor, today(action.program)) if rag else (None, None)
    action.save(update_fields=["rag_override", "rag_reason", "rag_by", "rag_on"])
    record(
        action,
        "override_status" if rag else "clear_override",
        actor=actor,
        before=before,
        after={"rag": action.rag_override},
        reason=reason,
    )
    return action


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

    The same words sent twice are one update: a form may be sent again by a double click or a reload.
    """
    _allow(can_correct_update(actor, replaces) if replaces else can_report_on_action(actor, action))
    if not action.first_year <= year.number <= action.last_year:
        raise DomainError(f"{action.code} does not run in {year}.")
    _lock(action)
    if replaces and (
        replaces.action_id != action.pk or ProgressUpdate.objects.filter(replaces=replaces).exists()
    ):
        raise DomainError("This update was corrected already. Correct the newer one instead.")
    said_already = ProgressUpdate.objects.filter(
        action=action, year=year, author=actor, narrative=narrative.strip(), rag=rag, replaced_by=None
    ).first()
    if said_already and not replaces:
        return said_already
    update = ProgressUpdate(
        program=action.program,
        action=action,
        year=year,
        narrative=narrative.strip(),
        rag=rag,
        reported_on=reported_on or today(action.program),
        author=actor,
        replaces=replaces,
    )
    update.full_clean(exclude=["replaces"])
    update.save(force_insert=True)
    record(
        update,
        "correct" if replaces else "post",
        actor=actor,
        after={"action": action.code, "year": year.number, "rag": rag, "narrative": update.narrative},
    )
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
    if url:
        add_evidence_link(update, title="", url=url, actor=actor)
    return update


@transaction.atomic
def add_evidence_file(
    target: Deliverable | ProgressUpdate, *, title: str, upload: "UploadedFile[bytes]", actor: User
) -> Evidence:
    """Attach a file as evidence. It is quarantined until it has been checked."""
    _allow(_can_add_evidence(target, actor))
    document = store_upload(program=target.program, upload=upload, actor=actor)
    _lock(target.action)
    if target.evidence.filter(removed_at=None, document__sha256=document.sha256).exists():
        raise DomainError("This file is evidence here already.")
    evidence = Evidence(
        **_of(target), title=title.strip() or document.name, document=document, added_by=actor
    )
    return _keep(evidence, after={"file": document.name, "sha256": document.sha256}, actor=actor)


@transaction.atomic
def add_evidence_link(target: Deliverable | ProgressUpdate, *, title: str, url: str, actor: User) -> Evidence:
    """Attach a web address as evidence. Only http and https."""
    _allow(_can_add_evidence(target, actor))
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise DomainError("Give a full address, such as https://example.org/report.") from error
    _lock(target.action)
    if target.evidence.filter(removed_at=None, url=url).exists():
        raise DomainError("This address is evidence here already.")
    evidence = Evidence(**_of(target), title=title.strip() or url, url=url, added_by=actor)
    return _keep(evidence, after={"url": url}, actor=actor)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, reason: str, actor: User) -> Evidence:
    """Take evidence away from an open deliverable. The record of it stays, with the reason."""
    if evidence.deliverable is None:
        raise DomainError("An update keeps its evidence. Correct the update instead.")
    _allow(can_work_on_deliverable(actor, evidence.deliverable))
    locked = Deliverable.objects.select_for_update().get(pk=evidence.deliverable.pk)
    if locked.state == DeliverableState.DONE:
        raise DomainError("Its deliverable is done on this evidence. Reopen the deliverable first.")
    if not reason.strip():
        raise DomainError("Say why the evidence is removed: the reason is kept.")
    evidence.removed_at = timezone.now()
    evidence.save(update_fields=["removed_at"])
    record(evidence, "remove", actor=actor, reason=reason)
    return evidence


@transaction.atomic
def share_action(action: Action, *, person: User, actor: User) -> None:
    """Let a partner contact see one action and report on it, and nothing else of the plan."""
    _allow(can_manage_action(actor, action))
    if not can_enter_program(person, action.program):
        raise DomainError(f"Invite {person} to the program as a partner contact first.")
    for permission in (VIEW, REPORT):
        assign_perm(permission, person, action)
    record(action, "share", actor=actor, after={"person": str(person)})


@transaction.atomic
def unshare_action(action: Action, *, person: User, actor: User) -> None:
    """End a share."""
    _allow(can_manage_action(actor, action))
    for permission in (VIEW, REPORT):
        remove_perm(permission, person, action)
    record(action, "unshare", actor=actor, before={"person": str(person)})


def _can_add_evidence(target: Deliverable | ProgressUpdate, actor: User) -> bool:
    if isinstance(target, ProgressUpdate):
        return target.author_id == actor.pk and can_report_on_action(actor, target.action)
    if target.state == DeliverableState.CANCELLED:
        raise DomainError("This deliverable is cancelled. Reinstate it first.")
    return can_work_on_deliverable(actor, target)


def _lock(action: Action) -> None:
    """Let writers about one action go one after the other, so that what they check stays true."""
    Action.objects.select_for_update().get(pk=action.pk)


def _of(target: Deliverable | ProgressUpdate) -> dict[str, object]:
    name = "deliverable" if isinstance(target, Deliverable) else "update"
    return {"program": target.program, name: target}


def _keep(evidence: Evidence, *, after: dict[str, str], actor: User) -> Evidence:
    evidence.full_clean()
    evidence.save()
    record(evidence, "add", actor=actor, after=after)
    return evidence
