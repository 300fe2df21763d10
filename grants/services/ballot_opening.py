"""Preparing and opening ballots: what is asked is written down, then frozen with the rules and the roll."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from grants.models import AgendaItem, Application, Ballot, BallotVoter, Body, Meeting, Stage
from grants.permissions import runs_body
from grants.queries.ballots import recused
from grants.queries.basis import basis_now
from grants.queries.panels import current_members
from grants.queries.sight import is_blocked
from grants.services.ballots import hold_ballot
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import allow, hold_application
from grants.services.panel_mail import tell_of_ballot
from grants.states import ApplicationState, BallotState, MeetingState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.clock import day_of

ONLY_RUNNERS = "The chair and the secretary of the body prepare ballots, and program staff."
THERE_IS_ONE = "There is a ballot on this application already, or an endorsement that holds."
MOST_CONDITIONS = 20


@transaction.atomic
def prepare_ballot(
    application: Application,
    *,
    body: Body,
    actor: User,
    meeting: Meeting | None = None,
    conditions: Iterable[str] = (),
    closes_at: datetime | None = None,
    now: datetime | None = None,
) -> Ballot:
    """Write down a ballot: in a meeting, or by circulation until a moment. Nobody votes before it opens.

    Raises ValidationError by field, DomainError where the application cannot be voted on by this body,
    PermissionDenied for those who do not run the body, or stepped out of the application.
    """
    locked = hold_application(application)
    allow(runs_body(actor, body) and not is_blocked(actor, locked), ONLY_RUNNERS)
    _check_subject(locked, body)
    if meeting is None:
        _check_closing(closes_at, now or timezone.now())
    else:
        meeting = _held_meeting(meeting, body)
        closes_at = None
    ballot = _created(
        Ballot(
            program=application.program,
            application=locked,
            body=body,
            meeting=meeting,
            conditions=_conditions(conditions),
            closes_at=closes_at,
            prepared_by=actor,
            **_rules(body),
        )
    )
    if meeting is not None:
        put_on_agenda(meeting, locked)
    record(ballot, "prepare", actor=actor, after={"body": str(body), "conditions": ballot.conditions})
    look_for_conflicts([locked])
    return ballot


@transaction.atomic
def open_ballot(ballot: Ballot, *, actor: User, now: datetime | None = None) -> Ballot:
    """Open a ballot: freeze the rules of the body and what is voted on, and write the roll.

    Whoever has a conflict is on the roll and recused. Raises DomainError where it cannot open.
    """
    now = now or timezone.now()
    # Only while its application and meeting are locked, in that order, is it certain what is opened.
    hold_application(ballot.application)
    look_for_conflicts([ballot.application])
    if ballot.meeting_id is not None:
        Meeting.objects.select_for_update(no_key=True).only("pk").get(pk=ballot.meeting_id)
    held = hold_ballot(ballot)
    if held.state == BallotState.PREPARED:
        for name, value in _rules(held.body).items():
            setattr(held, name, value)
        held.basis = basis_now(held.application).model_dump(mode="json")
        held.opened_at = now
        held.save(update_fields=[*_rules(held.body), "basis", "opened_at"])
        _write_roll(held, now)
    opened = transition(held, "open", actor=actor)
    ballot.state = opened.state
    out = recused(held)
    members = [row.user for row in held.voters.select_related("user") if row.user_id not in out]
    tell_of_ballot(held, members, actor=actor)
    return opened


def put_on_agenda(meeting: Meeting, application: Application) -> AgendaItem:
    """The item of an application, at the end of the agenda where there was none."""
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    item, _ = AgendaItem.objects.get_or_create(
        meeting=meeting,
        application=application,
        defaults={"program": meeting.program, "order": last + 1},
    )
    return item


def _write_roll(ballot: Ballot, now: datetime) -> None:
    members = current_members(ballot.body, on=day_of(ballot.program, now))
    BallotVoter.objects.bulk_create(
        BallotVoter(program=ballot.program, ballot=ballot, user_id=pk)
        for pk in dict.fromkeys(member.user_id for member in members)
    )


def _rules(body: Body) -> dict[str, object]:
    return {
        "quorum": body.quorum,
        "quorum_least": body.quorum_least,
        "threshold": body.threshold,
        "material_change_percent": body.material_change_percent,
    }


def _check_subject(application: Application, body: Body) -> None:
    if body.kind != Body.Kind.ROUNDTABLE:
        raise DomainError(f"The {body} advises and does not vote. Ask a Roundtable to endorse.")
    if application.state != ApplicationState.ACCEPTED:
        word = ApplicationState(application.state).label.lower()
        raise DomainError(f"Application {application} is {word}, so there is nothing to vote on.")
    asked = Stage.objects.filter(round=application.round_id, kind=Stage.Kind.ENDORSEMENT, body__isnull=False)
    stage = asked.select_related("body").first()
    if stage is not None and stage.body != body:
        raise DomainError(f"This round asks for the endorsement of the {stage.body}, and of no other body.")


def _check_closing(closes_at: datetime | None, now: datetime) -> None:
    if closes_at is None:
        raise ValidationError({"closes_at": "Say until when members can vote."})
    if closes_at <= now:
        raise ValidationError({"closes_at": "Choose a day and time that is still to come."})


def _held_meeting(meeting: Meeting, body: Body) -> Meeting:
    fresh = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    fresh.program = meeting.program
    if fresh.body_id != body.pk:
        raise DomainError(f"{meeting} is a meeting of another body.")
    if fresh.state not in {MeetingState.PLANNED, MeetingState.OPEN}:
        word = MeetingState(fresh.state).label.lower()
        raise DomainError(f"{meeting} is {word}, so no ballot can be prepared for it. Open it again first.")
    return fresh


def _conditions(conditions: Iterable[str]) -> list[str]:
    found = [" ".join(line.split()) for line in conditions if line.strip()]
    if len(found) > MOST_CONDITIONS:
        raise ValidationError({"conditions": f"Give at most {MOST_CONDITIONS} conditions, one a line."})
    return found


def _created(ballot: Ballot) -> Ballot:
    try:
        with transaction.atomic():
            ballot.save(force_insert=True)
    except IntegrityError:
        raise DomainError(THERE_IS_ONE) from None
    return ballot
