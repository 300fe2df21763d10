"""The frozen figures agree with the plan, and each leads back to its record."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from reporting.annual import _belongs, take_annual_snapshot
from reporting.snapshot_schema import Snapshot, snapshot_hash
from scsc.documents.models import Document
from scsc.programs.tenancy import program_scope
from tests.factories import (
    ActionFactory,
    AmbitionFactory,
    Cast,
    DeliverableFactory,
    OutcomeFactory,
    YearFactory,
)
from tests.queries import counted_queries
from workplan import services
from workplan.models import Action, Deliverable, ProgramYear

NOW = datetime(2022, 8, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def year(cast: Cast) -> Iterator[ProgramYear]:
    """Inside the scope of a plan of two years with two ambitions, one action each year and one over both."""
    program = cast.program
    program.shown_as_at = date(2021, 9, 1)
    program.save()
    with program_scope(program):
        first = YearFactory.create(program=program, number=1)
        YearFactory.create(program=program, number=2)
        ambition = AmbitionFactory.create(program=program, code="UP", order=1)
        other = AmbitionFactory.create(program=program, code="DN", order=2)
        OutcomeFactory.create(program=program, ambition=ambition, code="O-1")
        action = ActionFactory.create(program=program, ambition=ambition, code="UP-1", state="in_progress")
        DeliverableFactory.create(program=program, action=action, code="UP-1.1", due_on=date(2021, 6, 30))
        DeliverableFactory.create(program=program, action=action, code="UP-1.2", due_on=date(2021, 12, 1))
        ActionFactory.create(program=program, ambition=ambition, code="UP-2", first_year=2)
        both = ActionFactory.create(program=program, ambition=other, code="DN-1", last_year=2, order=1)
        DeliverableFactory.create(program=program, action=both, code="DN-1.1", due_on=date(2022, 6, 30))
        yield first


def take(year: ProgramYear, cast: Cast) -> dict[str, Any]:
    data = take_annual_snapshot(year, taken_by=cast.executive, taken_at=NOW)
    Snapshot.model_validate(data)
    return data


def actions(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {action["code"]: action for ambition in data["ambitions"] for action in ambition["actions"]}


def test_only_actions_that_run_in_the_year_are_in_it(cast: Cast, year: ProgramYear) -> None:
    assert set(actions(take(year, cast))) == {"UP-1", "DN-1"}


def test_completed_deliverable_is_in_it_with_its_evidence_and_source(cast: Cast, year: ProgramYear) -> None:
    deliverable = Deliverable.objects.get(code="UP-1.1")
    services.add_evidence_link(deliverable, title="Minutes", url="https://example.org/m", actor=cast.officer)
    services.complete_deliverable(deliverable, done_on=date(2021, 6, 1), actor=cast.officer)
    data = take(year, cast)
    found = actions(data)["UP-1"]["deliverables"][0]
    assert (found["standing"], found["done_on"]) == ("done", "2021-06-01")
    source = data["sources"][found["evidence"][0] - 1]
    assert (source["title"], source["url"], source["by"]) == (
        "Minutes",
        "https://example.org/m",
        str(cast.officer),
    )
    assert data["sources"][found["ref"] - 1]["record"] == "deliverable UP-1.1"


def test_counts_name_the_records_that_they_count(cast: Cast, year: ProgramYear) -> None:
    data = take(year, cast)
    row = next(row for row in data["totals"]["deliverables"] if row["ambition"] == "UP")
    assert (row["planned"], row["done"], row["overdue"], row["to_come"]) == (2, 0, 1, 1)
    counted = data["sources"][row["ref"] - 1]["counted"]
    assert counted == ["deliverable UP-1.1", "deliverable UP-1.2"]


def test_computed_and_overridden_status_are_both_in_it(cast: Cast, year: ProgramYear) -> None:
    services.override_status(
        Action.objects.get(code="UP-1"), rag="red", reason="The partner left.", actor=cast.officer
    )
    found = actions(take(year, cast))["UP-1"]
    assert found["rag"]["label"] == "Off track"
    assert (found["override"]["label"], found["override"]["reason"]) == ("Off track", "The partner left.")


def test_only_the_standing_update_of_the_year_is_in_it(cast: Cast, year: ProgramYear) -> None:
    action = Action.objects.get(code="UP-1")
    first = services.post_update(action, year=year, narrative="Wrong.", rag="green", actor=cast.officer)
    services.post_update(
        action, year=year, narrative="Right.", rag="amber", actor=cast.officer, replaces=first
    )
    updates = actions(take(year, cast))["UP-1"]["updates"]
    assert [(u["narrative"], u["label"]) for u in updates] == [("Right.", "At risk")]


def test_unchecked_and_refused_files_are_not_cited(cast: Cast, year: ProgramYear) -> None:
    deliverable = Deliverable.objects.get(code="UP-1.1")
    upload = SimpleUploadedFile("notes.txt", b"Minutes of the meeting.", "text/plain")
    services.add_evidence_file(deliverable, title="", upload=upload, actor=cast.officer)
    cited = [actions(take(year, cast))["UP-1"]["deliverables"][0]["evidence"]]
    for state in ("rejected", "released"):
        Document.objects.update(state=state)
        cited.append(actions(take(year, cast))["UP-1"]["deliverables"][0]["evidence"])
    assert [len(refs) for refs in cited] == [0, 0, 1]


def test_same_plan_at_the_same_moment_has_the_same_hash(cast: Cast, year: ProgramYear) -> None:
    first, second = take(year, cast), take(year, cast)
    assert snapshot_hash(first) == snapshot_hash(second)
    services.move_action(Action.objects.get(code="DN-1"), "start", actor=cast.officer)
    assert snapshot_hash(take(year, cast)) != snapshot_hash(first)


def test_stopped_action_has_a_column_of_its_own(cast: Cast, year: ProgramYear) -> None:
    services.move_action(Action.objects.get(code="DN-1"), "stop", reason="No funds.", actor=cast.manager)
    labels = [count["label"] for count in take(year, cast)["totals"]["statuses"][0]["counts"]]
    assert labels[-1] == "Stopped"


def test_queries_do_not_grow_with_the_plan(cast: Cast, year: ProgramYear) -> None:
    with counted_queries() as before:
        take(year, cast)
    ambition = Action.objects.get(code="UP-1").ambition
    for _ in range(20):
        action = ActionFactory.create(program=cast.program, ambition=ambition)
        services.add_evidence_link(
            DeliverableFactory.create(program=cast.program, action=action),
            title="E",
            url="https://example.org/",
            actor=cast.officer,
        )
        services.post_update(action, year=year, narrative="N", rag="green", actor=cast.officer)
    with counted_queries() as after:
        take(year, cast)
    # Two prefetches more than nothing at all: the evidence of updates and of deliverables.
    assert after.number <= before.number + 1, "\n".join(after.statements)


START, END = date(2021, 10, 1), date(2022, 9, 30)
days = st.dates(date(2020, 1, 1), date(2024, 1, 1))


@given(due=days, done=st.none() | days)
def test_a_deliverable_of_a_long_action_is_reported_when_it_is_due_open_or_done(
    due: date, done: date | None
) -> None:
    deliverable = Deliverable(due_on=due, done_on=done, state="done" if done else "planned")
    in_report = _belongs(deliverable, START, END)
    if START <= due <= END:
        assert in_report
    if done and START <= done <= END:
        assert in_report
    if not done and due < START:
        assert in_report, "an overdue deliverable never drops out of sight"
    if due > END and not (done and START <= done <= END):
        assert not in_report
