"""The invented grants of a demonstration program: organisations, rounds, applications, recipients.

Everything goes through the services and has an actor. Days count from the day of loading, so that a round is
always open.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from grants.engine.schema import FormSchema, Json
from grants.models import Application, Body, FormVersion, Round, Stage
from grants.services.answers import save_answer
from grants.services.closing import close_round
from grants.services.forms import create_form, publish_version
from grants.services.questions import add_question
from grants.services.rights import grant_rights
from grants.services.rounds import create_round, publish_round
from grants.services.stage_settings import choose_body
from grants.services.stages import add_stage, change_stage, name_people, order_stages
from grants.services.starting import check_eligibility, start_application
from grants.services.submitting import submit_application
from partners.models import Organisation
from partners.services import create_organisation
from reporting.demo_outcomes import reach
from reporting.demo_panels import Panel
from reporting.demo_parts import ApplicationPart, DemoForms, DemoGrants, FormPart, OrganisationPart, RoundPart
from scsc.accounts.models import User
from scsc.accounts.personas import ensure_persona
from scsc.audit.services import record
from scsc.programs.models import Program
from scsc.programs.roles import Role
from workplan.models import Action

LAST = Stage.Kind.DECISION


def load_demo_grants(program: Program, grants: DemoGrants, forms: DemoForms) -> bool:
    """Load the invented grants, inside the program's scope. Returns False where rounds are already."""
    if Round.objects.exists():
        return False
    for person in grants.applicants:
        ensure_persona(program, key=person.key, name=person.name, role=Role.APPLICANT)
    for member in grants.members:
        ensure_persona(program, key=member.key, name=member.name, role=member.role)
    work = _Work(program, grants, forms)
    for part in grants.rounds:
        work.load(part)
    return True


