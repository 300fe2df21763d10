"""What every template must keep to, read from the files: the content security policy allows nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
# PDFs are laid out by WeasyPrint and mail by mail programs: neither is a page under our policy.
PAGES = sorted(path for path in ROOT.rglob("*.html") if "pdf" not in path.parts and "mail" not in path.parts)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
BARE_STYLE = re.compile(r"<style(?![^>]*nonce=)", re.IGNORECASE)
SCRIPT = re.compile(r"<script([^>]*)>", re.IGNORECASE)
LONG_COMMENT = re.compile(r"\{#(?:(?!#\}).)*\n")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    for pattern in [HANDLER, INLINE_STYLE, BARE_STYLE]:
        found = pattern.search(text)
        assert found is None, found.group()
    for attributes in SCRIPT.findall(text):
        assert "src=" in attributes or "nonce=" in attributes or "application/json" in attributes, attributes


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_template_compiles_and_has_no_comment_that_shows(path: Path) -> None:
    get_template(_name(path))
    # Django's short comment ends with its line; a longer one is printed on the page, tags and all.
    assert LONG_COMMENT.search(path.read_text()) is None


@pytest.mark.parametrize("path", sorted((ROOT / "ui").glob("*.html")), ids=_name)
def test_component_says_how_it_is_used(path: Path) -> None:
    assert path.read_text().startswith(("{#", "{% comment %}"))


def test_patterns_catch_what_they_are_for() -> None:
    assert HANDLER.search('<a href="#" onclick="x()">')
    assert INLINE_STYLE.search('<i style="width:57%">')
    assert BARE_STYLE.search("<style>a{}</style>")
    assert not BARE_STYLE.search('<style nonce="{{ request.csp_nonce }}">')
    assert LONG_COMMENT.search("{# one\ntwo #}")
    assert not LONG_COMMENT.search("{# one #}\n")
