import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from pytest_django.fixtures import Settings

from scsc.ui.finders import FontFinder
from scsc.ui.fonts import font_files, web_font, web_font_folder

CSS = site.BASE_DIR / "static" / "css"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.VAR = tmp_path
    web_font_folder.cache_clear()
    yield tmp_path
    web_font_folder.cache_clear()


def _characters(name: str) -> set[int]:
    path = web_font(name)
    assert path is not None
    return set(TTFont(path).getBestCmap())


def test_every_face_of_the_stylesheet_is_a_font_we_make() -> None:
    named = set(re.findall(r"\.\./fonts/([\w-]+\.woff2)", (CSS / "fonts.css").read_text()))
    assert named == {face.web_name for face in font_files()}


def test_every_glyph_of_the_stylesheets_is_in_the_fonts() -> None:
    contents = re.findall(r'(?:content|--g): "([^"]*)"', "".join(p.read_text() for p in CSS.glob("*.css")))
    shown = {character for text in contents for character in text}
    shown |= set("○●✓▲■◆→")
    sans, marks = _characters("source-sans-pro-600.woff2"), _characters("state-marks-400.woff2")
    assert {"○", "●", "✓", "▲", "■", "◆", "↑", "↓"} <= shown
    assert [character for character in shown if ord(character) not in sans | marks] == []


@pytest.mark.parametrize("name", [face.web_name for face in font_files() if face.family != "State Marks"])
def test_subsets_hold_the_letters_of_names_and_money(name: str) -> None:
    wanted = "AZaz09 àéîõüßñÑŁłŠšŽžŒœŞşĀāğ–—‘’“”…•€£¥₱%−→"
    assert [character for character in wanted if ord(character) not in _characters(name)] == []


def test_subsets_are_small_enough_for_a_phone() -> None:
    sizes = [path.stat().st_size for face in font_files() if (path := web_font(face.web_name))]
    assert len(sizes) == len(font_files())
    assert sum(sizes) < 220_000


def test_web_font_same_bytes_wherever_it_is_made(folder: Path, settings: Settings) -> None:
    made = []
    for place in ["one", "two"]:
        settings.VAR = folder / place
        web_font_folder.cache_clear()
        made.append([_bytes("source-serif-pro-600.woff2"), _bytes("state-marks-400.woff2")])
    assert made[0] == made[1]


def test_web_font_is_made_once(folder: Path) -> None:
    first = web_font("source-sans-pro-400-italic.woff2")
    assert first is not None
    made_at = first.stat().st_mtime_ns
    assert web_font("source-sans-pro-400-italic.woff2") == first
    assert first.stat().st_mtime_ns == made_at
    assert not list(folder.rglob("*.part"))


def test_finder_finds_fonts_and_nothing_else() -> None:
    assert str(finders.find("fonts/source-sans-pro-400.woff2")).endswith("source-sans-pro-400.woff2")
    for path in ["fonts/other.woff2", "fonts/../../manage.py", "source-sans-pro-400.woff2", "fonts/"]:
        assert FontFinder().find(path) == []


def test_finder_lists_files_that_storage_can_open() -> None:
    found = list(FontFinder().list(None))
    assert len(found) == len(font_files())
    for name, storage in found:
        with storage.open(name) as file:
            assert file.read(4) == b"wOF2"


def test_originals_are_complete_fonts() -> None:
    for face in font_files():
        font = TTFont(face.path)
        assert font["name"].getBestFamilyName() == face.family
        assert font["OS/2"].usWeightClass == face.weight
        assert (font["post"].italicAngle != 0) == (face.style == "italic")


def _bytes(name: str) -> bytes:
    path = web_font(name)
    assert path is not None
    return path.read_bytes()
