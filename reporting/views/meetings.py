"""Board packs and minutes as PDFs, each made for the person who asks, of what they may see."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from grants.access_ballots import get_ballot, get_meeting
from grants.models import Ballot, Meeting
from grants.states import BallotState, MeetingState
from reporting.models import MeetingPdf
from reporting.services.meetings import request_paper, retry_meeting_pdf
from reporting.states import ReportState
from reporting.views.files import pdf_response
from scsc.errors import DomainError
from scsc.jobs import broker_is_up
from scsc.programs.access import MemberRequest, member_view

# Before that there is nothing to write down.
HELD = frozenset({MeetingState.CLOSED, MeetingState.APPROVED, BallotState.CLOSED, BallotState.VOID})


@require_safe
@member_view
def paper(request: MemberRequest, of: str, pk: int, kind: str) -> HttpResponseBase:
    """The PDF as a file; while it is being made, a page that follows it. Asking has it made, once."""
    subject = _subject(request, of, pk, kind)
    pdf = request_paper(subject, paper=kind, actor=request.user)
    if pdf.state == ReportState.READY:
        return pdf_response(pdf, name=f"{request.program.slug}-{of}-{pk}-{kind}.pdf")
    back = reverse(f"{of}s:{of}", args=[request.program.slug, pk])
    context = {"subject": subject, "crumbs": [(str(subject), back)], **_standing(of, pdf, pk)}
    return render(request, "reporting/meeting_paper.html", context)


@require_safe
@member_view
def paper_progress(request: MemberRequest, of: str, pk: int, kind: str) -> HttpResponse:
    """The line about it alone, which the page asks for every second until it is there."""
    pdf = request_paper(_subject(request, of, pk, kind), paper=kind, actor=request.user)
    return render(request, "reporting/_meeting_paper.html", _standing(of, pdf, pk))


@require_POST
@member_view
def paper_retry(request: MemberRequest, of: str, pk: int, kind: str) -> HttpResponseRedirect:
    """Try a failed one again."""
    pdf = request_paper(_subject(request, of, pk, kind), paper=kind, actor=request.user)
    try:
        retry_meeting_pdf(pdf, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(f"reporting:{of}_papers", request.program.slug, pk, kind)


def _subject(request: MemberRequest, of: str, pk: int, kind: str) -> Meeting | Ballot:
    """The meeting or the ballot, for somebody who may see it; minutes once there is something to write."""
    if kind not in MeetingPdf.Kind.values:
        raise Http404(f"No paper {kind}.")
    found = get_meeting(request, pk) if of == "meeting" else get_ballot(request, pk)
    if kind == MeetingPdf.Kind.MINUTES and found.state not in HELD:
        raise Http404("There are no minutes yet.")
    return found


def _standing(of: str, pdf: MeetingPdf, pk: int) -> dict[str, object]:
    return {
        "pdf": pdf,
        "state": pdf.state,
        "stage": pdf.step or pdf.get_state_display(),
        "percent": pdf.percent,
        "offline": pdf.state == ReportState.QUEUED and not broker_is_up(),
        "urls": [f"reporting:{of}_papers{part}" for part in ("", "_progress", "_retry")],
        "place": (pdf.program.slug, pk, pdf.paper),
    }
