"""What loading is called in the history of an object."""

from scsc.audit.history import describe

LOADED = ["programyear", "ambition", "outcome", "action", "deliverable"]


def describe_events() -> None:
    """Register the words; called once, when the app is ready."""
    describe("workplan.programfile", load="loaded", present="set day and colours of the demonstration after")
    for model in LOADED:
        describe(f"workplan.{model}", load="loaded", change="changed")
