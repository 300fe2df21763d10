"""Single edits of a rubric, each from one schema to the next. What is still missing engine.rubric says."""

from collections.abc import Callable
from typing import Any

from grants.engine.rubric import Criterion, RubricSchema
from grants.services.form_edits import new_key
from scsc.errors import DomainError

Edit = Callable[[RubricSchema], RubricSchema]
GONE = "Somebody removed this criterion meanwhile. Go back to the rubric to see what there is now."


def criterion_of(schema: RubricSchema, key: str) -> Criterion:
    """A criterion by its key. Raises DomainError for one that is gone."""
    found = schema.criterion(key)
    if found is None:
        raise DomainError(GONE)
    return found


def add_criterion(schema: RubricSchema, values: dict[str, Any]) -> RubricSchema:
    """A criterion at the end, with a key made of its label."""
    taken = [criterion.key for criterion in schema.criteria]
    key = new_key(values["label"], taken, default="criterion")
    return _with(schema, [*schema.criteria, Criterion.model_validate({"key": key, **values})])


def change_criterion(schema: RubricSchema, key: str, values: dict[str, Any]) -> RubricSchema:
    """The criterion of this key with other words, weight, points or anchors."""
    changed = Criterion.model_validate({**dict(criterion_of(schema, key)), **values})
    return _with(schema, [changed if other.key == key else other for other in schema.criteria])


def remove_criterion(schema: RubricSchema, key: str) -> RubricSchema:
    """Without a criterion."""
    criterion_of(schema, key)
    return _with(schema, [other for other in schema.criteria if other.key != key])


def move_criterion(schema: RubricSchema, key: str, *, to: int) -> RubricSchema:
    """A criterion at another place, counted from 0."""
    moved = criterion_of(schema, key)
    left = [other for other in schema.criteria if other.key != key]
    left.insert(min(max(to, 0), len(left)), moved)
    return _with(schema, left)


def _with(schema: RubricSchema, criteria: list[Criterion]) -> RubricSchema:
    return schema.model_copy(update={"criteria": criteria})
