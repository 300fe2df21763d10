"""How an action stands: every reason by example, and what must hold for any plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplan.models import Action, Deliverable, ProgramYear
from workplan.states import ActionState, DeliverableState, Rag
from workplan.status import (
    Span,
    Status,
    compute_status,
    deliverable_status,
    is_overdue,
    shown_status,
    span_of,
)

ON = date(2022, 8, 20)
YEAR = Span(date(2021, 10, 1), date(2022, 9, 30), runs_past=False)
PAST = Span(date(2020, 10, 1), date(2021, 9, 30), runs_past=False)
FUTURE = Span(date(2022, 10, 1), date(2023, 9, 30), runs_past=False)


def action(state: str = ActionState.IN_PROGRESS, **fields: object) -> Action:
    return Action(code="A-1", state=state, first_year=1, last_year=1, **fields)


def due(days: int, state: str = DeliverableState.PLANNED) -> Deliverable:
    """A deliverable due so many days from the day of the tests."""
    return Deliverable(code="D", state=state, due_on=ON + timedelta(days=days))


def status(subject: Action, *deliverables: Deliverable, span: Span = YEAR, waits: object = ()) -> Status:
    return compute_status(subject, deliverables=deliverables, span=span, waits_for=waits, on=ON)  # type: ignore[arg-type]


CASES = {
    "completed": (action(ActionState.COMPLETE), [due(-90)], YEAR, Rag.COMPLETE, "Completed."),
    "stopped": (action(ActionState.STOPPED), [due(-90)], YEAR, Rag.GREY, "Stopped."),
    "due today is not overdue": (action(), [due(0)], YEAR, Rag.GREEN, "Nothing is overdue."),
    "a day late": (action(), [due(-1)], YEAR, Rag.AMBER, "1 deliverable is overdue, by up to 1 day."),
    "30 days late": (action(), [due(-30)], YEAR, Rag.AMBER, "1 deliverable is overdue, by up to 30 days."),
    "31 days late": (action(), [due(-31)], YEAR, Rag.RED, "1 deliverable is overdue, by up to 31 days."),
    "two late": (
        action(),
        [due(-40), due(-2)],
        YEAR,
        Rag.RED,
        "2 deliverables are overdue, by up to 40 days.",
    ),
    "late but done": (action(), [due(-40, DeliverableState.DONE)], YEAR, Rag.GREEN, "Nothing is overdue."),
    "late but cancelled": (
        action(),
        [due(-40, DeliverableState.CANCELLED)],
        YEAR,
        Rag.GREEN,
        "Nothing is overdue.",
    ),
    "year over": (
        action(),
        [],
        PAST,
        Rag.RED,
        "Its last year ended on 30 September 2021 and it is not complete.",
    ),
    "not begun": (action(ActionState.NOT_STARTED), [], FUTURE, Rag.GREY, "Starts on 1 October 2022."),
    "begun by nobody": (
        action(ActionState.NOT_STARTED),
        [],
        YEAR,
        Rag.GREY,
        "Its first year has begun; nobody has started it.",
    ),
    "started early": (action(), [], FUTURE, Rag.GREEN, "Nothing is overdue."),
    "late before it began": (
        action(ActionState.NOT_STARTED),
        [due(-1)],
        FUTURE,
        Rag.AMBER,
        "1 deliverable is overdue, by up to 1 day.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_status_and_its_reason(case: str) -> None:
    subject, deliverables, span, rag, reason = CASES[case]
    found = status(subject, *deliverables, span=span)
    assert (found.rag, found.reason) == (rag, reason)


@pytest.mark.parametrize("rag", [Rag.AMBER, Rag.RED])
def test_waiting_for_an_action_in_trouble_is_at_risk(rag: Rag) -> None:
    found = status(action(), waits=[("MID-1", Status(rag, "")), ("MID-2", Status(Rag.GREEN, ""))])
    assert (found.rag, found.reason) == (Rag.AMBER, "Waits for MID-1, which is not on track.")


def test_waiting_does_not_count_before_the_first_year() -> None:
    found = status(action(ActionState.NOT_STARTED), span=FUTURE, waits=[("MID-1", Status(Rag.RED, ""))])
    assert found.rag == Rag.GREY


def test_a_person_s_status_is_shown_with_its_reason_and_the_computed_one_stays() -> None:
    subject = action(rag_override=Rag.AMBER, rag_reason="The partner changed.")
    computed = status(subject)
    assert computed.rag == Rag.GREEN
    assert (shown_status(subject, computed).rag, shown_status(subject, computed).reason) == (
        Rag.AMBER,
        "The partner changed.",
    )


def test_span_that_ends_after_the_plan_has_no_last_day() -> None:
    years = {3: ProgramYear(number=3, starts_on=date(2022, 10, 1), ends_on=date(2023, 9, 30))}
    span = span_of(Action(first_year=3, last_year=6), years)
    assert (span.starts_on, span.ends_on, span.runs_past) == (date(2022, 10, 1), None, True)


@pytest.mark.parametrize(
    ("deliverable", "word", "tone"),
    [
        (Deliverable(state="done", due_on=ON, done_on=ON), "Done", "done"),
        (due(-40, DeliverableState.CANCELLED), "Cancelled", "idle"),
        (due(-1), "Overdue", "warn"),
        (due(-31), "Overdue", "bad"),
        (due(5), "Planned", "idle"),
        (due(5, DeliverableState.IN_PROGRESS), "In progress", "good"),
    ],
)
def test_deliverable_status(deliverable: Deliverable, word: str, tone: str) -> None:
    found = deliverable_status(deliverable, ON)
    assert (found.label, found.tone) == (word, tone)


states = st.sampled_from([DeliverableState.PLANNED, DeliverableState.IN_PROGRESS, DeliverableState.DONE])
deliverables = st.lists(st.builds(due, st.integers(-400, 400), states), max_size=8)


@given(deliverables)
def test_never_on_track_while_something_is_overdue(items: list[Deliverable]) -> None:
    found = status(action(), *items)
    assert (found.rag == Rag.GREEN) == (not any(is_overdue(d, ON) for d in items))


@given(deliverables, st.integers(1, 60))
def test_status_never_improves_by_waiting(items: list[Deliverable], days: int) -> None:
    gravity = [Rag.GREEN, Rag.AMBER, Rag.RED]
    later = compute_status(action(), deliverables=items, span=YEAR, on=ON + timedelta(days=days))
    assert gravity.index(later.rag) >= gravity.index(status(action(), *items).rag)
