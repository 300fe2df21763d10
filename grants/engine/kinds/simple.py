"""Kinds that a repeating group may hold: one control each, no files."""

from grants.engine.kind import Kind
from grants.engine.kinds.choices import Choice, Choices, YesNo
from grants.engine.kinds.days import Date
from grants.engine.kinds.numbers import Money, Number
from grants.engine.kinds.texts import Email, LongText, Phone, Text, Url

SIMPLE: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(),
        LongText(),
        Email(),
        Phone(),
        Url(),
        Number(),
        Money(),
        Date(),
        YesNo(),
        Choice(),
        Choices(),
    )
}
