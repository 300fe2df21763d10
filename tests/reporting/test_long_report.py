"""A long report is laid out in parts and joined: it prints what one layout of the whole would print."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest

from reporting.rendering import parent
from reporting.rendering.accessibility import AccessibilityError, check
from reporting.rendering.annual.parts import pieces
from reporting.rendering.join import _set_destinations
from reporting.rendering.laid import Laid
from reporting.rendering.parent import ROOT, Rendered, RenderError, render
from reporting.rendering.parts import LONG, PART, Piece, expected_pages, split
from reporting.snapshot_schema import Snapshot, canonical_json, snapshot_hash
from tests.reporting.samples import sample
from tests.reporting.test_rendering import elements, errors_of, walk

PAGE_HEIGHT = 841.89
MARGIN_TOP, MARGIN_BOTTOM = 70, 775  # between them stands the text, in points from the top
TABLE_HEADS = (
    "Code Deliverable Due Done State",
    "Action Status Why",
    "No. Source Record By and when",
)


@dataclass(frozen=True)
class Printed:
    """A report on disk, what the renderer said of it, and the progress that it reported."""

    path: Path
    rendered: Rendered
    progress: list[tuple[int, str]]


@dataclass(frozen=True)
class Both:
    """One snapshot, laid out at once and in parts."""

    snapshot: dict[str, Any]
    whole: Printed
    parts: Printed


def print_to(path: Path, snapshot: dict[str, Any], **options: Any) -> Printed:
    progress: list[tuple[int, str]] = []
    rendered = render(
        snapshot,
        output=path,
        on_progress=lambda percent, step: progress.append((percent, step)),
        **options,
    )
    return Printed(path, rendered, progress)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A report of about 50 pages, with cuts inside an ambition and inside the sources."""
    folder, snapshot = tmp_path_factory.mktemp("long"), sample(repeat=4)
    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(print_to, folder / "whole.pdf", snapshot)
        parts = pool.submit(print_to, folder / "parts.pdf", snapshot, parts_of=15)
        return Both(snapshot, whole.result(), parts.result())


def squeezed(text: str) -> str:
    return " ".join(text.split())


def body_of(page: Any) -> str:
    """The text of a page without its head and foot."""
    return squeezed(page.get_text(clip=pymupdf.Rect(0, MARGIN_TOP, 596, MARGIN_BOTTOM)))


def contents_of(path: Path) -> list[tuple[int, str, int]]:
    """The bookmarks: (level, words, page)."""
    with pymupdf.open(path) as pdf:
        return [(level, words, page) for level, words, page in pdf.get_toc()]


