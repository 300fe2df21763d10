"""Reads of forms and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from grants.models import Form, FormVersion, Stage
from grants.states import FormState, RoundState
from scsc.audit.models import AuditEvent

# The colour class of each state in the interface.
TONES = {FormState.DRAFT: "info", FormState.PUBLISHED: "good", FormState.RETIRED: "idle"}


@dataclass(frozen=True)
class FormLine:
    """One form of a list: its draft, the newest version that can be used, where it is used."""

    form: Form
    draft: FormVersion | None
    published: FormVersion | None
    rounds: int

    @property
    def latest(self) -> FormVersion | None:
        """The version that its name leads to."""
        return self.draft or self.published


def list_forms(*, templates: bool | None = None) -> list[FormLine]:
    """All forms by name, or only those that are templates or are not. Three queries, however many."""
    versions = FormVersion.objects.exclude(state=FormState.RETIRED).order_by("-number").defer("content")
    forms = Form.objects.prefetch_related(Prefetch("versions", queryset=versions, to_attr="living"))
    if templates is not None:
        forms = forms.filter(is_template=templates)
    used = Stage.objects.exclude(form_version=None).exclude(round__state=RoundState.ARCHIVED)
    rounds: dict[int, set[int]] = {}
    for form, round_ in used.values_list("form_version__form", "round"):
        rounds.setdefault(form, set()).add(round_)
    return [_line(form, len(rounds.get(form.pk, ()))) for form in forms.order_by("name")]


def _line(form: Form, rounds: int) -> FormLine:
    living: list[FormVersion] = form.living  # type: ignore[attr-defined]
    return FormLine(
        form=form,
        draft=next((version for version in living if version.state == FormState.DRAFT), None),
        published=next((version for version in living if version.state == FormState.PUBLISHED), None),
        rounds=rounds,
    )


def versions_of(form: Form) -> list[FormVersion]:
    """All versions of a form, the newest first."""
    return list(form.versions.select_related("created_by").order_by("-number").defer("content"))


def bases() -> list[FormVersion]:
    """What a new form can begin as a copy of: the newest version of each form, templates first."""
    versions = FormVersion.objects.exclude(state=FormState.RETIRED).select_related("form").defer("content")
    newest = versions.order_by("-form__is_template", "form__name", "form", "-number")
    found: dict[int, FormVersion] = {}
    for version in newest:
        found.setdefault(version.form_id, version)
    return list(found.values())


def newer_versions(versions: Sequence[FormVersion]) -> list[tuple[int, FormVersion]]:
    """Of these versions, those with a newer published one of the same form: (id, the newest). One query."""
    forms = {version.form_id for version in versions}
    published = FormVersion.objects.filter(form__in=forms, state=FormState.PUBLISHED).select_related("form")
    newest = {version.form_id: version for version in published.order_by("number").defer("content")}
    pairs = [(version, newest.get(version.form_id)) for version in versions]
    return [(version.pk, new) for version, new in pairs if new is not None and new.number > version.number]


def uses_of(version: FormVersion) -> list[Stage]:
    """The stages that ask for a version, with their rounds."""
    return list(version.stages.select_related("round").order_by("-round__id"))


def older_uses(version: FormVersion) -> list[Stage]:
    """The stages of rounds that run or are prepared, which ask for an earlier version of the same form."""
    stages = Stage.objects.filter(form_version__form=version.form, form_version__number__lt=version.number)
    living = stages.exclude(round__state=RoundState.ARCHIVED)
    return list(living.select_related("round", "form_version__form").order_by("-round__id"))


def last_edit(version: FormVersion) -> AuditEvent | None:
    """The newest edit of a draft: who, and when."""
    edits = AuditEvent.objects.filter(object_type="grants.formversion", object_id=version.pk, action="edit")
    return edits.select_related("actor").order_by("-id").first()
