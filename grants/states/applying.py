"""The lives of rounds, versions of a form, applications and change requests."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class RoundState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    ARCHIVED = "archived", "Archived"


# Rounds that people outside may read about.
ANNOUNCED = frozenset({RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED})

ROUND = Life(
    app="grants",
    noun="round",
    states=RoundState,
    table={
        (RoundState.DRAFT, "publish"): Transition(
            RoundState.PUBLISHED, "can_manage_round", "round_ready", "Publish", "published"
        ),
        (RoundState.PUBLISHED, "unpublish"): Transition(
            RoundState.DRAFT,
            "can_manage_round",
            "nobody_applied",
            "Take back",
            "took back",
            needs_reason=True,
        ),
        # The clock opens and closes; whether somebody may write is asked of the clock itself.
        (RoundState.PUBLISHED, "open"): Transition(RoundState.OPEN, label="Open", done="opened"),
        (RoundState.OPEN, "close"): Transition(RoundState.CLOSED, label="Close", done="closed"),
        (RoundState.OPEN, "close_early"): Transition(
            RoundState.CLOSED, "can_manage_round", label="Close now", done="closed early", needs_reason=True
        ),
        (RoundState.CLOSED, "reopen"): Transition(
            RoundState.OPEN, "can_manage_round", label="Open again", done="opened again", needs_reason=True
        ),
        (RoundState.CLOSED, "archive"): Transition(
            RoundState.ARCHIVED, "can_manage_round", label="Archive", done="archived"
        ),
        (RoundState.DRAFT, "discard"): Transition(
            RoundState.ARCHIVED, "can_manage_round", label="Discard", done="discarded"
        ),
    },
)


class FormState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


FORM_VERSION = Life(
    app="grants",
    noun="version of a form",
    states=FormState,
    table={
        (FormState.DRAFT, "publish"): Transition(
            FormState.PUBLISHED, "can_edit_form_version", "form_ready", "Publish", "published"
        ),
        (FormState.PUBLISHED, "retire"): Transition(
            FormState.RETIRED, "can_edit_form_version", "form_unused", "Retire", "retired"
        ),
        (FormState.DRAFT, "retire"): Transition(
            FormState.RETIRED, "can_edit_form_version", label="Discard", done="discarded"
        ),
    },
)


class ApplicationState(TextChoices):
    DRAFT = "draft", "In progress"
    SUBMITTED = "submitted", "Submitted"
    ACCEPTED = "accepted", "Eligible"
    INELIGIBLE = "ineligible", "Not eligible"
    AWARDED = "awarded", "Awarded"
    UNSUCCESSFUL = "unsuccessful", "Not going further"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DISCARDED = "discarded", "Discarded"


# With the funder: their text is theirs to read.
RECEIVED = frozenset(ApplicationState) - {ApplicationState.DRAFT, ApplicationState.DISCARDED}
# Being looked at, so that answers may be asked to change.
UNDER_CONSIDERATION = frozenset({ApplicationState.SUBMITTED, ApplicationState.ACCEPTED})

APPLICATION = Life(
    app="grants",
    noun="application",
    states=ApplicationState,
    table={
        (ApplicationState.DRAFT, "submit"): Transition(
            ApplicationState.SUBMITTED, "can_submit_application", "ready_to_submit", "Submit", "submitted"
        ),
        (ApplicationState.DRAFT, "discard"): Transition(
            ApplicationState.DISCARDED, "can_submit_application", label="Discard", done="discarded"
        ),
        (ApplicationState.DISCARDED, "restore"): Transition(
            ApplicationState.DRAFT, "can_submit_application", label="Restore", done="restored"
        ),
        (ApplicationState.SUBMITTED, "withdraw"): Transition(
            ApplicationState.WITHDRAWN,
            "can_submit_application",
            label="Withdraw",
            done="withdrew",
            needs_reason=True,
        ),
        (ApplicationState.ACCEPTED, "withdraw"): Transition(
            ApplicationState.WITHDRAWN,
            "can_submit_application",
            label="Withdraw",
            done="withdrew",
            needs_reason=True,
        ),
        (ApplicationState.WITHDRAWN, "reinstate"): Transition(
            ApplicationState.SUBMITTED,
            "can_screen_application",
            label="Reinstate",
            done="reinstated",
            needs_reason=True,
        ),
        (ApplicationState.SUBMITTED, "screen_in"): Transition(
            ApplicationState.ACCEPTED,
            "can_screen_application",
            label="Mark as eligible",
            done="found eligible",
        ),
        (ApplicationState.SUBMITTED, "screen_out"): Transition(
            ApplicationState.INELIGIBLE,
            "can_screen_application",
            label="Mark as not eligible",
            done="found not eligible",
            needs_reason=True,
        ),
        (ApplicationState.ACCEPTED, "reconsider"): Transition(
            ApplicationState.SUBMITTED,
            "can_manage_application",
            label="Screen again",
            done="will screen again",
            needs_reason=True,
        ),
        (ApplicationState.INELIGIBLE, "reconsider"): Transition(
            ApplicationState.SUBMITTED,
            "can_manage_application",
            label="Screen again",
            done="will screen again",
            needs_reason=True,
        ),
        # An expression of interest goes on to the full application, with all that was written.
        (ApplicationState.ACCEPTED, "invite_to_apply"): Transition(
            ApplicationState.DRAFT,
            "can_screen_application",
            "has_next_form",
            "Invite to apply in full",
            "invited to apply in full",
        ),
        (ApplicationState.ACCEPTED, "decline"): Transition(
            ApplicationState.UNSUCCESSFUL,
            "can_screen_application",
            label="Not going further",
            done="decided against",
            needs_reason=True,
        ),
        # A decision was published, or a published one reversed.
        (ApplicationState.ACCEPTED, "award"): Transition(
            ApplicationState.AWARDED, label="Award", done="awarded a grant to"
        ),
        (ApplicationState.ACCEPTED, "reject"): Transition(
            ApplicationState.UNSUCCESSFUL, label="Reject", done="decided against"
        ),
        (ApplicationState.AWARDED, "revert"): Transition(
            ApplicationState.ACCEPTED,
            label="Revert",
            done="went back on the decision about",
            needs_reason=True,
        ),
        (ApplicationState.UNSUCCESSFUL, "revert"): Transition(
            ApplicationState.ACCEPTED,
            label="Revert",
            done="went back on the decision about",
            needs_reason=True,
        ),
        (ApplicationState.UNSUCCESSFUL, "reconsider"): Transition(
            ApplicationState.ACCEPTED,
            "can_manage_application",
            label="Consider again",
            done="will consider again",
            needs_reason=True,
        ),
    },
)


class ChangeRequestState(TextChoices):
    OPEN = "open", "Waiting for the applicant"
    ANSWERED = "answered", "Answered"
    CANCELLED = "cancelled", "Cancelled"


CHANGE_REQUEST = Life(
    app="grants",
    noun="request for changes",
    states=ChangeRequestState,
    table={
        (ChangeRequestState.OPEN, "answer"): Transition(
            ChangeRequestState.ANSWERED,
            "can_answer_change_request",
            "changes_complete",
            "Send the changes",
            "answered",
        ),
        (ChangeRequestState.OPEN, "cancel"): Transition(
            ChangeRequestState.CANCELLED,
            "can_cancel_change_request",
            label="Cancel",
            done="cancelled",
            needs_reason=True,
        ),
        # What became of the application has left nothing to change.
        (ChangeRequestState.OPEN, "lapse"): Transition(
            ChangeRequestState.CANCELLED,
            label="Lapse",
            done="let lapse, with the application, the",
            needs_reason=True,
        ),
    },
)
