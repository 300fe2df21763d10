"""Decisions: within the limit of the round by one person, over it by two; published, and gone back on.

Each step asks its guards under the lock of the round, and the database asks the same once more.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from grants.models import Decision, Outcome, Recipient
from grants.queries.ballots import endorsement_of
from grants.queries.deciding import asks_for_endorsement
from grants.services.ballots import void_where_changed
from grants.services.deciding_holding import database_words, hold_decision
from grants.services.deciding_recommend import Result
from grants.services.letters_outcome import draft_letter, drop_letter
from grants.services.recipients import (
    change_recipient,
    publish_recipient,
    record_recipient,
    unpublish_recipient,
)
from grants.services.requests import drop_change_requests
from grants.services.staff import tell_team
from grants.states import DecisionState
from partners.models import Agreement
from partners.services_agreements import cancel_agreement, open_agreement
from partners.states import AgreementState
from scsc.accounts.models import User
from scsc.audit.services import transition
from scsc.errors import DomainError
from scsc.programs.clock import day_of

Step = Callable[[Decision, User], Decision]


def decide(decision: Decision, *, actor: User) -> Decision:
    """Decide alone, within the limit of the round. An award proposes its agreement; a letter is drafted.

    Raises DomainError with the reason where it cannot be decided, PermissionDenied for who may not.
    """
    return _take(decision, _decide, actor=actor)


def agree(decision: Decision, *, actor: User) -> Decision:
    """Agree to an award over the limit, as the first of two people."""
    return _take(decision, _agree, actor=actor)


def confirm(decision: Decision, *, actor: User) -> Decision:
    """Confirm, as the second of two people, what somebody else agreed to: it is decided then."""
    return _take(decision, _confirm, actor=actor)


def publish(decision: Decision, *, actor: User, on_public_page: bool = True) -> Decision:
    """Make an outcome final: its team reads it, and a letter can leave.

    An award is written down as a recipient, on the public page unless told otherwise.
    """
    return _take(decision, lambda held, who: _publish(held, who, on_public_page), actor=actor)


def publish_many(decisions: Iterable[Decision], *, actor: User, on_public_page: bool = True) -> list[Result]:
    """Publish several, each for itself: one that is refused leaves the others as they are."""
    results = []
    for decision in sorted(decisions, key=lambda found: found.application_id):
        problem = ""
        try:
            publish(decision, actor=actor, on_public_page=on_public_page)
        except (DomainError, PermissionDenied) as error:
            problem = str(error)
        results.append(Result(decision.application, problem))
    return results


@transaction.atomic
def reverse(decision: Decision, *, reason: str, actor: User) -> Decision:
    """Go back on a decision, in whatever state it is, and on everything that followed from it.

    The proposed agreement is cancelled, a letter that has not left is dropped, the recipient leaves the
    public page, and a team that could read the outcome is told. Raises DomainError once the agreement is
    active.
    """
    held = hold_decision(decision)
    was_told = held.state == DecisionState.PUBLISHED
    transition(held, "reverse", actor=actor, reason=reason)
    if held.agreement is not None and held.agreement.state == AgreementState.PROPOSED:
        cancel_agreement(held.agreement, reason=reason)
    drop_letter(held, reason=reason)
    if was_told:
        _take_off_public_page(held, reason=reason, actor=actor)
        transition(held.application, "revert", actor=None, reason=reason)
        words = (
            "The decision about your application does not hold any more. It is being considered again, and "
            "you will hear from us."
        )
        subject = f"Decision taken back: {held.application}"
        tell_team(held.application, subject=subject, words=words, actor=actor)
    decision.state = held.state
    return held


def _take(decision: Decision, step: Step, *, actor: User) -> Decision:
    """One step, all or nothing. An endorsement found void on the way stays void where it is refused."""
    refused: DomainError | None = None
    with transaction.atomic():
        held = hold_decision(decision)
        void_where_changed(held.application)
        try:
            with transaction.atomic(), database_words():
                held = step(held, actor)
        except DomainError as error:
            refused = error
    if refused is not None:
        raise refused
    decision.state = held.state
    return held


def _decide(held: Decision, actor: User) -> Decision:
    _rest_on_endorsement(held)
    return _settle(held, "decide", actor)


def _agree(held: Decision, actor: User) -> Decision:
    _rest_on_endorsement(held)
    transition(held, "agree", actor=actor, also={"agreed_by_id": actor.pk})
    held.agreed_by = actor
    return held


def _confirm(held: Decision, actor: User) -> Decision:
    return _settle(held, "confirm", actor)


def _settle(held: Decision, step: str, actor: User) -> Decision:
    """It is decided: note by whom, propose the agreement, draft the letter."""
    now = timezone.now()
    transition(held, step, actor=actor, also={"decided_by_id": actor.pk, "decided_at": now})
    held.decided_by, held.decided_at = actor, now
    if held.amount is not None:
        held.agreement = _agreement_of(held, held.amount, actor)
        held.save(update_fields=["agreement"])
    draft_letter(held, actor=actor)
    return held


def _rest_on_endorsement(held: Decision) -> None:
    """Name the endorsement that an award rests on, with its conditions."""
    if held.outcome != Outcome.AWARD or not asks_for_endorsement(held.round_id):
        return
    held.ballot = endorsement_of(held.application)
    if held.ballot is not None:
        held.conditions = list(dict.fromkeys([*held.ballot.conditions, *held.conditions]))
    held.save(update_fields=["ballot", "conditions"])


def _agreement_of(held: Decision, amount: Decimal, actor: User) -> Agreement:
    application = held.application
    before = Decision.objects.filter(application=application, agreement__isnull=False).count()
    return open_agreement(
        application.organisation,
        kind=Agreement.Kind.GRANT,
        code=f"{application.code}-{before + 1}" if before else application.code,
        title=application.title,
        amount=amount,
        source=f"application {application.code} to {held.round.title}",
        conditions=held.conditions,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        demonstration=application.is_demonstration,
        actor=actor,
    )


def _publish(held: Decision, actor: User, on_public_page: bool) -> Decision:
    now = timezone.now()
    transition(held, "publish", actor=actor, also={"published_by_id": actor.pk, "published_at": now})
    held.published_by, held.published_at = actor, now
    if held.outcome == Outcome.AWARD:
        recipient = _recipient_of(held, actor)
        if on_public_page:
            publish_recipient(recipient, actor=actor)
    drop_change_requests(held.application, reason="The outcome was published.")
    step = "award" if held.outcome == Outcome.AWARD else "reject"
    transition(held.application, step, actor=None)
    return held


def _recipient_of(held: Decision, actor: User) -> Recipient:
    """The award as the public will read it. One that was written down before is brought up to date."""
    application = held.application
    facts: dict[str, Any] = {
        "title": application.title,
        "summary": held.summary,
        "place": held.place,
        "amount": held.amount,
        "awarded_on": day_of(held.program, held.decided_at or timezone.now()),
    }
    known: Recipient | None = Recipient.objects.filter(application=application).first()
    if known is None:
        organisation = application.organisation
        return record_recipient(
            held.round, organisation=organisation, application=application, actor=actor, **facts
        )
    known.program = held.program
    return known if known.published_at else change_recipient(known, actor=actor, **facts)


def _take_off_public_page(held: Decision, *, reason: str, actor: User) -> None:
    recipient: Recipient | None = Recipient.objects.filter(application=held.application).first()
    if recipient is not None:
        recipient.program = held.program
        unpublish_recipient(recipient, reason=reason, actor=actor)
