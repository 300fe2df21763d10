"""The history of an object in plain language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from scsc.audit.models import AuditEvent

# What an action other than a transition did, as "<actor> <words> <object>". Apps add theirs with `describe`.
_WORDS: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Entry:
    """One line of a history."""

    who: str
    words: str
    what: str
    reason: str
    at: datetime

    @property
    def sentence(self) -> str:
        return f"{self.who} {self.words} {self.what}"


def describe(object_type: str, **words: str) -> None:
    """Say what the actions of one kind of object are called: `describe("app.model", add="added")`."""
    for action, text in words.items():
        _WORDS[object_type, action] = text


def words_of(object_type: str, action: str) -> str:
    """The words of an action. Raises KeyError for one that nobody described."""
    life = getattr(apps.get_model(object_type), "life", None)
    if life:
        for (_, name), step in life.table.items():
            if name == action and step.done:
                return str(step.done)
    return _WORDS[object_type, action]


def history_of(objects: Iterable[Model], *, limit: int = 100) -> list[Entry]:
    """The newest events about these objects, newest first, in one query."""
    wanted = Q(pk=None)
    ids: dict[str, list[Any]] = {}
    for obj in objects:
        ids.setdefault(obj._meta.label_lower, []).append(obj.pk)
    for object_type, pks in ids.items():
        wanted |= Q(object_type=object_type, object_id__in=pks)
    return entries_of(AuditEvent.objects.filter(wanted), limit=limit)


def entries_of(events: "QuerySet[AuditEvent]", *, limit: int) -> list[Entry]:
    """The newest of these events, newest first, in one query."""
    return [
        Entry(
            who=str(event.actor) if event.actor else "The system",
            words=words_of(event.object_type, event.action),
            what=event.object_label,
            reason=event.reason,
            at=event.at,
        )
        for event in events.select_related("actor").order_by("-id")[:limit]
    ]
