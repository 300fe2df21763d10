"""Structured logs: one line an event, with the request's and the program's id."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from structlog.typing import WrappedLogger

# Addresses whose next part lets whoever has it in: invitations, password resets, confirmations of an address.
SECRET_PART = re.compile(r"(/(?:invitations|accounts/(?:password/reset/key|confirm-email))/)[\w:.~%-]+")


def mask_secret_links(logger: WrappedLogger, method: str, line: str) -> str:
    """Hide the secret part of links in a finished log line, whichever field or exception it came from."""
    return SECRET_PART.sub(r"\1***", line)


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
    # Plain tracebacks: colours in the middle of a link would hide it from the mask.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    as_json = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    tail: list[Any] = as_json if json else [console]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *tail,
            mask_secret_links,
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
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
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
