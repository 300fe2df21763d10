"""What must hold before a step in the life of an action or a deliverable. Each says what is missing."""

from scsc.documents.states import DocumentState
from workplan.models import Action, Deliverable
from workplan.states import OPEN, ActionState


def deliverables_settled(action: Action) -> str | None:
    """An action is complete when each of its deliverables is done or cancelled."""
    open_codes = list(action.deliverables.filter(state__in=OPEN).values_list("code", flat=True))
    if open_codes:
        return f"Complete or cancel its open deliverables first: {', '.join(open_codes)}."
    return None


def evidence_present(deliverable: Deliverable) -> str | None:
    """A deliverable is done only with evidence that can be looked at: an address or a checked file."""
    standing = list(deliverable.evidence.filter(removed_at=None).select_related("document"))
    if any(e.document is None or e.document.state == DocumentState.RELEASED for e in standing):
        return None
    if any(e.document and e.document.state == DocumentState.QUARANTINED for e in standing):
        return "The file is still being checked. Try again in a moment."
    return "Add evidence first: a file or an address that shows the deliverable was met."


def action_open(deliverable: Deliverable) -> str | None:
    """Nothing is promised again under an action that is complete or stopped."""
    action = deliverable.action
    if action.state in {ActionState.COMPLETE, ActionState.STOPPED}:
        word = ActionState(action.state).label.lower()
        return f"{action.code} is {word}. Reopen or resume it first."
    return None
