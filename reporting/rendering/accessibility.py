"""What PDF/UA and people who listen to a PDF need beyond what WeasyPrint writes, and the check of the result.

`finish` works on the document as WeasyPrint is about to write it: nothing is parsed again and nothing is
written twice. It relies on what the report's templates promise: every table has a caption, its heads stand in
the thead (columns) or at the start of a body row (rows).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pydyf

GROUPING = {
    "/NonStruct",
    "/Div",
    "/Sect",
    "/Art",
    "/Part",
    "/Span",
    "/P",
    "/L",
    "/LI",
    "/LBody",
    "/TBody",
    "/THead",
}
PRINT_FLAG = 4
PAGE_HEIGHT_POINTS = 841.89
POINTS_PER_PIXEL = 0.75


class AccessibilityError(Exception):
    """The finished PDF lacks something a reader needs; the message says what."""


class _Tree:
    """The structure tree of a PDF in the making: dictionaries that refer to one another by number."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self.pdf = pdf
        self.root = self.at(pdf.catalog["StructTreeRoot"])
        self.nums = self.at(self.root["ParentTree"])["Nums"]
        self.page_index = {reference: index for index, reference in enumerate(pdf.page_references)}
        self.streams = [self.at(self.at(reference)["Contents"]) for reference in pdf.page_references]

    def at(self, reference: bytes) -> Any:
        """The object behind a reference such as b"12 0 R"."""
        return self.pdf.objects[int(reference.split()[0])]

    def kids(self, element: Any) -> list[Any]:
        """The child elements, without marked content and annotations."""
        found = [self.at(kid) for kid in element["K"] if isinstance(kid, bytes)]
        return [kid for kid in found if kid["Type"] == "/StructElem"]

    def walk(self, element: Any) -> Iterator[Any]:
        """The element and everything under it, in reading order."""
        yield element
        for kid in self.kids(element):
            yield from self.walk(kid)

    def elements(self, kind: str) -> list[Any]:
        """All elements of a kind ("/Table"), in reading order."""
        return [element for element in self.walk(self.at(self.root["K"][0])) if element["S"] == kind]

    def move(self, kid: Any, parent: Any) -> None:
        """Hang an element under another, last."""
        self.at(kid["P"])["K"].remove(kid.reference)
        parent["K"].append(kid.reference)
        kid["P"] = parent.reference

    def drop(self, element: Any) -> None:
        """Take an element out of the tree, with all under it. What it marked stays on the page."""
        self.at(element["P"])["K"].remove(element.reference)
        for part in list(self.walk(element)):
            part.clear()

    def marked(self) -> list[set[int]]:
        """For each page the numbers of the marked content that the tree holds."""
        pages: list[set[int]] = [set() for _ in self.streams]
        for element in self.walk(self.at(self.root["K"][0])):
            if numbers := [kid for kid in element["K"] if isinstance(kid, int)]:
                pages[self.page_index[element["Pg"]]].update(numbers)
        return pages


def finish(
    pdf: pydyf.PDF, *, link_labels: Mapping[str, str], figure_text: Mapping[str, str], goes_on: bool = False
) -> None:
    """Complete the tags of a PDF that WeasyPrint is about to write.

    A table cut by page ends becomes one table again, header cells get their scope, the contents list becomes
    a table of contents, links say where they lead, pictures get their whole description and true place.
    `goes_on` says that the first table is the rest of one in another document.
    """
    tree = _Tree(pdf)
    _join_tables(tree, goes_on=goes_on)
    _set_scopes(tree)
    _mark_contents(tree)
    _describe_figures(tree, figure_text)
    _describe_links(pdf, link_labels)
    _prune(tree, tree.at(tree.root["K"][0]))
    _silence(tree)


def _join_tables(tree: _Tree, *, goes_on: bool) -> None:
    """A table without a caption is the rest of the one before: its rows go there, its head is dropped.

    Where the one before is in another document, the first keeps its rows until the two are joined.
    """
    tables = tree.elements("/Table")
    whole: Any = None
    if goes_on:
        whole = tables.pop(0)
        for group in tree.kids(whole):
            if group["S"] == "/THead":
                tree.drop(group)
    for table in tables:
        groups = tree.kids(table)
        if any(group["S"] == "/Caption" for group in groups):
            whole = table
            continue
        if whole is None:
            raise AccessibilityError("a table has no caption")
        body = [group for group in tree.kids(whole) if group["S"] == "/TBody"]
        for group in groups:
            if group["S"] == "/TBody" and body:
                for row in tree.kids(group):
                    tree.move(row, body[-1])
            elif group["S"] == "/TBody":
                tree.move(group, whole)
            else:
                tree.drop(group)
        tree.drop(table)


