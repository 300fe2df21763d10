"""What staff did about applications, in words for histories."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe(
        "grants.application",
        extend="gave more time to",
        move_to_stage="moved to the next stage",
        move_organisation="moved, with its organisation,",
    )
    describe("grants.changerequest", request="sent a")
    describe(
        "grants.recipient",
        record="wrote down the recipient",
        change="corrected the recipient",
        publish="published the recipient",
        unpublish="took off the public page",
        remove="took out the recipient",
        move_organisation="moved, with its organisation, the recipient",
    )
    describe("grants.savedview", save="saved the view", change="changed the view", delete="deleted the view")
