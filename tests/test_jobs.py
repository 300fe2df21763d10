"""Waking workers with a broker, without one and with one that keeps silent; sweeping what was missed."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import redis
from celery import current_app, shared_task
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from scsc import jobs
from scsc.celery import ProgramTask, app
from scsc.jobs import JobKind, broker_is_up, sweep, wake
from scsc.local import valkey
from scsc.programs.models import Program
from scsc.programs.tenancy import active_program
from tests.factories import Cast

Commit = DjangoCaptureOnCommitCallbacks
ran: list[tuple[str, int, int]] = []


@shared_task(base=ProgramTask)
def in_scope(*, thing_id: int) -> None:
    program = active_program()
    assert program is not None
    ran.append(("in_scope", program.pk, thing_id))


@shared_task(base=ProgramTask, own_scope=True, bind=True)
def own_scope(self: Any, *, program: Program, thing_id: int) -> str:
    assert active_program() is None
    ran.append(("own_scope", program.pk, thing_id))
    return str(self.request.id)


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known of the broker, no kind of job registered, nothing run."""
    monkeypatch.setattr(jobs, "_broker", jobs._Broker())
    monkeypatch.setattr(jobs, "_kinds", {})
    ran.clear()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[valkey.Server]:
    started = valkey.start(tmp_path_factory.mktemp("valkey"), throwaway=True)
    yield started
    started.stop()


@pytest.fixture
def broker(server: valkey.Server, settings: Settings) -> Iterator["redis.Redis"]:
    """A running broker, empty."""
    settings.REDIS_URL = server.url
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
        yield client


@pytest.fixture
def closed_port(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.REDIS_URL = f"redis://127.0.0.1:{free.getsockname()[1]}/0"


@pytest.fixture
def black_hole(settings: Settings) -> Iterator[None]:
    """Something that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        taken = []

        def take() -> None:
            while True:
                try:
                    taken.append(hole.accept())
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        settings.REDIS_URL = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        yield
        hole.shutdown(socket.SHUT_RDWR)
        for connection, _ in taken:
            connection.close()


def waiting(client: "redis.Redis") -> int:
    length = client.llen("celery")
    assert isinstance(length, int)
    return length


def seconds(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


@pytest.mark.django_db
def test_wake_publishes_after_commit_only(
    broker: "redis.Redis", django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        wake(in_scope, program_id=1, thing_id=2)
        assert waiting(broker) == 0
    assert waiting(broker) == 1
    with django_capture_on_commit_callbacks(execute=True):
        wake("scsc.notices.tasks.deliver_mail", program_id=1, mail_id=2)
    assert waiting(broker) == 2
    assert b"scsc.notices.tasks.deliver_mail" in broker.lrange("celery", 0, 0)[0]


@pytest.mark.django_db
def test_wake_rolled_back_publishes_nothing(
    broker: "redis.Redis", django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        wake(in_scope, program_id=1, thing_id=2)
        transaction.set_rollback(True)
    assert waiting(broker) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("down", ["closed_port", "black_hole"])
def test_wake_without_a_broker_is_quick_and_quiet(
    down: str, request: pytest.FixtureRequest, django_capture_on_commit_callbacks: Commit
) -> None:
    """A second at most for the first, nothing for those right after it."""
    request.getfixturevalue(down)

    def wake_now() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            wake(in_scope, program_id=1, thing_id=2)

    assert seconds(wake_now) < 2
    assert max(seconds(wake_now) for _ in range(20)) < 0.1
    assert not broker_is_up()


@pytest.mark.django_db
def test_wake_mistake_of_ours_is_not_swallowed(
    broker: "redis.Redis", django_capture_on_commit_callbacks: Commit
) -> None:
    with pytest.raises(KeyError), django_capture_on_commit_callbacks(execute=True):
        wake("no.such.task", program_id=1)


@pytest.mark.parametrize("down", ["closed_port", "black_hole"])
def test_broker_is_up_without_one(down: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(down)
    assert seconds(broker_is_up) < 1.5
    assert not broker_is_up()
    assert seconds(broker_is_up) < 0.05


def test_broker_is_up_notices_a_change_after_a_few_seconds(
    broker: "redis.Redis", settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broker_is_up()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert broker_is_up(), "asked again within five seconds, it does not look"
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 6)
    assert not broker_is_up()


def kind(due: Callable[[], Iterable[int]], name: str = "thing") -> None:
    jobs.register(JobKind(name, due, in_scope, "thing_id"))


def test_sweep_delivers_what_is_due_in_every_program(cast: Cast, broker: "redis.Redis") -> None:
    due = {cast.program.pk: [1, 2], cast.other.pk: [7]}

    def due_here() -> list[int]:
        program = active_program()
        assert program is not None
        return due[program.pk]

    kind(due_here)
    sweep()
    assert waiting(broker) == 3


def test_sweep_again_adds_no_duplicates_until_a_minute_later(cast: Cast, broker: "redis.Redis") -> None:
    kind(lambda: [1])
    for _ in range(5):
        sweep()
    assert waiting(broker) == 2, "one a program"
    claims = list(broker.scan_iter("scsc:swept:*"))
    assert len(claims) == 2
    assert all(0 < broker.ttl(claim) <= jobs.CLAIM for claim in claims)
    broker.delete(*claims)
    sweep()
    assert waiting(broker) == 4


def test_sweep_many_due_jobs_takes_them_in_turns(
    cast: Cast, broker: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty that never succeed do not keep the fifty-first from its turn."""
    cast.other.delete()
    kind(lambda: range(120))
    counts = []
    for _ in range(3):
        sweep()
        counts.append(waiting(broker))
    assert counts == [50, 100, 120]


def test_sweep_leaves_workers_that_are_behind_alone(cast: Cast, broker: "redis.Redis") -> None:
    broker.lpush("celery", *["x"] * jobs.BACKLOG)
    kind(lambda: [1])
    sweep()
    assert waiting(broker) == jobs.BACKLOG


def test_sweep_of_a_broken_kind_does_not_stop_the_others(cast: Cast, broker: "redis.Redis") -> None:
    def broken() -> list[int]:
        raise ZeroDivisionError

    kind(broken, "broken")
    kind(lambda: [1])
    sweep()
    assert waiting(broker) == 2


def test_every_beat_entry_names_a_task() -> None:
    app.loader.import_default_modules()
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert names <= set(current_app.tasks)


def test_apps_register_their_kinds() -> None:
    apps.get_app_config("documents").ready()
    apps.get_app_config("notices").ready()
    assert {"scan", "mail", "lost_mail"} <= set(jobs._kinds)


def test_program_task_enters_the_scope(cast: Cast) -> None:
    in_scope(program_id=cast.program.pk, thing_id=5)
    assert ran == [("in_scope", cast.program.pk, 5)]
    assert active_program() is None


def test_program_task_with_its_own_scope_keeps_its_request(cast: Cast) -> None:
    """Run as a worker runs it: through the tracer."""
    result = own_scope.apply(kwargs={"program_id": cast.program.pk, "thing_id": 5}, task_id="the-id")
    assert result.get() == "the-id"
    assert ran == [("own_scope", cast.program.pk, 5)]


@pytest.mark.django_db
def test_clear_expired_sessions_keeps_the_others() -> None:
    for expiry in (-60, 60):
        session = SessionStore()
        session.set_expiry(expiry)
        session["a"] = 1
        session.save()
    jobs.clear_expired_sessions()
    assert Session.objects.filter(expire_date__gt=timezone.now()).count() == Session.objects.count() == 1
