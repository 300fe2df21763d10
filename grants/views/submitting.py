"""Check your answers, declare, submit; the receipt; the whole on paper."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.engine.content import title_of
from grants.forms.writing import SEEN, DeclarationForm
from grants.permissions import can_submit_application
from grants.queries.writing import Draft, declaration_of, latest_submission
from grants.services.answers import ClosedError
from grants.services.submitting import answer_change_request, submit_application
from grants.views.check_page import check_page, seen_mark
from grants.views.drafts import SOMEBODY_ELSE, get_draft, is_somebody_else
from grants.views.whole import draft_sections, submitted_sections
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent

CHANGED = (
    "An answer changed since you opened this page, so nothing was submitted yet. Look through the answers "
    "once more, then submit."
)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view
def check(request: MemberRequest, code: str) -> HttpResponseBase:
    """All answers, each with a link to change it, what is missing, and the declaration that submits them."""
    draft = get_draft(request, code)
    if not draft.is_draft and draft.change is None:
        # Submitted meanwhile, by a second press, another tab or a colleague: there is one receipt.
        return redirect("apply:receipt", request.program.slug, code)
    form = DeclarationForm(
        *sent(request), text=declaration_of(draft.application), initial={"name": str(request.user)}
    )
    if request.method != "POST":
        return check_page(request, draft, form)
    if words := _stop(request, draft):
        form.add_error(None, words)
    if form.is_valid():
        with errors_on(form):
            try:
                _submit(draft, form.cleaned_data, request)
            except PermissionDenied as error:
                form.add_error(None, str(error))
            except ClosedError as error:
                form.add_error(None, str(error))
                return check_page(request, draft, form, status=410)
            else:
                return redirect("apply:receipt", request.program.slug, code)
    return check_page(request, draft, form, status=422)


@require_safe
@member_view
def receipt(request: MemberRequest, code: str) -> HttpResponseBase:
    """What was received, when, with its fingerprint and its PDF, and what happens next."""
    draft = get_draft(request, code)
    submission = latest_submission(draft.application)
    if submission is None:
        return redirect("apply:tasks", request.program.slug, code)
    submission.application, submission.program = draft.application, request.program
    context = {"draft": draft, "application": draft.application, "submission": submission}
    return render(request, "apply/receipt.html", context)


@require_safe
@member_view
def print_view(request: MemberRequest, code: str) -> HttpResponse:
    """The whole application on one page: what was submitted, or the draft as it is."""
    draft = get_draft(request, code)
    last = None if draft.is_draft or draft.change else latest_submission(draft.application)
    context = {
        "draft": draft,
        "application": draft.application,
        "submission": last,
        "heading": title_of(draft.schema, draft.answers) or "Your application",
        "sections": submitted_sections(last) if last else draft_sections(draft),
        "now": timezone.now(),
    }
    return render(request, "apply/print.html", context)


def _submit(draft: Draft, given: dict[str, Any], request: MemberRequest) -> None:
    names = {"declared_name": given["name"], "declared_position": given["position"]}
    if draft.change:
        answer_change_request(draft.change, **names, actor=request.user)
    else:
        submit_application(draft.application, **names, actor=request.user)


def _stop(request: MemberRequest, draft: Draft) -> str:
    """Why what was sent is not taken as it is: another person's page, or answers that changed since."""
    if is_somebody_else(request):
        return SOMEBODY_ELSE
    if can_submit_application(request.user, draft.application) and request.POST.get(SEEN) != seen_mark(draft):
        return CHANGED
    return ""
