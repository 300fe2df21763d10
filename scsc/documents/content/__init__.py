"""What a file is, by its content: only kinds on this list are kept, cleaned of what nobody meant to share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import puremagic

from scsc.documents.content.archives import check_odf, check_ooxml
from scsc.documents.content.images import clean_image
from scsc.documents.content.names import clean_name
from scsc.documents.content.pdf import check_pdf
from scsc.documents.content.text import check_text
from scsc.errors import DomainError

ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is accepted. `check` returns the bytes to keep or raises DomainError."""

    label: str
    extensions: tuple[str, ...]
    content_type: str
    check: Callable[[bytes], bytes]
    # How such a file starts; empty for text, which starts with anything.
    signature: bytes = b""


def _office(label: str, extension: str, part: str) -> Kind:
    content_type = f"application/vnd.openxmlformats-officedocument.{part}"
    return Kind(label, (extension,), content_type, partial(check_ooxml, main=f"{part}.main+xml"), ZIP)


def _open_document(label: str, extension: str, part: str) -> Kind:
    content_type = f"application/vnd.oasis.opendocument.{part}"
    return Kind(label, (extension,), content_type, partial(check_odf, mimetype=content_type), ZIP)


KINDS = [
    Kind("PDF", (".pdf",), "application/pdf", check_pdf, b"%PDF-"),
    _office("Word", ".docx", "wordprocessingml.document"),
    _office("Excel", ".xlsx", "spreadsheetml.sheet"),
    _office("PowerPoint", ".pptx", "presentationml.presentation"),
    _open_document("OpenDocument text", ".odt", "text"),
    _open_document("OpenDocument sheet", ".ods", "spreadsheet"),
    Kind("JPEG", (".jpg", ".jpeg"), "image/jpeg", partial(clean_image, file_format="JPEG"), b"\xff\xd8\xff"),
    Kind("PNG", (".png",), "image/png", partial(clean_image, file_format="PNG"), b"\x89PNG\r\n\x1a\n"),
    Kind("WebP", (".webp",), "image/webp", partial(clean_image, file_format="WEBP"), b"RIFF"),
    Kind("CSV", (".csv",), "text/csv", check_text),
    Kind("plain text", (".txt",), "text/plain", check_text),
]
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}

# For the `accept` attribute of a file input, and for the hint beside it.
ACCEPT = ",".join(BY_EXTENSION)
ACCEPTED = ", ".join(kind.label for kind in KINDS[:-1]) + f" or {KINDS[-1].label}"

# What to do with the kinds that people try most often.
ADVICE = {
    ".doc": "Save it as .docx, then upload that.",
    ".xls": "Save it as .xlsx, then upload that.",
    ".ppt": "Save it as .pptx, then upload that.",
    ".docm": "Save it without macros as .docx, then upload that.",
    ".xlsm": "Save it without macros as .xlsx, then upload that.",
    ".heic": "Export the photo as JPEG, then upload that.",
    ".svg": "Export the drawing as PNG or PDF, then upload that.",
    ".html": "Print the page to a PDF, then upload that.",
    ".htm": "Print the page to a PDF, then upload that.",
    ".zip": "Unpack it and upload the files one by one.",
}


# Names for what is often found instead.
STARTS = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office format, or protected by a password",
    ZIP: "a zip archive or an Office file",
} | {kind.signature: kind.label for kind in KINDS if kind.signature not in (b"", ZIP)}


@dataclass(frozen=True)
class Inspected:
    """A file that passed: its safe name, its type by content, and the bytes to keep."""

    name: str
    content_type: str
    data: bytes


def inspect(raw_name: str, data: bytes) -> Inspected:
    """Check a file by its content and clean it. Raises DomainError in words that say what to do."""
    name = clean_name(raw_name)
    if not data:
        raise DomainError(f"“{name}” is empty. Choose the file again.")
    kind = _kind_by_name(name)
    if kind.signature and not (data.startswith(kind.signature) and kind.content_type in _sniff(data)):
        raise DomainError(
            f"“{name}” is named like {kind.label}, but its content is not{_looks_like(data)}. "
            f"Open it, save it as {kind.label} and upload that."
        )
    return Inspected(name, kind.content_type, kind.check(data))


def _kind_by_name(name: str) -> Kind:
    extension = PurePath(name).suffix.lower()
    kind = BY_EXTENSION.get(extension)
    if kind is None:
        what = f"Files ending in “{extension}” are not accepted." if extension else "This name has no ending."
        raise DomainError(f"{what} {ADVICE.get(extension, f'Upload one of these: {ACCEPTED}.')}")
    return kind


def _sniff(data: bytes) -> list[str]:
    """The types that puremagic thinks possible, most likely first."""
    try:
        return [match.mime_type for match in puremagic.magic_string(data)]
    except (puremagic.PureError, ValueError):
        return []


def _looks_like(data: bytes) -> str:
    for start, words in STARTS.items():
        if data.startswith(start):
            return f" (it looks like {words})"
    return ""
