"""The house fonts: originals for the PDFs, small WOFF2 subsets for the pages."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import font_source_sans_pro
import font_source_serif_pro
import fontTools
from django.conf import settings
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from scsc.ui import marks

# Latin, Latin-1, Latin Extended-A and a little of B, combining accents, Vietnamese and Filipino letters,
# punctuation, currency, arrows, mathematics, and the shapes of the state tags.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1A0, 0x1B0), (0x218, 0x21B), (0x2C6, 0x2DD),
    (0x300, 0x323), (0x1E00, 0x1EF9), (0x2007, 0x203A), (0x2044, 0x2044), (0x20A0, 0x20BF),
    (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265),
    (0x25A0, 0x25CF), (0x2713, 0x2713),
]  # fmt: skip
RECIPE = "1"  # part of the cache key: raise it when the way of making subsets changes


@dataclass(frozen=True)
class FontFile:
    """One face of a family, as an original TrueType file."""

    family: str
    weight: int
    style: str
    path: Path

    @property
    def web_name(self) -> str:
        """File name of the subset, as fonts.css spells it."""
        stem = f"{self.family.lower().replace(' ', '-')}-{self.weight}"
        return f"{stem}.woff2" if self.style == "normal" else f"{stem}-{self.style}.woff2"


def font_files() -> list[FontFile]:
    """Every face that pages and PDFs use, each with the path of its complete original file."""
    sans, serif = Path(font_source_sans_pro.font_directory), Path(font_source_serif_pro.font_directory)
    return [
        FontFile("Source Sans Pro", 400, "normal", sans / "SourceSansPro-Regular.ttf"),
        FontFile("Source Sans Pro", 400, "italic", sans / "SourceSansPro-It.ttf"),
        FontFile("Source Sans Pro", 600, "normal", sans / "SourceSansPro-Semibold.ttf"),
        FontFile("Source Serif Pro", 400, "normal", serif / "SourceSerifPro-Regular.ttf"),
        FontFile("Source Serif Pro", 600, "normal", serif / "SourceSerifPro-Semibold.ttf"),
        FontFile(marks.FAMILY, 400, "normal", _marks_file()),
    ]


def web_font(name: str) -> Path | None:
    """The WOFF2 subset of that file name, made on first use; None for a name that is no face of ours."""
    for face in font_files():
        if face.web_name == name:
            target = web_font_folder() / name
            if not target.exists():
                _write(target, _subset(face.path))
            return target
    return None


@cache
def web_font_folder() -> Path:
    """Where subsets are kept: a folder named for its content, so that a new font or recipe gets a new one."""
    digest = hashlib.sha256(f"{RECIPE} {RANGES} {fontTools.version}".encode())
    for face in font_files():
        digest.update(face.path.read_bytes())
    return Path(settings.VAR) / "fonts" / digest.hexdigest()[:16]


def _subset(source: Path) -> TTFont:
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["*"]
    options.layout_features_exclude = ["aalt", "c2sc", "smcp", "salt", "zero"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def _marks_file() -> Path:
    target = Path(settings.VAR) / "fonts" / f"state-marks-{RECIPE}.ttf"
    if not target.exists():
        _write(target, marks.marks_font())
    return target


def _write(target: Path, font: TTFont) -> None:
    """Write beside, then rename: processes that make the same file at once do not meet half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        font.save(part)
    os.chmod(part.name, 0o644)
    os.replace(part.name, target)
