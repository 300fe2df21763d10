"""Whether an application is eligible, and what staff decide about it after that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Application, FormVersion, Screening, Stage
from grants.queries.deciding import live_decision_of, published_decision_of
from grants.services.ballots import drop_ballots
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import hold_round
from grants.services.messages import post_message
from grants.services.requests import drop_change_requests
from grants.services.staff import hold_for_staff, tell_team
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.ui.moments import moment

STEPS = {Screening.Outcome.ELIGIBLE: "screen_in", Screening.Outcome.INELIGIBLE: "screen_out"}
NEEDS_REASON = "Choose at least one reason why it is not eligible."
NEEDS_COMMENT = "Say in the comment or the feedback what the other reason is."


@dataclass(frozen=True)
class Screened:
    """What became of one application when several were screened at once; `problem` is empty for success."""

    application: Application
    problem: str = ""


@transaction.atomic
def screen(
    application: Application,
    *,
    outcome: str,
    reasons: Iterable[str] = (),
    comment: str = "",
    feedback: str = "",
    actor: User,
) -> Screening:
    """Find an application eligible or not, and tell its team.

    `reasons` are values of Screening.Reason, at least one for what is not eligible; `comment` stays with
    staff, `feedback` goes to the applicant. Raises ValidationError by field, DomainError where the state
    does not allow it, PermissionDenied for those who may not.
    """
    found, chosen = Screening.Outcome(outcome), _reasons(outcome, reasons, comment + feedback)
    locked = hold_for_staff(application, actor=actor)
    transition(locked, STEPS[found], actor=actor, reason="; ".join(reason.label for reason in chosen))
    if found == Screening.Outcome.INELIGIBLE:
        drop_change_requests(locked, reason="It was found not eligible.")
    screening = Screening.objects.create(
        program=application.program,
        application=locked,
        outcome=found,
        reasons=[reason.value for reason in chosen],
        comment=comment.strip(),
        feedback=feedback.strip(),
        screened_by=actor,
    )
    _tell_outcome(locked, screening, actor=actor)
    look_for_conflicts([locked])
    application.state = locked.state
    return screening


def screen_many(
    applications: Iterable[Application],
    *,
    outcome: str,
    reasons: Iterable[str] = (),
    comment: str = "",
    feedback: str = "",
    actor: User,
) -> list[Screened]:
    """Screen several alike, each for itself: one that fails leaves the others as they are.

    Raises ValidationError, before any is touched, for reasons that would fit none of them.
    """
    chosen = [reason.value for reason in _reasons(outcome, reasons, comment + feedback)]
    results = []
    # In one order, so that two people who screen the same ones at once do not wait for each other.
    for application in sorted(applications, key=lambda found: found.pk):
        problem = ""
        try:
            with transaction.atomic():
                screen(
                    application,
                    outcome=outcome,
                    reasons=chosen,
                    comment=comment,
                    feedback=feedback,
                    actor=actor,
                )
        except (DomainError, PermissionDenied) as error:
            problem = str(error)
        results.append(Screened(application, problem))
    return results


@transaction.atomic
def invite_to_apply(application: Application, *, actor: User, now: datetime | None = None) -> Application:
    """Let an expression of interest go on to the full application, with everything that was written.

    Raises DomainError where the round has no full application, or its closing has passed.
    """
    # The round first: its form must not change while the application moves to it.
    hold_round(application.round)
    locked = hold_for_staff(application, actor=actor)
    transition(locked, "invite_to_apply", actor=actor)
    stage, form = _full_stage(locked, now or timezone.now())
    before = {"stage": str(locked.stage), "form": str(locked.form_version)}
    drop_change_requests(locked, reason="The full application has begun.")
    drop_ballots(locked, reason="The full application has begun.")
    locked.stage, locked.form_version = stage, form
    locked.save(update_fields=["stage", "form_version"])
    after = {"stage": str(stage), "form": str(form)}
    record(locked, "move_to_stage", actor=actor, before=before, after=after)
    closing = stage.closing()
    when = f"Submit it by {moment(closing, locked.round.timezone)}." if closing else ""
    words = (
        "Your expression of interest was successful: you are invited to apply in full. What you wrote is "
        f"carried over, so you go on from there. {when}"
    )
    tell_team(locked, subject=f"Apply in full: {locked.round.title}", words=words.strip(), actor=actor)
    application.state, application.stage, application.form_version = locked.state, stage, locked.form_version
    return locked


@transaction.atomic
def decline(application: Application, *, reason: str, message: str, actor: User) -> Application:
    """Decide that an eligible application goes no further: `message` is for its team, `reason` for staff."""
    if not message.strip():
        raise ValidationError({"message": "Write to the applicant: this is how they hear of it."})
    locked = hold_for_staff(application, actor=actor)
    if live_decision_of(locked) is not None:
        raise DomainError("A decision about this application is under way. Take it back first.")
    transition(locked, "decline", actor=actor, reason=reason)
    drop_change_requests(locked, reason="The application goes no further.")
    drop_ballots(locked, reason="The application goes no further.")
    post_message(locked, body=message.strip(), from_staff=True, actor=actor)
    application.state = locked.state
    return locked


@transaction.atomic
def reconsider(application: Application, *, reason: str, actor: User) -> Application:
    """Go back on a finding or a decision. Managers do this."""
    locked = hold_for_staff(application, actor=actor)
    if published_decision_of(locked) is not None:
        raise DomainError("The outcome was decided and published. Reverse the decision instead.")
    transition(locked, "reconsider", actor=actor, reason=reason)
    drop_ballots(locked, reason="The application is being screened again.")
    look_for_conflicts([locked])
    words = "Your application is being looked at again. What was decided before does not hold any more."
    tell_team(locked, subject=f"Being looked at again: {locked.code}", words=words, actor=actor)
    application.state = locked.state
    return locked


@transaction.atomic
def reinstate(application: Application, *, reason: str, actor: User) -> Application:
    """Take a withdrawn application up again, as it was submitted."""
    locked = hold_for_staff(application, actor=actor)
    transition(locked, "reinstate", actor=actor, reason=reason)
    words = "Your application, which was withdrawn, has been taken up again as it was submitted."
    tell_team(locked, subject=f"Taken up again: {locked.code}", words=words, actor=actor)
    application.state = locked.state
    return locked


def _reasons(outcome: str, reasons: Iterable[str], explained: str) -> list[Screening.Reason]:
    chosen = [reason for reason in Screening.Reason if reason in set(reasons)]
    if outcome == Screening.Outcome.ELIGIBLE:
        return []
    if not chosen:
        raise ValidationError({"reasons": NEEDS_REASON})
    if chosen == [Screening.Reason.OTHER] and not explained.strip():
        raise ValidationError({"comment": NEEDS_COMMENT})
    return chosen


def _full_stage(application: Application, now: datetime) -> tuple[Stage, FormVersion]:
    """The full application that follows; the guard has seen that there is one."""
    later = Stage.objects.filter(
        round=application.round_id, order__gt=application.stage.order, kind=Stage.Kind.APPLICATION
    )
    stage = later.select_related("form_version__form").get()
    stage.round = application.round
    if stage.form_version is None:
        raise DomainError("The full application of this round has no form yet. Choose one for its stage.")
    closing = stage.closing()
    if closing is not None and closing <= now:
        when = moment(closing, application.round.timezone)
        raise DomainError(f"The full application closed {when}. Move its closing first.")
    return stage, stage.form_version


def _tell_outcome(application: Application, screening: Screening, *, actor: User) -> None:
    eligible = screening.outcome == Screening.Outcome.ELIGIBLE
    words = (
        "Your application was checked and is eligible. It goes on to the next step."
        if eligible
        else "Your application was checked and is not eligible, so it goes no further in this round."
    )
    more = " Read the feedback on its page:" if screening.feedback else ""
    subject = f"{'Eligible' if eligible else 'Not eligible'}: {application.code}"
    tell_team(application, subject=subject, words=words + more, actor=actor)
