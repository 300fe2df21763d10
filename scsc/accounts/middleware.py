"""Checks of a signed-in request: the second factor, the end of a demonstration, the list of sessions."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from scsc.accounts.demonstration import is_demonstration_session
from scsc.accounts.second_factor import Standing, standing_of

GetResponse = Callable[[HttpRequest], HttpResponse]

# Open to everybody, whatever their second factor.
ALWAYS_OPEN = ("/static/", "/healthz", "/readyz", "/support/", "/exit/", "/theme/", "/demo/")
# Where somebody without a factor sets one up.
TO_SET_UP = ("/account/", "/accounts/")
# Where somebody with a factor shows it. Not the rest of the account: a session that has not shown the
# factor may not switch it off or add its own.
TO_SHOW = (
    "/account/second-factor/",
    "/accounts/logout/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
)

ACTIVITY = "activity"
ACTIVITY_SECONDS = 300


class SecondFactorMiddleware:
    """Sends people whose role needs a second factor to the page that asks for it. One query a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.is_demonstration and not settings.DEMO:
            logout(request)
            return _lead_to(request, reverse("account_login"))
        if request.path_info.startswith(ALWAYS_OPEN) or is_demonstration_session(request):
            return self.get_response(request)
        standing = standing_of(request)
        open_now = TO_SHOW if standing is Standing.NOT_SHOWN else TO_SET_UP
        if standing.may_pass or request.path_info.startswith(open_now):
            return self.get_response(request)
        query = urlencode({"next": _page_of(request)})
        return _lead_to(request, f"{reverse('accounts:second_factor')}?{query}")


class SessionActivityMiddleware:
    """Keeps the person's list of sessions: address, browser and last use, written at most every five minutes.

    In place of allauth's middleware, which writes on every request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_due(request):
            UserSession.objects.create_from_request(request)
            request.session[ACTIVITY] = time.time()
        return self.get_response(request)

    @staticmethod
    def _is_due(request: HttpRequest) -> bool:
        at: float = request.session.get(ACTIVITY, 0.0)
        return time.time() - at > ACTIVITY_SECONDS


def _lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page: the whole page, also where htmx asked for a part of one."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)


def _page_of(request: HttpRequest) -> str:
    """The page to come back to; what a form sent is not repeated."""
    if getattr(request, "htmx", False):
        return str(request.htmx.current_url_abs_path or "/")  # type: ignore[attr-defined]
    return request.get_full_path() if request.method == "GET" else "/"
