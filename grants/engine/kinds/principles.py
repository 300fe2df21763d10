"""Self-assessment against the National Principles for Child Safe Organisations (Australia, 2019)."""

from collections.abc import Mapping, Sequence
from typing import Any

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Kind, Option, Posted, Problem, Shown, quoted
from grants.engine.kinds.reading import lines_in, part_of, posted_line, posted_text
from grants.engine.schema import Field, Json

# The ten principles in their published wording.
PRINCIPLES = (
    "Child safety and wellbeing is embedded in organisational leadership, governance and culture.",
    "Children and young people are informed about their rights, participate in decisions affecting them and "
    "are taken seriously.",
    "Families and communities are informed and involved in promoting child safety and wellbeing.",
    "Equity is upheld and diverse needs respected in policy and practice.",
    "People working with children and young people are suitable and supported to reflect child safety and "
    "wellbeing values in practice.",
    "Processes to respond to complaints and concerns are child focused.",
    "Staff and volunteers are equipped with the knowledge, skills and awareness to keep children and young "
    "people safe through ongoing education and training.",
    "Physical and online environments promote safety and wellbeing while minimising the opportunity for "
    "children and young people to be harmed.",
    "Implementation of the national child safe principles is regularly reviewed and improved.",
    "Policies and procedures document how the organisation is safe for children and young people.",
)
RATINGS = (
    Option(value="not_yet", label="Not yet"),
    Option(value="partly", label="Partly"),
    Option(value="fully", label="Fully"),
)
WORDS = {rating.value: rating.label for rating in RATINGS}
LONGEST_NOTE = 2_000


class Principles(Kind):
    """The answer is an object of the numbers "1" to "10", each with `rating` and `note`."""

    name = "principles"
    label = "National Principles self-assessment"
    about = "The ten National Principles for Child Safe Organisations, each rated, with a note."
    composite = True
    control = "principles"

    def read(self, field: Field, data: Posted, name: str) -> Json:
        value = {}
        for number in map(str, range(1, len(PRINCIPLES) + 1)):
            rating = posted_line(data, f"{name}.{number}.rating")
            note = posted_text(data, f"{name}.{number}.note")
            rating = rating if rating in WORDS else ""
            if rating or note:
                value[number] = {"rating": rating, "note": note}
        return value or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        problems = []
        for number in map(str, range(1, len(PRINCIPLES) + 1)):
            rating, note = _given(value, number)
            if rating not in WORDS:
                problems.append(Problem(f"Principle {number}: choose how far you are", f"{number}.rating"))
            elif rating == "not_yet" and not note:
                words = f"Principle {number}: say in the note what you plan and by when"
                problems.append(Problem(words, f"{number}.note"))
            if len(note) > LONGEST_NOTE:
                words = f"Principle {number}: shorten the note to {LONGEST_NOTE:,} characters"
                problems.append(Problem(words, f"{number}.note"))
        return problems

    def missing(self, field: Field) -> str:
        return f"Rate the ten principles of {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        rows = []
        for number, text in enumerate(PRINCIPLES, 1):
            rating, note = _given(value, str(number))
            if rating or note:
                rows.append([f"{number}. {text}", WORDS.get(rating, rating), note])
        if not rows:
            return Shown(lines=lines_in(value))
        return Shown(head=["Principle", "How far", "Note"], rows=rows)

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        rows = []
        for number, text in enumerate(PRINCIPLES, 1):
            rating, note = _given(value, str(number))
            rows.append({"number": str(number), "text": text, "rating": rating, "note": note})
        return {"principles": rows, "ratings": RATINGS}


def _given(value: Json, number: str) -> tuple[str, str]:
    row = value.get(number) if isinstance(value, dict) else None
    return part_of(row, "rating"), part_of(row, "note")
