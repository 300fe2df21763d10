"""The invented work of a demonstration program: deliverables, owners, progress, evidence and shares.

Everything goes through the services and has an actor, so that states, rights and history are those of real
work.
"""

from datetime import date
from typing import Literal

from django.utils.text import slugify

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.clock import today
from scsc.programs.models import Program
from workplan import guards, services
from workplan.models import Action, Deliverable, ProgramYear
from workplan.program_files.document import read_document
from workplan.program_files.fields import Code, Day, Line, Text
from workplan.program_files.latest import latest_file
from workplan.program_files.schema import Accent, Part
from workplan.states import Rag

EVIDENCE = "https://example.org/demonstration"
# The role or the partner that a persona stands for: the first part of its mail address.
Persona = Code


class AboutPart(Part):
    """How the demonstration shows the program."""

    shown_as_at: Day | None = None
    accent: Accent | None = None


class SharePart(Part):
    person: Persona
    actions: list[Code]


class DeliverablePart(Part):
    text: Text
    due: Day
    started: bool = False
    done: Day | None = None
    evidence: Line | None = None


class UpdatePart(Part):
    on: Day
    by: Persona
    rag: Literal["green", "amber", "red", "complete"]
    text: Text


class WorkPart(Part):
    owner: Persona
    state: Literal["not_started", "in_progress", "complete"] = "not_started"
    deliverables: list[DeliverablePart]
    updates: list[UpdatePart] = []


class DemoPlan(Part):
    """One file of `demo/plan`: the work by the code of its action."""

    program: AboutPart
    shares: list[SharePart] = []
    actions: dict[str, WorkPart]


def read_demo_plan(name: str, text: str) -> DemoPlan:
    """Read a file of `demo/plan`. Raises ProgramFileError or pydantic's ValidationError."""
    document = read_document(name, text)
    document.raise_errors()
    return DemoPlan.model_validate(document.data)


def load_demo_plan(program: Program, plan: DemoPlan) -> bool:
    """Load the invented work, inside the program's scope. Does nothing and returns False where work is."""
    if Deliverable.objects.exists():
        return False
    _show(program, plan.program)
    work = _Work(program)
    for share in plan.shares:
        for code in share.actions:
            services.share_action(work.actions[code], person=work.person(share.person), actor=work.manager)
    for code, part in plan.actions.items():
        work.load(work.actions[code], part)
    return True


def _show(program: Program, about: AboutPart) -> None:
    """Set the day and the colours that the program is shown with, and mark it as a demonstration."""
    changes: dict[str, object] = {"is_demonstration": True, "shown_as_at": about.shown_as_at}
    if about.accent:
        changes |= {"accent_light": about.accent.light, "accent_dark": about.accent.dark}
    before = {name: getattr(program, name) for name in changes}
    for name, value in changes.items():
        setattr(program, name, value)
    program.save(update_fields=list(changes))
    if file := latest_file():
        record(file, "present", actor=None, before=before, after=changes)


class _Work:
    """The people, actions and years of one program, and the loading of one action's work."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.actions = {action.code: action for action in Action.objects.all()}
        for action in self.actions.values():
            action.program = program
        self.years = list(ProgramYear.objects.all())
        self.people: dict[str, User] = {}
        self.manager = self.person("manager")

    def person(self, persona: str) -> User:
        """The persona `officer` is the one whose address begins with `officer@`."""
        if persona not in self.people:
            self.people[persona] = User.objects.get(email=f"{persona}@{self.program.slug}.example.org")
        return self.people[persona]

    def load(self, action: Action, part: WorkPart) -> None:
        """Owner, deliverables, progress, and the action's own state last."""
        owner = self.person(part.owner)
        services.assign_owner(action, owner=owner, actor=self.manager)
        if part.state != "not_started":
            services.move_action(action, "start", actor=owner)
        for number, row in enumerate(part.deliverables, start=1):
            self._deliverable(action, f"{action.code}.{number}", row, owner)
        for update in part.updates:
            self._update(action, update)
        if part.state == "complete" and guards.deliverables_settled(action) is None:
            services.move_action(action, "complete", actor=owner)

    def _deliverable(self, action: Action, code: str, row: DeliverablePart, owner: User) -> None:
        deliverable = services.add_deliverable(
            action, code=code, text=row.text, due_on=row.due, actor=owner, demonstration=True
        )
        if row.started:
            services.move_deliverable(deliverable, "start", actor=owner)
        if row.done and self._has_come(row.done):
            title = row.evidence or row.text
            url = f"{EVIDENCE}/{slugify(f'{code} {title}'.replace('.', '-'))}"
            services.add_evidence_link(deliverable, title=title, url=url, actor=owner)
            services.complete_deliverable(deliverable, done_on=row.done, actor=owner)

    def _update(self, action: Action, part: UpdatePart) -> None:
        year = next((y for y in self.years if y.starts_on <= part.on <= y.ends_on), None)
        if year and self._has_come(part.on):
            services.post_update(
                action,
                year=year,
                narrative=part.text,
                rag=Rag(part.rag),
                actor=self.person(part.by),
                reported_on=part.on,
            )

    def _has_come(self, day: date) -> bool:
        """A plan that runs today, on a clock that lags behind its file, has not done its later work yet."""
        return day <= today(self.program)
