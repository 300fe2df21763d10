"""`load_program FILE...`: load program files, each whole or not at all."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workplan.program_files.errors import MORE, ProgramFileError
from workplan.program_files.load import load_program_file


class Command(BaseCommand):
    help = "Load program files. Errors are printed one a line, as file:line:column: field: what to correct."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        failed = [file for file in files if not self._load(file)]
        if failed:
            sys.exit(1)

    def _load(self, file: Path) -> bool:
        try:
            report = load_program_file(name=str(file), text=file.read_bytes(), actor=None)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ProgramFileError as error:
            self.stderr.write("\n".join(each.as_line() for each in error.errors))
            if error.more:
                self.stderr.write(f"{file}: {MORE}")
            self.stderr.write(f"{file}: nothing was loaded.")
            return False
        self.stdout.write("\n".join(report.lines()))
        return True
