"""`demo_data`: the three demonstration programs with their people and their work."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reporting.demo_grants import load_demo_grants
from reporting.demo_parts import read_demo_forms, read_demo_grants
from reporting.demo_plan import load_demo_plan, read_demo_plan
from scsc.accounts.personas import ensure_personas
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from workplan.program_files import load_program_file

FOLDER = settings.BASE_DIR / "demo"
PROGRAMS = ["scsc", "cpf", "ipcpp"]


class Command(BaseCommand):
    help = "Load the demonstration programs, personas and invented work. Run again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: set DEMO=true to load invented data.")
        for slug in PROGRAMS:
            self.stdout.write(self._load(slug))

    @transaction.atomic
    def _load(self, slug: str) -> str:
        """One program, all of it or nothing. What is there already stays as people left it."""
        path = FOLDER / "programs" / f"{slug}.yaml"
        program = Program.objects.filter(slug=slug).first()
        if program is None:
            program = load_program_file(name=path.name, text=path.read_bytes(), actor=None).program
        plan = read_demo_plan(path.name, (FOLDER / "plan" / path.name).read_text(encoding="utf-8"))
        with program_scope(program):
            ensure_personas(program)
            loaded = load_demo_plan(program, plan)
            self._grants(program)
        return f"{program.name}: {'loaded' if loaded else 'there already'}"

    @staticmethod
    def _grants(program: Program) -> None:
        """The program's invented rounds and applications, where there is a file of them."""
        path, forms = FOLDER / "grants" / f"{program.slug}.yaml", FOLDER / "grants" / "forms.yaml"
        if path.exists():
            grants = read_demo_grants(path.name, path.read_text(encoding="utf-8"))
            load_demo_grants(program, grants, read_demo_forms(forms.name, forms.read_text(encoding="utf-8")))
