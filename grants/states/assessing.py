"""The lives of rubrics, assignments and assessments."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class RubricState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


RUBRIC_VERSION = Life(
    app="grants",
    noun="version of a rubric",
    states=RubricState,
    table={
        (RubricState.DRAFT, "publish"): Transition(
            RubricState.PUBLISHED, "can_edit_rubric", "rubric_ready", "Publish", "published"
        ),
        (RubricState.PUBLISHED, "retire"): Transition(
            RubricState.RETIRED, "can_edit_rubric", "rubric_unused", "Retire", "retired"
        ),
        (RubricState.DRAFT, "retire"): Transition(
            RubricState.RETIRED, "can_edit_rubric", label="Discard", done="discarded"
        ),
    },
)


class AssignmentState(TextChoices):
    ASSIGNED = "assigned", "To assess"
    SUBMITTED = "submitted", "Assessed"
    HANDED_BACK = "handed_back", "Handed back"
    REMOVED = "removed", "Taken back"


# Counts for the load of an assessor.
ASSIGNED_NOW = frozenset({AssignmentState.ASSIGNED, AssignmentState.SUBMITTED})

ASSIGNMENT = Life(
    app="grants",
    noun="assignment",
    states=AssignmentState,
    table={
        (AssignmentState.ASSIGNED, "submit_assessment"): Transition(
            AssignmentState.SUBMITTED,
            "can_assess",
            "assessment_complete",
            "Submit the assessment",
            "assessed by",
        ),
        (AssignmentState.SUBMITTED, "reopen"): Transition(
            AssignmentState.ASSIGNED,
            "can_reopen_assessment",
            label="Open again",
            done="opened again",
            needs_reason=True,
        ),
        (AssignmentState.ASSIGNED, "hand_back"): Transition(
            AssignmentState.HANDED_BACK,
            "can_hand_back",
            label="Hand back",
            done="handed back",
            needs_reason=True,
        ),
        (AssignmentState.ASSIGNED, "remove"): Transition(
            AssignmentState.REMOVED, "can_assign", label="Take back", done="took back", needs_reason=True
        ),
        # A conflict was declared or found: whatever was assessed does not count any more.
        (AssignmentState.ASSIGNED, "exclude"): Transition(
            AssignmentState.REMOVED, label="Exclude", done="ended, for a conflict, the", needs_reason=True
        ),
        (AssignmentState.SUBMITTED, "exclude"): Transition(
            AssignmentState.REMOVED, label="Exclude", done="ended, for a conflict, the", needs_reason=True
        ),
    },
)
