"""PDF: starts as one, ends as one, and is nothing else besides.

Only the outside is read. Parsing a stranger's PDF is for the scanner, not for a web process.
"""

import io
import zipfile

from scsc.errors import DomainError


def check_pdf(data: bytes) -> bytes:
    """Return the bytes unchanged. Raises DomainError for a cut-off file or a second format inside."""
    tail = data[-2048:]
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise DomainError("This PDF is incomplete. Save or download it again, then upload that.")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise DomainError("This PDF has an archive hidden in it. Print it to a new PDF, then upload that.")
    return data
