"""Ballots: a vote is taken once and for good, and a ballot is counted once, when it closes.

Locks are taken in the order of grants.services.holding: the application, the declaration of who votes, the
meeting, the ballot. Voting takes the last three alone, so that it waits for nobody who reads or writes texts.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.engine.count import Result, count
from grants.models import Application, Ballot, BallotVoter, Declaration, Vote
from grants.permissions import can_run_ballot, is_member
from grants.queries.ballots import (
    changed_since,
    is_present,
    left,
    material_changes_of,
    own_vote,
    recused,
    roll,
    rules_of,
    votes_of,
)
from grants.queries.sight import has_sight
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import allow, hold_application
from grants.states import UNDER_CONSIDERATION, BallotState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.clock import day_of

VOTED = "You have voted on this already. A vote is final, so it stays as it was cast."
NOT_OPEN = "This ballot is not open, so no vote can be cast. Your vote was not recorded."
TOO_LATE = "This ballot has ended, so no vote can be cast any more. Your vote was not recorded."
NOT_ON_ROLL = (
    "You were not a voting member when this ballot opened, so you are not on its roll. Ask the secretary."
)
NOT_IN_TERM = "Your term in this body has ended, so you cannot vote any more. Ask the secretary."
NOT_CLEAR = "Declare first whether you have a conflict of interest. Until then you cannot vote on it."
NOT_PRESENT = "You are not noted as present at the meeting that votes on this. Tell the secretary."
ONLY_RUNNERS = "The chair and the secretary of the body do this, and program staff who see the application."
NOT_NOW = "Your vote could not be taken just now. Look at the ballot again, then vote."
# What the database says when it refuses a vote, by a part of its words.
REFUSALS = {
    "not on the roll": NOT_ON_ROLL,
    "without a clear declaration": NOT_CLEAR,
    "not present at the meeting": NOT_PRESENT,
}
NO_REASON = "Say why you do not endorse it. The reason is recorded."


@transaction.atomic
def cast_vote(
    ballot: Ballot,
    *,
    choice: str,
    actor: User,
    reason: str = "",
    conditions: str = "",
    record_dissent: bool = False,
    now: datetime | None = None,
) -> Vote:
    """Cast a vote, for good. The same vote sent twice is one vote, and the second sending is no error.

    Raises ValidationError by field, DomainError in words for a second vote that differs, a ballot that is not
    open, or a person who may not vote in it; PermissionDenied for somebody without sight of the application.
    """
    wanted = Vote(
        program=ballot.program,
        user=actor,
        choice=_choice(choice),
        reason=reason.strip(),
        conditions=conditions.strip() if choice == Vote.Choice.ENDORSE else "",
        record_dissent=record_dissent and choice == Vote.Choice.NOT_ENDORSE,
    )
    if wanted.choice == Vote.Choice.NOT_ENDORSE and not wanted.reason:
        raise ValidationError({"reason": NO_REASON})
    held = _hold_to_vote(ballot, actor)
    known = own_vote(held, actor)
    if known is not None:
        return _same(known, wanted)
    wanted.ballot, wanted.cast_at = held, now or timezone.now()
    if problem := why_not(held, actor, wanted.cast_at):
        raise DomainError(problem)
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError as error:
        # Something changed while the vote was on its way; the database looks last.
        raise DomainError(_refusal(str(error))) from None
    # What was chosen stays out of the trail while others still vote.
    record(wanted, "cast", actor=actor, after={"ballot": held.pk})
    return wanted


def _refusal(error: str) -> str:
    return next((words for sign, words in REFUSALS.items() if sign in error), NOT_NOW)


def why_not(ballot: Ballot, user: User, now: datetime) -> str | None:
    """Why a person cannot vote at this moment, in words; None where they can."""
    if ballot.state != BallotState.OPEN:
        return NOT_OPEN
    if ballot.closes_at is not None and now >= ballot.closes_at:
        return TOO_LATE
    if not BallotVoter.objects.filter(ballot=ballot, user=user).exists():
        return NOT_ON_ROLL
    if not is_member(user, ballot.body, on=day_of(ballot.program, now)):
        return NOT_IN_TERM
    if not has_sight(user, ballot.application) or not _is_clear(ballot, user):
        return NOT_CLEAR
    return None if is_present(ballot, user) else NOT_PRESENT


@transaction.atomic
def close_ballot(ballot: Ballot, *, actor: User, now: datetime | None = None) -> Ballot:
    """Close a ballot and count it, once. Where what was voted on has changed, it is void instead.

    Raises DomainError for one that is not open or may not close yet, PermissionDenied for those who do not
    run it.
    """
    held = _hold_to_count(ballot)
    allow(can_run_ballot(actor, held), ONLY_RUNNERS)
    return _settle(ballot, held, action="close", actor=actor, now=now or timezone.now())


@transaction.atomic
def expire_ballot(ballot: Ballot, *, now: datetime | None = None) -> Ballot:
    """Close a ballot by circulation whose moment has come. Does nothing to any other, however often asked."""
    now = now or timezone.now()
    if ballot.closes_at is None or ballot.closes_at > now:
        return ballot
    held = _hold_to_count(ballot)
    if held.state != BallotState.OPEN or held.closes_at is None or held.closes_at > now:
        return held
    return _settle(ballot, held, action="expire", actor=None, now=now)


@transaction.atomic
def withdraw_ballot(ballot: Ballot, *, reason: str, actor: User) -> Ballot:
    """Take back a ballot that has no result yet. Its votes stay on record and never count."""
    hold_ballot(ballot)
    return transition(ballot, "withdraw", actor=actor, reason=reason, also={"void_reason": reason.strip()})


def void_ballot(ballot: Ballot, *, reason: str) -> Ballot:
    """Make a ballot void, with its result if it has one. The system's step, with the application locked."""
    ballot.void_reason = reason
    return transition(ballot, "void", actor=None, reason=reason, also={"void_reason": reason})


