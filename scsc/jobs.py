"""Jobs are rows; the broker only tells a worker sooner.

A service writes the row and calls `wake`, which publishes a message once the transaction is committed. When
that fails, or the message is lost, `sweep` finds the row that is due and delivers it. Tasks are idempotent,
so that a message too many does nothing.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import redis
import structlog
from celery import Task, current_app, shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)

AnyTask = Task[Any, Any]

# A request waits this long for a broker that does not answer, once; then not at all for REMEMBER seconds.
QUICK = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry_on_timeout": False, "max_retries": 0}
REMEMBER = 5.0
BROKER_ERRORS = (OperationalError, redis.exceptions.RedisError)

# Bounds of one sweep. A job is swept again after CLAIM seconds at the earliest; when BACKLOG messages wait,
# the workers are behind and more messages would not help.
PER_KIND = 50
CLAIM = 60
BACKLOG = 500
CLAIMS = "scsc:swept"


@dataclass(frozen=True)
class JobKind:
    """One kind of job: `due` gives the ids of rows to run, longest waiting first, inside a program's scope.

    `task` is a ProgramTask that takes such an id under the name `argument`.
    """

    name: str
    due: Callable[[], Iterable[int]]
    task: AnyTask
    argument: str


@dataclass
class _Broker:
    """What this process last saw of the broker, and until when it trusts that."""

    up: bool = True
    until: float = 0.0

    @property
    def known(self) -> bool:
        return time.monotonic() < self.until

    def saw(self, *, up: bool) -> None:
        self.up, self.until = up, time.monotonic() + REMEMBER


_broker = _Broker()
_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Let the sweeper deliver this kind of job. Called from AppConfig.ready."""
    _kinds[kind.name] = kind


def wake(task: AnyTask | str, *, program_id: int, **ids: int) -> None:
    """Tell a worker about a job once the transaction is committed. Never fails for want of a broker.

    `task` may be a name ("scsc.notices.tasks.deliver_mail"), since services load before tasks.
    """
    transaction.on_commit(lambda: _deliver(task, {"program_id": program_id, **ids}))


def broker_is_up() -> bool:
    """Whether the broker answers. Takes a second at most, and nothing when asked again within five."""
    if not _broker.known:
        try:
            with _client() as client:
                client.ping()
        except redis.exceptions.RedisError:
            _broker.saw(up=False)
        else:
            _broker.saw(up=True)
    return _broker.up


@shared_task
def sweep() -> None:
    """Deliver the jobs of every program that are due and were not delivered."""
    with _client() as client:
        queue = str(current_app.conf.task_default_queue)
        for program in Program.objects.all():
            for kind in _kinds.values():
                if int(client.llen(queue)) >= BACKLOG:
                    log.warning("sweep_skipped", reason="workers are behind")
                    return
                _sweep_kind(client, program, kind)


@shared_task
def clear_expired_sessions() -> None:
    """Remove sessions that have ended."""
    call_command("clearsessions")


def _sweep_kind(client: "redis.Redis", program: Program, kind: JobKind) -> None:
    # One kind that fails must not keep the others waiting.
    try:
        with program_scope(program):
            due = list(kind.due())
    except Exception:
        log.exception("sweep_failed", kind=kind.name, program=program.slug)
        return
    # Claims live in the broker: when it loses its messages, it loses the claims with them.
    claimed = (
        pk for pk in due if client.set(f"{CLAIMS}:{kind.name}:{program.pk}:{pk}", 1, nx=True, ex=CLAIM)
    )
    delivered = sum(
        _deliver(kind.task, {"program_id": program.pk, kind.argument: pk}) for pk in islice(claimed, PER_KIND)
    )
    if delivered:
        log.info("swept", kind=kind.name, program=program.slug, delivered=delivered)


def _deliver(task: AnyTask | str, kwargs: dict[str, int]) -> bool:
    """Publish one message on a connection of its own, whose timeouts are made for a request that waits."""
    found: AnyTask = current_app.tasks[task] if isinstance(task, str) else task
    if _broker.known and not _broker.up:
        log.warning("wake_skipped", task=found.name, **kwargs)
        return False
    try:
        with current_app.connection_for_write(settings.REDIS_URL, transport_options=QUICK) as connection:
            found.apply_async(kwargs=kwargs, connection=connection, retry=False)  # type: ignore[call-arg]
    except BROKER_ERRORS as error:
        _broker.saw(up=False)
        log.warning("wake_failed", task=found.name, error=str(error), **kwargs)
        return False
    _broker.saw(up=True)
    return True


def _client() -> "redis.Redis":
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
