"""Board packs and minutes: asked for by a reader, made by a worker, kept with what they hold."""

from typing import Any

from django.db import transaction

from grants.engine.content import content_hash
from grants.models import Ballot, Meeting
from reporting.meeting_papers import ballot_document, dated, meeting_document
from reporting.models import MeetingPdf
from reporting.services import jobs
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.jobs import wake

TASK = "reporting.tasks.render_meeting"


@transaction.atomic
def request_paper(of: Meeting | Ballot, *, paper: str, actor: User) -> MeetingPdf:
    """The pack or the minutes of what the reader may see at this moment. Asked for again, the same one.

    The caller has made sure that they see the meeting, or have sight of what the ballot is on.
    """
    document = document_for(of, paper=paper, reader=actor)
    subject = {"meeting": of} if isinstance(of, Meeting) else {"ballot": of}
    pdf, is_new = MeetingPdf.objects.get_or_create(
        reader=actor,
        paper=paper,
        sha256=content_hash({**document, "of": [of._meta.label_lower, of.pk]}),
        defaults={
            **subject,
            "program": of.program,
            "template_version": MeetingPdf.newest_template,
            "document": dated(document, of.program),
        },
    )
    pdf.program = of.program
    if is_new:
        record(pdf, "queue", actor=actor, after={"sha256": pdf.sha256})
        wake(TASK, program_id=pdf.program_id, pdf_id=pdf.pk)
    return pdf


def retry_meeting_pdf(pdf: MeetingPdf, *, actor: User) -> MeetingPdf:
    """Queue a failed one again."""
    locked = jobs.retry(pdf, actor=actor)
    wake(TASK, program_id=locked.program_id, pdf_id=locked.pk)
    return locked


def document_for(of: Meeting | Ballot, *, paper: str, reader: User) -> dict[str, Any]:
    """What the paper says to one reader now."""
    if isinstance(of, Meeting):
        return meeting_document(of, paper=paper, reader=reader)
    return ballot_document(of, paper=paper, reader=reader)
