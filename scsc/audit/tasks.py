"""Periodic jobs of the audit trail."""

import structlog
from celery import shared_task

from scsc.audit.seals import seal_new_events, verify
from scsc.programs.models import Program

log = structlog.get_logger(__name__)


@shared_task
def seal_audit_trails() -> None:
    """Seal the new events of every program."""
    for program in Program.objects.all():
        seal_new_events(program)


@shared_task
def anchor_audit_trails() -> None:
    """Verify every chain and write its head to the log, which is kept elsewhere: it also proves the tail."""
    for program in Program.objects.all():
        verdict = verify(program)
        write = log.error if verdict.problems else log.info
        write(
            "audit_anchor",
            program=program.slug,
            head=verdict.head,
            sealed=verdict.sealed,
            problems=verdict.problems,
        )
