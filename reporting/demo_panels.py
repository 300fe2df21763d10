"""The invented panels of a demonstration program, and what they made of its applications.

Everything goes through the services and has an actor. In the history it happened when it was loaded.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from grants.engine.rubric import Criterion, Mark, RubricSchema
from grants.models import (
    Application,
    Assignment,
    Attendance,
    Ballot,
    Body,
    BodyMember,
    Decision,
    Letter,
    Outcome,
    Round,
    RubricVersion,
    Stage,
)
from grants.services.advice import advise
from grants.services.assessing import save_mark, save_summary, submit_assessment
from grants.services.assignment import assign
from grants.services.ballot_opening import open_ballot, prepare_ballot
from grants.services.ballots import cast_vote, close_ballot
from grants.services.conflicts import declare
from grants.services.deciding import agree, confirm, decide, publish
from grants.services.deciding_recommend import recommend
from grants.services.interests import add_interest, state_interests
from grants.services.letters_outcome import release_letter
from grants.services.meetings import (
    approve_minutes,
    close_meeting,
    note_attendance,
    open_meeting,
    plan_meeting,
    write_minutes,
)
from grants.services.panels import add_member, create_body
from grants.services.rubrics import create_rubric, publish_rubric
from grants.services.stage_settings import set_assessment
from partners.models import Organisation
from reporting.demo_parts import (
    ApplicationPart,
    BallotPart,
    BodyPart,
    DecisionPart,
    DemoGrants,
    RubricPart,
)
from scsc.accounts.models import User
from scsc.programs.models import Program

WHY = "Invented for the demonstration."
MINUTES = "The members went through the applications in order of score. The ballots followed."
FEEDBACK = "Clear and well grounded. Say more about what you do when a measure shows no change."


class Panel:
    """The bodies and the rubric of one program, and the way of its applications through them."""

    def __init__(
        self,
        program: Program,
        rubric: RubricPart,
        grants: DemoGrants,
        *,
        person: Callable[[str], User],
        day: Callable[[int], datetime],
    ) -> None:
        self.program, self.grants, self.person, self.day = program, grants, person, day
        self.manager, self.officer = person("manager"), person("officer")
        self.rubric_part = rubric
        self.rubric: RubricVersion

    def load(self, organisations: dict[str, Organisation]) -> None:
        """The bodies with their members, their registers of interests, and the rubric."""
        for part in self.grants.bodies:
            self._body(part)
        for entry in self.grants.interests:
            add_interest(
                self.program,
                kind=entry.kind,
                organisation=organisations[entry.organisation].name,
                abn=organisations[entry.organisation].abn,
                description=entry.description,
                actor=self.person(entry.person),
            )
        for key in self._members():
            state_interests(self.program, actor=self.person(key))
        schema = RubricSchema(criteria=self.rubric_part.criteria)
        name, about = self.rubric_part.name, self.rubric_part.about
        draft = create_rubric(self.program, name=name, about=about, schema=schema, actor=self.manager)
        self.rubric = publish_rubric(draft, actor=self.manager)

    def set_assessment(self, stage: Stage, *, by: datetime) -> None:
        """By the rubric, two people for each application."""
        set_assessment(
            stage,
            rubric_version=self.rubric,
            is_blind=False,
            assessors_each=2,
            most_each=None,
            assess_by=by,
            actor=self.manager,
        )

    def follow(self, round_: Round, entries: Sequence[tuple[Application, ApplicationPart]]) -> None:
        """Take each application as far as its entry says."""
        for application, entry in entries:
            application.refresh_from_db()
            application.program = application.round.program = self.program
            self._assess(application, entry)
            self._advise(application, entry)
            if entry.ballot and entry.ballot.open_for is not None:
                self._circulate(application, entry.ballot, days=entry.ballot.open_for)
        counted = [(application, entry.ballot) for application, entry in entries if entry.ballot]
        if decided := [(application, part) for application, part in counted if part.open_for is None]:
            self._meet(round_, decided)
        for application, entry in entries:
            if entry.decision:
                self._decide(application, entry.decision)

    def _members(self) -> list[str]:
        voting = [
            term.person for body in self.grants.bodies for term in body.members if term.role != "secretary"
        ]
        return list(dict.fromkeys(voting))

    def _body(self, part: BodyPart) -> None:
        body = create_body(self.program, kind=part.kind, name=part.name, about=part.about, actor=self.manager)
        Body.objects.filter(pk=body.pk).update(is_demonstration=True)
        for term in part.members:
            add_member(
                body,
                user=self.person(term.person),
                role=term.role,
                expertise=term.expertise,
                starts_on=self.day(-500).date(),
                ends_on=self.day(600).date(),
                actor=self.manager,
            )

    def _clear(self, application: Application, key: str) -> User:
        """A person who has declared that they have no conflict."""
        person = self.person(key)
        declare(application, kind="none", statement="", actor=person)
        return person

    def _assess(self, application: Application, entry: ApplicationPart) -> None:
        for key in [*entry.scores, *entry.assigned]:
            person = self._clear(application, key)
            assignment = assign(application, user=person, actor=self.manager, why=WHY)
            points = entry.scores.get(key)
            if points is None:
                continue
            for criterion, given in zip(self.rubric.schema.criteria, points, strict=True):
                mark = Mark(given, given is None, _reason(criterion, given))
                save_mark(assignment, criterion=criterion.key, mark=mark, version=0, actor=person)
            save_summary(
                assignment,
                recommendation="fund" if sum(filter(None, points)) > 9 else "decline",
                comment=WHY,
                feedback=FEEDBACK,
                version=0,
                actor=person,
            )
            submit_assessment(Assignment.objects.get(pk=assignment.pk), actor=person)

    def _advise(self, application: Application, entry: ApplicationPart) -> None:
        for part in entry.advice:
            person = self._clear(application, part.by)
            advise(application, position=part.position, text=part.text, actor=person)

    def _roundtable(self) -> Body:
        body = Body.objects.get(kind=Body.Kind.ROUNDTABLE)
        body.program = self.program
        return body

    def _circulate(self, application: Application, part: BallotPart, *, days: int) -> None:
        """A ballot by circulation, opened yesterday and still open."""
        yesterday = timezone.now() - timedelta(days=1)
        ballot = prepare_ballot(
            application,
            body=self._roundtable(),
            conditions=part.conditions,
            closes_at=timezone.now() + timedelta(days=days),
            actor=self.officer,
        )
        ballot = open_ballot(ballot, actor=self.officer, now=yesterday)
        self._vote(ballot, application, part)

    def _meet(self, round_: Round, ballots: Sequence[tuple[Application, BallotPart]]) -> None:
        """A meeting after the round had closed, in which each ballot was held and counted."""
        body = self._roundtable()
        closed = round_.closes_at or timezone.now()
        meeting = plan_meeting(
            body,
            title=f"Meeting on {round_.title}",
            starts_at=closed + timedelta(days=50),
            place="By video",
            actor=self.officer,
        )
        prepared = [
            prepare_ballot(
                application, body=body, meeting=meeting, conditions=part.conditions, actor=self.officer
            )
            for application, part in ballots
        ]
        voters = {self.person(key) for _, part in ballots for key in part.votes}
        present = {person.pk: Attendance.Status.PRESENT for person in voters}
        note_attendance(meeting, statuses=present, actor=self.officer)
        open_meeting(meeting, actor=self.officer)
        for ballot, (application, part) in zip(prepared, ballots, strict=True):
            opened = open_ballot(ballot, actor=self.officer)
            self._vote(opened, application, part)
            close_ballot(opened, actor=self.officer)
        write_minutes(meeting, minutes=MINUTES, actor=self.officer)
        close_meeting(meeting, actor=self.officer)
        chair = BodyMember.objects.get(body=body, role=BodyMember.Role.CHAIR).user
        approve_minutes(meeting, actor=chair)

    def _vote(self, ballot: Ballot, application: Application, part: BallotPart) -> None:
        for key, choice in part.votes.items():
            person = self._clear(application, key)
            cast_vote(
                ballot,
                choice=choice,
                reason=part.reasons.get(key, ""),
                record_dissent=key in part.dissent,
                actor=person,
            )

    def _decide(self, application: Application, part: DecisionPart) -> None:
        """Recommended by the officer; decided by the manager, and over the limit by finance too."""
        awarded = part.outcome == Outcome.AWARD
        decision = recommend(
            application,
            outcome=part.outcome,
            amount=Decimal(part.amount) if part.amount else None,
            rationale=WHY,
            summary=part.summary,
            place=part.place,
            feedback=part.feedback or None,
            starts_on=self.day(-150).date() if awarded else None,
            ends_on=self.day(390).date() if awarded else None,
            actor=self.officer,
        )
        limit = application.round.two_decide_over
        if limit is not None and decision.amount is not None and decision.amount > limit:
            confirm(agree(decision, actor=self.manager), actor=self.person("finance"))
        else:
            decide(decision, actor=self.manager)
        decision = publish(Decision.objects.get(pk=decision.pk), actor=self.manager)
        letter = Letter.objects.get(decision=decision)
        release_letter(letter, actor=self.officer)


def _reason(criterion: Criterion, given: int | None) -> str:
    """What the nearest anchor says, or why it does not apply."""
    if given is None:
        return "Nobody else takes part."
    nearest = min(criterion.anchors, key=lambda anchor: abs(anchor.points - given))
    return nearest.text