def _set_scopes(tree: _Tree) -> None:
    """Say of each header cell whether it heads a column or a row, in place of ids and lists of headers.

    In a table of one or two rows there would be more heads than data; there the heads of columns are enough.
    """
    for table in tree.elements("/Table"):
        kinds = [cell["S"] for cell in tree.walk(table)]
        is_tiny = kinds.count("/TH") > kinds.count("/TD")
        for group in tree.kids(table):
            scope = "/Column" if group["S"] == "/THead" else "/Row"
            for cell in tree.walk(group):
                if is_tiny and scope == "/Row" and cell["S"] == "/TH":
                    cell["S"] = "/TD"
                    cell["A"].pop("Scope", None)
                if cell["S"] in ("/TH", "/TD"):
                    cell.pop("ID", None)
                    cell["A"].pop("Headers", None)
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = scope


def _mark_contents(tree: _Tree) -> None:
    """The list of the nav, which alone has no meaning of its own under the document, is the contents.

    Page ends cut it; it becomes one again.
    """
    sections = tree.kids(tree.at(tree.root["K"][0]))
    navs = [section for section in sections if section["S"] == "/NonStruct"]
    lists = [kid for nav in navs for kid in tree.kids(nav) if kid["S"] == "/L"]
    for rest in lists[1:]:
        for item in tree.kids(rest):
            tree.move(item, lists[0])
    for part in (part for whole in lists[:1] for part in tree.walk(whole)):
        part["S"] = {"/L": "/TOC", "/LI": "/TOCI", "/LBody": "/Reference"}.get(part["S"], part["S"])


def _describe_figures(tree: _Tree, figure_text: Mapping[str, str]) -> None:
    for figure in tree.elements("/Figure"):
        title = figure["Alt"].string
        figure["Alt"] = pydyf.String(figure_text.get(title, title))
        # WeasyPrint gives the box in CSS pixels from the top; the standard asks for points from the bottom.
        left, top, right, bottom = (float(edge) * POINTS_PER_PIXEL for edge in figure["A"]["BBox"])
        edges = (left, PAGE_HEIGHT_POINTS - bottom, right, PAGE_HEIGHT_POINTS - top)
        figure["A"]["BBox"] = pydyf.Array([round(edge, 2) for edge in edges])


def _describe_links(pdf: pydyf.PDF, link_labels: Mapping[str, str]) -> None:
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Subtype") == "/Link":
            item["F"] = PRINT_FLAG
            if target := item.get("Dest"):
                item["Contents"] = pydyf.String(link_labels.get(target.string, target.string))


def _prune(tree: _Tree, element: Any) -> None:
    """Take out elements that hold nothing; cells stay, for the grid of their table."""
    for kid in tree.kids(element):
        _prune(tree, kid)
        if not kid["K"] and kid["S"] in GROUPING:
            element["K"].remove(kid.reference)


def _silence(tree: _Tree) -> None:
    """Make artifacts of what is printed but in no element: running heads and feet, repeated table heads."""
    for page, kept in enumerate(tree.marked()):
        operators = tree.streams[page].stream
        for index, item in enumerate(operators):
            # WeasyPrint keeps "/Span <</MCID 3>> BDC" as three items.
            if isinstance(item, pydyf.Dictionary) and "MCID" in item and item["MCID"] not in kept:
                operators[index - 1 : index + 2] = [
                    "/Artifact",
                    pydyf.Dictionary({"Type": "/Pagination"}),
                    b"BDC",
                ]
                tree.nums[2 * page + 1][item["MCID"]] = "null"


@dataclass(frozen=True)
class Checked:
    """What the check found in a finished PDF."""

    pages: int
    tables: int
    bookmarks: int


def check(path: Path) -> Checked:
    """Open a finished PDF and make sure of what the report promises; raise AccessibilityError otherwise."""
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        wanted = {
            "its tags": "/StructTreeRoot" in root
            and "/MarkInfo" in root
            and bool(root.MarkInfo.get("/Marked", False)),
            "its language": bool(str(root.get("/Lang", ""))),
            "its title": bool(str(pdf.docinfo.get("/Title", ""))),
            "its bookmarks": "/Outlines" in root,
            "its identifier": "/ID" in pdf.trailer,
        }
        if lacking := [name for name, found in wanted.items() if not found]:
            raise AccessibilityError(f"the PDF lacks {', '.join(lacking)}")
        cells = tables = 0
        for item in pdf.objects:
            if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/StructElem":
                continue
            tables += item.get("/S") == "/Table"
            cells += item.get("/S") == "/TH" and "/Scope" not in item.get("/A", {})
        if cells:
            raise AccessibilityError(f"{cells} header cells do not say what they head")
        return Checked(pages=len(pdf.pages), tables=tables, bookmarks=int(root.Outlines.get("/Count", 0)))
