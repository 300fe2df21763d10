"""Each error of a program file with its line and field, all at once, and nothing loaded."""

import re

import pytest

from scsc.errors import DomainError
from tests.workplan.program_texts import (
    CPF,
    IPCPP,
    SCSC,
    changed,
    errors_of,
    line_of,
    load,
    only_error,
    row_counts,
)
from workplan.program_files import ProgramFileError

pytestmark = pytest.mark.django_db

MID_1 = "code: MID-1, ambition: MID, years: [1]"
MID_3 = "code: MID-3, ambition: MID, years: [2]"

BROKEN = {
    "unknown ambition": (
        MID_1,
        "code: MID-1, ambition: XX, years: [1]",
        "actions[9].ambition",
        "there is no ambition “XX”. Use one of WG, UP, MID, DN.",
    ),
    "unknown ambition of an outcome": (
        "code: ST-3, horizon: short, ambition: MID",
        "code: ST-3, horizon: short, ambition: MIDD",
        "outcomes[3].ambition",
        "there is no ambition “MIDD”. Did you mean “MID”? Use one of WG, UP, MID, DN.",
    ),
    "year that the plan does not have": (
        MID_1,
        "code: MID-1, ambition: MID, years: [7]",
        "actions[9].years[1]",
        "the plan has no year 7. Its years are 1, 2, 3.",
    ),
    "last year before the first": (
        MID_1,
        "code: MID-1, ambition: MID, years: [2, 1]",
        "actions[9].years[2]",
        "the last year, 1, is before the first, 2.",
    ),
    "year as a word": (
        MID_1,
        "code: MID-1, ambition: MID, years: [one]",
        "actions[9].years[1]",
        "this should be a whole number, not “one”.",
    ),
    "year without its list": (
        MID_1,
        "code: MID-1, ambition: MID, years: 1",
        "actions[9].years",
        "this should be a list, not “1”.",
    ),
    "three years": (
        MID_1,
        "code: MID-1, ambition: MID, years: [1, 2, 3]",
        "actions[9].years",
        "give one year, as [2], or the first and the last, as [3, 6].",
    ),
    "duplicate action": (
        MID_1,
        "code: WG-1, ambition: MID, years: [1]",
        "actions[9].code",
        "action “WG-1” is given twice, first on line 63.",
    ),
    "duplicate ambition": (
        "code: UP\n",
        "code: WG\n",
        "ambitions[2].code",
        "ambition “WG” is given twice, first on line 24.",
    ),
    "duplicate outcome": (
        "code: ST-2,",
        "code: ST-1,",
        "outcomes[2].code",
        "outcome “ST-1” is given twice, first on line 51.",
    ),
    "duplicate body": (
        "code: advisory",
        "code: roundtable",
        "bodies[2].code",
        "body “roundtable” is given twice, first on line 89.",
    ),
    "unknown dependency": (
        "depends_on: [MID-3]",
        "depends_on: [MID-33]",
        "actions[13].depends_on[1]",
        "there is no action “MID-33”. Did you mean “MID-3”?",
    ),
    "dependency given twice": (
        "depends_on: [MID-3]",
        "depends_on: [MID-3, MID-3]",
        "actions[13].depends_on[2]",
        "“MID-3” is given twice.",
    ),
    "unknown partner": (
        "years: [1], year_confidence: high, partner: ijm",
        "years: [1], year_confidence: high, partner: imj",
        "actions[14].partner",
        "there is no partner “imj”. Did you mean “ijm”? Use one of ijm, stc.",
    ),
    "cycle": (
        MID_1,
        f"{MID_1}, depends_on: [MID-3]",
        "actions[9].depends_on[1]",
        "the actions wait for each other: MID-1 -> MID-3 -> MID-1 (lines 71 and 73). Remove one dependency.",
    ),
    "action that waits for itself": (
        MID_1,
        f"{MID_1}, depends_on: [MID-1]",
        "actions[9].depends_on[1]",
        "the actions wait for each other: MID-1 -> MID-1 (lines 71). Remove one dependency.",
    ),
    "misspelt field": (
        "module: service_map",
        "modul: service_map",
        "actions[17].modul",
        "there is no field “modul” here. Did you mean “module”?",
    ),
    "unquoted comma": (
        "label: Year 2,",
        "label: Year 2, the second,",
        "program.years[2].the second",
        "there is no field “the second” here. Put a text that has a comma in quotes.",
    ),
    "field given twice": (
        "    stream: Upstream\n",
        "    stream: Upstream\n    stream: Up\n",
        "ambitions[2].stream",
        "“stream” is given twice, first on line 31.",
    ),
    "unknown confidence": (
        "code: MID-4, ambition: MID, years: [2], year_confidence: low",
        "code: MID-4, ambition: MID, years: [2], year_confidence: lo",
        "actions[12].year_confidence",
        "there is no value “lo”. Did you mean “low”? Use one of explicit, high, medium, low.",
    ),
    "day that is none": (
        "ends_on: 2022-09-30",
        "ends_on: 2022-09-31",
        "program.years[2].ends_on",
        "“2022-09-31” is not a day. Write it as 2021-09-30.",
    ),
    "years that overlap": (
        "starts_on: 2021-10-01",
        "starts_on: 2021-09-30",
        "program.years[2].starts_on",
        "it starts on 2021-09-30, before the last year ends on 2021-09-30.",
    ),
    "year that ends before it starts": (
        "ends_on: 2023-09-30",
        "ends_on: 2022-09-30",
        "program.years[3].ends_on",
        "it ends on 2022-09-30, before it starts on 2022-10-01.",
    ),
    "time zone": (
        "Australia/Sydney",
        "Australia/Sidney",
        "program.timezone",
        "there is no time zone “Australia/Sidney”. Use a name such as Australia/Sydney.",
    ),
    "currency": (
        "currency: AUD",
        "currency: dollars",
        "program.currency",
        "“dollars” should be the three capital letters of a currency, such as AUD.",
    ),
    "country": (
        "country: AU",
        "country: aus",
        "program.country",
        "“aus” should be the two capital letters of a country, such as AU.",
    ),
    "end of the reporting year": (
        '"09-30"',
        '"31-12"',
        "program.reporting_year_ends",
        "“31-12” is not a month and day. Write it as 09-30.",
    ),
    "reserved slug": (
        "slug: scsc",
        "slug: accounts",
        "program.slug",
        "“accounts” is an address of the platform itself. Choose another slug.",
    ),
    "slug with capitals": (
        "slug: scsc",
        "slug: SCSC",
        "program.slug",
        "“SCSC” should be small letters and digits, joined by single hyphens.",
    ),
    "accent that cannot be read": (
        "  currency: AUD\n",
        '  currency: AUD\n  accent: {light: "#9adbe2", dark: "#6cc5cf"}\n',
        "program.accent.light",
        "“#9adbe2” has contrast 1.5:1 on the light page. It needs 4.5:1.",
    ),
    "accent that is no colour": (
        "  currency: AUD\n",
        "  currency: AUD\n  accent: {light: teal, dark: '#6cc5cf'}\n",
        "program.accent.light",
        "“teal” should be a colour such as #0f5a63, in small letters.",
    ),
    "number for a text": (
        "name: Roundtable",
        "name: 5",
        "bodies[1].name",
        "this should be text. Put “5” in quotes.",
    ),
    "empty text": (
        "headline: Raise awareness",
        "headline:",
        "ambitions[2].headline",
        "this is empty. Give a value, or leave the field out where it is optional.",
    ),
    "deliverable without its day": (
        'and deliver its Year 1 activities."}',
        'and deliver its Year 1 activities.", deliverables: [{code: D-1, text: A paper}]}',
        "actions[9].deliverables[1].due",
        "“due” is missing.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_error_names_line_and_field_and_nothing_is_loaded(case: str) -> None:
    old, new, field, message = BROKEN[case]
    text = changed(SCSC, old, new)
    # The line that was changed, or the one that was added below it.
    line = line_of(SCSC, old) + new.strip().count("\n") + old.startswith("\n")
    error = errors_of(text)[0]
    assert (error.line, error.field) == (line, field)
    assert error.message.startswith(message)
    assert 1 <= error.column <= len(text.splitlines()[line - 1]) + 1
    assert row_counts() == {"programs": 0}


@pytest.mark.parametrize("case", ["unknown ambition", "duplicate action", "cycle", "currency"])
def test_broken_file_leaves_a_loaded_program_alone(case: str) -> None:
    load(SCSC)
    before = row_counts()
    old, new, *_ = BROKEN[case]
    assert errors_of(changed(SCSC, old, new))
    assert row_counts() == before


def test_all_errors_are_named_at_once_in_the_order_of_lines() -> None:
    text = SCSC
    for case in ("cycle", "time zone", "misspelt field", "unknown confidence", "unknown partner"):
        old, new, *_ = BROKEN[case]
        text = changed(text, old, new)
    errors = errors_of(text)
    assert [(error.line, error.field) for error in errors] == [
        (15, "program.timezone"),
        (71, "actions[9].depends_on[1]"),
        (74, "actions[12].year_confidence"),
        (76, "actions[14].partner"),
        (79, "actions[17].modul"),
    ]
    assert row_counts() == {"programs": 0}


def test_error_reads_as_a_sentence_and_as_a_compilers_line() -> None:
    old, new, *_ = BROKEN["unknown ambition"]
    with pytest.raises(DomainError) as caught:
        load(changed(SCSC, old, new), "scsc.yaml")
    message = "there is no ambition “XX”. Use one of WG, UP, MID, DN."
    assert str(caught.value) == f"scsc.yaml, line 71, actions[9].ambition: {message}"
    assert isinstance(caught.value, ProgramFileError)
    assert caught.value.errors[0].as_line() == f"scsc.yaml:71:29: actions[9].ambition: {message}"


def test_duplicate_deliverables_and_wrong_references_of_proposals_are_named() -> None:
    text = changed(IPCPP, "code: P-2, title", "code: P-1, title")
    text = changed(text, "recurring: true, action: INT-1", "recurring: true, action: INT-9")
    text = re.sub(
        r"(code: IND-[12], ambition: IND,)",
        r"\1 deliverables: [{code: D.1, text: A paper, due: 2026-01-31}],",
        text,
    )
    assert [error.message.split(".")[0] for error in errors_of(text)] == [
        "deliverable “D",
        "proposal “P-1” is given twice, first on line 35",
        "there is no action “INT-9”",
    ]


def test_year_numbers_follow_one_another() -> None:
    error = only_error(
        changed(CPF, "{number: 2, label: FY2025", "{number: 1, label: FY2025").replace("[1, 2]", "[1]")
    )
    assert (error.field, error.message) == (
        "program.years[2].number",
        f"year “1” is given twice, first on line {line_of(CPF, 'label: FY2024')}.",
    )
    gap = only_error(changed(CPF, "{number: 2, label: FY2025", "{number: 4, label: FY2025"))
    assert gap.message == "4 follows 1. Number the years one by one."
