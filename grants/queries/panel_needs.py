"""What waits for a person of a panel, for the Today page. Nothing, and no query, for everybody else."""

from datetime import datetime

from django.urls import reverse

from grants.permissions import has_panel_work
from grants.queries.panel_home import rulings_for
from grants.queries.sight import to_declare
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.ui.needs import Need


def panel_needs(program: Program, user: User, now: datetime) -> list[Need]:
    """Declarations to make and rulings to give; votes and assessments are on the page of the panel."""
    if not has_panel_work(user, program):
        return []
    home, found = reverse("panel:home", args=[program.slug]), []
    waiting = to_declare(user, program).count()
    if waiting:
        number = f"{waiting} application{'' if waiting == 1 else 's'}"
        found.append(
            Need(
                tone="warn",
                label="To declare",
                title=f"Declare on {number}",
                detail="Their text opens once you have said whether you have a conflict of interest",
                url=home,
                since=day_of(program, now),
                is_mine=True,
            )
        )
    if rulings := rulings_for(user, program):
        found.append(
            Need(
                tone="warn",
                label="To rule on",
                title=f"Rule on {len(rulings)} conflict{'' if len(rulings) == 1 else 's'} of interest",
                detail="Until then these members see nothing of the application",
                url=home,
                since=day_of(program, rulings[0].declared_at),
                is_mine=True,
            )
        )
    return found
