"""Program files loaded: the published counts, loading again, who may, and whatever comes."""

import re
from datetime import date
from itertools import pairwise

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.workplan.program_texts import (
    CPF,
    IPCPP,
    NORTH,
    SCSC,
    WITH_DELIVERABLE,
    changed,
    errors_of,
    line_of,
    load,
    only_error,
    row_counts,
)
from workplan.models import Action, Ambition, Deliverable, Dependency, Outcome, ProgramFile, ProgramYear
from workplan.program_files import FileError, LoadReport, ProgramFileError, dump_program, load_program_file
from workplan.program_files.cycles import find_cycles
from workplan.services import add_deliverable, add_evidence_link, complete_deliverable, confirm_years

pytestmark = pytest.mark.django_db

# --- The published programs ----------------------------------------------------------------------


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


def test_loaded_fields_follow_the_file() -> None:
    program = load(SCSC).program
    assert (program.name, program.country, program.reporting_year_ends) == (
        "Safer Children, Safer Communities",
        "AU",
        "09-30",
    )
    assert program.purpose.startswith("Reduce the human cost")
    assert "\n" not in program.purpose
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


def test_report_says_what_was_created_and_what_is_kept() -> None:
    lines = load(IPCPP, "ipcpp.yaml").lines()
    assert lines[0] == "ipcpp.yaml: Indo-Pacific Child Protection Program"
    assert "  actions: 5 created" in lines
    assert "  proposals: 6 kept in the program file" in lines
    assert "  partners: 1 kept in the program file" in lines


def test_file_is_kept_whole_with_an_event() -> None:
    program = load(SCSC, "scsc.yaml").program
    with program_scope(program):
        file = ProgramFile.objects.get()
        assert (file.text, file.name, file.loaded_by) == (SCSC, "scsc.yaml", None)
        (entry,) = history_of([Action.objects.get(code="WG-1")])
        assert (entry.sentence, entry.reason) == ("The system loaded WG-1", "Program file scsc.yaml")


# --- Loading again -------------------------------------------------------------------------------


def test_loading_again_changes_nothing() -> None:
    load(SCSC)
    before = row_counts()
    report = load(SCSC)
    assert not report.changed_anything
    assert not report.file_is_new
    assert row_counts() == before


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


def test_changed_program_is_told_by_the_event_of_its_file() -> None:
    load(SCSC)
    program = load(changed(SCSC, "sponsor: Westpac Group", "sponsor: Another Group")).program
    assert Program.objects.get().sponsor == "Another Group"
    with program_scope(program):
        event = AuditEvent.objects.filter(object_type="workplan.programfile").order_by("-id")[0]
        assert (event.before, event.after) == ({"sponsor": "Westpac Group"}, {"sponsor": "Another Group"})


def test_new_rows_are_added_in_the_order_of_the_file() -> None:
    program = load(SCSC).program
    new = '  - {code: WG-6, ambition: WG, years: [1], text: "A new action."}\n'
    text = changed(SCSC, "  - {code: WG-2,", f"{new}  - {{code: WG-2,")
    report = load(text)
    assert [s.created for s in report.sections if s.name == "actions"] == [["WG-6"]]
    with program_scope(program):
        assert [a.code for a in Action.objects.all()][:3] == ["WG-1", "WG-6", "WG-2"]
        assert not AuditEvent.objects.filter(action="change").exists()


@pytest.mark.parametrize(
    ("left_out", "field", "message"),
    [
        (
            "WG-5",
            "actions",
            "action “WG-5” is in the plan but not in this file. Keep it in the file; stop it",
        ),
        ("ML-6", "outcomes", "outcome “ML-6” is in the plan but not in this file. Keep it in the file."),
    ],
)
def test_row_left_out_of_the_file_is_an_error(left_out: str, field: str, message: str) -> None:
    load(SCSC)
    before = row_counts()
    error = only_error(re.sub(rf"  - \{{code: {left_out},.*\n", "", SCSC))
    assert error.field == field
    assert error.message.startswith(message)
    assert row_counts() == before


def test_year_left_out_of_the_file_is_an_error() -> None:
    load(CPF)
    text = re.sub(r"    - \{number: 2.*\n", "", CPF)
    assert [error.field for error in errors_of(text)] == ["program.years"]


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


