"""The mail that the product sent: files in its folder."""

import re
from pathlib import Path

from tests.local.conftest import eventually
from tests.stack.product import Product


def invitation_link(product: Product, email: str) -> str:
    """The address in the newest invitation to this person, once it was sent."""
    assert eventually(lambda: bool(_links(product.var / "mail", email)), seconds=30), f"no mail to {email}"
    return _links(product.var / "mail", email)[-1]


def _links(folder: Path, email: str) -> list[str]:
    messages = "".join(path.read_text() for path in sorted(folder.iterdir()))
    return re.findall(rf"^To: {re.escape(email)}$(?s:.*?)^(http\S+/invitations/\S+)$", messages, re.MULTILINE)
