"""The report's own fonts, and the one door through which the renderer may read anything at all."""

import base64
from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher, URLFetcherResponse

SANS, SERIF = "Source Sans Pro", "Source Serif Pro"

# (family, weight, style) -> (package, file). TrueType: embedded as it is by every PDF viewer's oldest path.
FACES = {
    (SANS, 400, "normal"): ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    (SANS, 400, "italic"): ("font_source_sans_pro", "SourceSansPro-It.ttf"),
    (SANS, 600, "normal"): ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    (SERIF, 400, "normal"): ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    (SERIF, 600, "normal"): ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
}


def font_path(family: str, weight: int, style: str) -> Path:
    """Where the installed package keeps a face."""
    package, name = FACES[family, weight, style]
    return Path(str(files(package) / "files" / name))


def font_face_css() -> str:
    """The @font-face rules of the report's fonts, by file address."""
    rule = '@font-face{{font-family:"{0}";font-weight:{1};font-style:{2};src:url("{3}")}}'
    return "\n".join(rule.format(*face, font_path(*face).as_uri()) for face in FACES)


def usual_characters() -> frozenset[int]:
    """The code points that the report's own fonts can show."""
    with TTFont(font_path(SANS, 400, "normal"), lazy=True) as sans:
        covered = frozenset(sans.getBestCmap() or {})
    with TTFont(font_path(SERIF, 600, "normal"), lazy=True) as serif:
        return covered & frozenset(serif.getBestCmap() or {})


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Lets the renderer read the report's fonts and inline `data:` content; refuses everything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._allowed = {font_path(*face).as_uri() for face in FACES}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Read an address, or raise ValueError if a document has no business with it."""
        if not url.startswith("data:") and url not in self._allowed:
            raise ValueError(f"a document may not read {url}")
        return super().fetch(url, headers)


def data_uri(svg: str) -> str:
    """An SVG document as an inline address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def word_svg(word: str, *, colour: str, width: int, height: int) -> str:
    """A word drawn as outlines across a page of the given size: a watermark that no reader reads aloud."""
    with TTFont(font_path(SANS, 600, "normal"), lazy=True) as font:
        glyphs: Any = font.getGlyphSet()
        cmap = font.getBestCmap() or {}
        paths, advance = [], 0
        for letter in word:
            pen = SVGPathPen(glyphs)
            glyph = glyphs[cmap[ord(letter)]]
            glyph.draw(pen)
            paths.append(f'<path transform="translate({advance} 0)" d="{pen.getCommands()}"/>')
            advance += int(glyph.width)
    size = 0.9 * (width**2 + height**2) ** 0.5 / (advance * 1.25)
    place = (
        f"translate({width / 2:g} {height / 2:g}) rotate(-55) scale({size:.4f} {-size:.4f}) "
        f"translate({-advance / 2:g} -330)"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<g transform="{place}" fill="{colour}">{"".join(paths)}</g></svg>'
    )
