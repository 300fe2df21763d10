"""The colours of the stylesheet, computed from the stylesheet."""

import re

import pytest
from django.conf import settings

from scsc.ui.contrast import DARK_GROUNDS, LIGHT_GROUNDS, contrast_ratio

CSS = settings.BASE_DIR / "static" / "css"
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", (CSS / "tokens.css").read_text()
    )
}
STATES = ["good", "warn", "bad", "idle", "info"]
GROUNDS = ["paper", "surface", "sunken"]
TEXT = [
    *[(text, ground) for text in ["ink", "ink-2", "accent"] for ground in GROUNDS],
    *[(state, ground) for state in STATES for ground in [f"{state}-soft", "surface", "paper"]],
    *[("ink", f"{state}-soft") for state in STATES],
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
    ("ink-2", "idle-soft"),
    ("accent-ink", "accent"),
    ("bad-ink", "bad"),
]
# Borders of controls and the focus ring: WCAG 2.2, success criterion 1.4.11.
EDGES = [(edge, ground) for edge in ["line-strong", "focus"] for ground in ["paper", "surface"]]


def test_tokens_are_all_read() -> None:
    assert len(COLOURS) == 22
    assert {name for pair in TEXT + EDGES for name in pair} | {"line"} == set(COLOURS)


@pytest.mark.parametrize(("text", "ground"), TEXT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_reaches_its_contrast(text: str, ground: str, theme: int) -> None:
    assert contrast_ratio(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_reach_their_contrast(edge: str, ground: str, theme: int) -> None:
    assert contrast_ratio(COLOURS[edge][theme], COLOURS[ground][theme]) >= 3


@pytest.mark.parametrize(("theme", "grounds"), [(0, LIGHT_GROUNDS), (1, DARK_GROUNDS)])
def test_accents_are_checked_against_the_grounds_of_the_stylesheet(
    theme: int, grounds: tuple[str, str]
) -> None:
    assert grounds == (COLOURS["paper"][theme], COLOURS["surface"][theme])


def test_variables_used_are_defined() -> None:
    sheets = "".join(path.read_text() for path in sorted(CSS.glob("*.css")))
    defined = set(re.findall(r"(--[a-z0-9-]+):", sheets))
    # A use with a fallback may be of something a page sets.
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", sheets))
    assert used <= defined


def test_every_sheet_stays_inside_the_layers() -> None:
    for path in sorted(CSS.glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        outside = re.sub(r"@layer [a-z, ]+;|@font-face \{[^}]*\}", "", css).strip()
        assert outside == "" or re.match(r"@layer [a-z]+ \{", outside), path.name
