"""Program files: every error with its line, all or nothing, in and out without loss."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.models import Program, TenantModel
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from workplan.models import Action, Ambition, Deliverable, Dependency, Outcome, ProgramFile, ProgramYear
from workplan.program_files import FileError, LoadReport, ProgramFileError, dump_program, load_program_file
from workplan.program_files.cycles import find_cycles
from workplan.program_files.document import MAX_CHARACTERS, PlainLoader
from workplan.services import add_deliverable, add_evidence_link, complete_deliverable, confirm_years

FOLDER = settings.BASE_DIR / "demo" / "programs"
SCSC = (FOLDER / "scsc.yaml").read_text(encoding="utf-8")
CPF = (FOLDER / "cpf.yaml").read_text(encoding="utf-8")
IPCPP = (FOLDER / "ipcpp.yaml").read_text(encoding="utf-8")
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


# --- The published programs ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "ambitions", "by_first_year", "outcomes"),
    [(SCSC, 4, {1: 9, 2: 7, 3: 8}, 10), (CPF, 3, {1: 4}, 1), (IPCPP, 2, {1: 5}, 0)],
    ids=["scsc", "cpf", "ipcpp"],
)
def test_published_program_has_its_counts(
    text: str, ambitions: int, by_first_year: dict[int, int], outcomes: int
) -> None:
    report = load(text)
    with program_scope(report.program):
        years = list(Action.objects.values_list("first_year", flat=True))
        assert Ambition.objects.count() == ambitions
        assert {year: years.count(year) for year in set(years)} == by_first_year
        assert Outcome.objects.count() == outcomes
        assert Deliverable.objects.count() == 0


@pytest.mark.django_db
def test_loaded_fields_follow_the_file() -> None:
    program = load(SCSC).program
    assert (program.name, program.country, program.reporting_year_ends) == (
        "Safer Children, Safer Communities",
        "AU",
        "09-30",
    )
    assert program.purpose.startswith("Reduce the human cost") and "\n" not in program.purpose
    with program_scope(program):
        action = Action.objects.get(code="DN-9")
        assert (action.first_year, action.last_year, action.partner_code) == (3, 6, "stc")
        assert action.note.startswith("Runs past the three-year plan")
        assert [d.depends_on.code for d in action.dependencies.all()] == ["DN-6"]
        assert Action.objects.get(code="WG-3").feeds == ["annual_report", "modern_slavery_statement"]
        assert Action.objects.get(code="WG-5").needs == ["partner_feedback"]
        assert Action.objects.get(code="DN-4").module == "service_map"
        assert Action.objects.get(code="MID-4").year_is_uncertain
        assert ProgramYear.objects.get(number=2).ends_on == date(2022, 9, 30)
        assert [a.code for a in Ambition.objects.all()] == ["WG", "UP", "MID", "DN"]


@pytest.mark.django_db
def test_report_says_what_was_created_and_what_is_kept() -> None:
    lines = load(IPCPP, "ipcpp.yaml").lines()
    assert lines[0] == "ipcpp.yaml: Indo-Pacific Child Protection Program"
    assert "  actions: 5 created" in lines
    assert "  proposals: 6 kept in the program file" in lines
    assert "  partners: 1 kept in the program file" in lines


@pytest.mark.django_db
def test_file_is_kept_whole_with_an_event() -> None:
    program = load(SCSC, "scsc.yaml").program
    with program_scope(program):
        file = ProgramFile.objects.get()
        assert (file.text, file.name, file.loaded_by) == (SCSC, "scsc.yaml", None)
        (entry,) = history_of([Action.objects.get(code="WG-1")])
        assert (entry.sentence, entry.reason) == ("The system loaded WG-1", "Program file scsc.yaml")


# --- One error, its line, and nothing loaded -----------------------------------------------------

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
        "ambition “WG” is given twice, first on line 25.",
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
        "headline: Catalyse change",
        "headlne: Catalyse change",
        "ambitions[1].headlne",
        "there is no field “headlne” here. Did you mean “headline”?",
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
        "“stream” is given twice, first on line 32.",
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


@pytest.mark.django_db
@pytest.mark.parametrize("case", BROKEN)
def test_error_names_line_and_field_and_nothing_is_loaded(case: str) -> None:
    old, new, field, message = BROKEN[case]
    text = changed(SCSC, old, new)
    # The line that was changed, or the one that was added below it.
    line = line_of(text, new) + max(new.strip().count("\n"), 0)
    error = only_error(text)
    assert (error.line, error.field) == (line, field)
    assert error.message.startswith(message)
    assert text.splitlines()[line - 1][error.column - 1 :].strip()
    assert row_counts() == {"programs": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["unknown ambition", "duplicate action", "cycle", "currency"])
def test_broken_file_leaves_a_loaded_program_alone(case: str) -> None:
    load(SCSC)
    before = row_counts()
    old, new, *_ = BROKEN[case]
    only_error(changed(SCSC, old, new))
    assert row_counts() == before


@pytest.mark.django_db
def test_all_errors_are_named_at_once_in_the_order_of_lines() -> None:
    text = SCSC
    for case in ("cycle", "time zone", "misspelt field", "unknown confidence", "unknown partner"):
        old, new, *_ = BROKEN[case]
        text = changed(text, old, new)
    errors = errors_of(text)
    assert [(error.line, error.field) for error in errors] == [
        (16, "program.timezone"),
        (25, "ambitions[1].headline"),
        (27, "ambitions[1].headlne"),
        (71, "actions[9].depends_on[1]"),
        (74, "actions[12].year_confidence"),
        (76, "actions[14].partner"),
    ]
    assert row_counts() == {"programs": 0}


@pytest.mark.django_db
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


# --- Broken YAML ---------------------------------------------------------------------------------

BROKEN_YAML = {
    "bracket left open": ("years: [1], year_confidence: explicit, text", "years: [1, year_confidence: explicit, text", 71, "“[”"),
    "brace left open": ('deliver its Year 1 activities."}', 'deliver its Year 1 activities."', 71, "“{”"),
    "quote left open": ("number: 1, label: Year 1", 'number: 1, label: "Year 1', 19, ""),
    "colon in a text": ("name: Safer Children, Safer", "name: Safer: Children, Safer", 6, "a colon is not expected"),
    "missing colon": ("slug: scsc", "slug scsc", 5, "a colon is missing"),
    "tab": ("  sponsor: Westpac", "\tsponsor: Westpac", 7, "Indent with spaces"),
    "indentation": ("  - code: MID\n", " - code: MID\n", 37, "indentation"),
    "alias": ("headline: Catalyse change", "headline: *change", 27, "in quotes"),
    "second document": ("\noutcomes:", "\n---\noutcomes:", 50, "A file holds one program"),
    "special character": ("headline: Catalyse change", "headline: @change", 27, "in quotes"),
    "not a text character": ("headline: Catalyse change", "headline: Catalyse\x07change", 27, "cannot have"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_YAML)
def test_broken_yaml_is_named_with_its_line(case: str) -> None:
    old, new, line, words = BROKEN_YAML[case]
    text = changed(SCSC, old, new)
    error = only_error(text)
    assert error.line == line
    assert words in error.message
    assert "while" not in error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("just words", "a group of fields"),
        ("a: &a [*a]", "Write the values out"),
        ("[" * 3000, "too deep"),
        ("a: !!python/object:os.system ls", "the tag “!!python/object:os.system”"),
        ('program: {name: "\\0"}', "cannot be stored"),
        ("? [a]\n: b", "a field name must be plain text"),
        ("x" * (MAX_CHARACTERS + 1), "more than 500,000 characters"),
        (b"program:\n  name: \xff\xfe", "not UTF-8"),
    ],
)  # fmt: skip
def test_file_that_is_no_program_is_refused(text: str | bytes, words: str) -> None:
    assert any(words in error.message for error in errors_of(text))


def test_aliases_cannot_make_a_small_file_huge() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "Write the values out" in only_error("\n".join(["l0: &l0 [x]", *levels])).message


@pytest.mark.parametrize("word", ["NO", "yes", "1.0e3", "0x1F", "2020-10-01", "12:30", "on"])
def test_plain_words_stay_text(word: str) -> None:
    loader = PlainLoader(f"a: {word}")
    node = loader.get_single_node()
    assert node.value[0][1].tag == "tag:yaml.org,2002:str"  # type: ignore[union-attr]


# --- Loading again -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    load(SCSC)
    before = row_counts()
    report = load(SCSC)
    assert not report.changed_anything
    assert not report.file_is_new
    assert row_counts() == before


@pytest.mark.django_db
def test_changed_file_changes_its_rows_with_before_and_after() -> None:
    program = load(SCSC).program
    text = changed(SCSC, "headline: Catalyse change", "headline: Bring change")
    text = changed(text, "code: MID-4, ambition: MID, years: [2]", "code: MID-4, ambition: UP, years: [2, 4]")
    text = changed(text, "depends_on: [MID-2]", "depends_on: [MID-1]")
    report = load(text)
    assert [(s.name, s.changed) for s in report.sections if s.changed] == [
        ("ambitions", ["WG"]),
        ("actions", ["MID-4"]),
    ]
    with program_scope(program):
        action = Action.objects.get(code="MID-4")
        assert (action.ambition.code, action.first_year, action.last_year) == ("UP", 2, 4)
        assert [d.depends_on.code for d in action.dependencies.all()] == ["MID-1"]
        event = AuditEvent.objects.get(object_type="workplan.action", action="change")
        assert event.before == {"ambition": "MID", "years": [2, 2], "depends_on": ["MID-2"]}
        assert event.after == {"ambition": "UP", "years": [2, 4], "depends_on": ["MID-1"]}
        assert ProgramFile.objects.count() == 2


@pytest.mark.django_db
def test_changed_program_is_told_by_the_event_of_its_file() -> None:
    load(SCSC)
    program = load(changed(SCSC, "sponsor: Westpac Group", "sponsor: Another Group")).program
    assert Program.objects.get().sponsor == "Another Group"
    with program_scope(program):
        event = AuditEvent.objects.filter(object_type="workplan.programfile").order_by("-id")[0]
        assert (event.before, event.after) == ({"sponsor": "Westpac Group"}, {"sponsor": "Another Group"})


@pytest.mark.django_db
def test_new_rows_are_added_in_the_order_of_the_file() -> None:
    program = load(SCSC).program
    new = '  - {code: WG-6, ambition: WG, years: [1], text: "A new action."}\n'
    text = changed(SCSC, "  - {code: WG-2,", f"{new}  - {{code: WG-2,")
    report = load(text)
    assert [s.created for s in report.sections if s.name == "actions"] == [["WG-6"]]
    with program_scope(program):
        assert [a.code for a in Action.objects.all()][:3] == ["WG-1", "WG-6", "WG-2"]
        assert not AuditEvent.objects.filter(action="change").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("left_out", "field", "message"),
    [
        (r"  - \{code: WG-5.*\n", "actions", "action “WG-5” is in the plan but not in this file. Keep it in the file; stop it"),
        (r"  - \{code: ML-6.*\n", "outcomes", "outcome “ML-6” is in the plan but not in this file. Keep it in the file."),
    ],
)  # fmt: skip
def test_row_left_out_of_the_file_is_an_error(left_out: str, field: str, message: str) -> None:
    load(SCSC)
    before = row_counts()
    error = only_error(re.sub(left_out, "", SCSC))
    assert error.field == field
    assert error.message.startswith(message)
    assert row_counts() == before


@pytest.mark.django_db
def test_year_left_out_of_the_file_is_an_error() -> None:
    load(CPF)
    text = re.sub(r"    - \{number: 2.*\n", "", CPF)
    assert [error.field for error in errors_of(text)] == ["program.years"]


@pytest.mark.django_db
def test_what_people_changed_in_the_browser_stands(cast: Cast) -> None:
    load(NORTH)
    with program_scope(cast.program):
        action = Action.objects.get(code="TECH-1")
        confirm_years(action, first_year=2, last_year=2, reason="Page 4", actor=cast.officer)
    report = load(changed(NORTH, "headline: Innovate", "headline: Invent"))
    assert [s.changed for s in report.sections if s.changed] == [["TECH"]]
    with program_scope(cast.program):
        action.refresh_from_db()
        assert (action.first_year, action.year_confidence, action.source) == (2, "explicit", "Page 4")


@pytest.mark.django_db
def test_what_the_file_says_anew_wins_over_the_browser(cast: Cast) -> None:
    load(NORTH)
    with program_scope(cast.program):
        action = Action.objects.get(code="TECH-1")
        confirm_years(action, first_year=2, last_year=2, reason="Page 4", actor=cast.officer)
    load(
        changed(
            NORTH, "{code: TECH-1, ambition: TECH, years: [1]", "{code: TECH-1, ambition: TECH, years: [1, 3]"
        )
    )
    with program_scope(cast.program):
        action.refresh_from_db()
        assert (action.first_year, action.last_year, action.source) == (1, 3, "Page 4")


WITH_DELIVERABLE = changed(
    NORTH,
    "{code: TECH-1, ambition: TECH, years: [1],",
    "{code: TECH-1, ambition: TECH, years: [1], deliverables: "
    "[{code: T.1, text: A paper, due: 2024-01-31, demonstration: true}],",
)


@pytest.mark.django_db
def test_deliverables_come_with_the_file_and_others_stay(cast: Cast) -> None:
    load(WITH_DELIVERABLE)
    with program_scope(cast.program):
        action = Action.objects.get(code="TECH-1")
        add_deliverable(action, code="T.2", text="A talk", due_on=date(2024, 5, 1), actor=cast.officer)
    load(changed(WITH_DELIVERABLE, "text: A paper", "text: A long paper"))
    with program_scope(cast.program):
        found = Deliverable.objects.values_list("code", "text", "is_demonstration", "order")
        assert list(found) == [("T.1", "A long paper", True, 1), ("T.2", "A talk", False, 2)]


@pytest.mark.django_db
def test_settled_deliverable_is_not_reworded(cast: Cast) -> None:
    load(WITH_DELIVERABLE)
    with program_scope(cast.program):
        deliverable = Deliverable.objects.get()
        add_evidence_link(deliverable, title="", url="https://example.org/a", actor=cast.officer)
        complete_deliverable(deliverable, done_on=date(2024, 1, 30), actor=cast.officer)
    error = only_error(changed(WITH_DELIVERABLE, "text: A paper", "text: A long paper"))
    assert error.line == line_of(NORTH, "{code: TECH-1")
    assert error.message == "deliverable “T.1” is done and differs here. Reopen it first."
    assert not load(WITH_DELIVERABLE).changed_anything


# --- Who, and which program ----------------------------------------------------------------------


@pytest.mark.django_db
def test_only_a_manager_of_the_program_loads_its_file(cast: Cast) -> None:
    for name, person in cast.people.items():
        if name == "manager":
            continue
        with pytest.raises(PermissionDenied):
            load_program_file(name="north.yaml", text=NORTH, actor=person)
    report = load_program_file(name="north.yaml", text=NORTH, actor=cast.manager, program=cast.program)
    assert report.program == cast.program
    with program_scope(cast.program):
        assert ProgramFile.objects.get().loaded_by == cast.manager
        assert set(AuditEvent.objects.values_list("actor", flat=True)) == {cast.manager.pk}


@pytest.mark.django_db
def test_a_person_cannot_create_a_program(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        load_program_file(name="cpf.yaml", text=CPF, actor=cast.manager)
    assert not Program.objects.filter(slug="cpf").exists()


@pytest.mark.django_db
def test_file_of_another_program_is_refused(cast: Cast) -> None:
    with pytest.raises(ProgramFileError) as caught:
        load_program_file(name="cpf.yaml", text=CPF, actor=cast.manager, program=cast.program)
    assert caught.value.errors[0].field == "program.slug"
    assert caught.value.errors[0].message == "this file is for the program “cpf”, and you are in “north”."
    with program_scope(cast.program), pytest.raises(ProgramFileError):
        load_program_file(name="cpf.yaml", text=CPF, actor=None)


@pytest.mark.django_db
def test_second_program_is_untouched() -> None:
    scsc, cpf = load(SCSC).program, load(CPF).program
    before = {name: count for name, count in row_counts().items() if name.startswith("cpf ")}
    plan = dump_program(cpf)
    load(changed(SCSC, "headline: Catalyse change", "headline: Bring change"))
    assert {name: count for name, count in row_counts().items() if name.startswith("cpf ")} == before
    assert dump_program(cpf) == plan
    with program_scope(scsc):
        assert not Action.objects.filter(code="TECH-1").exists()


# --- Out and in again ----------------------------------------------------------------------------


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_dump_makes_the_same_program_elsewhere() -> None:
    dumped = dump_program(load(IPCPP).program)
    copy = load(changed(dumped, "slug: ipcpp", "slug: copy")).program
    assert dump_program(copy) == changed(dumped, "slug: ipcpp", "slug: copy")
    assert yaml.safe_load(dumped)["proposals"] == yaml.safe_load(IPCPP)["proposals"]


@pytest.mark.django_db
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


# --- Commands ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_load_command_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_program", str(FOLDER / "scsc.yaml"), str(FOLDER / "cpf.yaml"))
    out = capsys.readouterr().out
    assert "  actions: 24 created" in out
    assert "  actions: 4 created" in out


@pytest.mark.django_db
def test_load_command_prints_errors_one_a_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, *_ = BROKEN["unknown ambition"]
    file = tmp_path / "scsc.yaml"
    file.write_text(changed(SCSC, old, new), encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        call_command("load_program", str(file))
    assert caught.value.code == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{file}:71:29: actions[9].ambition: there is no ambition “XX”.")
    assert last == f"{file}: nothing was loaded."


@pytest.mark.django_db
def test_load_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_program", str(tmp_path / "none.yaml"))


@pytest.mark.django_db
def test_dump_command_writes_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    program = load(CPF).program
    call_command("dump_program", "cpf")
    assert capsys.readouterr().out == dump_program(program)
    with pytest.raises(CommandError, match="Programs: cpf"):
        call_command("dump_program", "none")


# --- Whatever comes ------------------------------------------------------------------------------


def scalars(text: str) -> list[tuple[int, int]]:
    """Where each scalar of a YAML text begins and ends."""
    tokens = yaml.scan(text)
    return [(t.start_mark.index, t.end_mark.index) for t in tokens if isinstance(t, yaml.ScalarToken)]


ODD = st.one_of(
    st.sampled_from(
        ["", "null", "[]", "{}", "*a", "&a b", "-1", "99999999999999999999", "1.5", "2020-02-30", "TECH"]
    ),
    st.integers().map(str),
    st.dates().map(str),
    st.text(max_size=60),
    st.text(max_size=20).map(lambda text: '"' + text.replace('"', "'") + '"'),
)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.sampled_from(scalars(IPCPP)), value=ODD)
def test_a_changed_value_is_loaded_or_named(position: tuple[int, int], value: str) -> None:
    start, end = position
    text = IPCPP[:start] + value + IPCPP[end:]
    with transaction.atomic():
        try:
            report = load(text)
        except ProgramFileError as error:
            assert error.errors
            assert all(1 <= e.line <= text.count("\n") + 2 and e.message for e in error.errors)
        else:
            assert not load(dump_program(report.program)).changed_anything
        transaction.set_rollback(True)


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.lists(st.sampled_from("ABCDEF"), max_size=4)))
@hypothesis_settings(max_examples=50, deadline=None)
def test_cycles_are_found_exactly_where_no_order_exists(graph: dict[str, list[str]]) -> None:
    graph = {name: [other for other in others if other in graph] for name, others in graph.items()}
    left = dict(graph)
    while free := [name for name, others in left.items() if not set(others) & left.keys()]:
        left = {name: others for name, others in left.items() if name not in free}
    cycles = find_cycles(graph)
    assert bool(cycles) == bool(left)
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert all(after in graph[before] for before, after in zip(cycle, cycle[1:], strict=False))


@pytest.mark.django_db
def test_dependencies_follow_the_file() -> None:
    program = load(SCSC).program
    with program_scope(program):
        assert Dependency.objects.count() == SCSC.count("depends_on:")
