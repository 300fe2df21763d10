"""The scores of an assessment as the engine reads them."""

from grants.engine.rubric import Mark
from grants.models import Assignment, Score


def marks_of(assignment: Assignment) -> dict[str, Mark]:
    """What was given so far, by key of the criterion. One query, none where the scores were prefetched."""
    return {score.criterion: mark_of(score) for score in assignment.scores.all()}


def mark_of(score: Score) -> Mark:
    return Mark(score.points, score.not_applicable, score.reason)
