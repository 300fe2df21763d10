"""The script that prepares the database of docker-compose.yml, run against an embedded server."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from scsc.local import cluster, postgres

SCRIPT = Path(__file__).parents[2] / "docker" / "postgres-init.sh"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[postgres.Server]:
    """A server without the roles and the database that the script makes."""
    server = postgres.start(tmp_path, throwaway=True)
    with closing(psycopg2.connect(server.admin_url("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE scsc")
            cursor.execute("DROP ROLE scsc_owner, scsc_app")
    yield server
    server.stop()


def test_init_script_makes_roles_and_database(server: postgres.Server) -> None:
    place = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.passwords["postgres"]}
    roles = {"OWNER_PASSWORD": "owner-s 'secret", "APP_PASSWORD": "app-secret"}
    path = f"{Path(cluster.program('psql')).parent}:{os.environ['PATH']}"
    environment = {**os.environ, **place, **roles, "POSTGRES_USER": "postgres", "PATH": path}
    subprocess.run([str(SCRIPT)], env=environment, check=True, capture_output=True)
    address = {"host": "127.0.0.1", "port": server.port, "dbname": "scsc"}
    with closing(psycopg2.connect(user="scsc_owner", password="owner-s 'secret", **address)) as owner:
        owner.cursor().execute("CREATE TABLE made_by_owner (id int)")
    app = psycopg2.connect(user="scsc_app", password="app-secret", **address)
    with closing(app), pytest.raises(psycopg2.errors.InsufficientPrivilege):
        app.cursor().execute("CREATE TABLE mine (id int)")
