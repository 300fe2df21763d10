"""Writes to evidence: a file or an address that shows a deliverable was met or an update is so."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.documents.services import store_upload
from scsc.errors import DomainError
from workplan.models import Deliverable, Evidence, ProgressUpdate
from workplan.permissions import can_report_on_action, can_work_on_deliverable
from workplan.services.locking import allow, lock
from workplan.states import DeliverableState

TITLE_LENGTH = 200


@transaction.atomic
def add_evidence_file(
    target: Deliverable | ProgressUpdate, *, title: str, upload: "UploadedFile[bytes]", actor: User
) -> Evidence:
    """Attach a file as evidence. It is quarantined until it has been checked."""
    _open_to(target, actor)
    document = store_upload(program=target.program, upload=upload, actor=actor)
    if target.evidence.filter(removed_at=None, document__sha256=document.sha256).exists():
        raise DomainError("This file is evidence here already.")
    evidence = Evidence(title=title.strip() or document.name, document=document)
    return _keep(evidence, target, after={"file": document.name, "sha256": document.sha256}, actor=actor)


@transaction.atomic
def add_evidence_link(target: Deliverable | ProgressUpdate, *, title: str, url: str, actor: User) -> Evidence:
    """Attach a web address as evidence. Only http and https."""
    _open_to(target, actor)
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ValidationError({"url": "Give a full address, such as https://example.org/report."}) from error
    if target.evidence.filter(removed_at=None, url=url).exists():
        raise DomainError("This address is evidence here already.")
    evidence = Evidence(title=title.strip() or url[:TITLE_LENGTH], url=url)
    return _keep(evidence, target, after={"url": url}, actor=actor)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, reason: str, actor: User) -> Evidence:
    """Take evidence away from an open deliverable. The record of it stays, with the reason."""
    deliverable = evidence.deliverable
    if deliverable is None:
        raise DomainError("An update keeps its evidence. Correct the update instead.")
    allow(can_work_on_deliverable(actor, deliverable))
    lock(deliverable.action)
    fresh = Evidence.objects.select_for_update(of=("self",)).select_related("deliverable").get(pk=evidence.pk)
    if fresh.removed_at:
        raise DomainError("This evidence was removed already.")
    if fresh.deliverable and fresh.deliverable.state == DeliverableState.DONE:
        raise DomainError("Its deliverable is done on this evidence. Reopen the deliverable first.")
    if not reason.strip():
        raise DomainError("Say why the evidence is removed: the reason is kept.")
    fresh.removed_at = timezone.now()
    fresh.save(update_fields=["removed_at"])
    record(fresh, "remove", actor=actor, reason=reason)
    return fresh


def carry_over(old: ProgressUpdate, new: ProgressUpdate, *, actor: User) -> None:
    """A corrected update keeps the evidence of the first version."""
    for evidence in old.evidence.filter(removed_at=None):
        evidence.update = new
        evidence.save(update_fields=["update"])
        record(evidence, "carry_over", actor=actor, before={"update": old.pk}, after={"update": new.pk})


def _open_to(target: Deliverable | ProgressUpdate, actor: User) -> None:
    """Refuse who may not add evidence here, and a deliverable that is cancelled."""
    if isinstance(target, ProgressUpdate):
        allow(target.author_id == actor.pk and can_report_on_action(actor, target.action))
        lock(target.action)
        return
    allow(can_work_on_deliverable(actor, target))
    lock(target.action)
    if Deliverable.objects.filter(pk=target.pk, state=DeliverableState.CANCELLED).exists():
        raise DomainError("This deliverable is cancelled. Reinstate it first.")


def _keep(
    evidence: Evidence, target: Deliverable | ProgressUpdate, *, after: dict[str, str], actor: User
) -> Evidence:
    evidence.program, evidence.added_by = target.program, actor
    if isinstance(target, Deliverable):
        evidence.deliverable = target
    else:
        evidence.update = target
    evidence.full_clean()
    evidence.save()
    record(evidence, "add", actor=actor, after=after)
    return evidence