def links_of(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (link for page in pdf.pages for link in page.obj.get("/Annots", []))


def names_of(pdf: pikepdf.Pdf) -> dict[str, Any]:
    names = list(pdf.Root.Names.Dests.Names)
    return {str(name): place for name, place in zip(names[::2], names[1::2], strict=True)}


# The same report


def test_parts_print_the_same_words_in_the_same_order(both: Both) -> None:
    texts = []
    for printed in (both.whole, both.parts):
        # The contents have other numbers; the head of a table is printed again after each page end.
        first = next(
            page for _level, words, page in contents_of(printed.path) if words.startswith("The year")
        )
        with pymupdf.open(printed.path) as pdf:
            text = " ".join(body_of(page) for page in list(pdf)[first - 1 :])
        for head in TABLE_HEADS:
            text = text.replace(head, " ")
        # The dots of lists are drawn last on their page.
        texts.append([word for word in text.split() if word != "•"])
    assert len(texts[0]) > 5_000
    assert texts[0] == texts[1]


def test_pages_before_the_first_cut_are_the_same_and_no_page_is_blank(both: Both) -> None:
    with pymupdf.open(both.whole.path) as whole, pymupdf.open(both.parts.path) as parts:
        first = [body_of(page) for page in whole]
        second = [body_of(page) for page in parts]
    same = sum(text in first for text in second)
    assert same > len(second) / 3
    assert all(second)


def test_bookmarks_are_the_same_and_lead_to_their_headings(both: Both) -> None:
    whole, parts = contents_of(both.whole.path), contents_of(both.parts.path)
    assert [entry[:2] for entry in whole] == [entry[:2] for entry in parts]
    with pymupdf.open(both.parts.path) as pdf:
        for _level, words, page in parts[1:]:
            assert squeezed(words) in body_of(pdf[page - 1])


def test_contents_give_the_page_of_every_heading(both: Both) -> None:
    bookmarks = contents_of(both.parts.path)
    first = bookmarks[2][2]  # after the cover and the contents
    with pymupdf.open(both.parts.path) as pdf:
        lines = [line for page in list(pdf)[1 : first - 1] for line in page.get_text().splitlines()]
    printed = [int(line) for line in lines if line.strip().isdigit()]
    assert printed == [page for _level, _words, page in bookmarks[2:]]
    with pikepdf.open(both.parts.path) as pdf:
        links = [str(link.Dest) for page in list(pdf.pages)[1 : first - 1] for link in page.obj.Annots]
        led_to = [pdf.pages.index(pikepdf.Page(names_of(pdf)[name][0])) + 1 for name in dict.fromkeys(links)]
        assert len(elements(pdf, "/TOC")) == 1
    assert led_to == printed


def test_every_page_but_the_cover_has_its_number(both: Both) -> None:
    with pymupdf.open(both.parts.path) as pdf:
        found = [re.findall(r"Page \d+ of \d+", page.get_text()) for page in pdf]
    pages = both.parts.rendered.pages
    assert found == [[], *([f"Page {number} of {pages}"] for number in range(2, pages + 1))]


def test_running_heads_and_feet_are_on_every_page(both: Both) -> None:
    with pymupdf.open(both.parts.path) as pdf:
        for page in list(pdf)[1:]:
            text = page.get_text()
            assert text.count("Annual progress report, Year 2 of 3") == 1
            assert text.count("As at 30 June 2022 · demonstration data") == 1


# Links


def test_links_lead_to_the_same_names_as_in_one_piece(both: Both) -> None:
    with pikepdf.open(both.whole.path) as whole, pikepdf.open(both.parts.path) as parts:
        pairs = [
            [(str(link.Dest), str(link.Contents)) for link in links_of(pdf) if "/Dest" in link]
            for pdf in (whole, parts)
        ]
        assert names_of(whole).keys() == names_of(parts).keys()
        assert {name for name, _words in pairs[1]} <= names_of(parts).keys()
    assert pairs[0] == pairs[1]


def test_every_name_is_where_its_text_is(both: Both) -> None:
    with pikepdf.open(both.parts.path) as pdf:
        index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        places = {name: (index[place[0].objgen], float(place[3])) for name, place in names_of(pdf).items()}
    codes = {words.split()[0]: page for level, words, page in contents_of(both.parts.path) if level == 2}
    with pymupdf.open(both.parts.path) as report:
        for source in both.snapshot["sources"]:
            page, top = places[f"source-{source['ref']}"]
            row = pymupdf.Rect(0, PAGE_HEIGHT - top, 596, PAGE_HEIGHT - top + 16)
            assert report[page].get_text(clip=row).split()[0] == str(source["ref"])
        for code, printed in codes.items():
            assert places[f"action-{code}"][0] == printed - 1


def test_a_link_that_leads_nowhere_is_refused() -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Dest=pikepdf.String("source-9"))
        page.obj.Annots = pikepdf.Array([link])
        with pytest.raises(AccessibilityError, match="leads to source-9, which is nowhere"):
            _set_destinations(pdf, [Laid(pages=1, anchors={}, bookmarks=[], goes_on=False)], [0, 1])


# Tags


def test_parts_pass_the_accessibility_checks(both: Both) -> None:
    assert errors_of(both.parts.path) == []
    assert check(both.parts.path).tables == check(both.whole.path).tables


def test_tags_are_one_tree_and_agree_with_the_pages(both: Both) -> None:
    with pikepdf.open(both.parts.path) as pdf:
        root = pdf.Root.StructTreeRoot
        nums = list(root.ParentTree.Nums)
        owners = {int(key): value for key, value in zip(nums[::2], nums[1::2], strict=True)}
        assert list(map(int, nums[::2])) == sorted(owners)
        assert len(root.K) == 1
        marked = set(marks(root.K[0]))
        for page in pdf.pages:
            held = owners[int(page.obj.StructParents)]
            for number, element in enumerate(held):
                # What is in no element is an artifact: running heads, repeated table heads.
                assert (element is not None) == ((page.obj.objgen, number) in marked)
                assert element is None or (element.Pg == page.obj and number in list(element.K))
        for link in links_of(pdf):
            kids: list[Any] = list(owners[int(link.StructParent)].K)
            objects = [kid.Obj for kid in kids if not isinstance(kid, int)]
            assert [item.objgen for item in objects] == [link.objgen]


