"""Letting a stage use a later version of its form: applications in progress move with it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from grants.models import Application, FormVersion, Round, Stage
from grants.queries.form_news import questions_between
from grants.services.locking import lock_round
from grants.services.round_mail import tell_drafts
from grants.states import ApplicationState, FormState, RoundState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# Whose text is still written, or may be taken up again.
WRITING = (ApplicationState.DRAFT, ApplicationState.DISCARDED)


@transaction.atomic
def adopt_version(stage: Stage, *, version: FormVersion, actor: User, reason: str) -> int:
    """Let a stage use a later version of its form. Returns how many applications in progress moved to it.

    They keep every answer: one to a field that is gone is kept out of sight, and out of the submission.
    What was submitted stays in the version it was written in. The teams are told.
    Raises DomainError for another form, an earlier version, and one that is not published.
    """
    fresh = lock_round(stage.round, actor=actor)
    if fresh.state == RoundState.ARCHIVED:
        raise DomainError("This round is archived and stays as it was.")
    locked = (
        Stage.objects.select_for_update(of=("self",), no_key=True)
        .select_related("form_version__form")
        .get(pk=stage.pk)
    )
    before = _fitting(locked, version)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the form changes: the reason is kept, and mailed."})
    locked.form_version = version
    locked.save(update_fields=["form_version"])
    writing = Application.objects.filter(stage=locked, state__in=WRITING).order_by("pk")
    states = dict(writing.select_for_update(of=("self",), no_key=True).values_list("pk", "state"))
    moved = sum(state == ApplicationState.DRAFT for state in states.values())
    Application.objects.filter(pk__in=states).update(form_version=version)
    after = {"stage": locked.kind, "form": str(version), "drafts": moved}
    used = {"form": str(before), "version": before.pk}
    record(fresh, "adopt_version", actor=actor, before=used, after=after, reason=reason)
    _tell(fresh, locked, reason, actor, questions=questions_between(before.schema, version.schema))
    return moved


def _fitting(stage: Stage, version: FormVersion) -> FormVersion:
    """The version in use, when the other one can take its place."""
    before = stage.form_version
    if before is None or before.form_id != version.form_id:
        raise DomainError("A stage goes on with a later version of its own form, not with another form.")
    if version.state != FormState.PUBLISHED:
        raise DomainError("Publish this version first.")
    if version.number <= before.number:
        raise DomainError(f"The stage uses version {before.number} already.")
    return before


def _tell(round_: Round, stage: Stage, reason: str, actor: User, *, questions: Sequence[str]) -> None:
    new = "".join(f"\n- {label}" for label in questions)
    asked = f"New questions:{new}" if new else "It asks nothing new."
    tell_drafts(
        round_,
        subject=f"The form has changed: {round_.title}",
        words=(
            f"{round_.title}\n\nThe form that you are writing has changed. Everything you wrote is kept.\n\n"
            f"{asked}\n\nWhy: {reason.strip()}"
        ),
        actor=actor,
        stage=stage,
    )
