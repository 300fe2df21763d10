"""The embedded PostgreSQL: its two roles, its secrets, and starting again after every kind of end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from scsc.local import cluster, postgres
from tests.local.conftest import alive, eventually


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    server = postgres.start(tmp_path_factory.mktemp("postgres"), throwaway=True)
    yield server
    server.stop()


def _query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


ATTRIBUTES = """
    SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user
"""


def test_app_role_has_no_special_right(server: postgres.Server) -> None:
    assert _query(server.database_url(), ATTRIBUTES) == [(False, False, False, False)]


def test_owner_role_may_create_databases_and_nothing_else(server: postgres.Server) -> None:
    assert _query(server.owner_url(), ATTRIBUTES) == [(False, False, True, False)]
    _query(server.owner_url(), "CREATE DATABASE another")
    assert _query(server.owner_url("another"), "SELECT current_database()") == [("another",)]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "CREATE SCHEMA mine", "CREATE DATABASE mine", "SET ROLE scsc_owner"],
)
def test_app_role_cannot(server: postgres.Server, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _query(server.database_url(), statement)


def test_owner_role_can_create_a_table(server: postgres.Server) -> None:
    _query(server.owner_url(), "CREATE TABLE made_by_owner (id int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _query(server.database_url(), "SELECT * FROM made_by_owner")


@pytest.mark.parametrize("role", ["postgres", "scsc_owner", "scsc_app"])
def test_no_role_enters_without_its_password(server: postgres.Server, role: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgres://{role}:wrong@127.0.0.1:{server.port}/scsc")


def test_listens_on_loopback_only_and_is_fast_when_throwaway(server: postgres.Server) -> None:
    names = ("listen_addresses", "unix_socket_directories", "fsync", "synchronous_commit")
    shown = [_query(server.admin_url(), f"SHOW {name}")[0][0] for name in names]
    assert shown == ["127.0.0.1", "", "off", "off"]


def test_data_and_address_survive_a_restart(tmp_path: Path) -> None:
    first = postgres.start(tmp_path)
    assert _query(first.admin_url(), "SHOW fsync") == [("on",)]
    _query(first.owner_url(), "CREATE TABLE kept (id int)")
    first.stop()
    second = postgres.start(tmp_path)
    assert second.database_url() == first.database_url()
    assert _query(second.owner_url(), "SELECT * FROM kept") == []
    second.stop()


def test_passwords_are_private_and_lost_ones_are_replaced(tmp_path: Path) -> None:
    server = postgres.start(tmp_path, throwaway=True)
    server.stop()
    files = list(tmp_path.glob("*.password"))
    assert len(files) == len(cluster.ROLES)
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        file.unlink()
    again = postgres.start(tmp_path, throwaway=True)
    assert again.database_url() != server.database_url()
    assert _query(again.database_url(), "SELECT 1") == [(1,)]
    again.stop()


def test_start_ends_a_living_server_that_a_crash_left(tmp_path: Path) -> None:
    left = postgres.start(tmp_path, throwaway=True)
    assert left.process.popen
    pid = left.process.popen.pid
    fresh = postgres.start(tmp_path, throwaway=True)
    left.process.popen.poll()
    assert not alive(pid)
    assert _query(fresh.database_url(), "SELECT 1") == [(1,)]
    fresh.stop()


def test_start_after_a_crash_removes_a_lock_whose_pid_is_a_strangers(tmp_path: Path) -> None:
    server = postgres.start(tmp_path, throwaway=True)
    assert server.process.popen
    recorded, lock = server.process.pid_file.read_text(), tmp_path / "data" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    server.stop()
    # As if that pid belonged to another program of the same user by now.
    stranger = subprocess.Popen(["sleep", "60"], user=cluster.USER)
    lock.write_text("\n".join([str(stranger.pid), *lines[1:]]))
    server.process.pid_file.write_text(f"{stranger.pid} {recorded.split(maxsplit=1)[1]}")
    fresh = postgres.start(tmp_path, throwaway=True)
    assert _query(fresh.database_url(), "SELECT 1") == [(1,)]
    assert stranger.poll() is None
    fresh.stop()
    stranger.kill()
    stranger.wait()


def test_start_with_the_remembered_port_taken_chooses_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (tmp_path / "port").write_text(str(taken.getsockname()[1]))
        server = postgres.start(tmp_path, throwaway=True)
        assert server.port != taken.getsockname()[1]
        server.stop()


def test_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "data.draft").mkdir()
    (tmp_path / "data.draft" / "PG_VERSION").write_text("18")
    server = postgres.start(tmp_path, throwaway=True)
    assert _query(server.database_url(), "SELECT 1") == [(1,)]
    server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_program_leaves_no_server(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from scsc.local import postgres\n"
    code += "postgres.start(Path(sys.argv[1]), throwaway=True); print('up', flush=True); time.sleep(60)"
    program = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    assert program.stdout.readline() == "up\n"
    pid = int((tmp_path / "process.pid").read_text().split()[0])
    assert alive(pid)
    os.kill(program.pid, signal.SIGKILL)
    program.communicate()
    assert eventually(lambda: not alive(pid))
