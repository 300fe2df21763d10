"""A program's accent as CSS variables: the two colours it chose and the ones that follow from them."""

from scsc.ui.contrast import DARK_GROUNDS, LIGHT_GROUNDS, TEXT_RATIO, channels, contrast_ratio

# Text on a filled accent is one of these, whichever reads better.
INKS = ("#ffffff", "#0b1116")
# How much accent tints the ground behind a current item, at most.
LIGHT_TINT = 0.12
DARK_TINT = 0.22
STEP = 0.02


def accent_css(light: str, dark: str) -> str:
    """The `:root` rule that sets a program's accent. Colours only, safe in a style element.

    Raises ValueError when either is not written `#rrggbb`.
    """
    pairs = {
        "accent": (light, dark),
        "accent-ink": (ink_on(light), ink_on(dark)),
        "accent-soft": (
            tint(light, ground=LIGHT_GROUNDS[1], most=LIGHT_TINT),
            tint(dark, ground=DARK_GROUNDS[1], most=DARK_TINT),
        ),
    }
    return ":root{" + "".join(f"--{name}:light-dark({a},{b});" for name, (a, b) in pairs.items()) + "}"


def ink_on(accent: str) -> str:
    """The text colour for a filled button: the one of INKS with more contrast."""
    return max(INKS, key=lambda ink: contrast_ratio(ink, accent))


def tint(accent: str, *, ground: str, most: float) -> str:
    """The ground mixed with as much accent as still lets the accent be read on it."""
    share = most
    while share > 0 and contrast_ratio(accent, mix(accent, ground, share)) < TEXT_RATIO:
        share -= STEP
    return mix(accent, ground, max(share, 0.0))


def mix(colour: str, ground: str, share: float) -> str:
    """`share` (0 to 1) of a colour over a ground, channel by channel in sRGB."""
    parts = zip(channels(colour), channels(ground), strict=True)
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02x}" for over, under in parts)
