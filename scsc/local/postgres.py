"""A PostgreSQL server of our own, on the loopback address, with the two roles of the application."""

import signal
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from scsc.local import cluster, kept, pidfile
from scsc.local.process import Failure, Process, stop_at_exit

DATABASE = "scsc"
SETTINGS = {
    "listen_addresses": kept.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
}
# Much faster; a crash loses the data. No vacuum, which would hold on to databases being dropped.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass
class Server:
    """A PostgreSQL server; `start` and `stop` may be called again and keep the address."""

    process: Process
    port: int
    passwords: dict[str, str]

    def database_url(self, name: str = DATABASE) -> str:
        """Address of a database for the application's role, which row-level security binds."""
        return self._url("scsc_app", name)

    def owner_url(self, name: str = DATABASE) -> str:
        """Address of a database for the role that owns the tables and may create databases."""
        return self._url("scsc_owner", name)

    def admin_url(self, name: str = DATABASE) -> str:
        """Address of a database for the superuser: for tests about roles, nothing else."""
        return self._url("postgres", name)

    def start(self) -> None:
        """Start the server and wait until the database is there."""
        self.process.start()
        deadline = time.monotonic() + 60
        while not self._has_database():
            if self.process.ended() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failure(f"PostgreSQL did not start. {self.process.end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, closing the connections that are open."""
        self.process.stop()

    def _url(self, role: str, name: str) -> str:
        return f"postgres://{role}:{self.passwords[role]}@{kept.LOOPBACK}:{self.port}/{name}"

    def _has_database(self) -> bool:
        try:
            connection = psycopg2.connect(self.owner_url("postgres"), connect_timeout=3)
        except psycopg2.OperationalError:
            return False
        with closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        return True


def start(folder: Path, *, throwaway: bool = False, log: Path | None = None) -> Server:
    """Start a server with its data in `folder`; it stops with this process at the latest.

    Creates data, roles and database where they are missing. `throwaway` trades safety of the data for speed.
    """
    folder = folder.resolve()
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    process = Process("postgres", [], log or folder / "log", folder / "process.pid", user=cluster.USER)
    process.stop_signal = signal.SIGINT  # "fast": closes connections instead of waiting for clients to leave
    _clear_way(process, data)
    cluster.create(data)
    passwords = {role: kept.secret(folder / f"{role}.password") for role in cluster.ROLES}
    cluster.set_roles(data, passwords)
    port = kept.port(folder / "port")
    settings = SETTINGS | (THROWAWAY if throwaway else {}) | {"port": str(port)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    process.argv = [cluster.program("postgres"), "-D", str(data), *options]
    server = Server(process, port, passwords)
    stop_at_exit(server.stop)
    server.start()
    return server


def _clear_way(process: Process, data: Path) -> None:
    """End a server left by a crash, and remove its lock where its pid may be a stranger's by now."""
    left = pidfile.end_leftover(process.pid_file)
    lock = data / "postmaster.pid"
    if left and lock.exists() and lock.read_text().split()[0] == str(left):
        lock.unlink()
