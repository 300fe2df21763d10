"""List the personas of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from scsc.accounts.queries import personas


class Command(BaseCommand):
    help = "List the people of the demonstration by program and role, and the address where they sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            (persona.where, persona.role.value, persona.user.name, persona.user.email)
            for persona in personas()
        ]
        if not rows:
            self.stdout.write("There are no personas. Run `manage.py demo_data` first.")
            return
        table = [("Program", "Role", "Name", "Email"), *rows]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        where = f"{settings.BASE_URL}{reverse('accounts:demonstration')}"
        note = "" if settings.DEMO else "  (off: start with DEMO=true to use it)"
        self.stdout.write(f"\nSign in as any of them: {where}{note}")
