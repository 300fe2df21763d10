"""A snapshot is whole or it is refused: sources, spans, totals, codes, and what its hash stands on."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from reporting.rendering.child import describe
from reporting.snapshot_schema import Snapshot, references, snapshot_hash
from tests.reporting.samples import first_action, sample


def test_snapshot_hash_ignores_the_order_of_keys() -> None:
    snapshot = sample()
    assert snapshot_hash(dict(reversed(snapshot.items()))) == snapshot_hash(snapshot)
    first_action(snapshot)["owner"] = "Somebody else"
    assert snapshot_hash(snapshot) != snapshot_hash(sample())


def test_every_statement_and_figure_has_a_source_that_is_there() -> None:
    snapshot = Snapshot.model_validate(sample())
    used = {ref for _where, ref in references(snapshot)}
    assert used == set(range(1, len(snapshot.sources) + 1)), "none dangles, and none is cited by nothing"
    statuses, deliverables = snapshot.totals.statuses, snapshot.totals.deliverables
    counts = [
        snapshot.sources[ref - 1] for ref in [row.ref for row in statuses] + [row.ref for row in deliverables]
    ]
    assert {source.kind for source in counts} == {"count"}
    assert len(counts[len(statuses) - 1].counted) == statuses[-1].total


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda data: first_action(data).update(ref=9999), "there is no source 9999"),
        (lambda data: first_action(data).update(colour="red"), "ambitions.0.actions.0.colour"),
        (
            lambda data: first_action(data)["deliverables"][1].update(due="soon"),
            "ambitions.0.actions.0.deliverables.1.due",
        ),
        (lambda data: first_action(data).update(first_year=3, last_year=3), "action WG-3: its span"),
        (lambda data: data["totals"]["statuses"][0].update(total=5), "totals.statuses of WG"),
        (lambda data: data["totals"]["deliverables"][-1].update(done=1), "totals.deliverables of all"),
        (lambda data: data["meta"].update(taken_at="2022-07-04T09:30:00"), "meta.taken_at"),
        (lambda data: data["meta"]["program"].update(accent="red;}"), "meta.program.accent"),
        (lambda data: data["sources"][3].update(url="javascript:alert(1)"), "sources.3.url"),
        (lambda data: data["sources"][3].update(ref=1), "sources: the refs must be 1, 2, 3"),
        (lambda data: first_action(data).update(code="UP-2"), "the code UP-2 is used twice"),
        (lambda data: data.update(version=2), "version"),
    ],
)
def test_snapshot_with_a_fault_is_refused_and_the_field_named(
    spoil: Callable[[dict[str, Any]], None], field: str
) -> None:
    snapshot = sample(deliverables=2, updates=0)
    spoil(snapshot)
    with pytest.raises(ValidationError) as caught:
        Snapshot.model_validate(snapshot)
    assert field in describe(caught.value.errors())
