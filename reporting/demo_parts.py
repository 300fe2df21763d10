"""The shape of the files in `demo/grants`: invented organisations, panels, rounds, and what became of each
application. Days count from the day of loading."""

from typing import Any, Literal

from grants.engine.rubric import Criterion
from grants.engine.schema import Part, Section
from grants.models import Advice, Body, BodyMember, Interest, Outcome, Vote
from grants.models.applications import Rights
from scsc.programs.roles import Role
from workplan.program_files.document import read_document


class PersonPart(Part):
    key: str
    name: str


class MemberPart(PersonPart):
    role: Role


class TermPart(Part):
    """A term of a person in a body."""

    person: str
    role: BodyMember.Role
    expertise: list[str]


class BodyPart(Part):
    kind: Body.Kind
    name: str
    about: str
    members: list[TermPart]


class InterestPart(Part):
    person: str
    kind: Interest.Kind
    organisation: str
    description: str


class AdvicePart(Part):
    by: str
    position: Advice.Position
    text: str


class BallotPart(Part):
    """A ballot with its votes; `open_for` so many days it is still open, else it was counted."""

    votes: dict[str, Vote.Choice]
    reasons: dict[str, str] = {}
    dissent: list[str] = []
    conditions: list[str] = []
    open_for: int | None = None


class DecisionPart(Part):
    outcome: Outcome
    amount: int | None = None
    summary: str = ""
    place: str = ""
    feedback: str = ""


class OrganisationPart(Part):
    contact: str
    profile: dict[str, Any]


class QuestionPart(Part):
    text: str
    needs_yes: bool
    otherwise: str


class ApplicationPart(Part):
    """One application: who, what, and where it stands. The rest of its answers are those of forms.yaml."""

    organisation: str
    by: str
    outcome: Literal[
        "draft",
        "discarded",
        "submitted",
        "changes",
        "accepted",
        "invited",
        "ineligible",
        "unsuccessful",
        "withdrawn",
    ]
    title: str
    summary: str
    amount: int
    people: int
    budget: list[tuple[str, str, int]] = []
    leave_out: list[str] = []
    team: dict[str, Rights] = {}
    notes: list[str] = []
    message: str = ""
    reasons: list[str] = []
    reason: str = ""
    ask: list[str] = []
    # Points by assessor, in the order of the rubric; none for "not applicable". Others have begun.
    scores: dict[str, list[int | None]] = {}
    assigned: list[str] = []
    advice: list[AdvicePart] = []
    ballot: BallotPart | None = None
    decision: DecisionPart | None = None


class RoundPart(Part):
    code: str
    title: str
    summary: str
    description: str
    who_can_apply: str
    criteria: str
    form: str
    eoi: str = ""
    action: str = ""
    opens: int
    closes: int
    full_closes: int | None = None
    decided: int
    budget: int
    minimum: int
    maximum: int
    limit: int | None = None
    two_decide_over: int | None = None
    people: dict[str, list[str]]
    bodies: dict[str, str] = {}
    questions: list[QuestionPart]
    applications: list[ApplicationPart] = []


class FormPart(Part):
    name: str
    about: str
    sections: list[Section]


class RubricPart(Part):
    name: str
    about: str
    criteria: list[Criterion]


class DemoForms(Part):
    """`demo/grants/forms.yaml`: forms by key, and the answers of applications that say nothing else."""

    impact: FormPart
    eoi: FormPart
    rubric: RubricPart
    answers: dict[str, Any]


class DemoGrants(Part):
    """One file of `demo/grants`."""

    applicants: list[PersonPart]
    members: list[MemberPart] = []
    bodies: list[BodyPart] = []
    interests: list[InterestPart] = []
    organisations: dict[str, OrganisationPart]
    rounds: list[RoundPart]


def read_demo_grants(name: str, text: str) -> DemoGrants:
    """Read the grants of a program. Raises ProgramFileError or pydantic's ValidationError."""
    document = read_document(name, text)
    document.raise_errors()
    return DemoGrants.model_validate(document.data)


def read_demo_forms(name: str, text: str) -> DemoForms:
    """Read the forms of the demonstration. Raises as `read_demo_grants` does."""
    document = read_document(name, text)
    document.raise_errors()
    return DemoForms.model_validate(document.data)
