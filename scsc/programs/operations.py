"""Migration operations that put a table behind its program. Each can run again after a change of fields."""

from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

THIS_PROGRAM = "NULLIF(current_setting('app.program_id', true), '')::bigint"


class _TableOperation(Operation):
    """An operation on the table of one model, without effect on Django's state."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def describe(self) -> str:
        return f"{type(self).__name__} {self.model_name}"

    def _model(self, app_label: str, state: ProjectState) -> type[models.Model]:
        apps: Apps = state.apps
        return apps.get_model(app_label, self.model_name)

    def _table(self, app_label: str, state: ProjectState) -> str:
        return self._model(app_label, state)._meta.db_table


def protect_sql(table: str, condition: str) -> list[str]:
    """Statements that force a row-level policy with this condition, for reading and for writing."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS program ON "{table}"',
        f'CREATE POLICY program ON "{table}" USING ({condition}) WITH CHECK ({condition})',
    ]


def unprotect_sql(table: str) -> list[str]:
    return [
        f'DROP POLICY IF EXISTS program ON "{table}"',
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]


def tenant_foreign_keys(model: type[models.Model]) -> list[tuple[str, str]]:
    """The foreign keys of a model to other tenant tables, as (column, table)."""
    found = []
    for field in model._meta.concrete_fields:
        related: Any = field.remote_field.model if isinstance(field, models.ForeignKey) else None
        if related and any(other.name == "program" for other in related._meta.concrete_fields):
            found.append((str(field.column), str(related._meta.db_table)))
    return found


class ProtectTenant(_TableOperation):
    """Row-level security on a tenant table, and a composite twin for each of its keys to tenant tables.

    PostgreSQL checks foreign keys without row-level security, so a plain key could name another program's
    row. The twin `(program_id, x_id) -> (program_id, id)` makes that impossible.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self._model(app_label, to_state)
        table = model._meta.db_table
        for statement in protect_sql(table, f"program_id = {THIS_PROGRAM}"):
            schema_editor.execute(statement)
        self._constrain(schema_editor, table, f"{table}_tenant", "UNIQUE (program_id, id)")
        for column, target in tenant_foreign_keys(model):
            self._constrain(
                schema_editor,
                table,
                f"{table}_{column}_tenant"[:63],
                f'FOREIGN KEY (program_id, "{column}") REFERENCES "{target}" (program_id, id) '
                "DEFERRABLE INITIALLY DEFERRED",
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self._model(app_label, from_state)
        table = model._meta.db_table
        for statement in unprotect_sql(table):
            schema_editor.execute(statement)
        for column, _ in tenant_foreign_keys(model):
            name = f"{table}_{column}_tenant"[:63]
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{table}_tenant"')

    @staticmethod
    def _constrain(schema_editor: BaseDatabaseSchemaEditor, table: str, name: str, definition: str) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
                [name, f'"{table}"'],
            )
            if cursor.fetchone() is None:
                schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')


class ProtectByParent(_TableOperation):
    """Row-level security on a table without a program of its own: its rows follow their parent's policy."""

    def __init__(self, model_name: str, parent: str) -> None:
        super().__init__(model_name)
        self.parent = parent

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self._model(app_label, to_state)
        field: Any = model._meta.get_field(self.parent)
        parent_table = field.remote_field.model._meta.db_table
        condition = (
            f'EXISTS (SELECT 1 FROM "{parent_table}" parent WHERE parent.id = "{field.column}" '  # noqa: S608
            f"AND parent.program_id = {THIS_PROGRAM})"
        )
        for statement in protect_sql(model._meta.db_table, condition):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in unprotect_sql(self._table(app_label, from_state)):
            schema_editor.execute(statement)


class AppendOnly(_TableOperation):
    """A trigger that refuses to change or remove rows, whoever asks: the second lock beside the grants."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = self._table(app_label, to_state)
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$",
            params=None,
        )
        schema_editor.execute(
            f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(f'DROP TRIGGER append_only ON "{self._table(app_label, from_state)}"')
