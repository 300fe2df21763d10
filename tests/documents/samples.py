"""Files to upload: honest ones of every kind, built here byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

# The test file that every scanner reports (eicar.org), in two parts so that this file is not reported itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n0\n%%EOF\n"
TEXT = "A note: 5 < 6 & “fair”.\n".encode()
CSV = b"name,amount\nBrisbane,12.50\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)

MAIN = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}


def zipped(members: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip archive with these members, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def content_types(*types: str) -> bytes:
    overrides = "".join(f'<Override PartName="/part{n}" ContentType="{t}"/>' for n, t in enumerate(types))
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0"?><Types xmlns="{space}">{overrides}</Types>'.encode()


def office(
    part: str = "word/document.xml", *, types: tuple[str, ...] = (), extra: Mapping[str, bytes] | None = None
) -> bytes:
    """A Word file, or the file whose main part is `part`, with further types and members."""
    main = f"application/vnd.openxmlformats-officedocument.{MAIN[part]}.main+xml"
    members = {"[Content_Types].xml": content_types(main, *types), "_rels/.rels": b"<x/>", part: b"<x/>"}
    return zipped(members | dict(extra or {}))


def open_document(kind: str = "text", *, extra: Mapping[str, bytes] | None = None) -> bytes:
    """An OpenDocument file with further members, which may replace its own."""
    members = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "content.xml": b'<?xml version="1.0"?><office:document-content/>',
        "META-INF/manifest.xml": b"<manifest/>",
    }
    return zipped(members | dict(extra or {}), stored=("mimetype",))


def picture(file_format: str, *, size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """A picture, red on the left and blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A valid PNG of one bit a pixel: a few kilobytes that decode to any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))
        )

    header = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zip_bomb(megabytes: int = 300) -> bytes:
    """A Word file of a few hundred kilobytes that unpacks to this many megabytes."""
    return office(extra={"word/media/image1.bmp": bytes(megabytes * 1024 * 1024)})


def honest_files() -> dict[str, bytes]:
    """One file of each accepted kind, by name."""
    return {
        "report.pdf": PDF,
        "letter.docx": office(),
        "budget.xlsx": office("xl/workbook.xml"),
        "slides.pptx": office("ppt/presentation.xml"),
        "letter.odt": open_document(),
        "budget.ods": open_document("spreadsheet"),
        "photo.jpg": picture("JPEG"),
        "photo.jpeg": picture("JPEG"),
        "drawing.png": picture("PNG"),
        "drawing.webp": picture("WEBP"),
        "table.csv": CSV,
        "note.txt": TEXT,
    }
