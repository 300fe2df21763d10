"""Jobs around files."""

from celery import shared_task

from scsc.celery import ProgramTask
from scsc.documents import orphans, services
from scsc.programs.models import Program


@shared_task(base=ProgramTask, own_scope=True)
def scan_document(*, program: Program, document_id: int) -> None:
    """Scan one file. Sent again, it does nothing."""
    services.scan_document(program=program, document_id=document_id)


@shared_task
def remove_orphans() -> None:
    """Clear every program's storage of files without a row."""
    for program in Program.objects.all():
        orphans.remove_orphans(program)
