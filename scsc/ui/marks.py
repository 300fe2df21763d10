"""A font of two glyphs, the circles of the state tags: Source Sans and Source Serif have none.

A font of its own, because the licence of those families keeps their names for unmodified glyphs.
"""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FAMILY = "State Marks"
UNITS_PER_EM = 1000
ADVANCE = 700
# Optical size of the squares and triangles of Source Sans: centred on half of its capitals.
CENTRE = (350, 330)
RADIUS = 300
STROKE = 80
SIDES = [(1, 0), (0.70710678, 0.70710678), (0, 1), (-0.70710678, 0.70710678)]
EPOCH = 3_000_000_000  # seconds since 1904: the same bytes every time


def marks_font() -> TTFont:
    """The circles U+25CB and U+25CF as a TrueType font, the same bytes on every machine."""
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", "circle", "disc"])
    builder.setupCharacterMap({0x20: "space", 0x25CB: "circle", 0x25CF: "disc"})
    glyphs = {".notdef": [], "space": [], "circle": [RADIUS, STROKE - RADIUS], "disc": [RADIUS]}
    builder.setupGlyf({name: _circles(radii) for name, radii in glyphs.items()})
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (ADVANCE, CENTRE[0] - RADIUS)))
    builder.setupHorizontalHeader(ascent=984, descent=-273)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=750, sTypoDescender=-250, usWinAscent=984, usWinDescent=273)
    builder.setupPost()
    builder.updateHead(created=EPOCH, modified=EPOCH)
    font: TTFont = builder.font
    font.recalcTimestamp = False
    return font


def _circles(radii: list[int]) -> object:
    """A glyph of circles around CENTRE; a negative radius runs the other way and cuts a hole."""
    pen = TTGlyphPen(None)
    for radius in radii:
        corners = [(x, y) for x, y in SIDES] + [(-x, -y) for x, y in SIDES]
        turn = -1 if radius > 0 else 1
        points = [_at(abs(radius), x, y * turn) for x, y in corners]
        pen.moveTo(points[0])
        for (x, y), (to_x, to_y), end in zip(
            corners, corners[1:] + corners[:1], points[1:] + points[:1], strict=True
        ):
            middle = ((x + to_x) / 2, (y + to_y) / 2)
            stretch = 1 / (middle[0] ** 2 + middle[1] ** 2)
            pen.qCurveTo(_at(abs(radius), middle[0] * stretch, middle[1] * stretch * turn), end)
        pen.closePath()
    return pen.glyph()


def _at(radius: int, x: float, y: float) -> tuple[int, int]:
    return round(CENTRE[0] + radius * x), round(CENTRE[1] + radius * y)
