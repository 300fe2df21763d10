"""The list of applications: to search, to filter, and to take away as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from grants.access import LISTED_FOR
from grants.listing import COLUMNS, Wanted, as_csv, cells_of, wanted_of, with_state
from grants.models import Round
from grants.permissions import can_list_applications, is_staff
from grants.queries.applications import listing, rows_of
from grants.queries.saved_views import views_of
from scsc.programs.access import MemberRequest, member_view, require

FOLDED = ["screening", "amount_from", "amount_to", "submitted_from", "submitted_to", "changes"]


@require_safe
@member_view
def application_list(request: MemberRequest) -> HttpResponse:
    """All applications, drafts among them by their dates only."""
    wanted = _wanted(request)
    found = listing(request.user, request.program, wanted.filters, wanted.sort)
    page = found.page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "page": page,
        "rows": [(row, cells_of(row, wanted.columns, request.program)) for row in page],
        "total": found.total,
        "tabs": [(tab, with_state(wanted.query, tab.value)) for tab in found.states],
        "columns": COLUMNS.values(),
        "views": views_of(request.user),
        "can_screen": is_staff(request.user, request.program),
        "folded_in_use": _folded_in_use(wanted),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    alone = htmx and not htmx.history_restore_request
    response = render(request, "applications/_rows.html" if alone else "applications/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@member_view
def export(request: MemberRequest) -> HttpResponse:
    """The same list, all its pages, as CSV: the same rights, filters and columns."""
    wanted = _wanted(request)
    found = listing(request.user, request.program, wanted.filters, wanted.sort)
    text = as_csv(rows_of(found.found), wanted.columns, request.program)
    name = f"{request.program.slug}-applications-{timezone.localdate():%Y-%m-%d}.csv"
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _wanted(request: MemberRequest) -> Wanted:
    """What the address asks for, from those who may."""
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    return wanted_of(request.GET, list(Round.objects.only("code", "title", "opens_at")))


def _folded_in_use(wanted: Wanted) -> bool:
    """Whether one of the filters that are folded away narrows the list, or was mistyped."""
    clean, errors = wanted.form.cleaned_data, wanted.form.errors
    return any(clean.get(name) or name in errors for name in FOLDED)
