"""A program out as a file and in again without loss, and the two commands."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.workplan.program_texts import (
    CPF,
    FOLDER,
    IPCPP,
    NORTH,
    SCSC,
    WITH_DELIVERABLE,
    changed,
    load,
    row_counts,
)
from workplan.models import Action
from workplan.program_files import dump_program
from workplan.services import add_deliverable

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", [SCSC, CPF, IPCPP, WITH_DELIVERABLE], ids=["scsc", "cpf", "ipcpp", "north"])
def test_dump_loads_without_a_change(text: str) -> None:
    program = load(text).program
    dumped = dump_program(program)
    before = row_counts()
    report = load(dumped)
    assert not report.changed_anything
    # Only the text itself is new, with its event.
    grown = {name: count - before[name] for name, count in row_counts().items() if count != before[name]}
    assert grown == {f"{program.slug} workplan.ProgramFile": 1, f"{program.slug} audit.AuditEvent": 1}
    assert dump_program(program) == dumped


def test_dump_makes_the_same_program_elsewhere() -> None:
    dumped = dump_program(load(IPCPP).program)
    copy = load(changed(dumped, "slug: ipcpp", "slug: copy")).program
    assert dump_program(copy) == changed(dumped, "slug: ipcpp", "slug: copy")
    assert yaml.safe_load(dumped)["proposals"] == yaml.safe_load(IPCPP)["proposals"]


def test_dump_keeps_texts_as_people_write_them(cast: Cast) -> None:
    load(NORTH)
    texts = [
        "On 1\r\nand 2\n\n- list",
        "yes",
        "2020-10-01",
        "tab\there",
        "“quotes”: 'and' \"more\" # no",
        "1e5",
        "007",
    ]
    with program_scope(cast.program):
        action = Action.objects.get(code="TECH-1")
        for number, text in enumerate(texts):
            add_deliverable(
                action, code=f"T_{number}", text=text, due_on=date(2024, 5, 1), actor=cast.officer
            )
    assert not load(dump_program(cast.program)).changed_anything


def test_load_command_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_program", str(FOLDER / "scsc.yaml"), str(FOLDER / "cpf.yaml"))
    out = capsys.readouterr().out
    assert "  actions: 24 created" in out
    assert "  actions: 4 created" in out


def test_load_command_prints_errors_one_a_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "scsc.yaml"
    file.write_text(
        changed(SCSC, "code: MID-1, ambition: MID", "code: MID-1, ambition: XX"), encoding="utf-8"
    )
    with pytest.raises(SystemExit) as caught:
        call_command("load_program", str(file))
    assert caught.value.code == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{file}:71:29: actions[9].ambition: there is no ambition “XX”.")
    assert last == f"{file}: nothing was loaded."


def test_load_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_program", str(tmp_path / "none.yaml"))


def test_dump_command_writes_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    program = load(CPF).program
    call_command("dump_program", "cpf")
    assert capsys.readouterr().out == dump_program(program)
    with pytest.raises(CommandError, match="Programs: cpf"):
        call_command("dump_program", "none")
