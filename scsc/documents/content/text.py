"""Plain text and CSV: readable characters only, and nothing that is a page or a program of its own."""

import puremagic

from scsc.errors import DomainError

ALLOWED_CONTROLS = frozenset(b"\t\n\r\f")
CONTROLS = bytes(c for c in range(32) if c not in ALLOWED_CONTROLS) + b"\x7f"
# With these a browser takes a text for a page (WHATWG MIME Sniffing, 7.1). Served as an attachment it would
# stay text, but what calls itself text and is a page has been renamed.
PAGES = (
    b"<!doctype", b"<html", b"<head", b"<script", b"<iframe", b"<h1", b"<div", b"<font", b"<table", b"<a ",
    b"<style", b"<title", b"<b>", b"<body", b"<br", b"<p>", b"<!--", b"<?xml", b"<svg",
)  # fmt: skip
# puremagic's certainty from which text that has a known beginning (PostScript, RTF) is no plain text.
CERTAIN = 0.6


def check_text(data: bytes) -> bytes:
    """Return the bytes unchanged. Raises DomainError for binary content, web pages and other formats."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DomainError("This text is encoded as UTF-16. Save it as UTF-8, then upload that.")
    if data.translate(None, CONTROLS) != data or not _is_decodable(data):
        raise DomainError("This file is not readable text. Upload it under its own kind, or as a PDF.")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024]
    if start.lower().startswith(PAGES):
        raise DomainError("This is a web page, not plain text. Print the page to a PDF, then upload that.")
    if b"%PDF-" in data[:1024] or _certainty(start) >= CERTAIN:
        raise DomainError("This is not plain text. Save it as a PDF or as plain text, then upload that.")
    return data


def _is_decodable(data: bytes) -> bool:
    # Excel on Windows still writes CSV in Windows-1252.
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _certainty(start: bytes) -> float:
    try:
        return float(puremagic.magic_string(start)[0].confidence)
    except (puremagic.PureError, ValueError):
        return 0.0
