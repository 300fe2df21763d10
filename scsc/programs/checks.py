"""Refuse to run on a database role that could see past row-level security."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# A role can act as every role it is a member of, so membership counts like the attribute itself.
UNSAFE = """
    SELECT r.rolname,
           CASE WHEN r.rolsuper THEN 'is a superuser'
                WHEN r.rolbypassrls THEN 'has BYPASSRLS'
                ELSE 'owns tables and could switch their policies off' END
    FROM pg_roles r
    WHERE pg_has_role(current_user, r.oid, 'MEMBER')
      AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
          SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relowner = r.oid AND n.nspname = 'public' AND c.relkind = 'r'))
"""


def unsafe_reasons(connection: BaseDatabaseWrapper) -> list[str]:
    """Why the role of this connection could see past the policies; empty when it cannot."""
    with connection.cursor() as cursor:
        cursor.execute(UNSAFE)
        return [f"role {name} {reason}" for name, reason in cursor.fetchall()]


def refuse_unsafe_role() -> None:
    """Raise ImproperlyConfigured when the application's role can bypass row-level security."""
    if reasons := unsafe_reasons(connections["default"]):
        raise ImproperlyConfigured(
            f"DATABASE_URL must name a role that row-level security binds: {'; '.join(reasons)}. "
            "See docs/operations.md, “Database roles”."
        )


@register(Tags.database)
def check_role(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """`manage.py check --database default` reports the same as the start of a process."""
    if "default" not in (databases or ()):
        return []
    reasons = unsafe_reasons(connections["default"])
    return [
        Error(reason, hint="Use the app role of docs/operations.md.", id="scsc.E001") for reason in reasons
    ]
