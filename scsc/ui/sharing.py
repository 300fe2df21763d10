"""Pages that search engines may list, and whose copies strangers may share for a moment."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from scsc.ui import theme

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)

SECONDS = 60
ROBOTS = "X-Robots-Tag"


def is_stranger(request: HttpRequest) -> bool:
    """Whether a request brings nothing that a page could be different for, but for the choice of colours."""
    return set(request.COOKIES) <= {theme.COOKIE, settings.CSRF_COOKIE_NAME}


def indexable(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """A page that search engines may list. Every other page tells them not to: see PrivatePagesMiddleware."""

    @wraps(view)
    def marked(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response: Any = view(request, *args, **kwargs)
        response.is_indexable = response.status_code < 400
        return response  # type: ignore[no-any-return]

    return marked


def shared(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """A page of which strangers all get the same copy, for a minute. No form on it is sent with a token.

    `request.is_shared` tells the frame to leave its token out: one that many share would protect nobody.
    """

    @wraps(view)
    def sharing(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.is_shared = is_stranger(request)  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if request.is_shared and response.status_code == 200:  # type: ignore[attr-defined]
            patch_cache_control(response, public=True, max_age=SECONDS)
        return response

    return sharing
