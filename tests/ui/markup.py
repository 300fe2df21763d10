"""Reading markup in tests: lxml's forgiving parser, and the few questions asked of it."""

from typing import Any

from lxml import html  # type: ignore[import-untyped]


def parse(markup: str) -> Any:
    """The markup as an element tree, whether a page or a fragment."""
    return (
        html.document_fromstring(f"<div>{markup}</div>")
        if "<html" not in markup
        else html.document_fromstring(markup)
    )


def one(tree: Any, path: str) -> Any:
    """The only element at an XPath."""
    found = tree.xpath(path)
    assert len(found) == 1, f"{len(found)} of {path}"
    return found[0]


def words(element: Any) -> str:
    """The text of an element, blanks squeezed."""
    return " ".join(element.text_content().split())
