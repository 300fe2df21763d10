"""What the frame of every page needs to know."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import can_enter_program
from scsc.programs.queries import programs_of
from scsc.ui.accent import accent_css
from scsc.ui.nav import NavLink, links_for
from scsc.ui.support import DEFAULT_COUNTRY, Support, support_for
from scsc.ui.theme import theme_of

PLATFORM_NAME = "Safer Children"


@dataclass(frozen=True)
class Shell:
    """The frame: where one is, where one can go, how it looks. `program` is None outside of a program."""

    program: Program | None
    programs: list[Program]
    nav: list[NavLink]
    theme: str
    accent_css: str
    support: Support
    demo: bool
    exit_url: str
    platform: str = PLATFORM_NAME


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, worked out only when a template uses it."""
    return {"shell": SimpleLazyObject(lambda: shell_for(request))}


def shell_for(request: HttpRequest) -> Shell:
    """The frame for a request. A program the person is no member of stays unnamed, on error pages too."""
    user = _user_of(request)
    program: Program | None = getattr(request, "program", None)
    if program and not (user and can_enter_program(user, program)):
        program = None
    return Shell(
        program=program,
        programs=programs_of(user) if user else [],
        nav=links_for(user, program, request.path) if user and program else [],
        theme=theme_of(request),
        accent_css=_accent_of(program),
        support=support_for(program.country if program else DEFAULT_COUNTRY),
        demo=settings.DEMO,
        exit_url=settings.QUICK_EXIT_URL,
    )


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
