"""Loading a program file: all of it or nothing."""

from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Program
from scsc.programs.tenancy import active_program, program_scope
from workplan.models import Deliverable, ProgramFile
from workplan.permissions import can_load_program_file
from workplan.program_files.document import Document
from workplan.program_files.latest import KEPT, latest_file, latest_read
from workplan.program_files.read import ProgramFileRead, read_program_file
from workplan.program_files.report import LoadReport, SectionReport
from workplan.program_files.rows import (
    Row,
    Rows,
    plan_rows,
    program_row,
    stored_plan_rows,
    stored_program_row,
)
from workplan.program_files.write import PlanWriter, differences
from workplan.states import SETTLED

NOUNS = {"years": "year", "ambitions": "ambition", "outcomes": "outcome", "actions": "action"}


@transaction.atomic
def load_program_file(
    *, name: str, text: str | bytes, actor: User | None, program: Program | None = None
) -> LoadReport:
    """Load a whole program from a YAML text. Everything is written, or nothing.

    With `program`, a file for another one is an error; inside a program's scope that is so in any case.
    `name` is what errors call the file; `actor` None means the system, which alone creates a program. Rows
    are matched by code: new ones are created, changed ones changed, none removed; each leaves an audit event,
    and the text is kept. Loading the same text again changes nothing. What people changed in the browser
    stands unless the file says something new about it. Raises ProgramFileError with every error of the file,
    PermissionDenied for a person who may not load it.
    """
    read = read_program_file(name, text)
    program, created = _open_program(read, actor, expected=program or active_program())
    with program_scope(program):
        stored, wanted, before = stored_plan_rows(), plan_rows(read.content), latest_read()
        base = plan_rows(before.content) if before else {}
        _check_nothing_missing(read.document, wanted, stored)
        _check_settled(read, wanted, stored, base)
        read.document.raise_errors()
        changes = ({}, {}) if created else _change_program(program, read, before)
        sections = PlanWriter(program, actor=actor, reason=f"Program file {name}").write(wanted, stored, base)
        file_is_new = _keep_file(program, read.document, actor, changes)
    about = SectionReport("program")
    (about.created if created else about.changed if changes[1] else about.unchanged).append(program.slug)
    kept = {section: len(rows) for section in KEPT if (rows := getattr(read.content, section))}
    return LoadReport(name, program, [about, *sections], kept, file_is_new)


def _open_program(
    read: ProgramFileRead, actor: User | None, *, expected: Program | None
) -> tuple[Program, bool]:
    """The program of the file, locked against a second load, and whether it was created for this one."""
    part = read.content.program
    if expected and expected.slug != part.slug:
        message = f"this file is for the program “{part.slug}”, and you are in “{expected.slug}”."
        read.document.add_error(("program", "slug"), message)
        read.document.raise_errors()
    program = Program.objects.select_for_update(no_key=True).filter(slug=part.slug).first()
    if actor and (program is None or not can_load_program_file(actor, program)):
        raise PermissionDenied("Only a manager of the program can load its program file.")
    if program:
        return program, False
    return Program.objects.create(slug=part.slug, **program_row(part)), True


def _change_program(
    program: Program, read: ProgramFileRead, before: ProgramFileRead | None
) -> tuple[Row, Row]:
    """Write what the file changes about the program itself; returns the values before and after."""
    base = program_row(before.content.program) if before else None
    stored = stored_program_row(program)
    changes = differences(program_row(read.content.program), stored, base)
    for name, value in changes.items():
        setattr(program, name, value)
    if changes:
        program.save(update_fields=list(changes))
    return {name: stored[name] for name in changes}, changes


def _check_nothing_missing(document: Document, wanted: Rows, stored: Rows) -> None:
    """A file that leaves out what the plan has is refused: loading never removes work."""
    for section, noun in NOUNS.items():
        path = ("program", "years") if section == "years" else (section,)
        advice = (
            "Keep it in the file; stop it in the browser." if noun == "action" else "Keep it in the file."
        )
        for code in stored[section].keys() - wanted[section].keys():
            document.add_error(path, f"{noun} “{code}” is in the plan but not in this file. {advice}")


def _check_settled(read: ProgramFileRead, wanted: Rows, stored: Rows, base: Rows) -> None:
    """What was promised is not reworded once it is done or cancelled."""
    states = dict(Deliverable.objects.filter(state__in=SETTLED).values_list("code", "state"))
    for i, action in enumerate(read.content.actions):
        for j, part in enumerate(action.deliverables):
            before = base.get("deliverables", {}).get(part.code)
            if part.code in states and differences(
                wanted["deliverables"][part.code], stored["deliverables"][part.code], before
            ):
                message = (
                    f"deliverable “{part.code}” is {states[part.code]} and differs here. Reopen it first."
                )
                read.document.add_error(("actions", i, "deliverables", j), message)


def _keep_file(program: Program, document: Document, actor: User | None, changes: tuple[Row, Row]) -> bool:
    """Keep the text unless it is the newest already. Its event has what changed about the program itself."""
    digest, newest = sha256(document.text.encode()).hexdigest(), latest_file()
    if newest and newest.sha256 == digest:
        return False
    file = ProgramFile.objects.create(
        program=program, name=document.name[:200], text=document.text, sha256=digest, loaded_by=actor
    )
    record(file, "load", actor=actor, before=changes[0], after=changes[1])
    return True
