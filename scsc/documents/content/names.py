"""The name of an uploaded file, made safe to show, to store and to save again elsewhere."""

import re
import unicodedata
from pathlib import PurePath

MAX_BYTES = 180  # file systems stop at 255 bytes; the field at 200 characters
UNSAFE = re.compile(r'[<>:"|?*]')


def clean_name(raw: str) -> str:
    """The last part of a path without control, invisible and direction characters, of at most 180 bytes.

    Keeps the ending, which names the kind. A name of nothing else becomes “file”.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    # Category C: control, format (with the overrides that turn “fdp.exe” round), surrogate, private.
    spaced = "".join(" " if c.isspace() else c for c in last)
    visible = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    tidy = UNSAFE.sub("_", re.sub(r" +", " ", visible)).strip(" .")
    path = PurePath(tidy or "file")
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = path.name.removesuffix(suffix).rstrip(" .") or "file"
    room = MAX_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + suffix
