"""A closed round in the running product, with one application that was found eligible: made by the services.

The bodies and the rubric are those of the demonstration. The round, the organisation and its team are its
own, so that no test meets another's.
"""

import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from secrets import token_hex

import django
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.drafts import PROGRAM, made_in
from tests.stack.product import Product

BUDGET = 60_000
KINDS = ("application", "screening", "assessment", "advice", "endorsement", "decision")
ASSESSOR = f"ravi@{PROGRAM}.example.org"


@dataclass(frozen=True)
class PutToPanel:
    """An application before the panel: the codes of its round and its own, what it is called, whose it is."""

    product: Product
    round: str
    code: str
    title: str
    organisation: str
    team: str

    @property
    def board(self) -> str:
        return f"/{PROGRAM}/assessments/rounds/{self.round}/"

    @property
    def page(self) -> str:
        return f"/{PROGRAM}/panel/applications/{self.code}/"

    @property
    def slate(self) -> str:
        return f"/{PROGRAM}/decisions/{self.round}/"

    def votes(self) -> list[tuple[str, str]]:
        """Who voted what, as the database has it, by name."""
        rows = self.product.rows(
            PROGRAM,
            "SELECT u.email, v.choice FROM grants_vote v JOIN accounts_user u ON u.id = v.user_id"
            " JOIN grants_ballot b ON b.id = v.ballot_id JOIN grants_application a ON a.id = b.application_id"
            " WHERE a.code = %s ORDER BY u.email",
            self.code,
        )
        return [(str(email).partition("@")[0], str(choice)) for email, choice in rows]

    def let_letters_leave(self) -> None:
        """The minutes in which a letter can be stopped are over."""
        self.product.rows(
            PROGRAM,
            "UPDATE grants_letter l SET leaves_at = now() FROM grants_decision d, grants_application a"
            " WHERE d.id = l.decision_id AND a.id = d.application_id AND a.code = %s AND l.state = 'released'"
            " RETURNING l.id",
            self.code,
        )


def put_to_panel(product: Product, name: str) -> PutToPanel:
    """One application, eligible, in a closed round whose stages are all still to come."""
    own = f"{name}-{token_hex(2)}"
    return PutToPanel(product, *made_in(product, "tests.browser.panels", own))


def press(page: Page, name: str) -> None:
    """The one button or link of this name, wherever it stands on the page."""
    control: Locator = page.locator("main").get_by_role("button", name=name, exact=True)
    control = control.or_(page.locator("main").get_by_role("link", name=name, exact=True))
    control.first.click()


def declare(page: Page, choice: str, statement: str = "") -> None:
    """Declare where one stands with the application whose page of declaring is open."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Declare on")
    page.get_by_role("radio", name=choice, exact=False).first.check()
    if statement:
        page.get_by_label("What ties you to it").fill(statement)
    press(page, "Declare")


def _make(name: str) -> list[str]:
    """Runs in the product's environment."""
    from grants.models import Body, Round, RubricVersion, Stage
    from grants.services.closing import close_round
    from grants.services.screening import screen
    from grants.services.stages import name_people
    from grants.services.submitting import submit_application
    from scsc.accounts.models import User
    from scsc.accounts.personas import ensure_persona
    from scsc.programs.models import Program
    from scsc.programs.roles import Role
    from scsc.programs.tenancy import program_scope
    from tests.grants.applicants import form_of, round_of
    from tests.grants.writing import SCHEMA as FORM
    from tests.grants.writing import draft_by, write_all

    program, now = Program.objects.get(slug=PROGRAM), timezone.now()
    people = {key: User.objects.get(email=f"{key}@{PROGRAM}.example.org") for key in ("officer", "manager")}
    with program_scope(program):
        ensure_persona(program, key=f"noor-{name}", name="Noor", role=Role.APPLICANT)
        noor = User.objects.get(email=f"noor-{name}@{PROGRAM}.example.org")
        money = {"budget": Decimal(BUDGET), "two_decide_over": Decimal(BUDGET)}
        round_ = round_of(program, f"P-{name}"[:20].upper(), kinds=KINDS, title=f"Panel {name}", **money)
        stages = {stage.kind: stage for stage in round_.stages.select_related("round__program")}
        Stage.objects.filter(round=round_, kind="application").update(form_version=form_of(program, FORM))
        for kind, body in {"advice": Body.Kind.ADVISORY, "endorsement": Body.Kind.ROUNDTABLE}.items():
            Stage.objects.filter(round=round_, kind=kind).update(body=Body.objects.get(kind=body))
        rubric = RubricVersion.objects.filter(state="published").order_by("pk").first()
        due = now + timedelta(days=9)
        Stage.objects.filter(round=round_, kind="assessment").update(rubric_version=rubric, assess_by=due)
        Stage.objects.filter(round=round_, kind="assessment").update(assessors_each=1)
        name_people(stages["assessment"], people=[User.objects.get(email=ASSESSOR)], actor=people["manager"])
        application = draft_by(noor, program, round_, name=f"Lighthouse {name}")
        write_all(application, noor)
        submit_application(application, declared_name="Noor West", declared_position="Director", actor=noor)
        application.refresh_from_db()
        screen(application, outcome="eligible", actor=people["officer"])
        Round.objects.filter(pk=round_.pk).update(opens_at=now - timedelta(9), closes_at=now - timedelta(2))
        close_round(Round.objects.get(pk=round_.pk))
        named = str(application.organisation)
    return [round_.code, application.code, application.title, named, noor.email]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(_make(sys.argv[1])))
