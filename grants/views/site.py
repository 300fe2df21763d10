"""For search engines: what not to ask for, and every public page of every program."""

from django.conf import settings
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from grants.sitemap import sitemap_entries
from scsc.ui.sharing import shared

# Nothing is found there, and each visit would begin something.
NOT_FOR_ROBOTS = ("accounts:demonstration", "account_login", "account_signup", "account_reset_password")


@non_atomic_requests
@require_safe
@shared
def robots(request: HttpRequest) -> HttpResponse:
    """Private pages say noindex themselves; these are not worth a visit at all."""
    lines = ["User-agent: *", *(f"Disallow: {reverse(name)}" for name in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@non_atomic_requests
@require_safe
@shared
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages of all programs, with the public address of this installation."""
    context = {"entries": sitemap_entries()}
    return render(request, "grants/sitemap.xml", context, content_type="application/xml; charset=utf-8")
