"""Join the parts of a long report into one tagged PDF.

Nothing is drawn again. The structure trees become one, links lead by name across all parts, the bookmarks and
the page numbers are those of the whole. The same parts give the same bytes.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, PageLocation, String

from reporting.rendering.accessibility import AccessibilityError
from reporting.rendering.laid import Laid, folios_of, load, pdf_of


def join(folder: Path, *, parts: int, output: Path) -> int:
    """Join the parts in a folder, with their page numbers, into `output`; return its number of pages.

    Raises AccessibilityError for a link that leads nowhere.
    """
    laid = [load(folder, part) for part in range(parts)]
    starts = list(accumulate((part.pages for part in laid), initial=0))
    with pikepdf.open(pdf_of(folder, 0)) as pdf, pikepdf.open(folios_of(folder)) as folios:
        for number in range(1, parts):
            with pikepdf.open(pdf_of(folder, number)) as part:
                _append(pdf, part, goes_on=laid[number].goes_on)
        _number_pages(pdf, folios)
        _set_destinations(pdf, laid, starts)
        _set_bookmarks(pdf, laid, starts)
        pdf.save(
            output,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return len(pdf.pages)


def _append(pdf: pikepdf.Pdf, part: pikepdf.Pdf, *, goes_on: bool) -> None:
    """Put the pages and the tags of a part after those that are there."""
    first = len(pdf.pages)
    for page in part.pages:
        pdf.pages.append(page)
    # After the pages, so that the tags refer to their copies.
    tags = pdf.copy_foreign(part.Root.StructTreeRoot)
    document, sections = pdf.Root.StructTreeRoot.K[0], list(tags.K[0].K)
    if goes_on:
        _move_rows(sections.pop(0), document.K[-1])
    for section in sections:
        section.P = document
        document.K.append(section)
    _append_keys(pdf, tags.ParentTree.Nums, first)


def _append_keys(pdf: pikepdf.Pdf, added: Any, first: int) -> None:
    """Give pages from `first` on, and their links, keys of their own to find their tags by."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    offset = int(nums[-2]) + 1
    for index, item in enumerate(added):
        nums.append(item if index % 2 else int(item) + offset)
    for page in pdf.pages[first:]:
        page.obj.StructParents = int(page.obj.StructParents) + offset
        for link in page.obj.get("/Annots", []):
            link.StructParent = int(link.StructParent) + offset


def _move_rows(section: Any, before: Any) -> None:
    """Hang the rows of a section's only table under the last table of the section before."""
    (rest,) = _tables(section)
    body = [group for group in list(_tables(before))[-1].K if group.S == "/TBody"][-1]
    for group in rest.K:
        for row in group.K:
            row.P = body
            body.K.append(row)


def _tables(element: Any) -> Iterator[Any]:
    if element.S == "/Table":
        yield element
        return
    for kid in element.K:
        if isinstance(kid, Dictionary) and kid.get("/Type") == "/StructElem":
            yield from _tables(kid)


def _number_pages(pdf: pikepdf.Pdf, folios: pikepdf.Pdf) -> None:
    """Draw each page's number on it, as a part of the page that is not read aloud. The cover has none."""
    for number, (page, folio) in enumerate(zip(pdf.pages, folios.pages, strict=True)):
        if number == 0:
            continue
        drawing = pdf.copy_foreign(folio.as_form_xobject())
        name = page.add_resource(drawing, Name.XObject, Name(f"/Folio{number + 1}"))
        page.contents_add(b"q", prepend=True)
        page.contents_add(f"Q\n/Artifact <</Type /Pagination>> BDC\n{name} Do\nEMC".encode())


def _set_destinations(pdf: pikepdf.Pdf, laid: Sequence[Laid], starts: Sequence[int]) -> None:
    """Say where each name is that a link may lead to."""
    places = {
        name: pikepdf.make_page_destination(
            pdf, start + place.page, PageLocation.XYZ, left=place.left, top=place.top
        )
        for part, start in zip(laid, starts, strict=False)
        for name, place in part.anchors.items()
    }
    links = (link for page in pdf.pages for link in page.obj.get("/Annots", []))
    if lost := sorted({str(link.Dest) for link in links if "/Dest" in link} - places.keys()):
        raise AccessibilityError(f"a link leads to {lost[0]}, which is nowhere in the report")
    names = Array([item for name in sorted(places) for item in (String(name), places[name])])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))


def _set_bookmarks(pdf: pikepdf.Pdf, laid: Sequence[Laid], starts: Sequence[int]) -> None:
    """Write the bookmarks of all parts; those of a part that goes on with a chapter hang under it."""
    del pdf.Root["/Outlines"]
    with pdf.open_outline() as outline:
        above = [outline.root]
        for part, start in zip(laid, starts, strict=False):
            for level, words, place in part.bookmarks:
                item = OutlineItem(
                    words, start + place.page, PageLocation.XYZ, left=place.left, top=place.top
                )
                del above[level:]
                above[-1].append(item)
                above.append(item.children)
