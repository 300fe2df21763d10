"""Sessions of the demonstration: begun without a password, as one of its personas."""

import structlog
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from scsc.accounts.backend import PersonBackend
from scsc.accounts.models import User

log = structlog.get_logger(__name__)

SESSION_FLAG = "demonstration"
BACKEND = f"{PersonBackend.__module__}.{PersonBackend.__qualname__}"


def begin_demonstration_session(request: HttpRequest, persona: User) -> None:
    """Sign in as a persona, in a fresh session. Raises PermissionDenied for a real person or without DEMO."""
    if not (settings.DEMO and persona.is_demonstration and persona.is_active):
        raise PermissionDenied("Only the personas of a demonstration sign in this way.")
    request.session.flush()
    login(request, persona, backend=BACKEND)
    request.session[SESSION_FLAG] = True
    log.info("demonstration_sign_in", persona=persona.email)


def is_demonstration_session(request: HttpRequest) -> bool:
    """Whether this session was begun by the demonstration sign-in and the demonstration is on."""
    persona = getattr(request.user, "is_demonstration", False)
    return bool(settings.DEMO and persona and request.session.get(SESSION_FLAG))
