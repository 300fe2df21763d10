"""The lives of actions and deliverables, and the words for how an action stands."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class ActionState(TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETE = "complete", "Complete"
    STOPPED = "stopped", "Stopped"


class DeliverableState(TextChoices):
    PLANNED = "planned", "Planned"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


OPEN = frozenset({DeliverableState.PLANNED, DeliverableState.IN_PROGRESS})
SETTLED = frozenset({DeliverableState.DONE, DeliverableState.CANCELLED})


class Rag(TextChoices):
    """How an action stands. Grey is for what is not due yet or was stopped."""

    GREEN = "green", "On track"
    AMBER = "amber", "At risk"
    RED = "red", "Off track"
    COMPLETE = "complete", "Complete"
    GREY = "grey", "Not started"


# The statuses in the order of charts and tables.
STANDINGS = (Rag.COMPLETE, Rag.GREEN, Rag.AMBER, Rag.RED, Rag.GREY)
# The colour class of each status in the interface.
TONES = {Rag.GREEN: "good", Rag.AMBER: "warn", Rag.RED: "bad", Rag.COMPLETE: "done", Rag.GREY: "idle"}

ACTION = Life(
    app="workplan",
    noun="action",
    states=ActionState,
    table={
        (ActionState.NOT_STARTED, "start"): Transition(
            ActionState.IN_PROGRESS, "can_edit_action", label="Start", done="started"
        ),
        (ActionState.IN_PROGRESS, "complete"): Transition(
            ActionState.COMPLETE, "can_edit_action", "deliverables_settled", "Complete", "completed"
        ),
        (ActionState.COMPLETE, "reopen"): Transition(
            ActionState.IN_PROGRESS, "can_manage_action", label="Reopen", done="reopened", needs_reason=True
        ),
        (ActionState.NOT_STARTED, "stop"): Transition(
            ActionState.STOPPED, "can_manage_action", label="Stop", done="stopped", needs_reason=True
        ),
        (ActionState.IN_PROGRESS, "stop"): Transition(
            ActionState.STOPPED, "can_manage_action", label="Stop", done="stopped", needs_reason=True
        ),
        (ActionState.STOPPED, "resume"): Transition(
            ActionState.IN_PROGRESS, "can_manage_action", label="Resume", done="resumed", needs_reason=True
        ),
    },
)

DELIVERABLE = Life(
    app="workplan",
    noun="deliverable",
    states=DeliverableState,
    table={
        (DeliverableState.PLANNED, "start"): Transition(
            DeliverableState.IN_PROGRESS, "can_work_on_deliverable", label="Start", done="started"
        ),
        (DeliverableState.PLANNED, "complete"): Transition(
            DeliverableState.DONE, "can_work_on_deliverable", "evidence_present", "Complete", "completed"
        ),
        (DeliverableState.IN_PROGRESS, "complete"): Transition(
            DeliverableState.DONE, "can_work_on_deliverable", "evidence_present", "Complete", "completed"
        ),
        (DeliverableState.DONE, "reopen"): Transition(
            DeliverableState.IN_PROGRESS,
            "can_manage_deliverable",
            "action_open",
            label="Reopen",
            done="reopened",
            needs_reason=True,
        ),
        (DeliverableState.PLANNED, "cancel"): Transition(
            DeliverableState.CANCELLED,
            "can_manage_deliverable",
            label="Cancel",
            done="cancelled",
            needs_reason=True,
        ),
        (DeliverableState.IN_PROGRESS, "cancel"): Transition(
            DeliverableState.CANCELLED,
            "can_manage_deliverable",
            label="Cancel",
            done="cancelled",
            needs_reason=True,
        ),
        (DeliverableState.CANCELLED, "reinstate"): Transition(
            DeliverableState.PLANNED,
            "can_manage_deliverable",
            "action_open",
            label="Reinstate",
            done="reinstated",
            needs_reason=True,
        ),
    },
)