class _Work:
    """The people, organisations and forms of one program, and the loading of one round."""

    def __init__(self, program: Program, grants: DemoGrants, forms: DemoForms) -> None:
        self.program, self.forms, self.now = program, forms, timezone.now()
        self.people: dict[str, User] = {}
        self.manager = self.person("manager")
        self.organisations = {key: self._organisation(part) for key, part in grants.organisations.items()}
        self.versions: dict[str, FormVersion] = {}
        self.panel = Panel(program, forms.rubric, grants, person=self.person, day=self.day)
        self.panel.load(self.organisations)

    def person(self, key: str) -> User:
        """The persona whose address begins with `key@`."""
        if key not in self.people:
            self.people[key] = User.objects.get(email=f"{key}@{self.program.slug}.example.org")
        return self.people[key]

    def day(self, days: int, hour: int = 17) -> datetime:
        """A moment so many days from now, at an hour of the program's time zone."""
        there = self.now.astimezone(ZoneInfo(self.program.timezone)) + timedelta(days=days)
        return there.replace(hour=hour, minute=0, second=0, microsecond=0)

    def load(self, part: RoundPart) -> None:
        """A round with its applications. One of the past is open while they are made, then set back."""
        past = part.closes < 0
        round_ = self._round(part, closes=self.day(1) if past else self.day(part.closes))
        begun = self.day(part.opens + 8, hour=10) if past else self.now
        begun_ones = [(self._application(round_, entry, at=begun), entry) for entry in part.applications]
        if past:
            self._set_back(round_, part)
        self.panel.follow(round_, begun_ones)

    def _organisation(self, part: OrganisationPart) -> Organisation:
        contact = self.person(part.contact)
        organisation = create_organisation(self.program, actor=contact, **part.profile)
        Organisation.objects.filter(pk=organisation.pk).update(is_demonstration=True)
        return organisation

    def _round(self, part: RoundPart, *, closes: datetime) -> Round:
        action = Action.objects.filter(code=part.action).first() if part.action else None
        round_ = create_round(
            self.program,
            code=part.code,
            title=part.title,
            summary=part.summary,
            actor=self.manager,
            demonstration=True,
            description=part.description,
            who_can_apply=part.who_can_apply,
            criteria=part.criteria,
            opens_at=self.day(part.opens, hour=9),
            closes_at=closes,
            decided_by=self.day(max(part.decided, 150 if part.full_closes else 90)).date(),
            budget=Decimal(part.budget),
            minimum_amount=Decimal(part.minimum),
            maximum_amount=Decimal(part.maximum),
            most_per_organisation=part.limit,
            two_decide_over=Decimal(part.two_decide_over) if part.two_decide_over else None,
            action=action,
        )
        first = [Stage.Kind.EOI, Stage.Kind.SCREENING, Stage.Kind.APPLICATION]
        kinds = first if part.eoi else [Stage.Kind.APPLICATION, Stage.Kind.SCREENING]
        staffed = {*part.people, *part.bodies} - {Stage.Kind.SCREENING}
        others = [kind for kind in Stage.Kind if kind in staffed]
        stages = [add_stage(round_, kind=kind, actor=self.manager) for kind in [*kinds, *others, LAST]]
        order_stages(round_, order=[stage.pk for stage in stages], actor=self.manager)
        for stage in Stage.objects.filter(round=round_).select_related("round__program"):
            self._stage(stage, part)
        for question in part.questions:
            add_question(round_, **question.model_dump(), actor=self.manager)
        publish_round(round_, actor=self.manager)
        return Round.objects.get(pk=round_.pk)

    def _stage(self, stage: Stage, part: RoundPart) -> None:
        kind = stage.kind
        if kind in Stage.WRITTEN:
            key = part.eoi if kind == Stage.Kind.EOI else part.form
            later = (
                self.day(part.full_closes) if part.full_closes and kind == Stage.Kind.APPLICATION else None
            )
            change_stage(stage, form_version=self._version(key), closes_at=later, actor=self.manager)
        elif kind in Stage.STAFFED:
            people = [self.person(key) for key in part.people[kind]]
            name_people(stage, people=people, actor=self.manager)
        elif kind in Stage.OF_BODIES:
            body = Body.objects.get(name=part.bodies[kind])
            choose_body(stage, body=body, actor=self.manager)
        if kind == Stage.Kind.ASSESSMENT:
            self.panel.set_assessment(stage, by=self.day(max(part.closes, part.full_closes or 1) + 45))

    def _version(self, key: str) -> FormVersion:
        """The published form of this key, made when it is first asked for."""
        if key not in self.versions:
            part: FormPart = getattr(self.forms, key)
            schema = FormSchema(sections=part.sections)
            draft = create_form(
                self.program, name=part.name, about=part.about, schema=schema, actor=self.manager
            )
            self.versions[key] = publish_version(draft, actor=self.manager)
        return self.versions[key]

    def _application(self, round_: Round, entry: ApplicationPart, *, at: datetime) -> Application:
        round_.program = self.program
        writer, organisation = self.person(entry.by), self.organisations[entry.organisation]
        answers = {question.pk: question.needs_yes for question in round_.questions.all()}
        check = check_eligibility(round_, answers=answers, organisation=organisation, actor=writer, now=at)
        application = start_application(
            round_, organisation=organisation, eligibility=check, actor=writer, now=at
        )
        Application.objects.filter(pk=application.pk).update(is_demonstration=True)
        for key, rights in entry.team.items():
            grant_rights(application, user=self.person(key), rights=rights)
        self._write(application, entry, writer, at)
        if entry.outcome not in {"draft", "discarded"}:
            self._submit(application, writer, at)
        reach(application, entry, writer=writer, officer=self.person("officer"), now=self.now)
        return application

    def _write(self, application: Application, entry: ApplicationPart, writer: User, at: datetime) -> None:
        """Answer every field of the form for which there is an answer, but those to leave out."""
        given = self._answers(entry)
        for _, field in application.form_version.schema.fields():
            if field.key in given and field.key not in entry.leave_out:
                value = given[field.key]
                save_answer(application, key=field.key, value=value, version=0, actor=writer, now=at)

    def _answers(self, entry: ApplicationPart) -> dict[str, Json]:
        lines = entry.budget or [
            ("Staff", "Project worker and supervision", entry.amount * 7 // 10),
            (
                "Delivery",
                "Rooms, travel, materials",
                entry.amount - entry.amount * 7 // 10 - entry.amount // 10,
            ),
            ("Evaluation", "", entry.amount // 10),
        ]
        budget = [{"item": item, "note": note, "amount": f"{amount}.00"} for item, note, amount in lines]
        defaults = dict(self.forms.answers)
        principles, checks = defaults.pop("principles"), defaults.pop("checks")
        return defaults | {
            "title": entry.title,
            "summary": entry.summary,
            "people": str(entry.people),
            "amount": f"{entry.amount}.00",
            "budget": {"lines": budget},
            "starts_on": self.day(200).date().isoformat(),
            "checks": checks | {"as_at": self.day(-400).date().isoformat()},
            "principles": _rated(principles),
        }

    def _submit(self, application: Application, writer: User, at: datetime) -> None:
        name = writer.name.partition(",")[0]
        submit_application(
            application, declared_name=name, declared_position="Chief executive", actor=writer, now=at
        )

    def _set_back(self, round_: Round, part: RoundPart) -> None:
        """Give a round the closing that it would have had, and close it."""
        closes, decided = self.day(part.closes), self.day(part.decided).date()
        Round.objects.filter(pk=round_.pk).update(
            closes_at=closes, decided_by=decided, published_at=self.day(part.opens - 5)
        )
        record(round_, "present", actor=None, after={"closes_at": closes, "decided_by": decided})
        close_round(Round.objects.get(pk=round_.pk))
        stages = Stage.objects.filter(round=round_, kind=Stage.Kind.ASSESSMENT)
        for stage in stages.select_related("round__program"):
            self.panel.set_assessment(stage, by=self.day(part.closes + 45))


def _rated(given: dict[str, Any]) -> Json:
    """The ten principles: one not yet reached, every third fully, the others partly."""
    rows: dict[str, Any] = {}
    for number in range(1, 11):
        late = number == given["not_yet"]
        rating = "not_yet" if late else "fully" if number % 3 == 0 else given["rating"]
        rows[str(number)] = {"rating": rating, "note": given["note"] if late else ""}
    return rows
