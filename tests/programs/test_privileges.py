"""What the application's role may not do in a database that `migrate` has prepared."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections

from scsc.programs.privileges import grant_privileges
from tests.databases import owner_cursor


@pytest.mark.usefixtures("committed")
def test_app_role_cannot_make_a_temporary_table() -> None:
    grant_privileges(connections["owner"], connection.settings_dict["USER"])
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied to create temp"),
    ):
        cursor.execute("CREATE TEMPORARY TABLE audit_auditevent (id bigint)")


@pytest.mark.usefixtures("committed")
def test_role_that_does_not_own_the_database_says_what_to_do(database_name: str) -> None:
    # The application's own role stands for one that cannot revoke.
    with owner_cursor(database_name) as cursor:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {database_name} TO PUBLIC")
    with pytest.raises(ImproperlyConfigured, match="REVOKE TEMPORARY ON DATABASE"):
        grant_privileges(connection, connection.settings_dict["USER"])


@pytest.mark.django_db
def test_temporary_tables_come_last_on_the_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone()[0].replace(" ", "") == "public,pg_temp"
