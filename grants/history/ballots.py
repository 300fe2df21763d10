"""What was done in meetings and ballots, in words for histories."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe("grants.ballot", prepare="prepared", remind="reminded members of the")
    describe("grants.vote", cast="cast the")
    describe(
        "grants.meeting",
        plan="planned the meeting",
        change="changed the meeting",
        note_attendance="noted who came to",
        write_minutes="wrote the minutes of",
    )
    describe(
        "grants.agendaitem",
        add="put on the agenda",
        move="moved on the agenda",
        note="wrote in the minutes about",
        remove="took off the agenda",
    )
