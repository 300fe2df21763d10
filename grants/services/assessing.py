"""Writes to an assessment: marks one by one, the summary, submitting, handing back, opening it again."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grants.engine.rubric import Criterion, Mark, weighted_score
from grants.models import Assignment, Score
from grants.permissions import can_assess, own_assignment
from grants.queries.marks import mark_of, marks_of
from grants.services.holding import hold_application
from grants.services.letters import mail_staff
from grants.states import ApplicationState, AssignmentState
from scsc.accounts.models import User
from scsc.audit.services import transition
from scsc.errors import DomainError

LONGEST = 10_000
DECLARE = "Declare first where you stand with this application; then you can assess it."
OVER = "This assessment is {}, so it does not change any more. Nothing was saved."
GONE = "The rubric has no such criterion. Load the page again to see what there is."


class MarkConflictError(DomainError):
    """The mark was changed elsewhere meanwhile, as in another tab. Nothing was overwritten."""

    def __init__(self, score: Score) -> None:
        super().__init__("You changed this in another window meanwhile. Look at what is kept now.")
        self.score = score


class SummaryConflictError(DomainError):
    """The same for what is recommended and said about the whole."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__("You changed this in another window meanwhile. Look at what is kept now.")
        self.assignment = assignment


@transaction.atomic
def save_mark(assignment: Assignment, *, criterion: str, mark: Mark, version: int, actor: User) -> Score:
    """Save what somebody gives one criterion, over the version that they saw (0 for none).

    Saving the same again changes nothing. Raises MarkConflictError where another version is kept and says
    something else, ValidationError for points that the criterion has not, DomainError where it is over.
    """
    fresh = _hold(assignment, actor=actor)
    found = fresh.rubric.criterion(criterion)
    if found is None:
        raise DomainError(GONE)
    _check(found, mark)
    kept = Score.objects.filter(assignment=fresh, criterion=criterion).first()
    score = kept or Score(program=fresh.program, assignment=fresh, criterion=criterion)
    wanted = Mark(mark.points, mark.not_applicable, mark.reason.strip())
    if kept is not None and mark_of(kept) == wanted:
        return kept
    if score.version != version:
        raise MarkConflictError(score)
    score.points, score.not_applicable, score.reason = wanted.points, wanted.not_applicable, wanted.reason
    score.version = version + 1
    score.save()
    return score


def _check(criterion: Criterion, mark: Mark) -> None:
    if mark.not_applicable and not criterion.may_not_apply:
        raise ValidationError({"points": f"“{criterion.label}” always applies: choose points."})
    if mark.not_applicable and mark.points is not None:
        raise ValidationError({"points": "What does not apply has no points."})
    if mark.points is not None and not 0 <= mark.points <= criterion.most:
        raise ValidationError({"points": f"Choose points from 0 to {criterion.most}."})
    if len(mark.reason) > LONGEST:
        raise ValidationError({"reason": f"Use at most {LONGEST:,} characters."})


@transaction.atomic
def save_summary(
    assignment: Assignment, *, recommendation: str, comment: str, feedback: str, version: int, actor: User
) -> Assignment:
    """Save what somebody recommends, says about the whole, and lets the applicant know after the decision.

    Raises SummaryConflictError where another version is kept, as `save_mark` does.
    """
    fresh = _hold(assignment, actor=actor)
    if recommendation and recommendation not in Assignment.Recommendation.values:
        raise ValidationError({"recommendation": "Choose one of the recommendations."})
    for name, text in (("comment", comment), ("feedback", feedback)):
        if len(text) > LONGEST:
            raise ValidationError({name: f"Use at most {LONGEST:,} characters."})
    wanted = (recommendation, comment.strip(), feedback.strip())
    if (fresh.recommendation, fresh.comment, fresh.feedback) == wanted:
        return fresh
    if fresh.version != version:
        raise SummaryConflictError(fresh)
    fresh.recommendation, fresh.comment, fresh.feedback = wanted
    fresh.version = version + 1
    fresh.save(update_fields=["recommendation", "comment", "feedback", "version"])
    return fresh


@transaction.atomic
def submit_assessment(assignment: Assignment, *, actor: User, now: datetime | None = None) -> Assignment:
    """Hand in an assessment: its score is worked out and frozen. Submitting it again changes nothing.

    Raises DomainError where something is missing.
    """
    locked = _lock(assignment)
    if locked.state == AssignmentState.SUBMITTED and locked.user_id == actor.pk:
        return locked
    if not can_assess(actor, locked):
        raise PermissionDenied(DECLARE)
    if locked.state == AssignmentState.ASSIGNED:
        # The database wants the moment with the state: both, or neither.
        locked.result = weighted_score(locked.rubric, marks_of(locked))
        locked.submitted_at = now or timezone.now()
        locked.save(update_fields=["result", "submitted_at"])
    return transition(locked, "submit_assessment", actor=actor)


@transaction.atomic
def reopen_assessment(assignment: Assignment, *, reason: str, actor: User) -> Assignment:
    """Let somebody change an assessment that is in, with the reason. It counts again once it is in again."""
    locked = _lock(assignment)
    if locked.application.state != ApplicationState.ACCEPTED:
        raise DomainError("This application is not under consideration any more.")
    fresh = transition(locked, "reopen", actor=actor, reason=reason)
    fresh.result = fresh.submitted_at = None
    fresh.save(update_fields=["result", "submitted_at"])
    return fresh


@transaction.atomic
def hand_back(assignment: Assignment, *, reason: str, actor: User) -> Assignment:
    """Hand back what one cannot assess, with the reason, and tell staff."""
    locked = _lock(assignment)
    fresh = transition(locked, "hand_back", actor=actor, reason=reason)
    application = locked.application
    text = f"{actor} handed back application {application.code}: {reason.strip()}"
    mail_staff(application, subject=f"Handed back: {application.code}", text=text, actor=actor)
    return fresh


def _hold(assignment: Assignment, *, actor: User) -> Assignment:
    """The assessment as it stands now, for whom it was given to, kept from other writers."""
    locked = _lock(assignment)
    if locked.user_id == actor.pk and locked.state != AssignmentState.ASSIGNED:
        raise DomainError(OVER.format(AssignmentState(locked.state).label.lower()))
    if not can_assess(actor, locked):
        raise PermissionDenied(DECLARE if own_assignment(actor, locked.application) else "")
    if locked.application.state != ApplicationState.ACCEPTED:
        raise DomainError("This application is not under consideration any more. Nothing was saved.")
    return locked


def _lock(assignment: Assignment) -> Assignment:
    """The row to itself, after its application: who declares meanwhile goes before or after."""
    application = hold_application(assignment.application)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("rubric_version", "user")
    locked = rows.get(pk=assignment.pk)
    locked.application, locked.program = application, application.program
    return locked
