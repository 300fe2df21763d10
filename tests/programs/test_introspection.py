"""The database itself is asked: every tenant table is behind its program, without exception."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import ForeignKey

from scsc.programs.models import TenantModel
from scsc.programs.privileges import append_only_tables

# Platform tables that name a program and are read before one is entered.
PLATFORM = {"programs.membership", "accounts.invitation"}
BY_PARENT = ["workplan.actionuserobjectpermission", "grants.applicationuserobjectpermission"]


def tenant_models() -> list[type[models.Model]]:
    """Every model with a program, found by the field, not by the base class that it should have."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if any(f.name == "program" for f in model._meta.concrete_fields)
        and model._meta.label_lower not in PLATFORM
    ]


def ask(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


TENANT = [pytest.param(model, id=model._meta.label_lower) for model in tenant_models()]
PROTECTED = [*TENANT, *(pytest.param(apps.get_model(label), id=label) for label in BY_PARENT)]


def test_there_are_tenant_models() -> None:
    assert len(TENANT) >= 14


@pytest.mark.django_db
@pytest.mark.parametrize("model", PROTECTED)
def test_row_level_security_is_forced(model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert ask("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", table) == [
        (True, True)
    ]
    policies = ask("SELECT cmd, permissive, qual, with_check FROM pg_policies WHERE tablename = %s", table)
    assert len(policies) == 1
    command, permissive, using, check = policies[0]
    assert (command, permissive) == ("ALL", "PERMISSIVE")
    assert using == check
    assert "current_setting('app.program_id'" in using


@pytest.mark.parametrize("model", TENANT)
def test_manager_is_scoped_and_program_is_never_null(model: type[models.Model]) -> None:
    assert issubclass(model, TenantModel)
    assert model._default_manager.__class__.__module__ == "django_scopes.manager"
    assert not model._meta.get_field("program").null


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANT)
def test_keys_to_tenant_tables_name_the_program_too(model: type[models.Model]) -> None:
    table, tenants = model._meta.db_table, set(tenant_models())
    for field in model._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or field.related_model not in tenants:
            continue
        target = field.related_model._meta.db_table
        found = ask(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'f'",
            table,
        )
        wanted = f"FOREIGN KEY (program_id, {field.column}) REFERENCES {target}(program_id, id)"
        assert any(text.startswith(wanted) for (text,) in found), f"{table}.{field.column} needs {wanted}"


@pytest.mark.parametrize("model", TENANT)
def test_no_hidden_many_to_many_table(model: type[models.Model]) -> None:
    """Django's own link tables have no program; a link is a model of its own."""
    assert not model._meta.local_many_to_many


@pytest.mark.django_db
def test_every_table_of_the_database_is_known() -> None:
    """A table that is neither tenant nor platform would be outside of every rule."""
    platform_apps = {
        "accounts",
        "programs",
        "auth",
        "contenttypes",
        "sessions",
        "guardian",
        "account",
        "mfa",
        "usersessions",
    }
    platform = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in platform_apps
    }
    platform |= {"django_migrations", "platform_cache"}
    protected = {model._meta.db_table for model in [*tenant_models(), *map(apps.get_model, BY_PARENT)]}
    tables = {name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert tables == platform | protected


@pytest.mark.django_db
def test_the_connection_is_the_application_role() -> None:
    assert ask("SELECT current_user") == [("scsc_app",)]
    assert ask(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False, False)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", append_only_tables())
def test_application_can_only_add_to_append_only_tables(table: str) -> None:
    rights = {
        r
        for (r,) in ask(
            "SELECT privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = current_user AND table_name = %s",
            table,
        )
    }
    assert rights == {"SELECT", "INSERT"}
    assert ask("SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'append_only'", table)


@pytest.mark.django_db
def test_application_has_no_right_to_truncate_or_to_change_the_schema() -> None:
    assert not ask(
        "SELECT 1 FROM information_schema.role_table_grants "
        "WHERE grantee = current_user AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
    )
    assert ask("SELECT has_schema_privilege(current_user, 'public', 'CREATE')") == [(False,)]
