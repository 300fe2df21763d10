"""The embedded Valkey: private, durable unless told otherwise, restartable at the same address."""

import signal
from pathlib import Path

import pytest
import redis

from scsc.local import valkey
from tests.local.conftest import eventually


def test_data_and_address_survive_a_crash_and_a_restart(tmp_path: Path) -> None:
    server = valkey.start(tmp_path)
    redis.Redis.from_url(server.url).set("kept", "1")
    # Written to disk every second.
    (written,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    assert eventually(lambda: written.stat().st_size > 0)
    assert server.process.popen
    server.process.popen.send_signal(signal.SIGKILL)
    server.process.popen.wait()
    again = valkey.start(tmp_path)
    assert again.url == server.url
    assert redis.Redis.from_url(again.url).get("kept") == b"1"
    again.stop()


def test_stopped_server_starts_again_at_its_address(tmp_path: Path) -> None:
    server = valkey.start(tmp_path, throwaway=True)
    server.stop()
    with pytest.raises(redis.exceptions.ConnectionError):
        redis.Redis.from_url(server.url).ping()
    server.start()
    assert redis.Redis.from_url(server.url).ping()
    server.stop()


def test_nobody_enters_without_the_password(tmp_path: Path) -> None:
    server = valkey.start(tmp_path, throwaway=True)
    host = server.url.rpartition("@")[2]
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis.from_url(f"redis://{host}").ping()
    assert (tmp_path / "valkey.conf").stat().st_mode & 0o777 == 0o600
    server.stop()


def test_start_ends_a_living_server_that_a_crash_left(tmp_path: Path) -> None:
    left = valkey.start(tmp_path, throwaway=True)
    fresh = valkey.start(tmp_path, throwaway=True)
    assert left.process.ended() is not None
    assert redis.Redis.from_url(fresh.url).ping()
    fresh.stop()
