"""What happens in each stage of a round, in the words of an applicant."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.models import Stage

WORDS: dict[str, str] = {
    Stage.Kind.EOI: "You describe your idea in a short form.",
    Stage.Kind.APPLICATION: "You write the application with your colleagues and submit it.",
    Stage.Kind.SCREENING: (
        "Program staff check that your organisation can be funded and that nothing is missing. They may ask "
        "you to change an answer."
    ),
    Stage.Kind.ADVICE: "The Advisory Group, people who know this field, gives advice on the applications.",
    Stage.Kind.ASSESSMENT: "Assessors score every application by the criteria of the round.",
    Stage.Kind.ENDORSEMENT: "The Roundtable votes on which applications it endorses.",
    Stage.Kind.DECISION: "The funder decides, and every applicant hears the outcome.",
}
AFTER_INTEREST = (
    "If you are invited to go on, you write the full application. What you wrote before comes along, so "
    "nothing is typed twice."
)


@dataclass(frozen=True)
class StageWords:
    """A stage as an applicant reads it."""

    stage: Stage
    text: str


def in_plain_words(stages: Sequence[Stage]) -> list[StageWords]:
    """The stages in order, each with what happens in it."""
    said, after_interest = [], False
    for stage in stages:
        follows = stage.kind == Stage.Kind.APPLICATION and after_interest
        said.append(StageWords(stage, AFTER_INTEREST if follows else WORDS[stage.kind]))
        after_interest = after_interest or stage.kind == Stage.Kind.EOI
    return said
