"""The PDF of a submission: download it, follow it, have a failed one tried again."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reporting.access import get_submission
from reporting.services.submissions import retry_submission_pdf
from reporting.states import ReportState
from reporting.submission_parts import pdf_of, standing_of
from reporting.views.files import pdf_response
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest, member_view


@require_safe
@member_view
def submission_pdf(request: MemberRequest, code: str, number: int) -> HttpResponseBase:
    """The PDF as a file; while it is being made, a page that follows it."""
    submission = get_submission(request, code, number)
    pdf = pdf_of(submission)
    if pdf and pdf.state == ReportState.READY:
        return pdf_response(pdf, name=f"{request.program.slug}-{code}-submission-{number}.pdf")
    context = standing_of(submission, pdf) | {"submission": submission}
    return render(request, "reporting/submission.html", context)


@require_safe
@member_view
def submission_progress(request: MemberRequest, code: str, number: int) -> HttpResponse:
    """The line about the PDF alone, which the page asks for every second until it is there."""
    submission = get_submission(request, code, number)
    return render(request, "reporting/_submission_pdf.html", standing_of(submission, pdf_of(submission)))


@require_POST
@member_view
def submission_retry(request: MemberRequest, code: str, number: int) -> HttpResponseRedirect:
    """Try a failed one again."""
    submission = get_submission(request, code, number)
    pdf = pdf_of(submission)
    try:
        if pdf:
            retry_submission_pdf(pdf, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("reporting:submission_pdf", request.program.slug, code, number)
