"""Rounds, forms, applications, panels, decisions and what belongs to them."""

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
from grants.models.assessing import (
    Advice,
    Assignment,
    AssignmentRun,
    PanelComment,
    Redaction,
    Score,
)
from grants.models.ballots import AgendaItem, Attendance, Ballot, BallotVoter, Meeting, Vote
from grants.models.deciding import Decision, Letter, LetterMail, LetterTemplate, Outcome
from grants.models.forms import Form, FormVersion
from grants.models.panels import (
    Body,
    BodyMember,
    Declaration,
    Interest,
    InterestStatement,
    Quorum,
    Threshold,
)
from grants.models.recipients import Recipient
from grants.models.rounds import (
    EligibilityCheck,
    EligibilityQuestion,
    Round,
    RoundInvitation,
    Stage,
    StagePerson,
)
from grants.models.rubrics import Rubric, RubricVersion
from grants.models.screening import SavedView, Screening

__all__ = [
    "Advice",
    "AgendaItem",
    "Answer",
    "AnswerFile",
    "Application",
    "ApplicationUserObjectPermission",
    "Assignment",
    "AssignmentRun",
    "Attendance",
    "Ballot",
    "BallotVoter",
    "Body",
    "BodyMember",
    "ChangeRequest",
    "Decision",
    "Declaration",
    "EditorPresence",
    "EligibilityCheck",
    "EligibilityQuestion",
    "Form",
    "FormVersion",
    "Interest",
    "InterestStatement",
    "Letter",
    "LetterMail",
    "LetterTemplate",
    "Meeting",
    "Message",
    "Outcome",
    "PanelComment",
    "Quorum",
    "Recipient",
    "Redaction",
    "Round",
    "RoundInvitation",
    "Rubric",
    "RubricVersion",
    "SavedView",
    "Score",
    "Screening",
    "Stage",
    "StagePerson",
    "Submission",
    "TeamInvitation",
    "TeamNote",
    "Threshold",
    "Vote",
]
