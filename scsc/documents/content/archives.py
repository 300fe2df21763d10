"""Office files are zip archives: looked into whole, with limits, before anybody opens them."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from scsc.errors import DomainError

MAX_MEMBERS = 3_000
MAX_UNPACKED = 250 * 1024 * 1024  # bytes, of all members and of archives inside
MAX_RATIO = 150  # unpacked to packed, where more than SMALL is unpacked
SMALL = 10 * 1024 * 1024
CHUNK = 256 * 1024
OFFICE = (".docx", ".xlsx", ".pptx")
ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c")
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")

DAMAGED = "This file is damaged or not what its name says. Open it, save it again, then upload that."
BOMB = "This file unpacks to far more than its size. Save its content as a PDF, then upload that."
MACROS = "This file contains macros. Save it without macros (as .docx, .xlsx or .pptx), then upload that."
LOCKED = "This file is protected by a password. Save it without one, then upload that."
NESTED = "This file has an archive inside. Remove it and upload what is in it one by one."


@dataclass
class Budget:
    """What may still be unpacked, over an archive and the archives inside it."""

    unpacked: int = MAX_UNPACKED
    members: int = MAX_MEMBERS

    def take(self, count: int) -> None:
        self.unpacked -= count
        if self.unpacked < 0:
            raise DomainError(BOMB)


def check_ooxml(data: bytes, *, main: str) -> bytes:
    """Return a Word, Excel or PowerPoint file unchanged. `main` ends the type of its main part.

    Source: ECMA-376 part 2, "Open Packaging Conventions".
    """
    _check_ooxml(data, main, Budget(), depth=0)
    return data


def check_odf(data: bytes, *, mimetype: str) -> bytes:
    """Return an OpenDocument file unchanged. Source: OpenDocument 1.3 part 2, sections 3.1 to 3.3."""
    budget = Budget()
    with _opened(data, budget) as archive:
        first = archive.infolist()[0]
        if (first.filename, first.compress_type, first.header_offset) != ("mimetype", zipfile.ZIP_STORED, 0):
            raise DomainError(DAMAGED)
        starts = dict(_read_all(archive, budget))
        if any(name.lower().startswith(("basic/", "scripts/")) for name in starts):
            raise DomainError(MACROS)
        if starts["mimetype"].strip() != mimetype.encode() or "META-INF/manifest.xml" not in starts:
            raise DomainError(DAMAGED)
        if not starts.get("content.xml", b"").lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
            raise DomainError(LOCKED)
        if any(start.startswith(ARCHIVES) for start in starts.values()):
            raise DomainError(NESTED)
    return data


def _check_ooxml(data: bytes, main: str, budget: Budget, *, depth: int) -> None:
    with _opened(data, budget) as archive:
        inside: list[str] = []
        for name, start in _read_all(archive, budget):
            path = PurePosixPath(name.lower())
            if path.name == "vbaproject.bin":
                raise DomainError(MACROS)
            if start.startswith(ARCHIVES):
                # A chart carries its workbook along; anything else has no business here.
                size = archive.getinfo(name).file_size
                if depth or path.parent.name != "embeddings" or path.suffix not in OFFICE or size > SMALL:
                    raise DomainError(NESTED)
                inside.append(name)
        _check_types(archive, main)
        for name in inside:
            _check_ooxml(archive.read(name), "main+xml", budget, depth=1)


def _check_types(archive: zipfile.ZipFile, main: str) -> None:
    try:
        # Without a DTD, which _read_all refuses, there is no entity to blow up.
        root = ElementTree.fromstring(archive.read("[Content_Types].xml"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        raise DomainError(DAMAGED) from None
    types = [element.get("ContentType", "").lower() for element in root]
    if any(word in kind for kind in types for word in MACRO_TYPES):
        raise DomainError(MACROS)
    if not any(kind.endswith(main) for kind in types):
        raise DomainError(DAMAGED)


def _opened(data: bytes, budget: Budget) -> zipfile.ZipFile:
    """The archive, once its table of contents is plausible. A file in two formats at once is refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise DomainError(DAMAGED) from None
    members = archive.infolist()
    budget.members -= len(members)
    if budget.members < 0:
        raise DomainError(BOMB)
    starts_at_once = min((member.header_offset for member in members), default=-1) == 0
    ends_at_once = data[-22:-18] == b"PK\x05\x06"
    if not starts_at_once or not ends_at_once or b"%PDF-" in data[:1024]:
        raise DomainError(DAMAGED)
    _check_members(members, packed=len(data))
    return archive


def _check_members(members: list[zipfile.ZipInfo], *, packed: int) -> None:
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise DomainError(DAMAGED)
    if any(member.flag_bits & 0x1 for member in members):
        raise DomainError(LOCKED)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise DomainError(DAMAGED)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * packed):
        raise DomainError(BOMB)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _read_all(archive: zipfile.ZipFile, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Unpack every member to its end, and give its name and first bytes.

    Reading to the end checks sizes and sums: a table of contents that lies about them is found out.
    """
    for member in archive.infolist():
        try:
            with archive.open(member) as file:
                start = chunk = file.read(CHUNK)
                while chunk:
                    budget.take(len(chunk))
                    chunk = file.read(CHUNK)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
            raise DomainError(DAMAGED) from None
        if b"<!ENTITY" in start or (member.filename == "[Content_Types].xml" and b"<!DOCTYPE" in start):
            raise DomainError(DAMAGED)
        yield member.filename, start
