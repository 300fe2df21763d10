"""A submission becomes a PDF: all that was received, the same to the byte, readable for everybody."""

import re
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outloud import check as listen

from grants.engine.answers import Answers
from grants.engine.content import submission_content
from reporting.rendering import parent
from reporting.rendering.accessibility import check
from reporting.rendering.application.content import ShownAnswer
from reporting.rendering.application.paper import SubmittedApplication
from reporting.rendering.application.view import is_numeric, is_wide, size_words, widths
from reporting.rendering.parent import Rendered, RenderError, render
from reporting.rendering.parts import expected_pages
from reporting.rendering.text import Cleaner
from tests.grants.engine.samples import every_field, form, given_file
from tests.grants.engine.test_content import FACTS
from tests.reporting.submissions import digest, document, field, submission
from tests.reporting.test_long_report import body_of, contents_of, links_of, names_of, squeezed
from tests.reporting.test_rendering import AWKWARD, elements, errors_of, text_of, walk

LONG = {"words": 900, "rows": 90, "repeat": 4}


def print_to(path: Path, data: dict[str, Any], **options: Any) -> Rendered:
    return render(data, output=path, on_progress=lambda _percent, _step: None, **options)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short application, printed once for the tests that only read it."""
    path = tmp_path_factory.mktemp("application") / "short.pdf"
    print_to(path, document())
    return path


@pytest.fixture(scope="module")
def words(printed: Path) -> str:
    return squeezed(text_of(printed))


def cover_of(path: Path) -> str:
    with pymupdf.open(path) as pdf:
        return squeezed(pdf[0].get_text())


# The finished file


def test_application_passes_the_accessibility_checker(printed: Path) -> None:
    assert [str(finding) for finding in listen(str(printed)).findings] == []


def test_cover_says_whose_it_is_when_it_came_and_which_text(printed: Path) -> None:
    cover = cover_of(printed)
    for expected in (
        "Safer Children, Safer Communities",
        "Application IG27-0004",
        "Safe on the way home",
        "Harbour Families, ABN 53 004 085 616",
        "Innovation grants 2027 · IG27",
        "$28,700.50",
        "Friday 5 March 2027, 4:58 pm AEDT",
        "Submission 1 of this application",
        "Demonstration.",
    ):
        assert expected in cover
    assert digest(str(submission())) in cover.replace(" ", "")
    assert "request for changes" not in cover
    assert "grace" not in cover


def test_correction_and_grace_are_told_on_the_cover(tmp_path: Path) -> None:
    print_to(tmp_path / "a.pdf", document(number=2, changed=True, in_grace=True, demonstration=False))
    cover = cover_of(tmp_path / "a.pdf")
    assert "Submission 2 of this application" in cover
    assert "answers a request for changes" in cover
    assert "within the time of grace" in cover
    assert "Demonstration" not in cover


def test_every_question_stands_with_its_answer(words: str) -> None:
    for section in submission()["sections"]:
        assert section["title"] in words
        for answer in section["fields"]:
            assert answer["label"] in words
            for line in answer["shown"]["lines"]:
                assert squeezed(line) in words
            for row in answer["shown"]["rows"]:
                assert squeezed(" ".join(row)) in words
    assert "Is there anything else that we should know? Not answered." in words


def test_texts_keep_their_paragraphs(printed: Path) -> None:
    lines = submission()["sections"][1]["fields"][0]["shown"]["lines"]
    paragraphs = [squeezed(line) for line in lines if line]
    assert len(paragraphs) > 1
    with pikepdf.open(printed) as pdf, pymupdf.open(printed) as pages:
        blocks = [squeezed(block[4]) for page in pages for block in page.get_text("blocks")]
        assert len(elements(pdf, "/P")) > len(paragraphs)
    starts = [paragraph[:40] for paragraph in paragraphs]
    assert all(any(block.startswith(start) for block in blocks) for start in starts)


def test_budget_is_a_table_with_its_sum(printed: Path) -> None:
    with pikepdf.open(printed) as pdf:
        indicators, budget, files = elements(pdf, "/Table")
        rows = [len(list(walk(table, "/TR"))) for table in (indicators, budget, files)]
        scopes = {str(cell.A.Scope) for cell in elements(pdf, "/TH")}
        captions = [
            kid for table in elements(pdf, "/Table") for kid in table.K if kid.get("/S") == "/Caption"
        ]
    assert rows == [2, 1 + 3 + 1, 1 + 2]
    assert len(captions) == 3
    assert scopes == {"/Column", "/Row"}


def test_sum_stands_under_the_amounts(printed: Path) -> None:
    with pymupdf.open(printed) as pdf:
        found = {
            word: rect
            for page in pdf
            for *rect, word, _block, _line, _number in page.get_text("words")
            if word in {"$24,600.00", "$28,700.50", "$920.00"} and page.number
        }
    right = {round(rect[2]) for rect in found.values()}
    assert len(found) == 3
    assert len(right) == 1, "amounts and their sum end at the same edge"


def test_files_stand_by_name_and_hash(words: str) -> None:
    for file in submission()["files"]:
        assert file["name"] in words
        assert file["sha256"] in words.replace(" ", "")
    assert "1.2 MB" in words


def test_files_are_linked_from_their_answers(printed: Path) -> None:
    with pikepdf.open(printed) as pdf:
        links = [(str(link.Dest), str(link.Contents)) for link in links_of(pdf)]
        assert ("file-1", "File 1: Child-safe policy.pdf") in links
        assert {target for target, _words in links} <= names_of(pdf).keys()


def test_declaration_names_the_person(words: str) -> None:
    declared = words.partition("Declaration I am")[2]
    assert "What is stated here is true." in declared
    assert "Name Position Submitted by Received" in declared or "Name Mere Tamatea" in declared
    assert declared.index("Mere Tamatea") < declared.index("Files")
    assert "Chief executive" in declared


def test_bookmarks_lead_to_sections_and_questions(printed: Path) -> None:
    found = contents_of(printed)
    assert [words for level, words, _page in found if level == 1] == [
        "Cover",
        "Contents",
        "1. Your organisation",
        "2. The project",
        "3. Budget",
        "Declaration",
        "Files",
    ]
    with pymupdf.open(printed) as pdf:
        for _level, words, page in found[1:]:
            assert squeezed(words) in body_of(pdf[page - 1])


def test_every_page_has_its_head_and_number(printed: Path) -> None:
    with pymupdf.open(printed) as pdf:
        for page in list(pdf)[1:]:
            text = squeezed(page.get_text())
            assert "Application IG27-0004" in text
            assert "Submission 1 of 5 March 2027 · demonstration data" in text
            assert f"Page {page.number + 1} of {len(pdf)}" in text


def test_metadata_comes_from_the_submission(printed: Path) -> None:
    with pikepdf.open(printed) as pdf:
        assert str(pdf.docinfo.Title) == "IG27-0004: Safe on the way home"
        assert str(pdf.docinfo.CreationDate) == "D:20270305165812+11'00"
        assert bytes(pdf.trailer.ID[0]).decode() == SubmittedApplication(document()).identity[:32]
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()


# The same to the byte


def test_same_submission_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "PASSED_ON", (*parent.PASSED_ON, "PYTHONHASHSEED", "TZ"))
    found = set()
    for seed, zone in (("1", "UTC"), ("4242", "Asia/Manila")):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        monkeypatch.setenv("TZ", zone)
        found.add(print_to(tmp_path / f"{seed}.pdf", document()).sha256)
    assert len(found) == 1


def test_another_text_is_another_document() -> None:
    content = submission()
    content["title"] += "!"
    papers = [SubmittedApplication(data) for data in (document(), document(content), document(number=2))]
    assert len({paper.identity for paper in papers}) == 3


# Long ones


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "whole.pdf"
    print_to(path, document(submission(**LONG)))
    return path


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "parts.pdf"
    print_to(path, document(submission(**LONG)), parts_of=4)
    return path


def test_parts_print_what_one_piece_prints(whole: Path, parts: Path) -> None:
    assert [entry[:2] for entry in contents_of(whole)] == [entry[:2] for entry in contents_of(parts)]
    texts = []
    for path in (whole, parts):
        with pymupdf.open(path) as pdf:
            text = " ".join(body_of(page) for page in pdf)
        # The head of a table is printed again after each page end; the contents have other numbers.
        kept = text.partition("1. Your organisation What")[2].replace("Item Note Amount", " ")
        texts.append([word for word in kept.split() if word != "•"])
    assert len(texts[0]) > 3_000
    assert texts[0] == texts[1]


def test_parts_pass_the_accessibility_checks(whole: Path, parts: Path) -> None:
    assert errors_of(parts) == errors_of(whole) == []
    assert check(parts).tables == check(whole).tables


def test_contents_of_parts_give_the_page_of_every_section(parts: Path) -> None:
    sections = [(words, page) for level, words, page in contents_of(parts) if level == 1][2:]
    with pymupdf.open(parts) as pdf:
        contents = squeezed(pdf[1].get_text())
    assert all(f"{squeezed(words)} {page}" in contents for words, page in sections)


def test_long_table_is_one_table_with_its_head_on_every_page(whole: Path) -> None:
    with pikepdf.open(whole) as pdf:
        (table,) = [table for table in elements(pdf, "/Table") if len(list(walk(table, "/TR"))) > 60]
        assert len(list(walk(table, "/THead"))) == 1
        assert len({row.Pg.objgen for row in walk(table, "/TR")}) > 1
    with pymupdf.open(whole) as pages:
        assert sum("Item\nNote\nAmount" in page.get_text() for page in pages) > 1


@pytest.mark.parametrize("size", [{}, LONG, {"words": 5_000, "repeat": 3}])
def test_expected_pages_are_about_right(tmp_path: Path, size: dict[str, int]) -> None:
    data = document(submission(**size))
    rendered = print_to(tmp_path / "a.pdf", data)
    assert expected_pages(SubmittedApplication(data).pieces()) == pytest.approx(
        rendered.pages, rel=0.25, abs=1
    )


# Awkward content


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = submission()
    long = "A sentence that goes on. " * 300
    content["title"] = content["organisation"]["name"] = AWKWARD["markup"]
    content["sections"][0]["title"] = AWKWARD["hebrew"]
    content["sections"][0]["fields"] = [
        field(f"k{number}", text.strip() or "Blank", lines=[text, *text.splitlines()])
        for number, text in enumerate(AWKWARD.values())
    ]
    content["sections"][1]["fields"] += [
        field("wide", "Who are your partners?", head=list("ABCDEF"), rows=[["1", "2", "3", "4", "5", long]]),
        field(
            "ragged", "Rows of many lengths", head=["A", "B"], rows=[["x"], ["x", "y", "z"]], total="$1.00"
        ),
    ]
    content["sections"].append({"key": "none", "title": "", "fields": []})
    content["files"][0]["name"] = AWKWARD["long"]
    path = tmp_path_factory.mktemp("awkward") / "a.pdf"
    print_to(path, document(content))
    return path


def test_awkward_content_passes_the_accessibility_checker(awkward: Path) -> None:
    assert errors_of(awkward) == []
    check(awkward)


def test_markup_stays_text(awkward: Path) -> None:
    text = squeezed(text_of(awkward))
    assert "<script>alert(1)</script>" in text
    assert "{{ report.hash }}" in text


def test_long_words_stay_on_the_page(awkward: Path) -> None:
    with pymupdf.open(awkward) as pdf:
        for page in pdf:
            for x0, _y0, x1, _y1, word, *_rest in page.get_text("words"):
                assert x0 >= 0
                assert x1 <= page.rect.width - 40, word


def test_wide_rows_are_printed_line_by_line_and_nothing_is_lost(awkward: Path) -> None:
    with pymupdf.open(awkward) as pdf:
        text = " ".join(body_of(page) for page in pdf)
    assert "1 of 1 A 1 B 2 C 3 D 4 E 5 F A sentence that goes on." in text
    assert text.count("A sentence that goes on.") == 300


def test_empty_section_says_so(awkward: Path) -> None:
    assert "No question of this section applied." in squeezed(text_of(awkward))


def test_application_without_sections_or_files_renders(tmp_path: Path) -> None:
    content = submission() | {"sections": [], "files": []}
    print_to(tmp_path / "a.pdf", document(content))
    assert errors_of(tmp_path / "a.pdf") == []
    assert "Files" not in text_of(tmp_path / "a.pdf")


def test_content_that_lacks_something_names_it(tmp_path: Path) -> None:
    content = submission()
    del content["sections"][1]["fields"][0]["label"]
    with pytest.raises(RenderError) as caught:
        print_to(tmp_path / "a.pdf", document(content))
    assert "content.sections.1.fields.0.label" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_printed_may_be_added(tmp_path: Path) -> None:
    content = submission() | {"something": {"new": 1}}
    assert SubmittedApplication(document(content)).pieces()


# Every kind of field

EVERY_ANSWER: dict[str, Any] = {
    "text": "Safe on the way home",
    "long_text": "First paragraph.\n\nSecond paragraph.",
    "email": "mere@example.org",
    "phone": "02 9876 5432",
    "url": "https://example.org/",
    "number": "12",
    "money": "28700.50",
    "date": "2026-03-01",
    "yes_no": "yes",
    "choice": "a",
    "choices": ["a", "b"],
    "abn": {"abn": "53004085616", "acn": ""},
    "address": {"street": "1 Wharf Road", "suburb": "Balmain", "state": "NSW", "postcode": "2041"},
    "budget": {"lines": [{"item": "Staff", "note": "Two trainers", "amount": "28700.50"}]},
    "indicators": [{"indicator": "Parents who talked", "baseline": "31", "target": "60", "how": "Survey"}],
    "declaration": True,
    "group": [{"name": "Ana", "part": "a", "hours": "12"}, {"name": "Tomás", "part": "b", "hours": "3"}],
    "policy": {"adopted_on": "2026-01-05", "review_on": "2027-01-05"},
    "screening": {"people": "12", "checked": "11", "pending": "1", "as_at": "2026-02-01"},
    "principles": {str(number): {"rating": "partly", "note": "In work."} for number in range(1, 11)},
}


def test_every_kind_of_field_is_printed_and_readable(tmp_path: Path) -> None:
    files = {"file": [given_file(), given_file(number=2)], "policy": [given_file(number=3)]}
    schema = form(*every_field())
    content = submission_content(schema, Answers(EVERY_ANSWER, files), FACTS)
    print_to(tmp_path / "a.pdf", document(content))
    # What an applicant gave as an address stays text: a link in it would be theirs, not ours.
    assert errors_of(tmp_path / "a.pdf") == []
    text = squeezed(text_of(tmp_path / "a.pdf"))
    assert text.count("Not answered.") == 0
    for section in content["sections"]:
        for answer in section["fields"]:
            shown = answer["shown"]
            cells = [cell for row in [shown["head"], *shown["rows"]] for cell in row]
            for words in [answer["label"], *shown["lines"], *cells]:
                assert squeezed(words) in text
    assert "Total $28,700.50" in text
    assert "Total Total" not in text


# Shapes


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["$1.00", "", "-$2,300.50"], True),
        (["12", "3 %"], True),
        (["AUD 12.00", "NZ$4"], True),
        (["2027", "next year"], False),
        (["", ""], False),
        (["3 May 2026"], False),
    ],
)
def test_columns_of_numbers_are_known(cells: list[str], expected: bool) -> None:
    assert is_numeric(cells) is expected


def test_wide_and_wordy_tables_are_known() -> None:
    def shown(*rows: list[str]) -> ShownAnswer:
        return ShownAnswer(head=["h"] * len(rows[0]), rows=list(rows))

    assert not is_wide(shown(["a"] * 5))
    assert is_wide(shown(["a"] * 6))
    assert is_wide(shown(["a", "b", "c" * 300]))
    assert not is_wide(shown(["a", "b" * 300]))


CELLS = st.text(max_size=400)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)))
def test_widths_fill_the_page_and_leave_room_for_every_column(rows: list[list[str]]) -> None:
    found = widths(rows)
    assert len(found) == len(rows[0])
    assert sum(found) == 20
    assert min(found) >= 2


def test_wordy_columns_are_wider() -> None:
    first, second, third = widths([["Principle", "How far", "Note"], ["w" * 90, "Partly", "In work."]])
    assert first > 10
    assert abs(second - third) <= 1


def test_column_has_room_for_its_longest_word() -> None:
    row = ["Young people who know where to find help", "Unknown", "80 %", "A survey " * 12]
    assert widths([["Indicator", "Baseline", "Target", "How you measure it"], row])[1] >= 3


@given(st.integers(min_value=0, max_value=10**12))
def test_sizes_are_short_and_name_their_unit(size: int) -> None:
    assert re.fullmatch(r"\d+ bytes?|\d+ KB|\d+\.\d MB", size_words(size))


TEXT = st.text(max_size=60)
ROWS = st.lists(st.lists(TEXT, max_size=7), max_size=4)


@given(label=TEXT, lines=st.lists(TEXT, max_size=4), head=st.lists(TEXT, max_size=7), rows=ROWS, total=TEXT)
def test_any_answer_can_be_worded(
    label: str, lines: list[str], head: list[str], rows: list[list[str]], total: str
) -> None:
    content = submission()
    content["sections"][0]["fields"] = [field("k", label, lines=lines, head=head, rows=rows, total=total)]
    paper = SubmittedApplication(document(content))
    html = paper.worded(Cleaner(), draft=False).html(paper.pieces(), created="x")
    assert html.count("<h2") == 3 + 3
    assert "<script" not in html
