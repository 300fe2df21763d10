"""The one door into a program: transaction, django-scopes and PostgreSQL row-level security together."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django_scopes import get_scope, scope
from structlog.contextvars import bound_contextvars

from scsc.programs.models import Program

SETTING = "app.program_id"


class TenancyError(RuntimeError):
    """The code tried to reach into a second program from inside a first one."""


def active_program() -> Program | None:
    """The program whose scope is entered, or None outside of one."""
    program: Program | None = get_scope().get("program")
    return program


@contextmanager
def program_scope(program: Program) -> Iterator[Program]:
    """Enter a program. Every read and write of its tables happens inside; nothing else is visible there.

    Entering the same program again is allowed. Raises TenancyError on entering another one: work across
    programs loops over them, one scope after the other.
    """
    active = active_program()
    if active is not None and active.pk != program.pk:
        raise TenancyError(f"Cannot enter program {program.slug!r} from inside program {active.slug!r}.")
    outermost = not connection.in_atomic_block
    with bound_contextvars(program=program.slug), transaction.atomic(), scope(program=program):
        previous = _set(str(program.pk))
        yield program
        # The setting ends with the transaction. In a nested one it is put back, on success only: on an error
        # PostgreSQL rolls it back with the savepoint.
        if not outermost and not connection.needs_rollback:
            _set(previous)


def _set(value: str) -> str:
    """Set the program of this transaction for the row-level policies and return the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)",
            [SETTING, SETTING, value],
        )
        return str(cursor.fetchone()[0])
