"""Load and authorise in one step: not there and not visible are both 404, visible but not allowed is 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import can_enter_program
from scsc.programs.sending_again import first_to

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request by a signed-in member inside the program's scope, as `member_view` hands it on."""

    user: User
    program: Program


class PublicRequest(HttpRequest):
    """A request by anybody inside a program's scope, as `public_view` hands it on."""

    user: User | AnonymousUser
    program: Program


def is_member(request: PublicRequest) -> bool:
    """Whether the reader of a public page belongs to the program: they see its empty pages too."""
    return isinstance(request.user, User) and can_enter_program(request.user, request.program)


def require(allowed: bool, message: str = "") -> None:
    """Answer 403 unless allowed. The message tells the person who can do this instead."""
    if not allowed:
        raise PermissionDenied(message)


def member_view(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view for members of the program in the address: strangers sign in first, outsiders get 404.

    The address's `program` is dropped on the way, since the view has `request.program`.
    """

    @wraps(view)
    def checked(request: HttpRequest, program: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return first_to(request, reverse("account_login"), title="You were signed out", link="Sign in")
        found: Program | None = request.program  # type: ignore[attr-defined]
        if found is None or not can_enter_program(request.user, found):
            raise Http404(f"No program {program} for this person.")
        return view(cast(MemberRequest, request), *args, **kwargs)

    return checked


def public_view(
    view: Callable[Concatenate[PublicRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view of a program for anybody, signed in or not. It shows what is published and nothing else."""

    @wraps(view)
    def checked(request: HttpRequest, program: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.program is None:  # type: ignore[attr-defined]
            raise Http404(f"No program {program}.")
        # The frame may name the program to somebody who is no member of it.
        request.is_public = True  # type: ignore[attr-defined]
        try:
            return view(cast(PublicRequest, request), *args, **kwargs)
        except (Http404, PermissionDenied):
            # The page that says so does not name a program which may have nothing public.
            request.is_public = False  # type: ignore[attr-defined]
            raise

    return checked


def person_view(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A public page that needs somebody to be signed in, with or without a role in the program."""

    @wraps(view)
    def checked(request: HttpRequest, program: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return first_to(request, reverse("account_login"), title="You were signed out", link="Sign in")
        # Their own page in a public frame: it needs no way to what is published.
        request.is_personal = True  # type: ignore[attr-defined]
        return public_view(cast(Any, view))(request, program, *args, **kwargs)

    return checked
