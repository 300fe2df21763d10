"""Program files made to be slow to read, or to answer with a huge page."""

import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import FrameType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from scsc.accounts.models import User
from tests.factories import Cast
from tests.workplan.program_texts import SCSC, changed
from workplan.program_files import ProgramFileError
from workplan.program_files.document import MAX_ERRORS, MAX_VALUES
from workplan.program_files.read import read_program_file

UNKNOWN = "".join(f"unknown{i}: 1\n" for i in range(MAX_ERRORS + 50))


def refusal_of(text: str) -> ProgramFileError:
    with pytest.raises(ProgramFileError) as caught:
        read_program_file("plan.yaml", text)
    return caught.value


def calls_while_reading(text: str) -> int:
    """How many functions are called, those in C included: the same on every machine."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        refusal_of(text)
    finally:
        sys.setprofile(None)
    return count


def _chain(rows: int) -> str:
    """Each action waits for the next and for the first: as many cycles, each longer than the one before."""
    return "actions:\n" + "".join(f"- {{code: A{i}, depends_on: [A{i + 1}, A0]}}\n" for i in range(rows))


def _strangers(rows: int) -> str:
    known = "".join(f"- {{code: AB{i}}}\n" for i in range(rows))
    return f"ambitions:\n{known}outcomes:\n" + "".join(f"- {{ambition: AC{i}}}\n" for i in range(rows))


SLOW: dict[str, Callable[[int], str]] = {
    "rows without their fields": lambda rows: "actions:\n" + "- {c0: 1}\n" * rows,
    "unknown fields": lambda rows: "".join(f"k{i}: 1\n" for i in range(rows)),
    "codes that are not there": _strangers,
    "cycles": _chain,
    "the same field again": lambda rows: "k: 1\n" * rows,
    "the same dependency again": lambda rows: "actions:\n- {depends_on: [" + "A," * rows + "]}",
}


@pytest.mark.parametrize("case", SLOW)
def test_four_times_the_file_is_at_most_five_times_the_work(case: str) -> None:
    # From a size on that reaches MAX_ERRORS, and at which hints are no longer looked for.
    small, large = (calls_while_reading(SLOW[case](rows)) for rows in (400, 1_600))
    assert large < 5 * small


@pytest.mark.parametrize("case", SLOW)
def test_reading_stops_after_a_hundred_errors(case: str) -> None:
    error = refusal_of(SLOW[case](2 * MAX_ERRORS))
    assert error.more
    assert len(error.errors) == MAX_ERRORS
    assert str(error).splitlines()[-1] == "And more: correct these first."
    assert len(str(error)) < MAX_ERRORS * 300


def test_a_hundred_errors_are_all_of_them() -> None:
    error = refusal_of(SCSC + "".join(f"unknown{i}: 1\n" for i in range(MAX_ERRORS)))
    assert len(error.errors) == MAX_ERRORS
    assert not error.more


def test_the_first_errors_in_the_file_are_shown() -> None:
    text = changed(SCSC, "timezone: Australia/Sydney", "timezone: Sydney") + UNKNOWN
    assert refusal_of(text).errors[0].field == "program.timezone"


@pytest.mark.parametrize(
    "text",
    [
        "k:\n" + "- 1\n" * MAX_VALUES,
        # One long name, and one long text, again and again.
        "a: &a\n  ? " + "k" * 200_000 + "\n  : 1\nb: [" + "*a," * 5_000 + "]",
        "a: &a " + "x" * 200_000 + "\nb: [" + "*a," * 5_000 + "]",
    ],
    ids=["values", "names by alias", "text by alias"],
)
def test_file_with_more_than_any_plan_is_refused(text: str) -> None:
    error = refusal_of(text)
    assert "too many" in error.errors[-1].message or "Write the values out" in error.errors[-1].message


def test_long_names_and_codes_are_cut_in_messages() -> None:
    long = "x" * 50_000
    text = f"ambitions:\n- {{code: {long}}}\n? {long}\n: {{1: a, 2: b}}\noutcomes:\n- {{ambition: WG}}\n"
    assert len(str(refusal_of(text))) < 5_000


def test_nine_years_are_refused_in_words() -> None:
    rows = "".join(
        f"    - {{number: {n}, label: Year {n}, starts_on: 20{30 + n}-01-01, ends_on: 20{30 + n}-12-31}}\n"
        for n in range(4, 10)
    )
    last = next(line for line in SCSC.splitlines(keepends=True) if line.lstrip().startswith("- {number: 3,"))
    (error,) = refusal_of(changed(SCSC, last, last + rows)).errors
    assert error.field == "program.years"
    assert error.message == "a program has at most 8 years. Begin a new program after that."


def test_page_shows_the_cap_and_the_last_line(cast: Cast, signed_in: Callable[[User], Client]) -> None:
    upload = SimpleUploadedFile("plan.yaml", UNKNOWN.encode(), "application/yaml")
    response = signed_in(cast.manager).post(f"/{cast.program.slug}/plan/file/", {"file": upload})
    page = response.content.decode()
    assert response.status_code == 422
    assert f"more than {MAX_ERRORS} problems" in page
    assert page.count("there is no field") <= MAX_ERRORS
    assert "And more: correct these first." in page


@pytest.mark.django_db
def test_command_ends_with_the_last_line(tmp_path: Path) -> None:
    file, printed = tmp_path / "plan.yaml", StringIO()
    file.write_text(UNKNOWN)
    with pytest.raises(SystemExit):
        call_command("load_program", str(file), stderr=printed)
    assert "And more: correct these first." in printed.getvalue()
