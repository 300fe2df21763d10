"""Applications in the running product: made in its own environment, by its own services.

`draft(product, "…")` gives one with a team of two, in a round of its own. Each has people of its own, so that
no test meets another's.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import django
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.stack.product import ROOT, Product

PROGRAM = "scsc"


@dataclass(frozen=True)
class Drafted:
    """A draft in the product: its code, who may submit it and who edits it."""

    product: Product
    code: str
    submitter: str
    editor: str

    @property
    def home(self) -> str:
        return f"/{PROGRAM}/apply/{self.code}/"

    def section(self, key: str) -> str:
        return f"{self.home}sections/{key}/"

    def answer(self, key: str) -> Any:
        """What is kept of one answer, and its version."""
        rows = self.product.rows(
            PROGRAM,
            "SELECT a.value, a.version FROM grants_answer a"
            " JOIN grants_application p ON p.id = a.application_id WHERE p.code = %s AND a.key = %s",
            self.code,
            key,
        )
        return rows[0] if rows else (None, 0)

    def value(self, key: str) -> Any:
        return self.answer(key)[0]

    def submissions(self) -> list[tuple[Any, ...]]:
        return self.product.rows(
            PROGRAM,
            "SELECT s.number, s.sha256, s.in_grace FROM grants_submission s"
            " JOIN grants_application p ON p.id = s.application_id WHERE p.code = %s",
            self.code,
        )

    def close(self, at: datetime | None = None, **ago: float) -> None:
        """Let its round close at a moment, or have closed so long ago."""
        moment = at or timezone.now() - timedelta(**ago)
        self.product.rows(
            PROGRAM,
            "UPDATE grants_round r SET closes_at = %s FROM grants_application p"
            " WHERE p.round_id = r.id AND p.code = %s RETURNING r.id",
            moment,
            self.code,
        )


def draft(product: Product, name: str, *, complete: bool = False) -> Drafted:
    """A draft with its team of two; `complete` with everything that is asked for."""
    own = f"{name}-{token_hex(2)}".lower()
    made = made_in(product, "tests.browser.drafts", own, "complete" if complete else "")
    return Drafted(product, *made)


def made_in(product: Product, module: str, *arguments: str) -> list[str]:
    """What a module of the tests says on its last line after it ran in the product's own environment."""
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | product.environment() | {"DJANGO_SETTINGS_MODULE": "scsc.settings"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    said: list[str] = json.loads(ran.stdout.splitlines()[-1])
    return said


def come_in(page: Page, email: str) -> None:
    """Sign a persona in on the page of the demonstration, wherever that leads."""
    page.goto("/demo/")
    page.locator(f'button[data-email="{email}"]').click()
    expect(page.locator(".avatar")).to_be_visible()


def _make(name: str, *, complete: bool) -> list[str]:
    """Runs in the product's environment."""
    from grants.models.applications import Rights
    from grants.services.rights import grant_rights
    from scsc.accounts.models import User
    from scsc.accounts.personas import ensure_persona
    from scsc.programs.models import Program
    from scsc.programs.roles import Role
    from scsc.programs.tenancy import program_scope
    from tests.grants.writing import draft_by, round_to_write, write_all

    program = Program.objects.get(slug=PROGRAM)
    people = {key: f"{key}@{PROGRAM}.example.org" for key in (f"noor-{name}", f"lena-{name}")}
    with program_scope(program):
        for key, email in people.items():
            persona, called = email.partition("@")[0], key.partition("-")[0].capitalize()
            ensure_persona(program, key=persona, name=called, role=Role.APPLICANT)
        submitter, editor = (User.objects.get(email=email) for email in people.values())
        round_ = round_to_write(program, code=f"T-{name}"[:20])
        application = draft_by(submitter, program, round_, name=f"Harbour {name}")
        grant_rights(application, user=editor, rights=Rights.EDIT)
        if complete:
            write_all(application, submitter)
    return [application.code, *people.values()]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(_make(sys.argv[1], complete=sys.argv[2] == "complete")))
