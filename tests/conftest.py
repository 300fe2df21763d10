"""Fixtures that every test may use: the database, the cast of people, a signed-in client."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from scsc.accounts.models import User
from scsc.local import postgres
from tests import databases
from tests.factories import Cast, make_cast

# The running product, which tests/stack and tests/browser share.
pytest_plugins = ["tests.stack.fixtures"]

OWNER, APP, FOLDER = "TEST_DATABASE_OWNER_URL", "TEST_DATABASE_URL", "TEST_FOLDER"


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that starts the others, unless the environment names some."""
    if hasattr(config, "workerinput") or FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="scsc-test-run-"))
    folder.chmod(0o755)
    os.environ[FOLDER] = str(folder)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(lambda: os.environ.__delitem__(FOLDER))
    if OWNER not in os.environ:
        server = postgres.start(folder / "postgres", throwaway=True)
        config.add_cleanup(server.stop)
        os.environ[OWNER], os.environ[APP] = server.owner_url(), server.database_url()


@pytest.fixture(scope="session")
def database_name(worker_id: str) -> str:
    return f"scsc_test_{worker_id}"


@pytest.fixture(scope="session")
def django_db_setup(database_name: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this process, from the migrated template; the application's role uses it."""
    owner_url, app_url = os.environ[OWNER], os.environ[APP]
    databases.migrated_template(owner_url, app_url, Path(os.environ[FOLDER]))
    databases.copy_template(owner_url, database_name)
    with django_db_blocker.unblock():
        databases.point_connections(owner_url, app_url, database_name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    databases.execute(owner_url, f"DROP DATABASE IF EXISTS {database_name} WITH (FORCE)")


@pytest.fixture
def committed(
    django_db_setup: None, database_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Real commits, for tests with threads or processes; the database is made afresh afterwards."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    databases.copy_template(os.environ[OWNER], database_name)


@pytest.fixture
def cast(db: None) -> Cast:
    """Two programs and one person a role in each, an outsider without any: see tests/factories.py."""
    return make_cast()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A client signed in as a person: `signed_in(cast.officer).get(...)`."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
