"""Checks of a signed-in request: the second factor, the end of a demonstration, the list of sessions."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from scsc.accounts.demonstration import is_demonstration_session
from scsc.accounts.second_factor import Standing, standing_of
from scsc.programs.sending_again import first_to
from scsc.ui.sharing import ROBOTS

GetResponse = Callable[[HttpRequest], HttpResponse]

# Open to everybody, whatever their second factor.
ALWAYS_OPEN = ("/static/", "/support/", "/exit/", "/theme/", "/demo/")
PROBES = ("/healthz", "/readyz")
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
    """Sends people whose role needs a second factor to the page that asks for it. Asks no query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before anything that asks the database: these pages answer while it is down.
        if _is_always_open(request.path_info) or not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.is_demonstration and not settings.DEMO:
            logout(request)
            return redirect("account_login")
        if is_demonstration_session(request):
            return self.get_response(request)
        standing = standing_of(request)
        open_now = TO_SHOW if standing is Standing.NOT_SHOWN else TO_SET_UP
        if standing.may_pass or request.path_info.startswith(open_now):
            return self.get_response(request)
        url = reverse("accounts:second_factor")
        if getattr(request, "htmx", False):
            back = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(redirect_to_login(back, url).url)
        return first_to(request, url, title="Your role needs a second factor", link="Show it or set it up")


class PrivatePagesMiddleware:
    """What a signed-in person saw is not kept by the browser: nobody reads it by going back after them.

    And no page is listed by search engines unless its view is marked so (scsc.ui.sharing.indexable).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = getattr(request, "_cached_user", None)
        if known is not None and known.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        if not getattr(response, "is_indexable", False):
            response.headers.setdefault(ROBOTS, "noindex, nofollow")
        return response


class SessionActivityMiddleware:
    """Keeps the person's list of sessions: address, browser and last use, written at most every five minutes.

    In place of allauth's middleware, which writes on every request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_always_open(request.path_info):
            return self.get_response(request)
        if request.user.is_authenticated and self._is_due(request):
            UserSession.objects.create_from_request(request)
            request.session[ACTIVITY] = time.time()
        return self.get_response(request)

    @staticmethod
    def _is_due(request: HttpRequest) -> bool:
        at: float = request.session.get(ACTIVITY, 0.0)
        return time.time() - at > ACTIVITY_SECONDS


def _is_always_open(path: str) -> bool:
    return path in PROBES or path.startswith(ALWAYS_OPEN)
