"""Remarks on an application: read and written on its pages, or on one of their own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from grants.access import find_application
from grants.forms.assessing import CommentForm
from grants.models import Application
from grants.permissions import can_view_own_application, readable_visibilities
from grants.queries.discussion import comment_choices, comments_for
from grants.services.discussion import comment
from grants.views.round_pages import FORM
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent


@require_http_methods(FORM)
@member_view
def discussion(request: MemberRequest, code: str) -> HttpResponse:
    """What was said about an application, as far as it is for this person, and a new remark."""
    application = _application(request, code)
    choices = comment_choices(request.user, application)
    form = CommentForm(*(sent(request) if choices else (None, None)), choices=choices)
    if form.is_valid():
        with errors_on(form):
            comment(application, **form.cleaned_data, actor=request.user)
            messages.success(request, "Your remark is there.")
            return redirect(_back(request, application))
    context = {
        "application": application,
        "comments": comments_for(request.user, application),
        "form": form if choices else None,
        "back": _back(request, application),
    }
    return render(request, "assessing/discussion.html", context, status=422 if form.errors else 200)


def _application(request: MemberRequest, code: str) -> Application:
    """An application of which the person reads some remarks. The team reads its own on its own page."""
    application = find_application(request, code)
    if application is None or can_view_own_application(request.user, application):
        raise Http404(f"No discussion of {code} for this person.")
    if not readable_visibilities(request.user, application):
        raise Http404(f"No discussion of {code} for this person.")
    return application


def _back(request: MemberRequest, application: Application) -> str:
    """The page that the remark was written on, where it is one of this site."""
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, allowed_hosts=None) and given.startswith(
        f"/{application.program.slug}/"
    ):
        return given
    return reverse("assess:discussion", args=[application.program.slug, application.code])
