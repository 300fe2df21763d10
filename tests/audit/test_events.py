"""The audit trail: every change of state leaves one event, and no event changes."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections, transaction

from scsc.audit.history import history_of, words_of
from scsc.audit.life import Life
from scsc.audit.models import AuditEvent, AuditSeal
from scsc.audit.seals import seal_new_events, verify
from scsc.audit.services import record
from scsc.audit.services import transition as take_step
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.databases import owner_cursor
from tests.factories import ActionFactory, Cast, DeliverableFactory, make_cast
from workplan.models import Action, Deliverable
from workplan.states import ACTION, DELIVERABLE, DeliverableState


def test_transition_saves_the_state_and_leaves_one_event(cast: Cast) -> None:
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program)
        take_step(deliverable, "start", actor=cast.officer)
        event = AuditEvent.objects.get()
        assert Deliverable.objects.get().state == "in_progress"
        assert (event.actor, event.action, event.object_label) == (cast.officer, "start", deliverable.code)
        assert (event.before, event.after) == ({"state": "planned"}, {"state": "in_progress"})


def test_refused_transition_leaves_nothing(cast: Cast) -> None:
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program)
        with pytest.raises(PermissionDenied):
            take_step(deliverable, "start", actor=cast.executive)
        with pytest.raises(DomainError, match="is planned"):
            take_step(deliverable, "reopen", actor=cast.manager, reason="because")
        with pytest.raises(DomainError, match="Say why"):
            take_step(deliverable, "cancel", actor=cast.manager, reason="  ")
        assert Deliverable.objects.get().state == "planned"
        assert not AuditEvent.objects.exists()


def test_system_takes_no_step_of_a_person_and_a_person_none_of_the_system(cast: Cast) -> None:
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program)
        with pytest.raises(PermissionDenied):
            take_step(deliverable, "start", actor=None)


PAIRS = [(state, action) for state in DELIVERABLE.states.values for action in DELIVERABLE.actions]


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_pair_of_state_and_action(cast: Cast, state: str, action: str) -> None:
    """The table decides: a pair in it leads to its target, every other pair is refused."""
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program, state=state, done_on=date(2021, 1, 1))
        step = DELIVERABLE.table.get((state, action))
        if step is None:
            with pytest.raises(DomainError):
                take_step(deliverable, action, actor=cast.manager, reason="why")
        elif step.guard == "evidence_present":
            with pytest.raises(DomainError, match="Add evidence"):
                take_step(deliverable, action, actor=cast.manager, reason="why")
        else:
            take_step(deliverable, action, actor=cast.manager, reason="why")
            assert Deliverable.objects.get().state == step.target


def test_unknown_action_is_a_mistake_of_the_program(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(ValueError, match="has no action"):
        take_step(DeliverableFactory.create(program=cast.program), "explode", actor=cast.manager)


CHANGES = {
    "update": lambda: AuditEvent.objects.update(action="forged"),
    "delete": lambda: AuditEvent.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_application_cannot_change_an_event(cast: Cast, change: str) -> None:
    with program_scope(cast.program):
        record(ActionFactory.create(program=cast.program), "start", actor=cast.officer)
        with pytest.raises(DatabaseError), transaction.atomic():
            CHANGES[change]()
        assert AuditEvent.objects.get().action == "start"


def test_sixteen_at_once_have_one_winner_and_one_event(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program)
    gate, outcomes = threading.Barrier(16), []

    def try_it() -> None:
        gate.wait()
        try:
            with program_scope(cast.program):
                take_step(deliverable, "start", actor=cast.officer)
            outcomes.append("won")
        except DomainError:
            outcomes.append("lost")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 15 + ["won"]
    with program_scope(cast.program):
        assert Deliverable.objects.get().state == DeliverableState.IN_PROGRESS
        assert AuditEvent.objects.count() == 1


def sealed(cast: Cast, events: int = 5) -> None:
    with program_scope(cast.program):
        for _ in range(events):
            record(ActionFactory.create(program=cast.program), "start", actor=cast.officer, after={"n": 1})
    seal_new_events(cast.program)


def test_seals_chain_events_in_order_once(cast: Cast) -> None:
    sealed(cast)
    assert seal_new_events(cast.program) == 0
    verdict = verify(cast.program)
    assert (verdict.sealed, verdict.unsealed, verdict.problems) == (5, 0, [])
    with program_scope(cast.program):
        seals = list(AuditSeal.objects.order_by("sequence"))
        assert [seal.previous_hash for seal in seals][1:] == [seal.hash for seal in seals][:-1]


def test_new_events_are_counted_as_not_yet_sealed(cast: Cast) -> None:
    sealed(cast)
    with program_scope(cast.program):
        record(ActionFactory.create(program=cast.program), "start", actor=cast.officer)
    assert verify(cast.program).unsealed == 1


TAMPERING = {
    "altered": (
        "UPDATE audit_auditevent SET reason = 'forged' WHERE id = {second}",
        "event {second} .* was altered",
    ),
    "removed": (
        "DELETE FROM audit_auditseal WHERE event_id = {second};"
        "DELETE FROM audit_auditevent WHERE id = {second}",
        "seal 2 is missing",
    ),
}


@pytest.mark.parametrize("way", TAMPERING)
def test_tampering_past_every_lock_shows(committed: None, database_name: str, way: str) -> None:
    """Even the owner with the trigger switched off leaves a broken chain."""
    cast = make_cast()
    sealed(cast)
    with program_scope(cast.program):
        second = AuditEvent.objects.order_by("id")[1].pk
    statement, expected = TAMPERING[way]
    with owner_cursor(database_name) as cursor:
        for table in ("audit_auditevent", "audit_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(statement.format(second=second))
    problems = verify(cast.program).problems
    assert len(problems) == 1
    assert re.search(expected.format(second=second), problems[0])


def test_noted_head_proves_that_nothing_was_cut_off(committed: None, database_name: str) -> None:
    cast = make_cast()
    sealed(cast, events=3)
    head = verify(cast.program).head
    sealed(cast, events=2)
    assert verify(cast.program, noted=head).problems == []
    with owner_cursor(database_name) as cursor:
        for table in ("audit_auditseal", "audit_auditevent"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    assert verify(cast.program).problems == []
    assert head in verify(cast.program, noted=head).problems[0]


def test_trigger_stops_the_owner_too(committed: None, database_name: str) -> None:
    sealed(make_cast(), events=1)
    with pytest.raises(Exception, match="append-only"), owner_cursor(database_name) as cursor:
        cursor.execute("TRUNCATE audit_auditevent CASCADE")


def test_history_reads_as_sentences(cast: Cast) -> None:
    with program_scope(cast.program):
        deliverable = DeliverableFactory.create(program=cast.program, code="N-1")
        take_step(deliverable, "start", actor=cast.officer)
        take_step(deliverable, "cancel", actor=cast.manager, reason="The partner left.")
        newest, oldest = history_of([deliverable])
    assert oldest.sentence == f"{cast.officer} started N-1"
    assert (newest.sentence, newest.reason) == (f"{cast.manager} cancelled N-1", "The partner left.")


def lives() -> list[Life]:
    from django.apps import apps

    return [model.life for model in apps.get_models() if hasattr(model, "life")]


@pytest.mark.parametrize("life", lives(), ids=lambda life: life.noun)
def test_every_table_of_states_is_sound(life: Life) -> None:
    """Names resolve, targets exist, every state can be reached, every step has its words."""
    reached = {step.target for step in life.table.values()}
    for (state, action), step in life.table.items():
        assert {state, step.target} <= set(life.states.values)
        assert step.label, action
        assert step.done, action
        life.predicate(step)
        life.guard(step)
    initial = next(iter(life.states.values))
    assert reached | {initial} == set(life.states.values)


@pytest.mark.parametrize("life", lives(), ids=lambda life: life.noun)
def test_every_pair_outside_the_table_is_refused(life: Life) -> None:
    for state in life.states.values:
        for action in life.actions:
            assert (life.find(state, action) is None) == ((state, action) not in life.table)


ACTION_PAIRS = [(state, action) for state in ACTION.states.values for action in ACTION.actions]


@pytest.mark.parametrize(("state", "action"), ACTION_PAIRS)
def test_every_pair_of_an_action(cast: Cast, state: str, action: str) -> None:
    with program_scope(cast.program):
        subject = ActionFactory.create(program=cast.program, state=state)
        step = ACTION.table.get((state, action))
        if step is None:
            with pytest.raises(DomainError):
                take_step(subject, action, actor=cast.manager, reason="why")
        else:
            take_step(subject, action, actor=cast.manager, reason="why")
        assert Action.objects.get().state == (step.target if step else state)


def test_nobody_dates_an_event_back(cast: Cast) -> None:
    with program_scope(cast.program):
        record(ActionFactory.create(program=cast.program), "change", actor=cast.manager)
        past, before = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(tz=UTC) - timedelta(minutes=1)
        columns = (
            "program_id, action, object_type, object_id, object_label, before, after, reason, request_id"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO audit_auditevent ({columns}, at) SELECT {columns}, %s FROM audit_auditevent",  # noqa: S608
                [past],
            )
        assert AuditEvent.objects.count() == 2
        assert AuditEvent.objects.filter(at__gt=before).count() == 2


def test_an_action_that_nobody_described_is_an_error() -> None:
    with pytest.raises(KeyError):
        words_of("workplan.action", "no_such_action")
