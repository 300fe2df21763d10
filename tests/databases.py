"""Databases for tests: one migrated template, copied for every process and after every committing test."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg2
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "scsc_template"


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a lock that all processes of one test run share."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def url(role_url: str, name: str) -> str:
    """The same server and role, another database."""
    return f"{role_url.rpartition('/')[0]}/{name}"


def execute(owner_url: str, *statements: str) -> None:
    """Run statements outside a transaction, from a database that is not among the tests' own."""
    with closing(psycopg2.connect(url(owner_url, "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def migrated_template(owner_url: str, app_url: str, folder: Path) -> None:
    """Create and migrate the template once per test run, whichever process comes first."""
    with lock(folder):
        done = folder / "migrated"
        if done.exists():
            return
        execute(owner_url, f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
        names = {"DATABASE_URL": url(app_url, TEMPLATE), "DATABASE_OWNER_URL": url(owner_url, TEMPLATE)}
        ran = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=ROOT,
            env=os.environ | names | {"DJANGO_SETTINGS_MODULE": "scsc.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"The test database could not be migrated:\n{ran.stdout}{ran.stderr}")
        done.touch()


def copy_template(owner_url: str, name: str) -> None:
    """Make a fresh database from the template, in place of the one of that name."""
    execute(
        owner_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}",
    )


def point_connections(owner_url: str, app_url: str, name: str) -> None:
    """Let Django's two connections use this database, each with its role."""
    for alias, role_url in {"default": app_url, "owner": owner_url}.items():
        connections[alias].close()
        connections[alias].settings_dict |= environ.Env.db_url_config(url(role_url, name))


@contextmanager
def owner_cursor(name: str) -> Iterator[Any]:
    """A cursor of the owner role, which the application never is."""
    with closing(psycopg2.connect(url(os.environ["TEST_DATABASE_OWNER_URL"], name))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
