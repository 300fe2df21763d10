"""Writes to forms: only who saw the last edit of a draft changes it; what is published stays."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from grants.engine.schema import FormSchema
from grants.models import Form, FormVersion
from grants.permissions import can_manage_rounds
from grants.queries.forms import last_edit
from grants.services.adopting import adopt_version
from grants.services.form_edits import Edit
from grants.services.holding import allow
from grants.services.locking import lock_draft_version, lock_version
from grants.states import FormState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.models import Program

__all__ = [
    "RevisionConflictError",
    "adopt_version",
    "change_form",
    "create_form",
    "edit_draft",
    "new_version",
    "publish_version",
    "retire_version",
    "save_draft",
]


class RevisionConflictError(DomainError):
    """Somebody else saved the draft meanwhile. `current` is the draft as it stands now."""

    def __init__(self, current: FormVersion) -> None:
        self.current = current
        event = last_edit(current)
        who = str(event.actor) if event and event.actor else "Somebody"
        super().__init__(
            f"{who} changed this form while you had it open. Nothing of yours is saved yet, and nothing of "
            "theirs is lost. Look at what there is now, then save again."
        )


@dataclass(frozen=True)
class Saved:
    """A draft as it was saved."""

    version: FormVersion
    revision: int


@transaction.atomic
def create_form(
    program: Program,
    *,
    name: str,
    actor: User,
    about: str = "",
    is_template: bool = False,
    schema: FormSchema | None = None,
    based_on: FormVersion | None = None,
) -> FormVersion:
    """A new form with a first draft: of a schema, as a copy of another version, or empty.

    Raises ValidationError for a name that another form has.
    """
    allow(can_manage_rounds(actor, program))
    form = Form(program=program, name=name.strip(), about=about, is_template=is_template, created_by=actor)
    _save_form(form)
    start = based_on.schema if based_on else schema or FormSchema()
    version = FormVersion.objects.create(
        program=program,
        form=form,
        number=1,
        content=start.model_dump(mode="json"),
        based_on=based_on,
        created_by=actor,
    )
    after = {"name": form.name, "based_on": str(based_on) if based_on else None}
    record(version, "create", actor=actor, after=after)
    return version


@transaction.atomic
def change_form(form: Form, *, name: str, about: str, is_template: bool, actor: User) -> Form:
    """Rename a form, say what it is for, or make it a template to begin others from."""
    allow(can_manage_rounds(actor, form.program))
    fresh = Form.objects.select_for_update().get(pk=form.pk)
    fresh.program = form.program
    before = {"name": fresh.name, "about": fresh.about, "is_template": fresh.is_template}
    fresh.name, fresh.about, fresh.is_template = name.strip(), about, is_template
    after = {"name": fresh.name, "about": about, "is_template": is_template}
    if before != after:
        _save_form(fresh)
        record(fresh, "change", actor=actor, before=before, after=after)
    return fresh


@transaction.atomic
def save_draft(
    version: FormVersion, *, schema: FormSchema, revision: int, actor: User, words: str = "changed the form"
) -> Saved:
    """Save the content of a draft that still stands at `revision`; `words` say what was done.

    Raises RevisionConflictError where somebody else saved meanwhile, and DomainError for a version that is
    no draft.
    """
    fresh = lock_draft_version(version, actor=actor)
    if fresh.revision != revision:
        raise RevisionConflictError(fresh)
    content = schema.model_dump(mode="json")
    if fresh.content == content:
        return Saved(fresh, revision)
    fresh.content, fresh.revision = content, revision + 1
    fresh.save(update_fields=["content", "revision"])
    record(fresh, "edit", actor=actor, after={"revision": fresh.revision, "what": words[:300]})
    return Saved(fresh, fresh.revision)


@transaction.atomic
def edit_draft(version: FormVersion, *, edit: Edit, revision: int, actor: User, words: str) -> Saved:
    """Make one edit (see grants.services.form_edits) on a draft that still stands at `revision`.

    Raises what `save_draft` and the edit raise.
    """
    fresh = lock_draft_version(version, actor=actor)
    if fresh.revision != revision:
        raise RevisionConflictError(fresh)
    return save_draft(fresh, schema=edit(fresh.schema), revision=revision, actor=actor, words=words)


@transaction.atomic
def publish_version(version: FormVersion, *, actor: User, revision: int | None = None) -> FormVersion:
    """Let rounds use a version; it never changes again. With `revision`, only as the person saw it."""
    fresh = lock_version(version, actor=actor)
    if revision is not None and fresh.revision != revision:
        raise RevisionConflictError(fresh)
    published = transition(fresh, "publish", actor=actor)
    published.published_at = timezone.now()
    published.save(update_fields=["published_at"])
    return published


def retire_version(version: FormVersion, *, actor: User) -> FormVersion:
    """Discard a draft, or retire a published version that no round uses."""
    return transition(version, "retire", actor=actor)


@transaction.atomic
def new_version(form: Form, *, actor: User, based_on: FormVersion | None = None) -> FormVersion:
    """A draft of the next version, as a copy of the newest published one, or of the one given.

    Where a draft is there already, that one is returned: a form has one draft at a time.
    """
    allow(can_manage_rounds(actor, form.program))
    # The form's row keeps two people from making the same version.
    Form.objects.select_for_update().get(pk=form.pk)
    draft = FormVersion.objects.filter(form=form, state=FormState.DRAFT).select_related("form").first()
    if draft is not None:
        draft.program = form.program
        return draft
    published = FormVersion.objects.filter(form=form).exclude(state=FormState.DRAFT)
    base = based_on or published.order_by("-number").first()
    highest = FormVersion.objects.filter(form=form).aggregate(highest=Max("number"))["highest"] or 0
    version = FormVersion.objects.create(
        program=form.program,
        form=form,
        number=highest + 1,
        content=base.content if base else FormSchema().model_dump(mode="json"),
        based_on=base,
        created_by=actor,
    )
    record(version, "create", actor=actor, after={"based_on": str(base) if base else None})
    return version


def _save_form(form: Form) -> None:
    if not form.name:
        raise ValidationError({"name": "Give the form a name."})
    _refuse_name(Form.objects.exclude(pk=form.pk).filter(name__iexact=form.name), form.name)
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        raise _taken(form.name) from error


def _refuse_name(others: Iterable[Form], name: str) -> None:
    if any(others):
        raise _taken(name)


def _taken(name: str) -> ValidationError:
    return ValidationError({"name": f"There is a form called “{name}” already. Choose another name."})
