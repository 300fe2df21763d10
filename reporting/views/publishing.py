"""Propose, approve, decline and withdraw; what anybody reads of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.page_facts import page_facts
from reporting.access import NOT_SHARED, get_run
from reporting.models import Publication, ReportRun
from reporting.permissions import (
    can_approve_publication,
    can_decline_publication,
    can_propose_publication,
    can_view_reports,
    can_withdraw_publication,
)
from reporting.queries import published_years
from reporting.services.publishing import propose_publication, take_step
from reporting.states import PUBLICATION, PublicationState
from reporting.views.files import PUBLIC, pdf_response
from reporting.views.reports import CREATORS_ONLY, file_name, report_url
from scsc.accounts.models import User
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, PublicRequest, is_member, member_view, public_view, require
from scsc.ui.forms import sent
from scsc.ui.sharing import indexable, shared
from workplan.forms import ReasonForm, StepForm
from workplan.views.form_page import form_page

FORM = ["GET", "HEAD", "POST"]
DECIDERS_ONLY = (
    "Another manager or executive than the one who proposed it decides. Managers withdraw. Ask one of them."
)
LEADS = {
    "approve": "The same figures are printed without the mark of a draft and put on the public page, where "
    "everybody can read them. Read the draft first.",
    "decline": "The draft stays as it is. Whoever proposed it reads your reason.",
    "withdraw": "The report leaves the public page at once. It stays here, with your reason in its history.",
}
ALLOWED: dict[str, Callable[[User, Publication], bool]] = {
    "approve": can_approve_publication,
    "decline": can_decline_publication,
    "withdraw": can_withdraw_publication,
}


@require_POST
@member_view
def propose(request: MemberRequest, key: UUID) -> HttpResponseRedirect:
    """Propose to publish the figures of a draft."""
    run = get_run(request, key)
    require(can_propose_publication(request.user, run), CREATORS_ONLY)
    try:
        propose_publication(run, actor=request.user)
        messages.success(request, "It is proposed. Another person, a manager or an executive, approves it.")
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(report_url(run))


@require_http_methods(FORM)
@member_view
def publication_step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Approve, decline or withdraw, on a page that says what follows."""
    publication = _publication(request, pk)
    if step not in LEADS:
        raise Http404(f"A publication has no step {step}.")
    require(ALLOWED[step](request.user, publication), DECIDERS_ONLY)
    form = (StepForm if step == "approve" else ReasonForm)(*sent(request))
    back = report_url(publication.final or publication.draft)
    if form.is_valid():
        with errors_on(form):
            take_step(publication, step, reason=form.cleaned_data.get("reason", ""), actor=request.user)
            return redirect(report_url(publication.final or publication.draft))
    label = next(found.label for (_, name), found in PUBLICATION.table.items() if name == step)
    title = f"{label}: {publication}"
    return form_page(request, form, title=title, submit=label, back=back, lead=LEADS[step])


@require_safe
@public_view
@indexable
@shared
def published_reports(request: PublicRequest) -> HttpResponse:
    """The published reports of the program, for everybody."""
    years = published_years()
    if not years and not is_member(request):
        raise Http404("This program has published no report.")
    facts = page_facts(
        request.program,
        title="Published reports",
        description=f"The annual progress reports of {request.program}, each figure with its source.",
        path=reverse("reporting:published_reports", args=[request.program.slug]),
    )
    return render(request, "reporting/published.html", {"years": years, "facts": facts})


@require_safe
@public_view
@indexable
def published_report(request: PublicRequest, key: UUID) -> HttpResponseBase:
    """A published report as a file, for everybody; superseded ones too, withdrawn ones not."""
    published = ReportRun.objects.filter(publication__state=PublicationState.PUBLISHED)
    run = get_object_or_404(published.select_related("year"), key=key)
    run.program = request.program
    return pdf_response(run, name=file_name(run), caching=PUBLIC)


def _publication(request: MemberRequest, pk: int) -> Publication:
    require(can_view_reports(request.user, request.program), NOT_SHARED)
    related = Publication.objects.select_related("year", "draft__year", "final__year")
    publication = get_object_or_404(related, pk=pk)
    publication.program = publication.draft.program = request.program
    if publication.final:
        publication.final.program = request.program
    return publication
