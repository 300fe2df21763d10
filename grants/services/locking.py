"""What the services of rounds and forms begin with: the right to do it, and the row to themselves."""

from grants.models import FormVersion, Round
from grants.permissions import can_edit_form_version, can_manage_round
from grants.services.holding import allow
from grants.states import FormState, RoundState
from scsc.accounts.models import User
from scsc.errors import DomainError

LOCKED = (
    "This round is published, so its rules stay as they are. Change its closing, let it use a new version "
    "of a form, or take it back while nobody has applied."
)


def lock_round(round_: Round, *, actor: User) -> Round:
    """The round as it stands now, for staff, kept from other writers until the transaction ends."""
    allow(can_manage_round(actor, round_))
    fresh = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_.pk)
    fresh.program = round_.program
    return fresh


def lock_draft(round_: Round, *, actor: User) -> Round:
    """The same for a round whose rules may still change. Raises DomainError for one that was published."""
    fresh = lock_round(round_, actor=actor)
    if fresh.state != RoundState.DRAFT:
        raise DomainError(LOCKED)
    return fresh


def lock_version(version: FormVersion, *, actor: User) -> FormVersion:
    """A version of a form as it stands now, for staff, kept from other writers."""
    allow(can_edit_form_version(actor, version))
    fresh = (
        FormVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("form")
        .get(pk=version.pk)
    )
    fresh.program = version.program
    return fresh


def lock_draft_version(version: FormVersion, *, actor: User) -> FormVersion:
    """The same for a draft. Raises DomainError for a version that never changes again."""
    fresh = lock_version(version, actor=actor)
    if fresh.state != FormState.DRAFT:
        word = FormState(fresh.state).label.lower()
        raise DomainError(f"Version {fresh.number} is {word} and never changes again. Make a new version.")
    return fresh
