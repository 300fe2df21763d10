"""`dump_program SLUG`: a program as a program file, on standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scsc.programs.models import Program
from workplan.program_files.dump import dump_program


class Command(BaseCommand):
    help = "Write a program as a program file. Loading the file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        program = Program.objects.filter(slug=slug).first()
        if program is None:
            known = ", ".join(Program.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no program {slug}. Programs: {known}.")
        self.stdout.write(dump_program(program), ending="")
