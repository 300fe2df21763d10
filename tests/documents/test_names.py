"""Names of uploads are safe wherever they are shown or saved."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsc.documents.content.names import MAX_BYTES, clean_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("Jahresbericht Größe.pdf", "Jahresbericht Größe.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Alex\\report.pdf", "report.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("null\x00byte.pdf", "nullbyte.pdf"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
        ('quo"te<b>.pdf', "quo_te_b_.pdf"),
        ("  spaced \t out .pdf", "spaced out.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("report.pdf.", "report.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
    ],
)
def test_clean_name_of_evil_names(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_clean_name_too_long_keeps_its_ending() -> None:
    name = clean_name("東" * 300 + ".pdf")
    assert name.endswith("東.pdf")
    assert len(name.encode()) <= MAX_BYTES


@given(st.text())
def test_clean_name_is_always_safe(raw: str) -> None:
    name = clean_name(raw)
    assert name
    assert len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(character).startswith("C") for character in name)
    assert name == clean_name(name)
