"""A person must do something first, such as signing in. What their form sent is not lost meanwhile."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scsc.programs.middleware import slug_in


def first_to(request: HttpRequest, url: str, *, title: str, link: str) -> HttpResponse:
    """Lead to `url` and back. A form that was sent gets a page (401) that offers both, with all it held.

    The address a form is sent to is never one to come back to: most of them answer nothing else.
    """
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path(), url)
    context = {"title": title, "first_url": url, "first_link": link, "kept": kept_form(request)}
    return render(request, "send_again.html", context, status=401)


def kept_form(request: HttpRequest) -> dict[str, Any] | None:
    """What a form of ours sent, to be offered again; None where it cannot be.

    Only from our own pages, as the browser says: another site could otherwise have its words sent by a press
    of the button. Only inside a program: no form there asks for a password.
    """
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") not in {own, *settings.CSRF_TRUSTED_ORIGINS}:
        return None
    if request.method != "POST" or slug_in(request.path_info) is None:
        return None
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    return {
        "action": request.get_full_path(),
        "fields": [(name, value) for name, values in sent.lists() for value in values],
        "files": [(name, str(file)) for name, file in request.FILES.items()],
    }
