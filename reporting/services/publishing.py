"""Publish a report: one person proposes, another approves, the same figures are printed without watermark."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from reporting.models import Edition, Publication, ReportRun
from reporting.permissions import can_approve_publication, can_propose_publication
from reporting.services.reports import queue_report
from reporting.states import PublicationState, ReportState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError


@transaction.atomic
def propose_publication(run: ReportRun, *, actor: User) -> Publication:
    """Propose to publish the figures of a draft that is ready. Somebody else decides.

    Raises DomainError for a draft that is not ready, for figures that are published or older than those that
    are, and while another report of the year is on its way.
    """
    if not can_propose_publication(actor, run):
        raise PermissionDenied
    if run.edition != Edition.DRAFT or run.state != ReportState.READY:
        raise DomainError("Only a draft that is ready can be proposed.")
    _refuse_older(run)
    try:
        with transaction.atomic():
            publication = Publication.objects.create(
                program=run.program, kind=run.kind, year=run.year, draft=run, proposed_by=actor
            )
    except IntegrityError as error:
        raise DomainError(
            f"A report of {run.year} is proposed or being published already. It has to be decided first."
        ) from error
    record(publication, "propose", actor=actor, after={"draft": run.pk, "snapshot": run.snapshot.sha256})
    return publication


@transaction.atomic
def approve_publication(publication: Publication, *, actor: User) -> Publication:
    """Approve what somebody else proposed, and queue the final PDF. It is public once that is there."""
    locked = _locked(publication)
    if not can_approve_publication(actor, locked):
        raise PermissionDenied("Somebody else has to approve what you proposed.")
    # Before the rows are written that only an approval may have.
    if PublicationState(locked.state) != PublicationState.PROPOSED:
        raise DomainError(f"This publication is {locked.get_state_display().lower()} already.")
    locked.published_by = actor
    try:
        with transaction.atomic():
            locked.final = queue_report(locked.draft.snapshot, edition=Edition.FINAL, actor=actor)
    except IntegrityError as error:
        raise DomainError(f"Another final report of {locked.year} is being made. Wait for it.") from error
    locked.save(update_fields=["published_by", "final"])
    return transition(locked, "approve", actor=actor)


def publish_if_approved(run: ReportRun) -> None:
    """A final PDF is there: what waited for it is public from now on. Does nothing for any other report."""
    waiting = Publication.objects.select_for_update(of=("self",))
    publication = waiting.filter(final=run, state=PublicationState.APPROVED).first()
    if publication is None:
        return
    publication.published_at = timezone.now()
    publication.save(update_fields=["published_at"])
    transition(publication, "publish", actor=None)


def take_step(publication: Publication, step: str, *, reason: str = "", actor: User) -> Publication:
    """One of the steps that people take: approve, decline or withdraw."""
    if step == "approve":
        approved = approve_publication(publication, actor=actor)
        publication.final = approved.final
        return approved
    return transition(publication, step, reason=reason, actor=actor)


def decline_publication(publication: Publication, *, reason: str, actor: User) -> Publication:
    """Decide against a proposal, with the reason. Whoever proposed it may take it back in the same way."""
    return transition(publication, "decline", reason=reason, actor=actor)


def withdraw_publication(publication: Publication, *, reason: str, actor: User) -> Publication:
    """Take a report back from the public, with the reason. It stays in the history, with its PDF."""
    return transition(publication, "withdraw", reason=reason, actor=actor)


def _refuse_older(run: ReportRun) -> None:
    standing = Publication.objects.filter(kind=run.kind, year=run.year, state=PublicationState.PUBLISHED)
    if standing.filter(draft__snapshot=run.snapshot_id).exists():
        raise DomainError("These figures are published already.")
    if standing.filter(draft__snapshot__gt=run.snapshot_id).exists():
        raise DomainError("Newer figures of this year are published already. Propose a newer report.")


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",))
    return rows.select_related("program", "year", "draft__snapshot").get(pk=publication.pk)
