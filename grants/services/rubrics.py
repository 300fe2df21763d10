"""Writes to rubrics: only who saw the last edit of a draft changes it; what is published stays."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from grants.engine.rubric import RubricSchema
from grants.models import Rubric, RubricVersion
from grants.permissions import can_edit_rubric, can_manage_rubrics
from grants.services.holding import allow
from grants.services.rubric_edits import Edit
from grants.states import RubricState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.programs.models import Program


class RubricConflictError(DomainError):
    """Somebody else saved the draft meanwhile. `current` is the draft as it stands now."""

    def __init__(self, current: RubricVersion) -> None:
        self.current = current
        super().__init__(
            "Somebody changed this rubric while you had it open. Nothing of yours is saved yet, and nothing "
            "of theirs is lost. Look at what there is now, then save again."
        )


@transaction.atomic
def create_rubric(
    program: Program,
    *,
    name: str,
    actor: User,
    about: str = "",
    schema: RubricSchema | None = None,
    based_on: RubricVersion | None = None,
) -> RubricVersion:
    """A new rubric with a first draft: of a schema, as a copy of another version, or empty.

    Raises ValidationError for a name that another rubric has.
    """
    allow(can_manage_rubrics(actor, program))
    rubric = Rubric(program=program, name=name.strip(), about=about, created_by=actor)
    _save_rubric(rubric)
    start = based_on.schema if based_on else schema or RubricSchema()
    version = RubricVersion.objects.create(
        program=program,
        rubric=rubric,
        number=1,
        content=start.model_dump(mode="json"),
        based_on=based_on,
        created_by=actor,
    )
    after = {"name": rubric.name, "based_on": str(based_on) if based_on else None}
    record(version, "create", actor=actor, after=after)
    return version


@transaction.atomic
def change_rubric(rubric: Rubric, *, name: str, about: str, actor: User) -> Rubric:
    """Rename a rubric, or say what it is for."""
    allow(can_manage_rubrics(actor, rubric.program))
    fresh = Rubric.objects.select_for_update().get(pk=rubric.pk)
    fresh.program = rubric.program
    before = {"name": fresh.name, "about": fresh.about}
    fresh.name, fresh.about = name.strip(), about
    after = {"name": fresh.name, "about": about}
    if before != after:
        _save_rubric(fresh)
        record(fresh, "change", actor=actor, before=before, after=after)
    return fresh


@transaction.atomic
def edit_rubric(
    version: RubricVersion, *, edit: Edit, revision: int, actor: User, words: str
) -> RubricVersion:
    """Make one edit (see grants.services.rubric_edits) on a draft that still stands at `revision`.

    Raises RubricConflictError where somebody else saved meanwhile, DomainError for what is no draft.
    """
    fresh = _lock_draft(version, actor=actor)
    if fresh.revision != revision:
        raise RubricConflictError(fresh)
    content = edit(fresh.schema).model_dump(mode="json")
    if fresh.content != content:
        fresh.content, fresh.revision = content, revision + 1
        fresh.save(update_fields=["content", "revision"])
        record(fresh, "edit", actor=actor, after={"revision": fresh.revision, "what": words[:300]})
    return fresh


@transaction.atomic
def publish_rubric(version: RubricVersion, *, actor: User, revision: int | None = None) -> RubricVersion:
    """Let rounds assess by a version; it never changes again. With `revision`, only as the person saw it."""
    allow(can_edit_rubric(actor, version))
    fresh = RubricVersion.objects.select_for_update(of=("self",)).select_related("rubric").get(pk=version.pk)
    if revision is not None and fresh.revision != revision:
        raise RubricConflictError(fresh)
    published = transition(fresh, "publish", actor=actor)
    published.published_at = timezone.now()
    published.save(update_fields=["published_at"])
    return published


def retire_rubric(version: RubricVersion, *, actor: User) -> RubricVersion:
    """Discard a draft, or retire a published version that no round uses."""
    return transition(version, "retire", actor=actor)


@transaction.atomic
def new_rubric_version(
    rubric: Rubric, *, actor: User, based_on: RubricVersion | None = None
) -> RubricVersion:
    """A draft of the next version, as a copy of the newest published one, or of the one given.

    Where a draft is there already, that one is returned: a rubric has one draft at a time.
    """
    allow(can_manage_rubrics(actor, rubric.program))
    # The rubric's row keeps two people from making the same version.
    Rubric.objects.select_for_update().get(pk=rubric.pk)
    versions = RubricVersion.objects.filter(rubric=rubric)
    draft = versions.filter(state=RubricState.DRAFT).select_related("rubric").first()
    if draft is not None:
        draft.program = rubric.program
        return draft
    base = based_on or versions.order_by("-number").first()
    highest = versions.aggregate(highest=Max("number"))["highest"] or 0
    version = RubricVersion.objects.create(
        program=rubric.program,
        rubric=rubric,
        number=highest + 1,
        content=base.content if base else RubricSchema().model_dump(mode="json"),
        based_on=base,
        created_by=actor,
    )
    record(version, "create", actor=actor, after={"based_on": str(base) if base else None})
    return version


def _lock_draft(version: RubricVersion, *, actor: User) -> RubricVersion:
    allow(can_edit_rubric(actor, version))
    locking = RubricVersion.objects.select_for_update(of=("self",), no_key=True)
    fresh = locking.select_related("rubric").get(pk=version.pk)
    fresh.program = version.program
    if fresh.state != RubricState.DRAFT:
        word = RubricState(fresh.state).label.lower()
        raise DomainError(f"Version {fresh.number} is {word} and never changes again. Make a new version.")
    return fresh


def _save_rubric(rubric: Rubric) -> None:
    if not rubric.name:
        raise ValidationError({"name": "Give the rubric a name."})
    if Rubric.objects.exclude(pk=rubric.pk).filter(name__iexact=rubric.name).exists():
        raise _taken(rubric.name)
    try:
        with transaction.atomic():
            rubric.save()
    except IntegrityError as error:
        raise _taken(rubric.name) from error


def _taken(name: str) -> ValidationError:
    return ValidationError({"name": f"There is a rubric called “{name}” already. Choose another name."})
