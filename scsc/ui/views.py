"""Public pages, the quick exit, the choice of theme, and the pages shown when something went wrong.

The pages open no transaction: a person who needs help or a way out gets them while the database is down. The
front page then comes without its list of rounds.
"""

from django.conf import settings
from django.contrib.auth import logout
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_POST, require_safe

from scsc.logs import request_id
from scsc.programs.queries import programs_of
from scsc.programs.sending_again import kept_form
from scsc.ui.openings import open_programs
from scsc.ui.sharing import indexable, shared
from scsc.ui.support import all_support
from scsc.ui.theme import keep_theme


@non_atomic_requests
@require_safe
@indexable
@shared
def home(request: HttpRequest) -> HttpResponse:
    """The landing page, with what is open; a signed-in person goes on to their program, or chooses one."""
    if not request.user.is_authenticated:
        return render(request, "pages/home.html", {"open_programs": open_programs()})
    programs = programs_of(request.user)
    if len(programs) == 1:
        return redirect("today", program=programs[0].slug)
    found = [] if programs else open_programs()
    return render(request, "pages/programs.html", {"programs": programs, "open_programs": found})


@non_atomic_requests
@require_safe
@indexable
def support(request: HttpRequest) -> HttpResponse:
    """Where to find help, in each country we know of."""
    return render(request, "pages/support.html", {"countries": all_support()})


@non_atomic_requests
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """A blank page that goes on to the neutral site at once; when posted, the session ends first.

    A page and not a redirect: the content security policy lets a form lead to our own site only.
    """
    if request.method == "POST":
        logout(request)
    return render(request, "pages/leaving.html", {"exit_url": settings.QUICK_EXIT_URL})


@non_atomic_requests
@csrf_exempt
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark and go back to the page it was made on.

    Without a token: strangers share their pages, and all that another site could do is change the colours.
    """
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if safe else "/")
    keep_theme(response, request.POST.get("theme", ""), secure=request.is_secure())
    return response


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without a valid token: signed out meanwhile, or cookies are blocked."""
    response = render(request, "403_csrf.html", {"kept": kept_form(request)}, status=403)
    # Tells app.js to offer signing in again beside the form instead of "you may not".
    response["X-Reason"] = "sign-in"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. Rendered without context processors, which may be what broke."""
    page = render_to_string("500.html", {"request_id": request_id()})
    return HttpResponseServerError(page)
