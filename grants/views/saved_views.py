"""Lists of applications that somebody keeps: save, rename, share, delete."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import LISTED_FOR
from grants.forms.applications import SaveViewForm
from grants.listing import wanted_of
from grants.models import Round, SavedView
from grants.permissions import (
    can_change_saved_view,
    can_delete_saved_view,
    can_list_applications,
    can_share_saved_views,
)
from grants.queries.saved_views import views_of
from grants.services.saved_views import change_view, delete_view, save_view
from grants.views.handling import FORM
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

OWNERS_ONLY = "Views are changed by those who saved them. Save one of your own."


def _list_url(request: MemberRequest, query: str = "") -> str:
    url = reverse("applications:list", args=[request.program.slug])
    return f"{url}?{query}" if query else url


def _views_url(request: MemberRequest) -> str:
    return reverse("applications:views", args=[request.program.slug])


def _view(request: MemberRequest, pk: int) -> SavedView:
    """One of the person's own views, or of those that colleagues share."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    view = next((view for view in views_of(request.user) if view.pk == pk), None)
    if view is None:
        raise Http404(f"No saved view {pk} for this person.")
    view.program = request.program
    return view


@require_safe
@member_view
def view_list(request: MemberRequest) -> HttpResponse:
    """All views that the person can open."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    views = views_of(request.user)
    for view in views:
        view.program = request.program
    rows = [
        (view, can_change_saved_view(request.user, view), can_delete_saved_view(request.user, view))
        for view in views
    ]
    context = {"rows": rows, "crumbs": [("Applications", _list_url(request))]}
    return render(request, "applications/views.html", context)


@require_http_methods(FORM)
@member_view
def new_view(request: MemberRequest) -> HttpResponse:
    """Keep the list as it is set up now; the address of this page carries its query."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    query = _clean(request.GET)
    form = SaveViewForm(*sent(request), may_share=can_share_saved_views(request.user, request.program))
    if form.is_valid():
        with errors_on(form):
            view = save_view(request.program, **form.cleaned_data, query=query, actor=request.user)
            messages.success(request, f"The view “{view.name}” is saved.")
            return redirect(_list_url(request, query))
    back = _list_url(request, query)
    return form_page(request, form, title="Save this view", submit="Save view", back=back)


@require_http_methods(FORM)
@member_view
def edit_view(request: MemberRequest, pk: int) -> HttpResponse:
    """Rename a view, share it, or keep it to oneself."""
    view = _view(request, pk)
    require(can_change_saved_view(request.user, view), OWNERS_ONLY)
    initial = {"name": view.name, "is_shared": view.is_shared}
    may_share = can_share_saved_views(request.user, request.program)
    form = SaveViewForm(*sent(request), initial=initial, may_share=may_share)
    if form.is_valid():
        with errors_on(form):
            data = {"is_shared": False, **form.cleaned_data}
            change_view(view, **data, actor=request.user)
            messages.success(request, f"The view “{view.name}” is changed.")
            return redirect(_views_url(request))
    return form_page(
        request, form, title=f"Change the view “{view.name}”", submit="Save changes", back=_views_url(request)
    )


@require_http_methods(FORM)
@member_view
def remove_view(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view = _view(request, pk)
    require(can_delete_saved_view(request.user, view), OWNERS_ONLY)
    if request.method == "POST":
        delete_view(view, actor=request.user)
        messages.success(request, f"The view “{view.name}” is deleted.")
        return redirect(_views_url(request))
    context = {
        "title": f"Delete the view “{view.name}”?",
        "text": "Nobody finds it in the list of views any more. The applications in it stay as they are.",
        "button": "Delete view",
        "back": _views_url(request),
    }
    return render(request, "programs/confirm.html", context)


def _clean(params: QueryDict) -> str:
    """The query in the one way that views keep it; what makes no sense is dropped."""
    return wanted_of(params, list(Round.objects.only("code", "title", "opens_at"))).query
