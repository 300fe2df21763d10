"""What happened to organisations, in words for histories."""

from scsc.audit.history import describe


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe(
        "partners.organisation",
        create="entered",
        change="changed the profile of",
        add_contact="added a person who acts for",
        remove_contact="removed a person who acts for",
        merge="merged another organisation into",
        merge_into="merged into another organisation",
    )
    describe("partners.safeguardingrecord", record="stated:")
    describe(
        "partners.agreement",
        open="opened the agreement",
        change="changed the dates or conditions of the agreement",
        move_organisation="moved, with its organisation, the agreement",
    )
