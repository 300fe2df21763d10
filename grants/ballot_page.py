"""What the page of one ballot shows to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from grants.models import Application, Ballot, Declaration, Vote
from grants.permissions import can_run_ballot, can_vote, is_member
from grants.queries.advice import advice_on
from grants.queries.applications import amount_words
from grants.queries.ballots import (
    TONES,
    has_voted,
    material_changes_of,
    own_vote,
    recused,
    roll,
    turnout_of,
)
from grants.queries.papers import quorum_words, score_words, threshold_words
from grants.services.ballots import why_not
from grants.states import BallotState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.programs.clock import day_of
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

ENDORSED = Ballot.Outcome.ENDORSED


@dataclass(frozen=True)
class Voter:
    """One person of the roll, for those who run the ballot. `choice` is empty until it is closed."""

    name: str
    standing: str
    choice: str = ""


def facts_of(ballot: Ballot, user: User, *, now: datetime) -> dict[str, Any]:
    """Everything on the page. What was chosen is shown to nobody before the close."""
    application = ballot.application
    is_open, is_closed = ballot.state == BallotState.OPEN, ballot.state == BallotState.CLOSED
    may_vote = can_vote(user, ballot)
    return {
        "ballot": ballot,
        "application": application,
        "crumbs": [("Ballots", reverse("ballots:list", args=[ballot.program.slug]))],
        "glance": glance(application),
        "advice": advice_on(application),
        "tone": TONES.get(ballot.outcome if is_closed else ballot.state, "idle"),
        "label": ballot.get_outcome_display() if is_closed else ballot.get_state_display(),
        "place": place_of(ballot),
        "turnout": turnout_of(ballot, now=now) if is_open else None,
        "quorum_words": quorum_words(ballot),
        "threshold_words": threshold_words(ballot),
        "may_vote": may_vote,
        "own_vote": own_vote(ballot, user),
        "why_not": why_not(ballot, user, now) if is_open and not may_vote and _concerns(ballot, user) else "",
        "changes": material_changes_of(ballot) if ballot.outcome == ENDORSED and is_closed else [],
        "steps": ballot.life.open_to(user, ballot),
        "voters": voters_of(ballot, user) if _sees_voters(user, ballot) else [],
        "dissent": list(dissent_of(ballot)) if is_closed else [],
        "asked": list(asked_conditions(ballot)) if is_closed else [],
        "stepped_out": list(stepped_out(ballot)),
        "history": history_of([ballot]),
    }


def glance(application: Application) -> list[tuple[str, str]]:
    """What an application is in a few lines: label and words."""
    organisation, action = application.organisation, application.round.action
    lines = [
        ("Organisation", f"{organisation}{_checked(organisation)}"),
        ("Asked for", amount_words(application.amount, application.program) or "No amount"),
        ("Assessment", score_words(application)),
    ]
    if action is not None:
        lines.append(("Serves", f"{action.code} · {action.ambition.stream} · {action.text}"))
    return lines


def place_of(ballot: Ballot) -> str:
    """Which ballot of which meeting: "Ballot 7 of 12 · Meeting of 14 April"."""
    if ballot.meeting is None:
        return f"Ballot by circulation · {ballot.body}"
    others = list(Ballot.objects.filter(meeting=ballot.meeting).order_by("pk").values_list("pk", flat=True))
    return f"Ballot {others.index(ballot.pk) + 1} of {len(others)} · {ballot.meeting}"


def voters_of(ballot: Ballot, user: User) -> Sequence[Voter]:
    """The roll by name: who stepped out, who voted, and once it is closed how."""
    out, closed = recused(ballot), ballot.state == BallotState.CLOSED
    votes = {row.user_id: row for row in Vote.objects.filter(ballot=ballot)}
    found = []
    for row in ballot.voters.select_related("user").order_by("user__name", "pk"):
        vote = votes.get(row.user_id)
        standing = "Voted" if vote else "Stepped out" if row.user_id in out else "No vote"
        choice = vote.get_choice_display() if vote and closed else ""
        found.append(Voter(str(row.user), standing, choice))
    return found


def dissent_of(ballot: Ballot) -> Sequence[Vote]:
    """Votes against whose members want to be named."""
    return list(ballot.votes.filter(record_dissent=True).select_related("user").order_by("pk"))


def asked_conditions(ballot: Ballot) -> Sequence[str]:
    """What members asked for beside the conditions of the ballot, without their names."""
    return list(ballot.votes.exclude(conditions="").order_by("pk").values_list("conditions", flat=True))


def stepped_out(ballot: Ballot) -> Sequence[User]:
    """Who of the roll has stepped out, or waits for a ruling, by name."""
    out = Declaration.objects.filter(application=ballot.application_id, user__in=recused(ballot))
    return [row.user for row in out.select_related("user").order_by("user__name", "pk")]


def _sees_voters(user: User, ballot: Ballot) -> bool:
    if ballot.state not in {BallotState.OPEN, BallotState.CLOSED}:
        return False
    auditor = has_role(user, ballot.program, Role.AUDITOR) and ballot.state == BallotState.CLOSED
    return auditor or can_run_ballot(user, ballot)


def _concerns(ballot: Ballot, user: User) -> bool:
    """Whether somebody may wonder why they cannot vote: not those who already did."""
    return user.pk not in has_voted(ballot) and (
        user.pk in roll(ballot) or is_member(user, ballot.body, on=day_of(ballot.program, ballot.prepared_at))
    )


def _checked(organisation: Organisation) -> str:
    """What is known of an organisation, in few words."""
    known = [
        f"ABN {organisation.abn}" if organisation.abn else "",
        "charity" if organisation.is_charity == Organisation.Standing.YES else "",
        "demonstration" if organisation.is_demonstration else "",
    ]
    words = ", ".join(one for one in known if one)
    return f" · {words}" if words else ""
