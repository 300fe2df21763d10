"""Structured logs: one line an event, with the request's and the program's id."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from structlog.typing import EventDict, WrappedLogger

# Addresses whose next part lets whoever has it in: invitations, password resets, confirmations of an address.
SECRET_PART = re.compile(r"(/(?:invitations|accounts/password/reset/key|accounts/confirm-email)/)[^/\s\"'?]+")


def mask_secret_links(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Hide the secret part of links in every text of a log line, exceptions and arguments included."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_PART.sub(r"\1***", value)
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list | tuple) else value


def configure_logging(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING dictionary; both write the same format."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
    # Masked last, when exceptions are text; the console shows those in its own way, for developers.
    tail: list[Any] = [structlog.processors.format_exc_info] if json else []
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *tail,
            mask_secret_links,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        # WeasyPrint and fontTools narrate every step at INFO.
        "loggers": {
            "fontTools": {"level": "ERROR"},
            "pikepdf": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }


def request_id() -> str:
    """The id of the request or task under way, or an empty string outside of one."""
    return str(get_contextvars().get("request_id", ""))


class RequestIdMiddleware:
    """Give every request an id that its log lines, its audit events and its error page share."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        bind_contextvars(request_id=uuid.uuid4().hex)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id()
        return response
