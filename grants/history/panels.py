"""What happened around bodies, interests and conflicts, in words for histories."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe("grants.body", create="set up the body", change="changed the body")
    describe(
        "grants.bodymember",
        add="began the term of",
        change="changed the term of",
        end="ended the term of",
    )
    describe(
        "grants.interest",
        add="entered the",
        end="ended the",
        move_organisation="moved, with its organisation, the",
    )
    describe("grants.intereststatement", state="made the")
    describe(
        "grants.declaration",
        declare="made the",
        detect="found a conflict and made the",
        add_finding="found more for the",
    )
