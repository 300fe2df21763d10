"""The border between programs, tried by every way over it."""

from collections.abc import Callable

import pytest
from celery import shared_task
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from scsc.celery import ProgramTask
from scsc.programs.models import Program
from scsc.programs.tenancy import TenancyError, active_program, program_scope
from tests.factories import ActionFactory, AmbitionFactory, Cast, DeliverableFactory, OutcomeFactory
from workplan.models import Action, Ambition, Deliverable, Outcome


@pytest.fixture
def south(cast: Cast) -> Ambition:
    """A row of the other program, which nothing inside `cast.program` may reach."""
    with program_scope(cast.other):
        ambition = AmbitionFactory.create(program=cast.other, code="SECRET")
        OutcomeFactory.create(program=cast.other, ambition=ambition)
        DeliverableFactory.create(program=cast.other, action__ambition=ambition)
    return ambition


def visible(program: Program) -> int:
    with program_scope(program), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM workplan_ambition")
        return int(cursor.fetchone()[0])


def test_query_without_a_scope_is_an_error(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        Ambition.objects.count()


def test_raw_sql_without_a_scope_sees_nothing(south: Ambition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM workplan_ambition")
        assert cursor.fetchone()[0] == 0


def test_each_program_sees_its_own(cast: Cast, south: Ambition) -> None:
    assert visible(cast.program) == 0
    assert visible(cast.other) == 1


READS: dict[str, Callable[[Ambition], object]] = {
    "manager": lambda row: Ambition.objects.filter(pk=row.pk).first(),
    "exists": lambda row: Ambition.objects.filter(pk=row.pk).exists(),
    "base manager": lambda row: Ambition._base_manager.filter(pk=row.pk).first(),
    "base manager exists": lambda row: Ambition._base_manager.filter(pk=row.pk).exists(),
    "raw": lambda row: list(Ambition._base_manager.raw("SELECT * FROM workplan_ambition")),
    "join": lambda row: list(Outcome._base_manager.filter(ambition__code="SECRET")),
    "values through a relation": lambda row: list(Deliverable._base_manager.values("action__ambition__code")),
    "reverse relation": lambda row: list(row.outcomes.all()),
    "update": lambda row: Ambition._base_manager.filter(pk=row.pk).update(code="TAKEN"),
    "delete": lambda row: Outcome._base_manager.filter(ambition_id=row.pk)._raw_delete("default"),
    "with scopes disabled": lambda row: _with_scopes_disabled(row),
}


def _with_scopes_disabled(row: Ambition) -> object:
    with scopes_disabled():
        return Ambition.objects.filter(pk=row.pk).first()


@pytest.mark.parametrize("way", READS)
def test_no_way_reaches_a_row_of_another_program(cast: Cast, south: Ambition, way: str) -> None:
    with program_scope(cast.program):
        assert not READS[way](south)


def refused(write: Callable[[], object], error: type[Exception]) -> None:
    """The write fails, at once or when the deferred constraints are checked."""

    def write_and_check() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            write()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(error):
        write_and_check()


def test_row_for_another_program_is_refused(cast: Cast) -> None:
    with program_scope(cast.program):
        refused(lambda: AmbitionFactory.create(program=cast.other), ProgrammingError)
        rows = [Ambition(program=cast.other, code="X", stream="X", headline="X", statement="X")]
        refused(lambda: Ambition._base_manager.bulk_create(rows), ProgrammingError)


def test_row_cannot_move_to_another_program(cast: Cast) -> None:
    with program_scope(cast.program):
        row = AmbitionFactory.create(program=cast.program)
        refused(lambda: Ambition._base_manager.filter(pk=row.pk).update(program=cast.other), ProgrammingError)


def test_forged_foreign_key_is_refused(cast: Cast, south: Ambition) -> None:
    """PostgreSQL's own key check sees the other program's row; the composite key does not accept it."""
    with program_scope(cast.program):
        refused(
            lambda: OutcomeFactory.create(program=cast.program, ambition_id=south.pk, ambition=None),
            IntegrityError,
        )
        refused(
            lambda: Action._base_manager.bulk_create(
                [ActionFactory.build(program=cast.program, ambition=None, ambition_id=south.pk)]
            ),
            IntegrityError,
        )


def test_write_without_a_scope_is_refused(cast: Cast) -> None:
    refused(lambda: AmbitionFactory.create(program=cast.program), ProgrammingError)


def test_nested_scope_of_another_program_is_an_error(cast: Cast, south: Ambition) -> None:
    with program_scope(cast.program), pytest.raises(TenancyError), program_scope(cast.other):
        pass
    assert visible(cast.program) == 0


def test_nested_scope_of_the_same_program_keeps_the_outer_one(cast: Cast, south: Ambition) -> None:
    with program_scope(cast.other):
        with program_scope(cast.other):
            assert Ambition.objects.count() == 1
        assert Ambition.objects.count() == 1
        assert active_program() == cast.other


def test_exception_leaves_no_scope_behind(cast: Cast, south: Ambition) -> None:
    with pytest.raises(ZeroDivisionError), program_scope(cast.other):
        raise ZeroDivisionError
    assert active_program() is None
    assert visible(cast.program) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM workplan_ambition")
        assert cursor.fetchone()[0] == 0


def test_exception_in_a_nested_scope_leaves_the_outer_one(cast: Cast, south: Ambition) -> None:
    with program_scope(cast.other):
        with pytest.raises(IntegrityError), program_scope(cast.other):
            AmbitionFactory.create(program=cast.other, code="SECRET")
        assert Ambition.objects.count() == 1


def test_exception_undoes_what_the_scope_wrote(cast: Cast) -> None:
    def write_and_fail() -> None:
        with program_scope(cast.program):
            AmbitionFactory.create(program=cast.program)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert visible(cast.program) == 0


@shared_task(base=ProgramTask)
def count_ambitions() -> int:
    return Ambition.objects.count()


def test_task_works_inside_the_program_it_was_given(cast: Cast, south: Ambition) -> None:
    assert count_ambitions(program_id=cast.other.pk) == 1
    assert count_ambitions(program_id=cast.program.pk) == 0


def test_task_without_a_program_does_not_run() -> None:
    with pytest.raises(TypeError, match="program_id"):
        count_ambitions()  # type: ignore[call-arg]
