"""A snapshot becomes a PDF: tagged, the same to the byte, nothing fetched, all statements with sources."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from outloud import check as listen

from reporting.rendering.accessibility import check
from reporting.rendering.fonts import ClosedFetcher, font_path
from reporting.rendering.parent import ROOT, Rendered, render
from reporting.snapshot_schema import Snapshot, canonical_json, snapshot_hash
from tests.reporting.samples import first_action, sample

Progress = list[tuple[int, str]]
AWKWARD = {
    "markup": '<img src="http://127.0.0.1:9/x.png"> <script>alert(1)</script> {{ report.hash }} {% x %}',
    "long": "x" * 300,
    "hebrew": "שלום לכולם, זה דוח ההתקדמות",
    "arabic": "مرحبا بالجميع، هذا تقرير التقدم",
    "filipino": "Ang mga batà ay dapat ligtas; piña, Señor Ñoño",
    "accents": "Zażółć gęślą jaźń, Übergrößenträger, e\u0301tude, Đà Nẵng",
    "emoji": "Well done \U0001f600 \U0001f44d\U0001f3fd \u2764\ufe0f \U0001f9ff end",
    "scripts": "हिन्दी ภาษาไทย 中文 日本語 한국어",
    "controls": "a\u0000b\u0007c\u202ed\ufeffe\ufffff\tg",
    "space": "   \n\n  ",
}


def render_to(path: Path, snapshot: dict[str, Any], **options: Any) -> Rendered:
    return render(snapshot, output=path, on_progress=lambda _percent, _step: None, **options)


def text_of(path: Path) -> str:
    with pages_of(path) as pdf:
        return "\n".join(page.get_text() for page in pdf)


def pages_of(path: Path) -> Any:
    """The PDF as PyMuPDF reads it, to be closed after use."""
    return pymupdf.open(path)


def errors_of(path: Path) -> list[str]:
    """What the outloud checker finds wrong: errors only."""
    return [
        f"{item.rule} p.{item.page}: {item.message}"
        for item in listen(str(path)).findings
        if item.severity == "error"
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rendered, Progress]:
    """The report of Year 2, rendered once for the tests that only read it."""
    path, progress = tmp_path_factory.mktemp("report") / "report.pdf", Progress()
    rendered = render(
        sample(), output=path, on_progress=lambda percent, step: progress.append((percent, step))
    )
    return path, rendered, progress


# The finished file


def test_report_passes_the_accessibility_checker(report: tuple[Path, Rendered, Progress]) -> None:
    result = listen(str(report[0]))
    assert [str(finding) for finding in result.findings] == []
    assert result.verdict == "pass"


def test_report_is_tagged_named_and_has_bookmarks(report: tuple[Path, Rendered, Progress]) -> None:
    with pikepdf.open(report[0]) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-AU"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Annual progress report: Safer Children, Safer Communities, Year 2"
        assert str(pdf.docinfo.Author) == "Westpac Group"
        assert pdf.Root.StructTreeRoot.K
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
            below = [item.title for chapter in outline.root for item in chapter.children]
    assert titles[:3] == ["Cover", "Contents", "The year at a glance"]
    assert titles[-2:] == ["How this report was made", "Sources"]
    assert [title.split()[0] for title in below] == ["WG-3", "UP-2", "MID-3", "MID-4", "DN-5", "DN-6", "DN-7"]


def test_report_dates_and_identifier_come_from_the_snapshot(report: tuple[Path, Rendered, Progress]) -> None:
    with pikepdf.open(report[0]) as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20220704093000+10'00"
        assert bytes(pdf.trailer.ID[0]).decode() == snapshot_hash(sample())[:32]


def test_report_says_whose_it_is_and_of_which_snapshot(report: tuple[Path, Rendered, Progress]) -> None:
    text = " ".join(text_of(report[0]).split())
    assert "Safer Children, Safer Communities" in text
    assert "Year 2 of 3" in text
    assert "As at 30 June 2022" in text
    assert "Demonstration." in text
    assert snapshot_hash(sample()) in text.replace(" ", "")
    assert f"Page 2 of {report[1].pages}" in text
    assert "Draft" not in text


def test_contents_give_the_page_of_every_chapter(report: tuple[Path, Rendered, Progress]) -> None:
    with pages_of(report[0]) as pdf:
        contents = " ".join(pdf[1].get_text().split())
        for heading in ("Downstream: Help protect children", "How this report was made", "Sources"):
            page = next(
                page.number + 1
                for page in list(pdf)[2:]
                if page.get_text().count(heading) and heading in page.get_text().splitlines()
            )
            assert f"{heading} {page}" in contents


def test_tables_are_whole_and_every_header_cell_says_what_it_heads(
    report: tuple[Path, Rendered, Progress],
) -> None:
    snapshot = sample()
    actions = [action for ambition in snapshot["ambitions"] for action in ambition["actions"]]
    with pikepdf.open(report[0]) as pdf:
        tables = elements(pdf, "/Table")
        captions = [kid for table in tables for kid in table.K if kid.get("/S") == "/Caption"]
        scopes = [str(cell.A.Scope) for cell in elements(pdf, "/TH")]
        rows = {len(list(walk(table, "/TR"))) for table in tables}
    # Three in the summary, one an action, one of sources, though that one runs over pages.
    assert len(tables) == len(captions) == 3 + len(actions) + 1
    assert set(scopes) == {"/Column", "/Row"}
    assert len(snapshot["sources"]) + 1 in rows


def test_chart_has_its_words_and_its_place(report: tuple[Path, Rendered, Progress]) -> None:
    with pikepdf.open(report[0]) as pdf:
        (figure,) = elements(pdf, "/Figure")
        left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
        assert str(figure.Alt).startswith("Actions of Year 2 by status and ambition. Westpac Group: ")
    assert 0 < left < right < 596
    assert 400 < bottom < top < 842


def test_links_say_where_they_lead(report: tuple[Path, Rendered, Progress]) -> None:
    with pikepdf.open(report[0]) as pdf:
        links = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
        words = {str(link.Contents) for link in links}
        names = pdf.Root.Names.Dests.Names
        targets = {str(names[index]) for index in range(0, len(names), 2)}
        assert {str(link.Dest) for link in links if "/Dest" in link} <= targets
    assert "Action WG-3" in words
    assert any(word.startswith("Source 1: ") for word in words)


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    return list(walk(pdf.Root.StructTreeRoot.K[0], kind))


def walk(element: Any, kind: str) -> Any:
    if element.get("/S") == kind:
        yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from walk(kid, kind)


def test_render_reports_progress_and_what_it_took(report: tuple[Path, Rendered, Progress]) -> None:
    path, rendered, progress = report
    percents = [percent for percent, _step in progress]
    assert percents == sorted(percents)
    assert rendered.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert rendered.size == path.stat().st_size
    assert rendered.pages > 10
    assert {"layout", "write", "tags", "check"} <= set(rendered.seconds)


# The same to the byte


def test_report_is_the_same_whatever_the_hash_seed_and_the_time_zone(tmp_path: Path) -> None:
    source = tmp_path / "snapshot.json"
    source.write_bytes(canonical_json(sample(deliverables=2, updates=1)))
    digests = set()
    for seed, zone in (("1", "UTC"), ("4242", "Asia/Manila")):
        output = tmp_path / f"{seed}.pdf"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "reporting.rendering.child",
                str(source),
                str(output),
                "600",
                str(os.getpid()),
            ],
            env=os.environ
            | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        digests.add(hashlib.sha256(output.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_every_number_of_the_summary_has_its_source_beside_it(
    report: tuple[Path, Rendered, Progress],
) -> None:
    totals = Snapshot.model_validate(sample()).totals
    with pikepdf.open(report[0]) as pdf:
        summaries = elements(pdf, "/Table")[:2]
        rows = [row for table in summaries for row in walk(table, "/TR")]
        linked = [len(list(walk(row, "/Link"))) for row in rows]
    assert linked == [0] + [1] * len(totals.statuses) + [0] + [1] * len(totals.deliverables)


# Awkward content


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draft with every awkward text in every field, 60 deliverables in one action, and empty corners."""
    snapshot = sample(deliverables=60, updates=1)
    for number, ambition in enumerate(snapshot["ambitions"]):
        for action in ambition["actions"]:
            action["updates"] = action["updates"][: number % 2]
            if number:
                action["deliverables"] = []
    action = first_action(snapshot)
    action["text"] = action["owner"] = action["override"]["reason"] = AWKWARD["markup"]
    action["updates"] = [
        {"ref": action["ref"], "on": "2022-05-01", "author": text, "narrative": f"{text}\n\n{text}"}
        for text in AWKWARD.values()
    ]
    action["rag"]["refs"] = [item["ref"] for item in action["deliverables"]]
    for item, text in zip(action["deliverables"], AWKWARD.values(), strict=False):
        item["text"] = text
    snapshot["sources"][2].update(
        title=AWKWARD["long"], where=AWKWARD["arabic"], by=AWKWARD["long"], record=AWKWARD["long"]
    )
    snapshot["ambitions"][1]["actions"] = []
    for update in action["updates"]:
        update["author"] = update["author"].strip() or "Nobody"
    recount(snapshot)
    path = tmp_path_factory.mktemp("awkward") / "report.pdf"
    render_to(path, snapshot, draft=True)
    return path


