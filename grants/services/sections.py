"""Saving a whole section at once, as a page without script sends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import timezone

from grants.engine.schema import Field, Json
from grants.queries.writing import Draft
from grants.services.answers import ConflictError, check_open, same, write_answer
from scsc.accounts.models import User


class Given(Protocol):
    """One field as a person sent it."""

    @property
    def field(self) -> Field: ...
    @property
    def value(self) -> Json: ...
    @property
    def version(self) -> int: ...
    @property
    def touched(self) -> bool: ...


@dataclass(frozen=True)
class SectionSaved:
    """What came of it: the keys that were written, and by key what somebody else wrote meanwhile."""

    saved: frozenset[str]
    conflicts: dict[str, ConflictError]


def save_section(
    draft: Draft, given: Iterable[Given], *, actor: User, now: datetime | None = None
) -> SectionSaved:
    """Save what the person changed, field by field, in an application whose row is locked.

    What was not touched, or says what is kept already, is left alone. A field that somebody else wrote
    meanwhile is reported and stays as it is; the others are saved all the same. Raises as `save_answer`.
    """
    now = now or timezone.now()
    check_open(draft, actor=actor, now=now)
    saved, conflicts = set(), {}
    for one in given:
        key = one.field.key
        if not one.touched or same(one.field, one.value, draft.answers.values.get(key)):
            continue
        try:
            write_answer(draft, key=key, value=one.value, version=one.version, actor=actor, now=now)
        except ConflictError as error:
            conflicts[key] = error
        else:
            saved.add(key)
    return SectionSaved(frozenset(saved), conflicts)
