"""Fields about an organisation: its numbers, its address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from stdnum.au import abn as abn_number
from stdnum.au import acn as acn_number
from stdnum.exceptions import ValidationError

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Input, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.parts import PartsKind
from grants.engine.kinds.reading import lines_in, part_of, text_in
from grants.engine.schema import Field, Json, Part

AUSTRALIA = "Australia"
STATES = {
    "ACT": "Australian Capital Territory",
    "NSW": "New South Wales",
    "NT": "Northern Territory",
    "QLD": "Queensland",
    "SA": "South Australia",
    "TAS": "Tasmania",
    "VIC": "Victoria",
    "WA": "Western Australia",
}
LONGEST = {"street": 200, "suburb": 100, "state": 100, "postcode": 12, "country": 100}


# What people type before and between the digits.
BESIDE = re.compile(r"^A[BC]N\b:?|[\s.\-]", re.IGNORECASE)


@dataclass(frozen=True)
class Register:
    """A number of an Australian register, checked by its checksum and never looked up."""

    name: str
    long_name: str
    digits: int
    rules: ModuleType

    def compact(self, typed: str) -> str:
        """Its digits, where they are a number of the register; else what was typed."""
        found = self._valid(typed)
        return found or typed

    def problem(self, typed: str) -> str:
        """What is wrong with it, or nothing."""
        digits = sum(char.isdigit() for char in typed)
        if self._valid(typed):
            return ""
        if digits != self.digits:
            return f"The {self.name} must have {self.digits} digits; you gave {digits}"
        return f"The {self.name} is mistyped: its digits do not check. Copy it from the register"

    def words(self, value: str) -> str:
        """In groups of digits, as registers print it."""
        return str(self.rules.format(value)) if self._valid(value) else value

    def _valid(self, typed: str) -> str:
        try:
            return str(self.rules.validate(BESIDE.sub("", typed)))
        except ValidationError:
            return ""


REGISTERS = {
    "abn": Register("ABN", "Australian Business Number (ABN)", 11, abn_number),
    "acn": Register("ACN", "Australian Company Number (ACN)", 9, acn_number),
}


class AbnOptions(Part):
    """Whether the number of a company is asked for as well; it stands in for an ABN."""

    acn: bool = True


class Abn(PartsKind):
    name = "abn"
    label = "ABN and ACN"
    about = "The numbers of an Australian organisation, checked by their checksum."
    Options = AbnOptions

    def parts(self, field: Field) -> Sequence[Input]:
        abn = Input("abn", REGISTERS["abn"].long_name, hint="11 digits", size="medium")
        if not options_of(field, AbnOptions).acn:
            return [abn]
        return [abn, Input("acn", REGISTERS["acn"].long_name, hint="9 digits, for a company", size="medium")]

    def read(self, field: Field, data: Posted, name: str) -> Json:
        value = super().read(field, data, name)
        if not isinstance(value, dict):
            return value
        return {part: REGISTERS[part].compact(text_in(typed)) for part, typed in value.items()}

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        problems = []
        for part, register in REGISTERS.items():
            typed = part_of(value, part)
            wrong = register.problem(typed) if typed else ""
            if wrong:
                problems.append(Problem(wrong, part))
        if not any(part_of(value, part) for part in REGISTERS):
            problems.append(Problem(self.missing(field), "abn"))
        return problems

    def missing(self, field: Field) -> str:
        return f"Enter the ABN for {quoted(field)}" + (
            ", or the ACN if there is none" if options_of(field, AbnOptions).acn else ""
        )

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        lines = [
            f"{register.name} {register.words(part_of(value, part))}"
            for part, register in REGISTERS.items()
            if part_of(value, part)
        ]
        return Shown(lines=lines or lines_in(value))

    def part_value(self, value: Json, one: Input) -> str:
        return REGISTERS[one.part].words(part_of(value, one.part))


class Address(PartsKind):
    name = "address"
    label = "Address"
    about = "Street, suburb or town, state, postcode and country."
    given = frozenset({"country"})

    def parts(self, field: Field) -> Sequence[Input]:
        return [
            Input("street", "Street address"),
            Input("suburb", "Suburb or town", size="medium"),
            Input("state", "State or territory", size="medium", suggestions=tuple(STATES)),
            Input("postcode", "Postcode", size="short"),
            Input("country", "Country", value=AUSTRALIA, size="medium"),
        ]

    def read(self, field: Field, data: Posted, name: str) -> Json:
        value: Any = super().read(field, data, name)
        if isinstance(value, dict):
            value = value | {"country": value["country"] or AUSTRALIA}
            value["state"] = _state_code(value["state"]) if _is_australian(value) else value["state"]
        return value  # type: ignore[no-any-return]

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        problems = []
        for one in self.parts(field):
            given, most = part_of(value, one.part), LONGEST[one.part]
            if not given and (one.part in {"street", "suburb"} or _is_australian(value)):
                problems.append(Problem(f"{quoted(field)}: enter the {one.label.lower()}", one.part))
            if len(given) > most:
                words = f"{quoted(field)}: shorten the {one.label.lower()} to {most} characters"
                problems.append(Problem(words, one.part))
        return problems + (_australian_problems(field, value) if _is_australian(value) else [])

    def missing(self, field: Field) -> str:
        return f"Enter the address for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if not isinstance(value, dict):
            return Shown(lines=lines_in(value))
        place = " ".join(filter(None, (part_of(value, part) for part in ("suburb", "state", "postcode"))))
        lines = [part_of(value, "street"), place, part_of(value, "country")]
        return Shown(lines=[line for line in lines if line])

    def part_value(self, value: Json, one: Input) -> str:
        return part_of(value, one.part) if isinstance(value, dict) else one.value


def _is_australian(value: Json) -> bool:
    return part_of(value, "country").casefold() in {"", "australia", "au"}


def _state_code(typed: str) -> str:
    """The letters of an Australian state that was written out; else what was typed."""
    codes = {name.casefold(): code for code, name in STATES.items()}
    return typed.upper() if typed.upper() in STATES else codes.get(typed.casefold(), typed)


def _australian_problems(field: Field, value: Json) -> list[Problem]:
    problems = []
    state, postcode = part_of(value, "state"), part_of(value, "postcode")
    if state and state not in STATES:
        words = f"{quoted(field)}: the state must be one of {', '.join(STATES)}"
        problems.append(Problem(words, "state"))
    if postcode and not (len(postcode) == 4 and postcode.isascii() and postcode.isdigit()):
        problems.append(Problem(f"{quoted(field)}: an Australian postcode has 4 digits", "postcode"))
    return problems
