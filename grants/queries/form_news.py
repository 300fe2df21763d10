"""What a form asks that it did not ask when an application was begun."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.engine.completeness import is_answered
from grants.engine.conditions import visible_keys
from grants.engine.differences import schema_changes
from grants.engine.kinds import kind_of
from grants.engine.schema import FormSchema
from grants.models import Application, FormVersion
from grants.queries.writing import Draft
from scsc.audit.models import AuditEvent

# Changes of a field that ask something of who has begun to write.
ASKING = frozenset({"added", "required"})


@dataclass(frozen=True)
class NewQuestion:
    """A question that came, or became required, after the application was begun."""

    key: str
    label: str
    section: str
    section_title: str
    required: bool


def new_questions(draft: Draft) -> list[NewQuestion]:
    """Those shown now that nobody has answered yet. No query where the form is in its first version."""
    application = draft.application
    if not draft.is_draft or application.form_version.number == 1:
        return []
    before = _begun_with(application)
    return _asked_since(draft, before.schema) if before else []


def questions_between(before: FormSchema, after: FormSchema) -> Sequence[str]:
    """The labels of what one version of a form newly asks over an earlier one, in order."""
    keys = _new_keys(before, after)
    named = [field for _, field in after.fields() if field.key in keys]
    return [field.label if field.required else f"{field.label} (optional)" for field in named]


def _asked_since(draft: Draft, before: FormSchema) -> list[NewQuestion]:
    keys = _new_keys(before, draft.schema) & visible_keys(draft.schema, draft.answers).fields
    return [
        NewQuestion(field.key, field.label, section.key, section.title, field.required)
        for section, field in draft.schema.fields()
        if field.key in keys and not is_answered(field, draft.answers)
    ]


def _new_keys(before: FormSchema, after: FormSchema) -> frozenset[str]:
    asking = {field.key for _, field in after.fields() if kind_of(field).asks}
    changes = schema_changes(before, after)
    return frozenset(one.key for one in changes if one.field and one.change in ASKING and one.key in asking)


def _begun_with(application: Application) -> FormVersion | None:
    """The version that was in use then: the one that the first change of form since then replaced."""
    changes = AuditEvent.objects.filter(
        object_type="grants.round",
        object_id=application.round_id,
        action="adopt_version",
        at__gte=application.created_at,
        after__stage=application.stage.kind,
    )
    first = changes.order_by("id").values_list("before__version", flat=True).first()
    versions = FormVersion.objects.filter(form=application.form_version.form_id)
    found: FormVersion | None = versions.filter(pk=first).first() if first else None
    return found
