"""What must hold before a step in the life of a round, a form or an application, in words."""

from grants.guards.applications import changes_complete, has_next_form, ready_to_submit
from grants.guards.rounds import form_ready, form_unused, nobody_applied, round_ready

__all__ = [
    "changes_complete",
    "form_ready",
    "form_unused",
    "has_next_form",
    "nobody_applied",
    "ready_to_submit",
    "round_ready",
]
