"""What writing and submitting leave in histories, in words. The steps themselves are in grants/states.py."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe("grants.answerfile", add="added the file", remove="removed the file")
    describe("grants.submission", receive="sent")
