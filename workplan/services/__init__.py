"""Every write to the work plan. Each checks the actor's right and leaves an audit event.

Writers about one action go one after the other: each locks the action first, then the deliverable or the
evidence, so that what it checks stays true until it is written.
"""

from workplan.services.actions import (
    assign_owner,
    confirm_years,
    move_action,
    override_status,
    release_actions,
)
from workplan.services.deliverables import (
    add_deliverable,
    change_deliverable,
    complete_deliverable,
    move_deliverable,
)
from workplan.services.evidence import add_evidence_file, add_evidence_link, remove_evidence
from workplan.services.shares import end_shares, share_action, unshare_action
from workplan.services.updates import post_update, report_on_action

__all__ = [
    "add_deliverable",
    "add_evidence_file",
    "add_evidence_link",
    "assign_owner",
    "change_deliverable",
    "complete_deliverable",
    "confirm_years",
    "end_shares",
    "move_action",
    "move_deliverable",
    "override_status",
    "post_update",
    "release_actions",
    "remove_evidence",
    "report_on_action",
    "share_action",
    "unshare_action",
]
