"""Rounds, forms, applications and what belongs to them."""

from grants.models.answers import Answer, AnswerFile, EditorPresence
from grants.models.applications import (
    Application,
    ApplicationUserObjectPermission,
    ChangeRequest,
    Message,
    Submission,
    TeamInvitation,
    TeamNote,
)
from grants.models.forms import Form, FormVersion
from grants.models.recipients import Recipient
from grants.models.rounds import (
    EligibilityCheck,
    EligibilityQuestion,
    Round,
    RoundInvitation,
    Stage,
    StagePerson,
)
from grants.models.screening import SavedView, Screening

__all__ = [
    "Answer",
    "AnswerFile",
    "Application",
    "ApplicationUserObjectPermission",
    "ChangeRequest",
    "EditorPresence",
    "EligibilityCheck",
    "EligibilityQuestion",
    "Form",
    "FormVersion",
    "Message",
    "Recipient",
    "Round",
    "RoundInvitation",
    "SavedView",
    "Screening",
    "Stage",
    "StagePerson",
    "Submission",
    "TeamInvitation",
    "TeamNote",
]
