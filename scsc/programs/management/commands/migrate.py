"""`migrate`, always as the owner role, followed by the grants of the application role."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from scsc.programs.privileges import grant_privileges


class Command(migrate.Command):
    help = (
        "Update the database schema as its owner (DATABASE_OWNER_URL) and grant the application its rights."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError(
                "Set DATABASE_OWNER_URL to the role that owns the tables; DATABASE_URL is the application's "
                "role and may not change the schema."
            )
        options["database"] = "owner"
        super().handle(*args, **options)
        call_command("createcachetable", database="owner", verbosity=0)
        try:
            grant_privileges(connections["owner"], connections["default"].settings_dict["USER"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
