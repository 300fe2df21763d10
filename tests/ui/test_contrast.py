import pytest

from scsc.ui.accent import accent_css, ink_on, tint
from scsc.ui.contrast import DARK_GROUNDS, LIGHT_GROUNDS, TEXT_RATIO, contrast_on_page, contrast_ratio


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the well-known grey that just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_ratio_known_values(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "0f5a63", "#0f5a63;}body{display:none"])
def test_contrast_ratio_refuses_other_forms(colour: str) -> None:
    with pytest.raises(ValueError, match="Not a colour"):
        contrast_ratio(colour, "#ffffff")


@pytest.mark.parametrize(
    ("accent", "theme", "readable"),
    [
        ("#0f5a63", "light", True),
        ("#6cc5cf", "dark", True),
        ("#6cc5cf", "light", False),
        ("#0f5a63", "dark", False),
        ("#757575", "light", False),  # readable on white cards, not on the warm page
    ],
)
def test_contrast_on_page_is_that_of_the_worse_ground(accent: str, theme: str, readable: bool) -> None:
    assert (contrast_on_page(accent, theme) >= TEXT_RATIO) is readable


@pytest.mark.parametrize("accent", ["#0f5a63", "#7a1f5c", "#8a4b00", "#1d4ed8", "#6b6b6b"])
def test_tint_and_ink_keep_an_accent_readable(accent: str) -> None:
    assert contrast_ratio(accent, tint(accent, ground=LIGHT_GROUNDS[1], most=0.12)) >= TEXT_RATIO
    assert contrast_ratio(accent, ink_on(accent)) >= TEXT_RATIO


def test_tint_of_an_accent_without_room_is_the_bare_ground() -> None:
    assert tint("#767676", ground="#ffffff", most=0.12) == "#ffffff"
    assert tint("#747474", ground="#ffffff", most=0.12) != "#747474"


@pytest.mark.parametrize("accent", ["#6cc5cf", "#f2a65a", "#9dbcf5"])
def test_tint_on_dark_keeps_an_accent_readable(accent: str) -> None:
    assert contrast_ratio(accent, tint(accent, ground=DARK_GROUNDS[1], most=0.22)) >= TEXT_RATIO


def test_accent_css_sets_three_variables() -> None:
    css = accent_css("#0f5a63", "#6cc5cf")
    assert css.startswith(
        ":root{--accent:light-dark(#0f5a63,#6cc5cf);--accent-ink:light-dark(#ffffff,#0b1116);"
    )
    assert css.count("light-dark(") == 3


def test_accent_css_refuses_what_is_no_colour() -> None:
    with pytest.raises(ValueError, match="Not a colour"):
        accent_css("#0f5a63", "</style>")
