"""When a round opens and closes: by the clock, early, later, or again."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Round, Stage
from grants.queries.rounds import is_due
from grants.services.locking import lock_round
from grants.services.round_mail import tell_drafts, when_in
from grants.states import RoundState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError

RUNNING = frozenset({RoundState.PUBLISHED, RoundState.OPEN})


def open_round(round_: Round) -> Round:
    """Note that a round has opened. The clock itself decided."""
    return transition(round_, "open", actor=None)


def close_round(round_: Round) -> Round:
    """Note that the last of a round's stages has closed. The clock itself decided."""
    return transition(round_, "close", actor=None)


@transaction.atomic
def turn_round(round_id: int, *, now: datetime | None = None) -> str:
    """Open or close a round if its moment came, both where both did. Returns the state it has then.

    Safe to call at any time: a round that is not due stays as it is.
    """
    found = (
        Round.objects.select_for_update(of=("self",)).select_related("program").filter(pk=round_id).first()
    )
    return _catch_up(found, now or timezone.now()).state if found else ""


@transaction.atomic
def close_round_early(round_: Round, *, reason: str, actor: User, now: datetime | None = None) -> Round:
    """Close a round now, all its stages with it. Writers are told, and still have the grace of the round."""
    moment = now or timezone.now()
    fresh = _catch_up(lock_round(round_, actor=actor), moment)
    before = _closings(fresh)
    # First: nothing is told or moved where the step is refused.
    fresh = transition(fresh, "close_early", actor=actor, reason=reason)
    if fresh.closes_at is None or fresh.closes_at > moment:
        fresh.closes_at = moment
        fresh.save(update_fields=["closes_at"])
    fresh.stages.filter(closes_at__gt=moment).update(closes_at=moment)
    record(fresh, "change_closing", actor=actor, before=before, after=_closings(fresh))
    _tell(fresh, None, actor, f"The round was closed early. {_grace(fresh)}".strip(), reason)
    return fresh


@transaction.atomic
def change_closing(
    round_: Round,
    *,
    closes_at: datetime,
    reason: str,
    actor: User,
    stage: Stage | None = None,
    now: datetime | None = None,
) -> Round:
    """Move the closing of a round that runs, earlier or later, and tell those who are writing.

    `stage` names a written stage after the first, which has a closing of its own. Raises DomainError for a
    closed round (that one is opened again), ValidationError for a moment that does not fit.
    """
    moment = now or timezone.now()
    fresh = _catch_up(lock_round(round_, actor=actor), moment)
    if fresh.state not in RUNNING:
        word = RoundState(fresh.state).label.lower()
        raise DomainError(f"This round is {word}, so its closing is not changed here.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why the closing changes: the reason is kept, and mailed."})
    before = _closings(fresh)
    _set_closing(fresh, stage, closes_at, moment)
    record(fresh, "change_closing", actor=actor, before=before, after=_closings(fresh), reason=reason)
    _tell(fresh, stage or _first(fresh), actor, _new_words(fresh, closes_at), reason)
    return fresh


@transaction.atomic
def reopen_round(
    round_: Round,
    *,
    closes_at: datetime,
    reason: str,
    actor: User,
    stage: Stage | None = None,
    now: datetime | None = None,
) -> Round:
    """Open a closed round again until a new closing, of the round or of a later stage; writers are told."""
    moment = now or timezone.now()
    fresh = _catch_up(lock_round(round_, actor=actor), moment)
    before = _closings(fresh)
    fresh = transition(fresh, "reopen", actor=actor, reason=reason)
    _set_closing(fresh, stage, closes_at, moment)
    record(fresh, "change_closing", actor=actor, before=before, after=_closings(fresh))
    words = f"The round is open again. {_new_words(fresh, closes_at)}"
    _tell(fresh, stage or _first(fresh), actor, words, reason)
    return fresh


def _catch_up(round_: Round, now: datetime) -> Round:
    """Take the steps that the clock has asked for already and no job has taken yet."""
    steps = {"open": open_round, "close": close_round}
    while step := is_due(round_, now):
        round_ = steps[step](round_)
    return round_


def _set_closing(round_: Round, stage: Stage | None, closes_at: datetime, now: datetime) -> None:
    """Set the closing of the round, or of a later stage. Raises ValidationError for one out of order."""
    if closes_at <= now:
        raise ValidationError(
            {"closes_at": "This moment has passed. To close the round now, close it early."}
        )
    if round_.opens_at is not None and closes_at <= round_.opens_at:
        raise ValidationError({"closes_at": "The round would close before it opens."})
    texts = [found for found in round_.stages.order_by("order") if found.is_written]
    place = next((n for n, found in enumerate(texts) if stage is not None and found.pk == stage.pk), 0)
    earlier = round_.closes_at if place == 1 else texts[place - 1].closes_at if place else None
    if earlier is not None and closes_at <= earlier:
        raise ValidationError({"closes_at": "It would close before the stage that it follows."})
    # Likewise a later one that closed already: it is opened again by itself, if at all.
    following = next(
        (found for found in texts[place + 1 :] if found.closes_at and found.closes_at > now), None
    )
    if following is not None and following.closes_at is not None and closes_at >= following.closes_at:
        raise ValidationError({"closes_at": f"“{following}” closes before that. Move its closing first."})
    if place:
        texts[place].closes_at = closes_at
        texts[place].save(update_fields=["closes_at"])
    else:
        round_.closes_at = closes_at
        round_.save(update_fields=["closes_at"])


def _closings(round_: Round) -> dict[str, datetime | None]:
    """The closings as an event keeps them: of the round, and of later stages by kind."""
    later = round_.stages.exclude(closes_at=None).values_list("kind", "closes_at")
    return {"round": round_.closes_at, **dict(later)}


def _first(round_: Round) -> Stage | None:
    """The stage that closes with the round."""
    return next((stage for stage in round_.stages.order_by("order") if stage.is_written), None)


def _grace(round_: Round) -> str:
    minutes = round_.grace_minutes
    if not minutes:
        return ""
    return f"What is in progress can still be finished and submitted for {minutes} minutes."


def _new_words(round_: Round, closes_at: datetime) -> str:
    return f"It now closes {when_in(round_, closes_at)}."


def _tell(round_: Round, stage: Stage | None, actor: User, words: str, reason: str) -> None:
    tell_drafts(
        round_,
        subject=f"Closing changed: {round_.title}",
        words=f"{round_.title}\n\n{words}\n\nWhy: {reason.strip()}",
        actor=actor,
        stage=stage,
    )