def test_deliverables_come_with_the_file_and_others_stay(cast: Cast) -> None:
    load(WITH_DELIVERABLE)
    with program_scope(cast.program):
        action = Action.objects.get(code="TECH-1")
        add_deliverable(action, code="T.2", text="A talk", due_on=date(2024, 5, 1), actor=cast.officer)
    load(changed(WITH_DELIVERABLE, "text: A paper", "text: A long paper"))
    with program_scope(cast.program):
        found = Deliverable.objects.values_list("code", "text", "is_demonstration", "order")
        assert list(found) == [("T.1", "A long paper", True, 1), ("T.2", "A talk", False, 2)]


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


def test_a_person_cannot_create_a_program(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        load_program_file(name="cpf.yaml", text=CPF, actor=cast.manager)
    assert not Program.objects.filter(slug="cpf").exists()


def test_file_of_another_program_is_refused(cast: Cast) -> None:
    with pytest.raises(ProgramFileError) as caught:
        load_program_file(name="cpf.yaml", text=CPF, actor=cast.manager, program=cast.program)
    assert caught.value.errors[0].field == "program.slug"
    assert caught.value.errors[0].message == "this file is for the program “cpf”, and you are in “north”."
    with program_scope(cast.program), pytest.raises(ProgramFileError):
        load_program_file(name="cpf.yaml", text=CPF, actor=None)


def test_second_program_is_untouched() -> None:
    scsc, cpf = load(SCSC).program, load(CPF).program
    before = {name: count for name, count in row_counts().items() if name.startswith("cpf ")}
    plan = dump_program(cpf)
    load(changed(SCSC, "headline: Catalyse change", "headline: Bring change"))
    assert {name: count for name, count in row_counts().items() if name.startswith("cpf ")} == before
    assert dump_program(cpf) == plan
    with program_scope(scsc):
        assert not Action.objects.filter(code="TECH-1").exists()


# --- Whatever comes ------------------------------------------------------------------------------


def scalars(text: str) -> list[tuple[int, int]]:
    """Where each scalar of a YAML text begins and ends."""
    tokens = yaml.scan(text)
    return [(t.start_mark.index, t.end_mark.index) for t in tokens if isinstance(t, yaml.ScalarToken)]


def loaded_or_errors(text: str) -> tuple[LoadReport | None, list[FileError]]:
    """What became of a text. Any other exception is a failure of the test."""
    try:
        return load(text), []
    except ProgramFileError as error:
        return None, error.errors


ODD = st.one_of(
    st.sampled_from(
        ["", "null", "[]", "{}", "*a", "&a b", "-1", "99999999999999999999", "1.5", "2020-02-30", "TECH"]
    ),
    st.integers().map(str),
    st.dates().map(str),
    st.text(max_size=60),
    st.text(max_size=20).map(lambda text: '"' + text.replace('"', "'") + '"'),
)


@hypothesis_settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.sampled_from(scalars(IPCPP)), value=ODD)
def test_a_changed_value_is_loaded_or_named(position: tuple[int, int], value: str) -> None:
    start, end = position
    text = IPCPP[:start] + value + IPCPP[end:]
    with transaction.atomic():
        report, errors = loaded_or_errors(text)
        if report:
            assert not load(dump_program(report.program)).changed_anything
        else:
            assert errors
            assert all(1 <= e.line <= text.count("\n") + 2 and e.message for e in errors)
        transaction.set_rollback(True)


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.lists(st.sampled_from("ABCDEF"), max_size=4)))
@hypothesis_settings(max_examples=50, deadline=None)
def test_cycles_are_found_exactly_where_no_order_exists(graph: dict[str, list[str]]) -> None:
    graph = {name: [other for other in others if other in graph] for name, others in graph.items()}
    left = dict(graph)
    while free := [name for name, others in left.items() if not set(others) & left.keys()]:
        left = {name: others for name, others in left.items() if name not in free}
    cycles = list(find_cycles(graph))
    assert bool(cycles) == bool(left)
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert all(after in graph[before] for before, after in pairwise(cycle))


def test_dependencies_follow_the_file() -> None:
    program = load(SCSC).program
    with program_scope(program):
        assert Dependency.objects.count() == SCSC.count("depends_on:")
