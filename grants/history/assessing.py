"""The words of events around rubrics, assignments, assessments, what a blind review hides, and advice."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Called once, when the app is ready."""
    describe("grants.rubric", change="changed the name or use of")
    describe("grants.rubricversion", create="began", edit="edited")
    describe("grants.assignmentrun", assign="gave out applications by the")
    describe(
        "grants.assignment",
        assign="gave out the",
        remind="sent a reminder of the",
    )
    describe("grants.redaction", redact="hid from assessors, or showed them, a", unredact="took back the")
    describe("grants.panelcomment", comment="wrote a")
    describe("grants.advice", advise="gave the")
