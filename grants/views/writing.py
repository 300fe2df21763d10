"""Writing an application: its list of tasks, and one page a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.engine.conditions import visible_keys
from grants.engine.schema import Section
from grants.queries.writing import Draft
from grants.views.drafts import SOMEBODY_ELSE, get_draft, is_somebody_else
from grants.views.saving import Sent, save_sent
from grants.views.section_page import next_section, section_page, stay_url
from grants.views.task_list import tasks_page
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest, member_view

NOT_ASKED = "“{title}” is not asked any more, given your other answers. What was written there is kept."


@require_safe
@member_view
def tasks(request: MemberRequest, code: str) -> HttpResponseBase:
    """The sections with how far each is, the end, the team. What is submitted has its status page."""
    draft = get_draft(request, code)
    if not draft.is_draft and draft.change is None:
        return redirect("apply:status", request.program.slug, code)
    return tasks_page(request, draft, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@member_view
def section(request: MemberRequest, code: str, section: str) -> HttpResponseBase:
    """One section: read it, write it, save it as a whole."""
    draft = get_draft(request, code, lock=request.method == "POST")
    found = draft.schema.section(section)
    if found is None:
        raise Http404(f"No section {section} in {code}.")
    if request.method == "POST":
        return _save(request, draft, found)
    if found.key not in visible_keys(draft.schema, draft.answers).sections:
        messages.info(request, NOT_ASKED.format(title=found.title))
        return redirect("apply:tasks", request.program.slug, code)
    return section_page(request, draft, found, now=timezone.now())


def _save(request: MemberRequest, draft: Draft, found: Section) -> HttpResponseBase:
    """Save what was sent, then go where the button leads; stay where something needs a decision."""
    now = timezone.now()
    sent = Sent.of(request, draft, found)
    if is_somebody_else(request):
        return section_page(request, draft, found, now=now, sent=sent, refused=SOMEBODY_ELSE, status=403)
    try:
        outcome = save_sent(draft, sent, actor=request.user, now=now)
    except PermissionDenied as error:
        return section_page(request, draft, found, now=now, sent=sent, refused=str(error), status=403)
    except DomainError as error:
        return section_page(request, draft, found, now=now, sent=sent, refused=str(error), status=410)
    fresh = get_draft(request, draft.application.code)
    if outcome.needs_decision:
        status = 409 if outcome.clashes else 422
        return section_page(request, fresh, found, now=now, sent=sent, outcome=outcome, status=status)
    if sent.stays:
        return redirect(stay_url(fresh, found, sent))
    if sent.goes_back:
        messages.success(request, f"“{found.title}” is saved.")
        return redirect("apply:tasks", request.program.slug, draft.application.code)
    return redirect(_after(fresh, found))


def _after(draft: Draft, found: Section) -> str:
    """The next section that is shown, or the page that checks everything."""
    slug, code = draft.application.program.slug, draft.application.code
    following = next_section(draft, found)
    if following is None:
        return reverse("apply:check", args=[slug, code])
    return reverse("apply:section", args=[slug, code, following.key])
