"""What the frame of every page needs to know."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import can_enter_program, has_today
from scsc.programs.queries import programs_of
from scsc.ui.accent import accent_css
from scsc.ui.nav import NavLink, links_for, public_links_for
from scsc.ui.support import DEFAULT_COUNTRY, Support, support_for
from scsc.ui.theme import theme_of

PLATFORM_NAME = "Safer Children"


@dataclass(frozen=True)
class Shell:
    """The frame: where one is, where one can go, how it looks. `program` is None outside of a program.

    `is_visitor`: somebody who is no member of the program looks at what it publishes. `plan_as_at`: the past
    day that the plan is shown as at, for those who read it.
    """

    program: Program | None
    is_visitor: bool
    plan_as_at: date | None
    home_url: str
    programs: list[Program]
    nav: list[NavLink]
    theme: str
    accent_css: str
    support: Support
    demo: bool
    exit_url: str
    open_sign_up: bool
    platform: str = PLATFORM_NAME


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, worked out only when a template uses it."""
    return {"shell": SimpleLazyObject(lambda: shell_for(request))}


def shell_for(request: HttpRequest) -> Shell:
    """The frame for a request. A program the person is no member of stays unnamed, on error pages too; only
    its public pages name it (`request.is_public`), with its own accent and support services."""
    user = _user_of(request)
    program: Program | None = getattr(request, "program", None)
    is_member = bool(program and user and can_enter_program(user, program))
    is_visitor = bool(program and not is_member and getattr(request, "is_public", False))
    if not is_member and not is_visitor:
        program = None
    nav = _places(request, user if is_member else None, program)
    return Shell(
        program=program,
        is_visitor=is_visitor,
        plan_as_at=_plan_day_of(program, user if is_member else None),
        home_url=_home_of(program, nav, is_visitor=is_visitor),
        programs=programs_of(user) if user else [],
        nav=nav,
        theme=theme_of(request),
        accent_css=_accent_of(program),
        support=support_for(program.country if program else DEFAULT_COUNTRY),
        demo=settings.DEMO,
        exit_url=settings.QUICK_EXIT_URL,
        open_sign_up=settings.OPEN_SIGN_UP,
    )


def _places(request: HttpRequest, member: User | None, program: Program | None) -> list[NavLink]:
    """A member's own places; for a visitor, those where the program has published something; for an applicant
    on a public page both."""
    if program is None:
        return []
    if member is None:
        return public_places(request, program)
    own = links_for(member, program, request.path)
    # Who only applies reads what strangers read: there they find their way as strangers do.
    is_reading = getattr(request, "is_public", False) and not getattr(request, "is_personal", False)
    reads = is_reading and not has_today(member, program)
    return [*own, *public_places(request, program)] if reads else own


def public_places(request: HttpRequest, program: Program) -> list[NavLink]:
    """The places where the program has published something, asked for once a request."""
    known: list[NavLink] | None = getattr(request, "public_places", None)
    if known is None:
        known = request.public_places = public_links_for(program, request.path)  # type: ignore[attr-defined]
    return known


def _plan_day_of(program: Program | None, member: User | None) -> date | None:
    """Partner contacts read a part of the plan; those who only apply read nothing of it."""
    return program.shown_as_at if program and member and has_today(member, program) else None


def _home_of(program: Program | None, nav: list[NavLink], *, is_visitor: bool) -> str:
    """Where the name in the bar leads: a member's Today, or the first of the program's public pages."""
    if program and not is_visitor:
        return reverse("today", args=[program.slug])
    return nav[0].url if program and nav else reverse("ui:home")


def _user_of(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return cast(User, user) if user is not None and user.is_authenticated else None


def _accent_of(program: Program | None) -> str:
    """The program's accent, or nothing: an unreadable colour in the database leaves the platform's own."""
    if program is None:
        return ""
    try:
        return accent_css(program.accent_light, program.accent_dark)
    except ValueError:
        return ""
