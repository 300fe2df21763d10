"""The published program files as texts, and helpers to change, load and judge them."""

import pytest
from django.apps import apps
from django.conf import settings

from scsc.programs.models import Program, TenantModel
from scsc.programs.tenancy import program_scope
from workplan.program_files import FileError, LoadReport, ProgramFileError, load_program_file

FOLDER = settings.BASE_DIR / "demo" / "programs"
SCSC = (FOLDER / "scsc.yaml").read_text(encoding="utf-8")
CPF = (FOLDER / "cpf.yaml").read_text(encoding="utf-8")
IPCPP = (FOLDER / "ipcpp.yaml").read_text(encoding="utf-8")
# A file for the program of the cast.
NORTH = CPF.replace("slug: cpf", "slug: north")


def load(text: str | bytes, name: str = "plan.yaml") -> LoadReport:
    return load_program_file(name=name, text=text, actor=None)


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} should be there once, not {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def errors_of(text: str | bytes) -> list[FileError]:
    with pytest.raises(ProgramFileError) as caught:
        load(text)
    return caught.value.errors


def only_error(text: str | bytes) -> FileError:
    (error,) = errors_of(text)
    return error


def row_counts() -> dict[str, int]:
    """The rows of every table of ours, those of a program inside its scope."""
    counts = {"programs": Program.objects.count()}
    for program in Program.objects.order_by("slug"):
        with program_scope(program):
            for model in apps.get_models():
                if issubclass(model, TenantModel):
                    counts[f"{program.slug} {model._meta.label}"] = model.objects.count()
    return counts


# The same with a deliverable, which the published files leave to people.
WITH_DELIVERABLE = changed(
    NORTH,
    "{code: TECH-1, ambition: TECH, years: [1],",
    "{code: TECH-1, ambition: TECH, years: [1], deliverables: "
    "[{code: T.1, text: A paper, due: 2024-01-31, demonstration: true}],",
)
