"""Broken YAML in plain words, and what a program file does not take from YAML."""

import pytest

from tests.workplan.program_texts import SCSC, changed
from workplan.program_files import FileError, ProgramFileError
from workplan.program_files.document import MAX_CHARACTERS, PlainLoader
from workplan.program_files.read import read_program_file


def errors_of(text: str | bytes) -> list[FileError]:
    with pytest.raises(ProgramFileError) as caught:
        read_program_file("plan.yaml", text)
    return caught.value.errors


BROKEN_YAML = {
    "bracket left open": ("[1], year_confidence: explicit, text", "[1, text", 71, "“["),
    "brace left open": ('deliver its Year 1 activities."}', 'deliver its Year 1 activities."', 71, "“{”"),
    "quote left open": ("number: 1, label: Year 1", 'number: 1, label: "Year 1', 18, "not closed"),
    "colon in a text": ("name: Safer Children, Safer", "name: Safer: Children, Safer", 6, "not expected"),
    "missing colon": ("slug: scsc", "slug scsc", 5, "a colon is missing after the name"),
    "missing colon before a list": ("\noutcomes:", "\noutcomes", 50, ""),
    "tab": ("  sponsor: Westpac", "\tsponsor: Westpac", 7, "Indent with spaces"),
    "indentation": ("  - code: MID\n", " - code: MID\n", 36, "indentation"),
    "alias": ("headline: Catalyse change", "headline: *change", 26, "in quotes"),
    "second document": ("\noutcomes:", "\n---\noutcomes:", 50, "A file holds one program"),
    "special character": ("headline: Catalyse change", "headline: @change", 26, "in quotes"),
    "folded text": ("headline: Catalyse change", "headline: >Catalyse change", 26, "in quotes"),
    "not a text character": ("headline: Catalyse change", "headline: Catalyse\x07change", 26, "cannot have"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_YAML)
def test_broken_yaml_is_named_with_its_line(case: str) -> None:
    old, new, line, words = BROKEN_YAML[case]
    text = changed(SCSC, old, new)
    (error,) = errors_of(text)
    assert error.line == line
    assert words in error.message
    assert "while" not in error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("just words", "a group of fields"),
        ("a: &a [*a]", "Write the values out"),
        ("[" * 3000, "too deep"),
        ("a: !!python/object:os.system ls", "the tag “!!python/object:os.system”"),
        ('program: {name: "\\0"}', "cannot be stored"),
        ("? [a]\n: b", "a field name must be plain text"),
        ("x" * (MAX_CHARACTERS + 1), "more than 500,000 characters"),
        (b"program:\n  name: \xff\xfe", "not UTF-8"),
    ],
)  # fmt: skip
def test_file_that_is_no_program_is_refused(text: str | bytes, words: str) -> None:
    assert any(words in error.message for error in errors_of(text))


def test_aliases_cannot_make_a_small_file_huge() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 9)]
    (error,) = errors_of("\n".join(["l0: &l0 [x]", *levels]))
    assert "Write the values out" in error.message


@pytest.mark.parametrize("word", ["NO", "yes", "1.0e3", "0x1F", "2020-10-01", "12:30", "on"])
def test_plain_words_stay_text(word: str) -> None:
    loader = PlainLoader(f"a: {word}")
    node = loader.get_single_node()
    assert node.value[0][1].tag == "tag:yaml.org,2002:str"  # type: ignore[union-attr]
