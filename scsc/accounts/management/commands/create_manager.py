"""Invite the first manager of a program."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from scsc.accounts.services import invite_first_manager
from scsc.errors import DomainError
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope


class Command(BaseCommand):
    help = "Invite a manager where nobody is there yet to invite, and print the link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, help="the program's slug, such as scsc")
        parser.add_argument("--email", required=True, help="the person's address; the link works for it only")
        parser.add_argument("--name", default="", help="the person's full name, which they can correct")

    def handle(self, *args: Any, **options: Any) -> None:
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            known = ", ".join(Program.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no program {options['program']!r}. Programs: {known}.")
        try:
            validate_email(options["email"])
            with program_scope(program):
                link = invite_first_manager(program, email=options["email"], name=options["name"])
        except ValidationError as error:
            raise CommandError(f"{options['email']!r} is not an email address.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Send this link to {options['email']}. It works once, for {settings.INVITATION_DAYS} days, "
            f"and makes them a manager of {program}:\n{link}"
        )
