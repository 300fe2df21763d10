"""What still keeps a round from being published, said before anybody applies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from grants.engine import rubric
from grants.engine.checks import form_problems
from grants.models import EligibilityQuestion, Round, RoundInvitation, Stage
from grants.queries.stages import (
    KIND_OF_BODY,
    can_be_named,
    roles_for,
    stages_of,
    voting_members,
    written,
)
from grants.states import FormState, RubricState


@dataclass(frozen=True)
class RoundProblem:
    """One thing to put right. `part` names the page in urls/rounds.py where, `pk` the stage it is about.

    One that only `warns` is worth a second look and keeps nobody from publishing.
    """

    message: str
    part: str
    pk: int | None = None
    warns: bool = False


@dataclass(frozen=True)
class RoundCheck:
    """One line of the checklist, with what is wrong under it."""

    label: str
    part: str
    problems: list[RoundProblem]

    @property
    def blocks(self) -> bool:
        return any(not problem.warns for problem in self.problems)

    @property
    def tone(self) -> str:
        return "bad" if self.blocks else "warn" if self.problems else "done"

    @property
    def state(self) -> str:
        return "To do" if self.blocks else "Look again" if self.problems else "Ready"


def round_checks(
    round_: Round, *, stages: list[Stage] | None = None, now: datetime | None = None
) -> list[RoundCheck]:
    """The checklist of a round, in the order of its pages."""
    stages = stages_of(round_) if stages is None else stages
    checks = [
        RoundCheck("What it is about", "edit", list(_texts(round_))),
        RoundCheck("Eligibility questions", "questions", list(_questions(round_))),
        RoundCheck("Money", "money", list(_money(round_))),
        RoundCheck("Dates", "dates", list(_dates(round_, stages, now or timezone.now()))),
        RoundCheck("Stages and forms", "stages", list(_stages(round_, stages))),
        RoundCheck("People and bodies", "stages", [*_people(round_, stages), *_bodies(round_, stages)]),
    ]
    if any(stage.kind == Stage.Kind.ASSESSMENT for stage in stages):
        checks.append(RoundCheck("Assessment", "stages", list(_assessment(round_, stages))))
    if round_.audience == Round.Audience.INVITED:
        checks.append(RoundCheck("Invitations", "invitations", list(_invitations(round_))))
    return checks


def round_problems(round_: Round, *, now: datetime | None = None) -> list[RoundProblem]:
    """Everything that is not right with a round, warnings last."""
    found = [problem for check in round_checks(round_, now=now) for problem in check.problems]
    return sorted(found, key=lambda problem: problem.warns)


def _texts(round_: Round) -> Iterator[RoundProblem]:
    if not round_.who_can_apply.strip():
        yield RoundProblem("Nothing says who can apply.", "edit", warns=True)
    if not round_.criteria.strip():
        yield RoundProblem("Nothing says by which criteria applications are judged.", "edit", warns=True)


def _questions(round_: Round) -> Iterator[RoundProblem]:
    if not EligibilityQuestion.objects.filter(round=round_).exists():
        yield RoundProblem(
            "There is no eligibility question, so anybody can begin an application.", "questions", warns=True
        )


def _money(round_: Round) -> Iterator[RoundProblem]:
    budget, least, most = round_.budget, round_.minimum_amount, round_.maximum_amount
    if budget is None or budget <= 0:
        yield RoundProblem("Give the budget of the round.", "money")
    if least is not None and most is not None and most < least:
        yield RoundProblem("The largest amount is below the smallest.", "money")
    if budget and max(least or 0, most or 0) > budget:
        yield RoundProblem("An applicant may ask for more than the whole budget.", "money")


def _dates(round_: Round, stages: list[Stage], now: datetime) -> Iterator[RoundProblem]:
    opens, closes = round_.opens_at, round_.closes_at
    if opens is None:
        yield RoundProblem("Give the moment the round opens.", "dates")
    if closes is None:
        yield RoundProblem("Give the moment the round closes.", "dates")
        return
    if opens is not None and closes <= opens:
        yield RoundProblem("The round closes before it opens.", "dates")
    if closes <= now:
        yield RoundProblem("The round closes in the past.", "dates")
    yield from _later_closings(stages, closes)
    ends = max([closes, *(stage.closes_at for stage in stages if stage.closes_at)])
    if round_.decided_by is None:
        yield RoundProblem("Nothing says when applicants hear the outcome.", "dates", warns=True)
    elif round_.decided_by <= ends.astimezone(ZoneInfo(round_.timezone)).date():
        yield RoundProblem("The outcome is expected before the round has closed.", "dates")


def _later_closings(stages: list[Stage], closes: datetime) -> Iterator[RoundProblem]:
    before = closes
    for stage in written(stages)[1:]:
        if stage.closes_at is None:
            yield RoundProblem(f"Give the closing of “{stage}”.", "stage", stage.pk)
            continue
        if stage.closes_at <= before:
            yield RoundProblem(f"“{stage}” closes before the stage it follows.", "stage", stage.pk)
        before = max(before, stage.closes_at)


def _stages(round_: Round, stages: list[Stage]) -> Iterator[RoundProblem]:
    texts = written(stages)
    if not texts:
        yield RoundProblem("Add a stage that applicants write in.", "stages")
        return
    if stages[0] is not texts[0]:
        yield RoundProblem(f"“{stages[0]}” comes before anything is written. Move it down.", "stages")
    if [stage.kind for stage in texts] == [Stage.Kind.APPLICATION, Stage.Kind.EOI]:
        yield RoundProblem("The expression of interest comes after the full application.", "stages")
    last = next((stage for stage in stages if stage.kind == Stage.Kind.DECISION), None)
    if last is not None and stages[-1] is not last:
        yield RoundProblem(f"“{stages[-1]}” comes after the decision. Move it up.", "stages")
    for stage in texts:
        yield from _form(stage)


def _form(stage: Stage) -> Iterator[RoundProblem]:
    version = stage.form_version
    if version is None:
        yield RoundProblem(f"Choose the form of “{stage}”.", "stage", stage.pk)
    elif version.state != FormState.PUBLISHED:
        yield RoundProblem(f"The form of “{stage}” is not published: {version}.", "stage", stage.pk)
    else:
        # Published means checked; a check that came later still speaks.
        for problem in form_problems(version.schema):
            yield RoundProblem(f"The form of “{stage}”: {problem.message}", "stage", stage.pk)


def _people(round_: Round, stages: list[Stage]) -> Iterator[RoundProblem]:
    for stage in stages:
        if stage.kind not in Stage.STAFFED:
            continue
        named = [person.user for person in stage.people.all()]
        if not named:
            yield RoundProblem(f"Name somebody for “{stage}”.", "people", stage.pk)
            continue
        fitting = {user.pk for user in can_be_named(stage.kind, round_.program)}
        for user in named:
            if user.pk not in fitting:
                words = f"{user} is named for “{stage}” and is no {roles_for(stage.kind)}."
                yield RoundProblem(words, "people", stage.pk)
        if stage.kind == Stage.Kind.ASSESSMENT and len(named) < stage.assessors_each:
            words = (
                f"Name at least {stage.assessors_each} people for “{stage}”: so many assess each application."
            )
            yield RoundProblem(words, "people", stage.pk)


def _bodies(round_: Round, stages: list[Stage]) -> Iterator[RoundProblem]:
    of_bodies = [stage for stage in stages if stage.kind in Stage.OF_BODIES]
    members = voting_members(of_bodies, round_.program) if of_bodies else {}
    for stage in of_bodies:
        body, kind = stage.body, KIND_OF_BODY[stage.kind]
        if body is None:
            yield RoundProblem(f"Choose the body of “{stage}”.", "stage", stage.pk)
            continue
        count = members.get(body.pk, 0)
        if body.kind != kind:
            words = f"“{stage}” needs another kind of body: “{body}” is no {kind.label}."
            yield RoundProblem(words, "stage", stage.pk)
        elif not count:
            words = f"“{body}”, which has the stage “{stage}”, has no voting member now."
            yield RoundProblem(words, "stage", stage.pk)
        elif stage.kind == Stage.Kind.ENDORSEMENT and count < body.quorum_least:
            words = f"“{body}” has fewer voting members than its quorum needs, so every ballot would lapse."
            yield RoundProblem(words, "stage", stage.pk, warns=True)


def _assessment(round_: Round, stages: list[Stage]) -> Iterator[RoundProblem]:
    for stage in stages:
        if stage.kind == Stage.Kind.ASSESSMENT:
            yield from _rubric(stage)
            yield from _assess_by(round_, stage, stages)


def _rubric(stage: Stage) -> Iterator[RoundProblem]:
    version = stage.rubric_version
    if version is None:
        yield RoundProblem(f"Choose the rubric of “{stage}”.", "stage", stage.pk)
    elif version.state != RubricState.PUBLISHED:
        yield RoundProblem(f"The rubric of “{stage}” is not published: {version}.", "stage", stage.pk)
    else:
        for message in rubric.problems(version.schema):
            yield RoundProblem(f"The rubric of “{stage}”: {message}", "stage", stage.pk)


def _assess_by(round_: Round, stage: Stage, stages: list[Stage]) -> Iterator[RoundProblem]:
    closings = [round_.closes_at, *(found.closes_at for found in stages)]
    ends = max((at for at in closings if at is not None), default=None)
    if stage.assess_by is None:
        yield RoundProblem("Nothing says by when assessments are due.", "stage", stage.pk, warns=True)
    elif ends is not None and stage.assess_by <= ends:
        yield RoundProblem("Assessments are due before the round has closed.", "stage", stage.pk)


def _invitations(round_: Round) -> Iterator[RoundProblem]:
    if not RoundInvitation.objects.filter(round=round_).exists():
        yield RoundProblem("The round is by invitation and nobody is invited.", "invitations")
