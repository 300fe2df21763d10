"""Decisions that wait for a second person, for the Today page. One query."""

from django.urls import reverse

from grants.engine.kinds.amounts import money_words
from grants.models import Decision
from grants.queries.deciding import kept_from
from grants.states import DecisionState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from scsc.ui.needs import Need

# So many stand on their own; the rest are in the list.
MOST = 10


def decision_needs(program: Program, user: User) -> list[Need]:
    """What somebody else agreed to and this person may confirm; nothing for those who confirm nothing."""
    if not has_role(user, program, Role.MANAGER, Role.FINANCE):
        return []
    waiting = Decision.objects.filter(state=DecisionState.AGREED).exclude(agreed_by=user)
    rows = waiting.exclude(application__in=kept_from(user)).select_related(
        "application", "round", "agreed_by"
    )
    return [_to_confirm(decision, program) for decision in rows.order_by("pk")[:MOST]]


def _to_confirm(decision: Decision, program: Program) -> Need:
    amount = money_words(decision.amount, program.currency, cents=False) if decision.amount else ""
    return Need(
        tone="warn",
        label="To confirm",
        title=f"Confirm an award of {amount} to {decision.application}",
        detail=f"{decision.round.code} · {decision.agreed_by} agreed, and it takes two people",
        url=reverse("decisions:decision", args=[program.slug, decision.round.code, decision.pk]),
        since=day_of(program, decision.recommended_at),
    )
