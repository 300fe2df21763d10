"""Whether the clock allows writing. The clock decides, not the state that a job sets a moment later."""

from datetime import datetime, timedelta

from grants.models import Application, Round
from grants.states import ApplicationState, RoundState

# Rounds that the clock may open; a closed one still lets extended and late writers finish.
RUNNING = frozenset({RoundState.PUBLISHED, RoundState.OPEN})


def accepts_new(round_: Round, now: datetime) -> bool:
    """Whether somebody may begin an application: between opening and closing, to the second."""
    if round_.state not in RUNNING or round_.opens_at is None or round_.closes_at is None:
        return False
    return round_.opens_at <= now < round_.closes_at


def closing_of(application: Application) -> datetime:
    """When this application must be in: its own extension, or the closing of its stage.

    `stage` and `round` must be loaded. A round that was published has a closing.
    """
    common = application.stage.closes_at or application.round.closes_at
    if common is None:
        raise ValueError(f"{application.round} has no closing moment.")
    return max(common, application.extended_until) if application.extended_until else common


def grace_end_of(application: Application) -> datetime:
    """Until when text in progress at the close may still be finished and sent."""
    return closing_of(application) + timedelta(minutes=application.round.grace_minutes)


def may_write(application: Application, now: datetime) -> bool:
    """Whether a draft may still be written and submitted, grace included."""
    if application.state != ApplicationState.DRAFT or application.round.state in {
        RoundState.DRAFT,
        RoundState.ARCHIVED,
    }:
        return False
    return now < grace_end_of(application)


def in_grace(application: Application, now: datetime) -> bool:
    """Whether the close has passed and only the grace is left."""
    return closing_of(application) <= now < grace_end_of(application)
