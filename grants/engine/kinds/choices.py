"""Fields to choose from: yes or no, one of several, several."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import (
    EQUAL,
    WHETHER,
    Kind,
    Option,
    Posted,
    Problem,
    Shown,
    options_of,
    quoted,
)
from grants.engine.kinds.reading import lines_in, part_of, posted_line, posted_lines, text_in
from grants.engine.schema import Field, Json, Part

OTHER = "other"
LONGEST_OTHER = 300
MOST_OPTIONS = 100
# Above this a list that opens is shorter than buttons.
MOST_BUTTONS = 12


def with_gone(options: Sequence[Option], chosen: Sequence[str]) -> Sequence[Option]:
    """The answers offered, and those that were chosen once and are not offered now: saving keeps them."""
    offered = {option.value for option in options}
    gone = [value for value in dict.fromkeys(chosen) if value and value not in offered]
    return [
        *options,
        *(Option.model_construct(value=value, label=f"{value} (no longer offered)") for value in gone),
    ]


class YesNo(Kind):
    name = "yes_no"
    label = "Yes or no"
    about = "A question that has these two answers."
    control = "options"
    composite = True
    operators = EQUAL
    words = {"yes": "Yes", "no": "No"}

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return posted_line(data, name) or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        return [] if text_in(value) in self.words else [Problem(f"Choose yes or no for {quoted(field)}")]

    def missing(self, field: Field) -> str:
        return f"Choose yes or no for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        word = self.words.get(text_in(value))
        return Shown(lines=[word] if word else lines_in(value))

    def comparable(self, field: Field) -> Sequence[Option]:
        return [Option(value=value, label=label) for value, label in self.words.items()]

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        chosen = [text_in(value)]
        return {"options": with_gone(self.comparable(field), chosen), "chosen": chosen, "in_line": True}


class ChoiceOptions(Part):
    """What there is to choose, and whether something else may be written in."""

    options: Annotated[list[Option], Setting(max_length=MOST_OPTIONS)] = []
    other: bool = False


class ChoicesOptions(ChoiceOptions):
    """How many may be chosen at most."""

    most: Annotated[int, Setting(ge=1, le=MOST_OPTIONS)] | None = None


class Choosing(Kind):
    """What one and several choices have in common. Something else is kept as `{"other": its text}`."""

    composite = True
    control = "options"

    def settings(self, field: Field) -> ChoiceOptions:
        return options_of(field, ChoiceOptions)

    def comparable(self, field: Field) -> Sequence[Option]:
        options = self.settings(field)
        return [*options.options, Option(value=OTHER, label="Other")] if options.other else options.options

    def option_problems(self, field: Field) -> list[str]:
        options = self.settings(field)
        values = [option.value for option in options.options]
        labels = [option.label.casefold() for option in options.options]
        problems = []
        if len(values) + options.other < 2:
            problems.append("Give at least two answers to choose from.")
        if not all(values) or not all(labels):
            problems.append("An answer to choose from is empty.")
        if len(set(values)) < len(values) or len(set(labels)) < len(labels):
            problems.append("Two answers to choose from are the same.")
        if OTHER in values and options.other:
            problems.append("“other” is there twice: once as an answer, once to write something else.")
        return problems

    def label_of(self, field: Field, chosen: object) -> str:
        """One choice for reading, also one that the form no longer offers."""
        if isinstance(chosen, Mapping) and OTHER in chosen:
            return f"Other: {part_of(chosen, OTHER)}"
        labels = {option.value: option.label for option in self.comparable(field)}
        return labels.get(text_in(chosen)) or " ".join(lines_in(chosen))

    def wrong(self, field: Field, chosen: object) -> Problem | None:
        """What is wrong with one choice."""
        options = self.comparable(field)
        if isinstance(chosen, Mapping):
            words = part_of(chosen, OTHER)
            if not any(option.value == OTHER for option in options):
                return Problem(f"Choose one of the answers to {quoted(field)}")
            if not words:
                return Problem(f"Say what you mean by “Other” for {quoted(field)}", OTHER)
            if len(words) > LONGEST_OTHER:
                return Problem(f"“Other” must be {LONGEST_OTHER} characters or fewer", OTHER)
            return None
        known = isinstance(chosen, str) and any(option.value == chosen for option in options)
        return None if known else Problem(f"Choose one of the answers to {quoted(field)}")

    def missing(self, field: Field) -> str:
        return f"Choose an answer to {quoted(field)}"


class Choice(Choosing):
    name = "choice"
    label = "One of several"
    about = "A list of answers, of which one is chosen."
    operators = EQUAL
    Options = ChoiceOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        chosen = posted_line(data, name)
        if chosen == OTHER and self.settings(field).other:
            return {OTHER: posted_line(data, f"{name}.{OTHER}")}
        return chosen or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        problem = self.wrong(field, value)
        return [problem] if problem else []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        word = self.label_of(field, value)
        return Shown(lines=[word] if word else [])

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        options, chosen = self.settings(field), [self.compared(value) or ""]
        return {
            "options": with_gone(self.comparable(field), chosen),
            "chosen": chosen,
            "other": options.other,
            "other_text": part_of(value, OTHER),
            "as_list": len(options.options) > MOST_BUTTONS,
        }

    def compared(self, value: Json) -> str | None:
        if isinstance(value, dict):
            return OTHER if OTHER in value else None
        return value if isinstance(value, str) else None


class Choices(Choosing):
    name = "choices"
    label = "Several of several"
    about = "A list of answers, of which any number are chosen, or up to a number."
    operators = WHETHER | {"includes"}
    Options = ChoicesOptions

    def settings(self, field: Field) -> ChoicesOptions:
        return options_of(field, ChoicesOptions)

    def read(self, field: Field, data: Posted, name: str) -> Json:
        order = [option.value for option in self.comparable(field)]
        # As offered, however it was sent, so that the same choice is the same answer.
        chosen: list[Any] = sorted(
            posted_lines(data, name), key=lambda one: order.index(one) if one in order else len(order)
        )
        if OTHER in chosen and self.settings(field).other:
            chosen[chosen.index(OTHER)] = {OTHER: posted_line(data, f"{name}.{OTHER}")}
        return chosen or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        chosen = value if isinstance(value, list) else [value]
        problem = next((found for one in chosen if (found := self.wrong(field, one))), None)
        if problem:
            return [problem]
        most = self.settings(field).most
        if most and len(chosen) > most:
            return [Problem(f"Choose at most {most} answers to {quoted(field)}; you chose {len(chosen)}")]
        return []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if not isinstance(value, list):
            return Shown(lines=lines_in(value))
        return Shown(lines=[label for one in value[:MOST_OPTIONS] if (label := self.label_of(field, one))])

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        options = self.settings(field)
        others = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        chosen = self.compared(value) or []
        return {
            "options": with_gone(self.comparable(field), chosen),
            "chosen": chosen,
            "other": options.other,
            "other_text": part_of(others[0], OTHER) if others else "",
            "several": True,
            "most": options.most or 0,
        }

    def compared(self, value: Json) -> list[str] | None:
        if not isinstance(value, list):
            return None
        return [OTHER if isinstance(one, dict) else text_in(one) for one in value]

    def option_problems(self, field: Field) -> list[str]:
        options = self.settings(field)
        problems = super().option_problems(field)
        if options.most and options.most > len(options.options) + options.other:
            problems.append("More may be chosen than there is to choose from.")
        return problems