def void_where_changed(application: Application) -> list[Ballot]:
    """Void the ballots on what the application is not any more. Called with the application locked.

    After a decision was published nothing is voided: that was decided on what there was.
    """
    if application.state not in UNDER_CONSIDERATION:
        return []
    found = changed_since([application]).get(application.pk, [])
    return [void_ballot(ballot, reason=" ".join(changes)) for ballot, changes in found]


def drop_ballots(application: Application, *, reason: str) -> list[Ballot]:
    """Void the ballots that have no result yet: with what became of the application there is nothing to
    vote on. Called with the application locked."""
    waiting = Ballot.objects.filter(
        application=application, state__in=[BallotState.PREPARED, BallotState.OPEN]
    )
    return [void_ballot(ballot, reason=reason) for ballot in waiting.order_by("pk")]


def hold_ballot(ballot: Ballot) -> Ballot:
    """The ballot as it stands now, kept from other writers, after its application."""
    application = hold_application(ballot.application)
    fresh = _locked(ballot)
    fresh.application = application
    return fresh


def _hold_to_count(ballot: Ballot) -> Ballot:
    """The ballot to be counted, locked after the declarations of its voters, as a vote locks them.

    What is found against somebody who voted makes it void, before anything is counted.
    """
    application = hold_application(ballot.application)
    if Ballot.objects.filter(pk=ballot.pk, state=BallotState.OPEN).exists():
        voters = ballot.voters.select_related("user").order_by("user")
        look_for_conflicts([application], users=[row.user for row in voters])
    fresh = _locked(ballot)
    fresh.application = application
    return fresh


def _settle(ballot: Ballot, held: Ballot, *, action: str, actor: User | None, now: datetime) -> Ballot:
    """Count an open ballot and close it; void, where what is found about it says so. Others are refused."""
    if (ballot.state, held.state) == (BallotState.OPEN, BallotState.VOID):
        ballot.state = held.state
        return held
    if held.state == BallotState.OPEN and (changes := material_changes_of(held)):
        return void_ballot(ballot, reason=" ".join(changes))
    also: dict[str, object] = {"closed_at": now}
    if held.state == BallotState.OPEN:
        result = _counted(held, now)
        also |= {"outcome": result.outcome, "result": result.data()}
    return transition(ballot, action, actor=actor, also=also)


def _counted(ballot: Ballot, now: datetime) -> Result:
    return count(
        rules_of(ballot),
        roll=roll(ballot),
        recused=recused(ballot),
        left=left(ballot, on=day_of(ballot.program, now)),
        votes=votes_of(ballot),
    )


def _hold_to_vote(ballot: Ballot, actor: User) -> Ballot:
    """The ballot after the person's own declaration, both locked: of two votes at once one goes first."""
    allow(has_sight(actor, ballot.application), NOT_CLEAR)
    own = Declaration.objects.select_for_update(of=("self",), no_key=True)
    own.filter(application=ballot.application_id, user=actor).first()
    fresh = _locked(ballot)
    application = Application.objects.select_related("program").get(pk=ballot.application_id)
    fresh.application = application
    return fresh


def _locked(ballot: Ballot) -> Ballot:
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("body")
    fresh = rows.get(pk=ballot.pk)
    fresh.program = fresh.body.program = ballot.program
    return fresh


def _is_clear(ballot: Ballot, user: User) -> bool:
    clear = Declaration.objects.filter(application=ballot.application_id, user=user, state="clear")
    return clear.exists()


def _choice(choice: str) -> Vote.Choice:
    if choice not in Vote.Choice.values:
        raise ValidationError({"choice": "Choose one of the three."})
    return Vote.Choice(choice)


def _same(known: Vote, wanted: Vote) -> Vote:
    names = ("choice", "reason", "conditions", "record_dissent")
    if all(getattr(known, name) == getattr(wanted, name) for name in names):
        return known
    raise DomainError(VOTED)
