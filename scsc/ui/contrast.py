"""Contrast of colours as WCAG 2.2 defines it, and the test an accent must pass."""

import re

# The grounds an accent is read on, as in static/css/tokens.css: paper and surface.
LIGHT_GROUNDS = ("#faf8f4", "#ffffff")
DARK_GROUNDS = ("#14181d", "#1b2027")
GROUNDS = {"light": LIGHT_GROUNDS, "dark": DARK_GROUNDS}
# WCAG 2.2, success criterion 1.4.3, for text of normal size.
TEXT_RATIO = 4.5

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of a colour such as `#0f5a63`; ValueError for any other form."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f"Not a colour of the form #rrggbb: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, whichever is lighter."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def contrast_on_page(accent: str, theme: str) -> float:
    """Contrast of an accent with the ground of `theme` (`light` or `dark`) on which it reads worst.

    A program's accent carries text, so it needs TEXT_RATIO. Raises ValueError for a colour that is not
    written `#rrggbb`.
    """
    return min(contrast_ratio(accent, ground) for ground in GROUNDS[theme])


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
