"""Guards of rubrics and assessments."""

from grants.engine import rubric
from grants.models import Assignment
from grants.models.rubrics import RubricVersion
from grants.queries.marks import marks_of
from grants.states import ApplicationState


def rubric_ready(version: RubricVersion) -> str | None:
    """A rubric can be published when its checks find nothing."""
    problems = rubric.problems(version.schema)
    if not problems:
        return None
    more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
    return f"This rubric is not ready: {problems[0]}{more}"


def rubric_unused(version: RubricVersion) -> str | None:
    """A version that a round assesses by, or that somebody assessed by, stays."""
    if version.stages.exists() or version.assignments.exists():
        return "A round uses this version. Let the round use another one first."
    return None


def assessment_complete(assignment: Assignment) -> str | None:
    """An assessment can be submitted when every criterion is marked, with its reason."""
    if assignment.application.state != ApplicationState.ACCEPTED:
        return "This application is not under consideration any more, so it is not assessed."
    missing = rubric.missing(assignment.rubric, marks_of(assignment))
    if missing:
        more = f" And {len(missing) - 1} more." if len(missing) > 1 else ""
        return f"The assessment is not complete: {next(iter(missing.values()))}{more}"
    if not assignment.recommendation:
        return "Say what you recommend."
    return None
