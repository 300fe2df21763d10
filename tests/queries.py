"""Counting the queries of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# A test runs inside a transaction, so what is a transaction for a visitor is a savepoint here.
NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO")
# Likewise the end of the program's scope: a visitor's transaction ends there.
SCOPE_END = "set_config('app.program_id', ''"


class Count:
    """How many queries there were, once the block has ended."""

    number = 0
    statements: list[str]


@contextmanager
def counted_queries() -> Iterator[Count]:
    """Count the queries that a visitor's request would make."""
    count = Count()
    with CaptureQueriesContext(connection) as captured:
        yield count
    found = [query["sql"] for query in captured.captured_queries]
    count.statements = [sql for sql in found if not sql.startswith(NOT_COUNTED) and SCOPE_END not in sql]
    count.number = len(count.statements)
