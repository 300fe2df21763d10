"""The lives of everything in a round of grants, one module for each part of the way."""

from grants.states.applying import (
    ANNOUNCED,
    APPLICATION,
    CHANGE_REQUEST,
    FORM_VERSION,
    RECEIVED,
    ROUND,
    UNDER_CONSIDERATION,
    ApplicationState,
    ChangeRequestState,
    FormState,
    RoundState,
)
from grants.states.assessing import (
    ASSIGNED_NOW,
    ASSIGNMENT,
    RUBRIC_VERSION,
    AssignmentState,
    RubricState,
)
from grants.states.deciding import DECISION, LETTER, LIVE_DECISIONS, DecisionState, LetterState
from grants.states.panels import (
    BALLOT,
    BALLOT_COUNTS,
    DECLARATION,
    MEETING,
    BallotState,
    DeclarationState,
    MeetingState,
)

__all__ = [
    "ANNOUNCED",
    "APPLICATION",
    "ASSIGNED_NOW",
    "ASSIGNMENT",
    "BALLOT",
    "BALLOT_COUNTS",
    "CHANGE_REQUEST",
    "DECISION",
    "DECLARATION",
    "FORM_VERSION",
    "LETTER",
    "LIVE_DECISIONS",
    "MEETING",
    "RECEIVED",
    "ROUND",
    "RUBRIC_VERSION",
    "UNDER_CONSIDERATION",
    "ApplicationState",
    "AssignmentState",
    "BallotState",
    "ChangeRequestState",
    "DecisionState",
    "DeclarationState",
    "FormState",
    "LetterState",
    "MeetingState",
    "RoundState",
    "RubricState",
]
