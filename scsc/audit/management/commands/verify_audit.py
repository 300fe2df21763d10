"""Verify the audit trail of one or all programs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scsc.audit.seals import verify
from scsc.programs.models import Program


class Command(BaseCommand):
    help = "Walk the hash chain of every program's audit trail; exits 1 where a row was removed or altered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="programs to verify; all without one")
        parser.add_argument(
            "--head", help="a head noted earlier of this one program: its chain must still run through it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        programs = (
            Program.objects.filter(slug__in=options["slugs"]) if options["slugs"] else Program.objects.all()
        )
        if options["head"] and len(options["slugs"]) != 1:
            raise CommandError("Name the one program whose head this is: verify_audit SLUG --head HASH")
        broken = False
        for program in programs:
            verdict = verify(program, noted=options["head"] or "")
            broken |= bool(verdict.problems)
            word = "; ".join(verdict.problems) or "intact"
            self.stdout.write(
                f"{program.slug}: {verdict.sealed} sealed, {verdict.unsealed} not yet, "
                f"head {verdict.head}: {word}"
            )
        if broken:
            raise CommandError("The audit trail does not verify.")
