"""What applicants do, in words for histories. Those of submitting and the like are in grants/states.py."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe(
        "grants.application",
        start="began",
        copy="began as a copy",
        set_rights="changed who may do what in",
        leave_team="left",
        remove_from_team="removed somebody from",
    )
    describe("grants.answerfile", add="added the file", remove="removed the file")
    describe("grants.submission", receive="sent in")
    describe("grants.eligibilitycheck", check="answered the")
    describe(
        "grants.teaminvitation",
        invite="invited",
        renew="sent again the invitation of",
        revoke="withdrew the invitation of",
        accept="accepted the invitation of",
    )
    describe("grants.teamnote", write="wrote a")
    describe("grants.message", post="posted a")