def marks(element: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """The marked content under an element, as (page, number); each element must know its parent."""
    kids: list[Any] = list(element.K)
    for kid in kids:
        if isinstance(kid, int):
            yield element.Pg.objgen, kid
        elif kid.get("/Type") == "/StructElem":
            assert element == kid.P
            yield from marks(kid)


def test_tags_are_those_of_one_piece(both: Both) -> None:
    with pikepdf.open(both.whole.path) as whole, pikepdf.open(both.parts.path) as parts:
        for kind in (
            "/Table",
            "/Caption",
            "/THead",
            "/TR",
            "/TH",
            "/TD",
            "/H2",
            "/H3",
            "/Figure",
            "/Link",
            "/TOCI",
        ):
            assert len(elements(parts, kind)) == len(elements(whole, kind)) > 0, kind
        sources = elements(parts, "/Table")[-1]
        assert len(list(walk(sources, "/TR"))) == len(both.snapshot["sources"]) + 1
        assert len({row.Pg.objgen for row in walk(sources, "/TR")}) > 10


def test_metadata_is_that_of_one_piece(both: Both) -> None:
    with pikepdf.open(both.whole.path) as whole, pikepdf.open(both.parts.path) as parts:
        assert dict(parts.docinfo) == dict(whole.docinfo)
        assert parts.Root.Metadata.read_bytes() == whole.Root.Metadata.read_bytes()
        assert b"pdfuaid" in parts.Root.Metadata.read_bytes()
        assert str(parts.Root.Lang) == "en-AU"
        assert parts.Root.ViewerPreferences.DisplayDocTitle
        assert bytes(parts.trailer.ID[0]).decode() == snapshot_hash(both.snapshot)[:32]
        assert parts.pdf_version == whole.pdf_version


# The process


def test_progress_never_falls_and_names_every_part(both: Both) -> None:
    percents = [percent for percent, _step in both.parts.progress]
    assert percents == sorted(percents)
    assert max(percents) <= 100
    steps = " ".join(step for _percent, step in both.parts.progress)
    count = int(re.findall(r"Part 1 of (\d+): ", steps)[0])
    assert count > 3
    assert all(f"Part {turn} of {count}: Laying out page" in steps for turn in range(1, count + 1))


def test_parts_need_less_memory_than_the_whole(both: Both) -> None:
    assert both.parts.rendered.peak_memory_mb < both.whole.rendered.peak_memory_mb * 0.75
    assert both.parts.rendered.sha256 == hashlib.sha256(both.parts.path.read_bytes()).hexdigest()
    assert {"layout", "write", "tags", "join", "check"} <= set(both.parts.rendered.seconds)


def test_same_snapshot_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = sample(deliverables=1, updates=0)
    monkeypatch.setattr(parent, "PASSED_ON", (*parent.PASSED_ON, "PYTHONHASHSEED"))
    files = []
    for seed in ("1", "4242"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        files.append(print_to(tmp_path / f"{seed}.pdf", snapshot, parts_of=9, draft=True).path)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert list(tmp_path.iterdir()) == files
    with pymupdf.open(files[0]) as pdf:
        assert all("DRAFT" in page.get_text() for page in list(pdf)[1:])


def test_part_that_needs_too_much_memory_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderError) as caught:
        print_to(tmp_path / "report.pdf", sample(repeat=2), parts_of=30, memory_limit_mb=90)
    assert caught.value.message == "The PDF needs more memory than the 90 MB it may use."
    assert caught.value.detail.startswith("Part 1 of ")
    assert list(tmp_path.iterdir()) == []


def test_caller_can_stop_between_parts(tmp_path: Path) -> None:
    def stop(_percent: int, step: str) -> None:
        if step.startswith("Part 2 of "):
            raise LookupError("the lease is lost")

    with pytest.raises(LookupError):
        render(sample(updates=0), output=tmp_path / "report.pdf", on_progress=stop, parts_of=4)
    assert list(tmp_path.iterdir()) == []


def test_long_report_is_made_in_parts_unasked(tmp_path: Path) -> None:
    source = tmp_path / "snapshot.json"
    source.write_bytes(canonical_json(sample(repeat=12)))
    command = [
        "-m",
        "reporting.rendering.child",
        str(source),
        str(tmp_path / "r.pdf"),
        "600",
        str(os.getpid()),
    ]
    said = subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True).stdout
    plan = json.loads(said.splitlines()[-1])["done"]["plan"]
    assert plan["parts_of"] == PART
    assert len(plan["pages"]) == 4
    assert LONG < sum(plan["pages"]) < 140


# Where it is cut


def test_expected_pages_are_about_right(both: Both) -> None:
    expected = expected_pages(pieces(Snapshot.model_validate(both.snapshot)))
    assert expected == pytest.approx(both.whole.rendered.pages, rel=0.15)


def test_long_narratives_count() -> None:
    snapshot = sample()
    snapshot["ambitions"][0]["actions"][0]["updates"][0]["narrative"] = "word " * 100_000
    short, long = (expected_pages(pieces(Snapshot.model_validate(data))) for data in (sample(), snapshot))
    assert long > short + 80


@pytest.mark.parametrize("parts_of", [1, 10, 1000])
def test_split_keeps_every_piece_in_order_and_the_front_apart(parts_of: int) -> None:
    report = pieces(Snapshot.model_validate(sample(repeat=3)))
    parts = split(report, parts_of=parts_of)
    assert [piece for part in parts for piece in part] == report
    assert [piece.kind for piece in parts[0]] == ["front"]
    assert all(parts)
    assert all(expected_pages(part) <= parts_of + 3 for part in parts[1:])


def test_split_leaves_a_piece_longer_than_a_part_alone() -> None:
    lengths = [1.0, 1.0, 90.0, 1.0, 1.0]
    report = [Piece("front", 3.0), *(Piece("action", pages, 0, n) for n, pages in enumerate(lengths))]
    parts = split(report, parts_of=10)
    assert [len(part) for part in parts] == [1, 2, 1, 2]
