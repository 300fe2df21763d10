"""What the application's database role may do, derived from the models."""

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Django's own bookkeeping: read by the application, written by migrations.
READ_ONLY_TABLES = ("django_migrations",)


def append_only_tables() -> list[str]:
    """Tables that the application may only add to."""
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))


def grant_privileges(owner: BaseDatabaseWrapper, app_role: str) -> None:
    """Give the application role exactly its rights on every table. Runs as the owner, after migrations."""
    with transaction.atomic(using=owner.alias), owner.cursor() as cursor:
        role = owner.ops.quote_name(app_role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        for table in append_only_tables():
            cursor.execute(f'REVOKE UPDATE, DELETE ON "{table}" FROM {role}')
        for table in READ_ONLY_TABLES:
            cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {role}')
