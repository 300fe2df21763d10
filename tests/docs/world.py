"""One of everything that a predicate may be asked about, and somebody in each position to ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from grants.models import (
    Application,
    Assignment,
    Ballot,
    Body,
    BodyMember,
    ChangeRequest,
    Decision,
    Declaration,
    FormVersion,
    Letter,
    Meeting,
    Recipient,
    Round,
    RubricVersion,
    SavedView,
    Submission,
)
from grants.models.applications import Rights
from grants.services.ballot_opening import open_ballot, prepare_ballot
from grants.services.rights import grant_rights
from grants.states import DeclarationState
from partners.models import Agreement, Organisation, OrganisationContact
from reporting.models import MeetingPdf, Publication, ReportRun, SubmissionPdf
from scsc.accounts.models import Invitation, User
from scsc.documents.models import Document
from scsc.documents.states import DocumentState
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import (
    ActionFactory,
    DeliverableFactory,
    ProgramFactory,
    UserFactory,
    YearFactory,
    member,
)
from tests.grants.ballots import clear
from tests.grants.bodies import add_member, body_of
from tests.grants.received import application_to, round_with
from workplan.models import Action, Deliverable, Evidence, ProgressUpdate
from workplan.services import share_action

# What is asked about, in words, and the object that these mean for the person who asks.
Subject = tuple[str, Callable[[User], Any]]

SHARED = "Partner with share"
CHAIR = "Chair"
SUBMITS, EDITS, READS = "Team, submits", "Team, edits", "Team, reads"
OUTSIDER = "Outsider"


@dataclass(frozen=True)
class World:
    """A program, the people who ask by the name of their column, and what they ask about by its class."""

    program: Program
    people: dict[str, User]
    subjects: dict[type, list[Subject]]

    def of(self, kind: type) -> list[Subject]:
        """What stands for a class."""
        if kind not in self.subjects:
            raise LookupError(f"Say in {__name__} which {kind.__name__} a predicate is asked about.")
        return self.subjects[kind]

    def allowed(self, predicate: Callable[[User, Any], bool], subject: Subject) -> list[str]:
        """The columns of those who may."""
        with program_scope(self.program):
            return [name for name, user in self.people.items() if predicate(user, subject[1](user))]


def make_world() -> World:
    """Build it in the test database."""
    program = ProgramFactory.create(slug="north", name="North program")
    people = {role.value.capitalize(): member(program, role) for role in Role}
    people[SHARED] = member(program, Role.PARTNER)
    for name in (SUBMITS, EDITS, READS):
        people[name] = member(program, Role.APPLICANT)
    people[CHAIR] = member(program, Role.ROUNDTABLE)
    people[OUTSIDER] = UserFactory.create()
    colleague = member(program, Role.OFFICER, name="Colleague")
    with program_scope(program):
        year = YearFactory.create(program=program, number=1)
        action = ActionFactory.create(program=program)
        share_action(action, person=people[SHARED], actor=people["Manager"])
        deliverable = DeliverableFactory.create(program=program, action=action)
        subjects = {
            **_around_people(program, colleague),
            **_files(deliverable, colleague),
            **_of_grants(program, people, colleague),
            **_of_panels(program, people, colleague),
            Action: _just(action),
            Deliverable: _just(deliverable),
            ProgressUpdate: [
                ("their own", lambda user: ProgressUpdate(program=program, action=action, author=user)),
                ("another's", lambda _: ProgressUpdate(program=program, action=action, author=colleague)),
            ],
            ReportRun: _just(ReportRun(program=program, year=year)),
            Publication: [
                (
                    "proposed by themself",
                    lambda user: Publication(program=program, year=year, proposed_by=user),
                ),
                (
                    "proposed by another",
                    lambda _: Publication(program=program, year=year, proposed_by=colleague),
                ),
            ],
        }
    return World(program, people, subjects)


def _just(obj: Any) -> list[Subject]:
    """One object, the same for everybody, that needs no words."""
    return [("", lambda _: obj)]


def _around_people(program: Program, colleague: User) -> dict[type, list[Subject]]:
    role = Role.OFFICER
    return {
        Program: _just(program),
        User: [("themself", lambda user: user), ("another", lambda _: colleague)],
        Membership: [
            ("their own", lambda user: Membership(program=program, user=user, role=role)),
            ("another's", lambda _: Membership(program=program, user=colleague, role=role)),
        ],
        Invitation: [
            ("to themself", lambda user: Invitation(program=program, email=user.email, role=role)),
            ("to another", lambda _: Invitation(program=program, email=colleague.email, role=role)),
        ],
    }


def _of_grants(program: Program, people: dict[str, User], colleague: User) -> dict[type, list[Subject]]:
    """An application with its team, as a draft and as it was submitted, and what belongs to it."""
    round_ = round_with(program)
    draft, received = (
        application_to(round_, state, team=people[SUBMITS]) for state in ("draft", "submitted")
    )
    for application in (draft, received):
        grant_rights(application, user=people[EDITS], rights=Rights.EDIT)
        grant_rights(application, user=people[READS], rights=Rights.VIEW)
    submission = Submission.objects.get(application=received)
    organisation = received.organisation
    OrganisationContact.objects.create(program=program, organisation=organisation, user=people[SUBMITS])
    change = ChangeRequest(program=program, application=received, requested_by=colleague)
    asked = [("being written", lambda _: draft), ("submitted", lambda _: received)]
    return {
        Round: _just(round_),
        FormVersion: _just(FormVersion(program=program)),
        Application: asked,
        ChangeRequest: _just(change),
        SavedView: [
            ("their own", lambda user: SavedView(program=program, user=user)),
            ("another's, shared", lambda _: SavedView(program=program, user=colleague, is_shared=True)),
        ],
        Recipient: _just(Recipient(program=program, round=round_, organisation=organisation)),
        Organisation: _just(organisation),
        Submission: _just(submission),
        SubmissionPdf: _just(SubmissionPdf(program=program, submission=submission)),
    }


def _of_panels(program: Program, people: dict[str, User], colleague: User) -> dict[type, list[Subject]]:
    """An eligible application before both bodies, on which everybody of a panel has declared no conflict."""
    roundtable, advisory = (
        body_of(program, kind, people[kind.value.capitalize()], by=colleague) for kind in Body.Kind
    )
    roundtable.program = program
    add_member(roundtable, people[CHAIR], by=colleague, role=BodyMember.Role.CHAIR)
    kinds = ("application", "screening", "advice", "assessment", "endorsement", "decision")
    round_ = round_with(program, "PANEL", *kinds)
    round_.stages.filter(kind="advice").update(body=advisory)
    round_.stages.filter(kind="endorsement").update(body=roundtable)
    application = application_to(round_, "accepted")
    application.program = round_.program = program
    clear(application, *(people[name] for name in ("Roundtable", CHAIR, "Advisory", "Manager", "Officer")))
    meeting = Meeting.objects.create(
        program=program,
        body=roundtable,
        title="Meeting",
        starts_at=timezone.now(),
        state="open",
        created_by=colleague,
    )
    meeting.program = program
    closes = timezone.now() + timedelta(days=3)
    ballot = prepare_ballot(application, body=roundtable, closes_at=closes, actor=colleague)
    ballot = open_ballot(ballot, actor=colleague)
    decision = Decision(program=program, round=round_, application=application, outcome="decline")

    def assignment(user: User) -> Assignment:
        return Assignment(program=program, application=application, user=user)

    def declaration(user: User) -> Declaration:
        state = DeclarationState.WAITING
        return Declaration(program=program, application=application, user=user, kind="perceived", state=state)

    return {
        Body: _just(roundtable),
        Meeting: _just(meeting),
        Ballot: _just(ballot),
        RubricVersion: _just(RubricVersion(program=program)),
        Assignment: [
            ("their own", assignment),
            ("another's", lambda _: assignment(colleague)),
        ],
        Declaration: [
            ("their own", declaration),
            ("another's", lambda _: declaration(colleague)),
        ],
        Decision: _just(decision),
        Letter: _just(Letter(program=program, decision=decision)),
        MeetingPdf: [
            ("their own", lambda user: MeetingPdf(program=program, meeting=meeting, reader=user)),
            ("another's", lambda _: MeetingPdf(program=program, meeting=meeting, reader=colleague)),
        ],
        Agreement: _just(Agreement(program=program, organisation=application.organisation)),
    }


def _files(deliverable: Deliverable, colleague: User) -> dict[type, list[Subject]]:
    """Evidence of a shared action in each condition, and a file that is attached to nothing yet."""
    kept, removed = _evidence(deliverable, colleague), _evidence(deliverable, colleague, removed=True)
    unchecked = _evidence(deliverable, colleague, state=DocumentState.QUARANTINED)
    return {
        Document: [
            ("evidence", lambda _: kept),
            ("evidence, removed", lambda _: removed),
            ("evidence, not yet checked", lambda _: unchecked),
            ("on nothing yet, uploaded by themself", lambda user: _document(deliverable.program, user)),
        ]
    }


def _evidence(
    deliverable: Deliverable, colleague: User, *, removed: bool = False, state: str = DocumentState.RELEASED
) -> Document:
    document = _document(deliverable.program, colleague, state=state)
    Evidence.objects.create(
        program=deliverable.program,
        deliverable=deliverable,
        title="A file",
        document=document,
        added_by=colleague,
        removed_at=timezone.now() if removed else None,
    )
    return document


def _document(program: Program, user: User, *, state: str = DocumentState.RELEASED) -> Document:
    return Document.objects.create(
        program=program, name="a.pdf", size=1, sha256="0", state=state, uploaded_by=user
    )
