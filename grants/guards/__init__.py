"""What must hold before a step in the life of a round, a form or an application, in words."""

from grants.guards.applications import (
    changes_complete,
    has_next_form,
    ready_to_submit,
)
from grants.guards.assessing import (
    assessment_complete,
    rubric_ready,
    rubric_unused,
)
from grants.guards.ballots import (
    ballot_can_close,
    ballot_can_open,
    meeting_has_chair,
    minutes_written,
    no_ballot_of_meeting_open,
)
from grants.guards.deciding import (
    award_not_begun,
    decision_publishable,
    decision_ready,
    decision_ready_for_one,
    decision_ready_for_two,
    letter_due,
    letter_ready,
)
from grants.guards.panels import (
    only_perceived,
)
from grants.guards.rounds import (
    form_ready,
    form_unused,
    nobody_applied,
    round_ready,
)

__all__ = [
    "assessment_complete",
    "award_not_begun",
    "ballot_can_close",
    "ballot_can_open",
    "changes_complete",
    "decision_publishable",
    "decision_ready",
    "decision_ready_for_one",
    "decision_ready_for_two",
    "form_ready",
    "form_unused",
    "has_next_form",
    "letter_due",
    "letter_ready",
    "meeting_has_chair",
    "minutes_written",
    "no_ballot_of_meeting_open",
    "nobody_applied",
    "only_perceived",
    "ready_to_submit",
    "round_ready",
    "rubric_ready",
    "rubric_unused",
]
