"""Guards of declarations."""

from grants.models import Declaration


def only_perceived(declaration: Declaration) -> str | None:
    """A ruling is about a conflict that is perceived; an actual one stands."""
    if declaration.kind == Declaration.Kind.ACTUAL:
        return "This is an actual conflict. No ruling can clear it."
    return None
