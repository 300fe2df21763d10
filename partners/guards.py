"""What must hold before a step in the life of an agreement, in words."""

from partners.models import Agreement


def agreement_complete(agreement: Agreement) -> str | None:
    """An agreement begins with its dates."""
    if agreement.starts_on is None or agreement.ends_on is None:
        return "Say when the work begins and ends before you activate the agreement."
    return None
