"""What letting a stage use another version of its form does to the applications that are being written."""

from dataclasses import dataclass

from grants.engine.differences import SchemaChange, schema_changes
from grants.models import Application, FormVersion, Stage
from grants.states import ApplicationState


@dataclass(frozen=True)
class Effect:
    """How many applications are in progress in the stage, and what changes for them."""

    drafts: int
    changes: list[SchemaChange]


def effect_of(stage: Stage, version: FormVersion) -> Effect:
    """What would follow from letting a stage use a version. Raises ValueError for a stage without a form."""
    if stage.form_version is None:
        raise ValueError(f"{stage} has no form yet.")
    drafts = Application.objects.filter(stage=stage, state=ApplicationState.DRAFT).count()
    return Effect(drafts, list(schema_changes(stage.form_version.schema, version.schema)))
