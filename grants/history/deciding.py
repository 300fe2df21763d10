"""What was done about decisions and letters, in words for histories."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe("grants.decision", recommend="recommended the", change="changed the")
    describe(
        "grants.letter",
        draft="drafted the",
        change="changed the text of the",
        redraft="began again, from the template, the",
    )
    describe("grants.lettertemplate", write="wrote the template of the")
