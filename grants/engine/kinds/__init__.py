"""Every kind of field by its name."""

from grants.engine.kind import Kind
from grants.engine.kinds.budget import Budget
from grants.engine.kinds.files import File
from grants.engine.kinds.group import Group
from grants.engine.kinds.indicators import Indicators
from grants.engine.kinds.organisation import Abn, Address
from grants.engine.kinds.principles import Principles
from grants.engine.kinds.safeguarding import Policy, Screening
from grants.engine.kinds.simple import SIMPLE
from grants.engine.kinds.statements import Declaration, Info
from grants.engine.schema import Field

KINDS: dict[str, Kind] = SIMPLE | {
    kind.name: kind
    for kind in (
        File(),
        Abn(),
        Address(),
        Budget(),
        Indicators(),
        Group(),
        Policy(),
        Screening(),
        Principles(),
        Declaration(),
        Info(),
    )
}


def kind_of(field: Field) -> Kind:
    """The kind of a field. Raises KeyError, in words, for one that there is not."""
    try:
        return KINDS[field.kind]
    except KeyError:
        raise KeyError(f"There is no kind of field called “{field.kind}” (field “{field.key}”).") from None
