"""Whether an application is still what a body voted on."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grants.engine.schema import Part


class Basis(Part):
    """What a ballot was opened on. `answers` are hashes of the answers by key of the field."""

    organisation: int
    amount: Decimal | None
    submission: int
    answers: dict[str, str]


def material_changes(before: Basis, now: Basis, *, percent: int, flagged: Mapping[str, str]) -> list[str]:
    """Each change that makes an endorsement void, in words; empty where it still holds.

    `percent` of the amount voted on may change; of the answers, those that are `flagged` (key to label) may
    not. An answer that was there on neither side has not changed.
    """
    found = []
    if before.organisation != now.organisation:
        found.append("The organisation is another one.")
    if _moved(before.amount, now.amount, percent):
        found.append(f"The amount changed by more than {percent} per cent.")
    for key, label in flagged.items():
        if before.answers.get(key) != now.answers.get(key):
            found.append(f"The answer to “{label}” changed.")
    return found


def amount_moved(before: Decimal, now: Decimal, *, percent: int) -> bool:
    """Whether an amount left its share of what it was, in either direction."""
    return abs(now - before) * 100 > before * percent


def _moved(before: Decimal | None, now: Decimal | None, percent: int) -> bool:
    if before is None or now is None:
        return before is not now
    return amount_moved(before, now, percent=percent)


def basis_of(data: dict[str, Any]) -> Basis:
    """A basis as it was kept in the row of a ballot."""
    return Basis.model_validate(data)