def recount(snapshot: dict[str, Any]) -> None:
    """Put the totals right after a change of the actions."""
    for rows in snapshot["totals"].values():
        for row in rows:
            actions = [
                a for b in snapshot["ambitions"] if row["ambition"] in (None, b["code"]) for a in b["actions"]
            ]
            items = [item["standing"] for action in actions for item in action["deliverables"]]
            if "total" in row:
                states = [(action["override"] or action["rag"])["label"] for action in actions]
                row["total"] = len(actions)
                for count in row["counts"]:
                    count["value"] = states.count(count["label"])
            else:
                row.update(
                    {name: items.count(name) for name in ("done", "overdue", "to_come")}, planned=len(items)
                )


def test_awkward_content_passes_the_accessibility_checker(awkward: Path) -> None:
    assert errors_of(awkward) == []
    check(awkward)


def test_markup_and_template_code_stay_text(awkward: Path) -> None:
    text = " ".join(text_of(awkward).split())
    assert '<img src="http://127.0.0.1:9/x.png">' in text
    assert "<script>alert(1)</script>" in text
    assert "{{ report.hash }}" in text
    with pikepdf.open(awkward) as pdf:
        assert not [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


def test_long_words_stay_on_the_page(awkward: Path) -> None:
    with pages_of(awkward) as pdf:
        for page in pdf:
            for x0, _y0, x1, _y1, word, *_rest in page.get_text("words"):
                assert x0 >= 0, word
                assert x1 <= page.rect.width - 40, word


def test_characters_that_no_font_has_are_printed_by_name(awkward: Path) -> None:
    text = " ".join(text_of(awkward).split())
    assert "\ufffd" not in text
    assert "Đà Nẵng" in text
    assert "piña, Señor Ñoño" in text
    assert re.search(r"\U0001f9ff|\[nazar amulet\]", text)


def test_table_over_pages_is_one_table_with_its_head_on_every_page(awkward: Path) -> None:
    with pikepdf.open(awkward) as pdf:
        (table,) = [table for table in elements(pdf, "/Table") if len(list(walk(table, "/TR"))) == 61]
        assert len(list(walk(table, "/THead"))) == 1
        assert len({row.Pg.objgen for row in walk(table, "/TR")}) > 1
        assert all("/P" in row for row in walk(table, "/TR"))
    with pages_of(awkward) as document:
        heads = [page.number for page in document if "Deliverable\nDue\nDone\nState" in page.get_text()]
    assert len(heads) > 1


def test_draft_is_marked_on_every_page(awkward: Path) -> None:
    with pages_of(awkward) as pdf:
        pages = [page.get_text() for page in pdf]
    assert "Draft. Not yet approved" in " ".join(pages[0].split())
    assert all("DRAFT" in page for page in pages[1:])


def test_empty_corners_say_so(awkward: Path) -> None:
    text = " ".join(text_of(awkward).split())
    assert "No action of this ambition falls in Year 2." in text
    assert "No deliverables are planned for this action." in text
    assert "No progress has been reported on this action." in text


def test_year_without_actions_renders(tmp_path: Path) -> None:
    snapshot = sample()
    for ambition in snapshot["ambitions"]:
        ambition["actions"] = []
    for row in snapshot["totals"]["statuses"]:
        row["counts"] = []
    recount(snapshot)
    render_to(tmp_path / "report.pdf", snapshot)
    assert errors_of(tmp_path / "report.pdf") == []
    assert "No action of the year is off track or at risk." in " ".join(
        text_of(tmp_path / "report.pdf").split()
    )


# Nothing is fetched


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "https://example.org/", "ftp://example.org/x", "file:///etc/passwd"]
)
def test_renderer_may_read_nothing_but_its_fonts(url: str) -> None:
    with pytest.raises(ValueError, match="may not read"):
        ClosedFetcher().fetch(url)


def test_renderer_may_read_its_fonts_and_inline_content() -> None:
    path = font_path("Source Sans Pro", 400, "normal")
    assert ClosedFetcher().fetch(path.as_uri()).read() == path.read_bytes()
    assert ClosedFetcher().fetch("data:text/plain,hello").read() == b"hello"
