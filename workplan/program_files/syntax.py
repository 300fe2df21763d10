"""What is wrong with broken YAML, in plain words."""

import yaml

from workplan.program_files.errors import Place

# Parts of PyYAML's messages and what to tell a person, the first match counts.
WORDS = [
    ("too deep", "lists and groups lie too deep inside each other here."),
    ("too many", "the file has too many names and values. A plan needs fewer."),
    (
        "mapping values are not allowed",
        "a colon is not expected here. Check the indentation, or put a text that has “: ” in quotes.",
    ),
    ("'\\t'", "there is a tab here. Indent with spaces."),
    ("cannot start any token", "this character cannot start a value. Put the text in quotes."),
    ("expected a single document", "a second document begins here (---). A file holds one program."),
    ("undefined alias", "the alias (*) here names nothing. Put a text that begins with * in quotes."),
    ("duplicate anchor", "the anchor (&) here is given twice. Write the values out."),
    ("unknown escape character", "this backslash has no meaning. Put the text in single quotes."),
    ("expected <block end>", "the indentation here does not fit the lines above."),
    ("sequence entries are not allowed", "a list entry (-) does not fit here. Check the indentation."),
    ("indentation indicators", "this | or > does not begin a text of several lines. Put the text in quotes."),
    ("expected the node content", "a value is missing here, or a bracket too many closes here."),
]


def explain(error: yaml.YAMLError, text: str) -> tuple[Place, str]:
    """The place of a syntax error and a sentence about it."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        place = Place(before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1)
        return place, "there is a character here that a text file cannot have."
    if not isinstance(error, yaml.MarkedYAMLError):
        return Place(1, 1), f"this is not valid YAML: {error}."
    problem = error.problem or str(error.context)
    start, end = error.context_mark, error.problem_mark or error.context_mark
    if start and "quoted scalar" in (error.context or "") and "unexpected" in problem:
        return _place(start), "the quotation mark that opens here is never closed."
    if start and end and "expected ',' or" in problem:
        bracket = problem.split("'")[3]
        pair = "“{”" if bracket == "}" else "“[”"
        return _place(start), (
            f"the {pair} that opens here is not closed, or a comma is missing, before line {end.line + 1}, "
            f"column {end.column + 1}."
        )
    if "could not find expected ':'" in problem:
        return _place(start), "a colon is missing after the name, or a text is not closed on this line."
    if "mapping values are not allowed" in problem and end and (line := _line_without_colon(text, end)):
        return Place(line, 1), "a colon is missing after the name on this line."
    for part, words in WORDS:
        if part in f"{error.context} {problem}":
            return _place(end), words
    return _place(end), f"this is not valid YAML: {problem}."


def _place(mark: yaml.Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _line_without_colon(text: str, at: yaml.Mark) -> int | None:
    """The line before, where it stands at the same indentation and has no colon."""
    lines = text.splitlines()[: at.line + 1]
    if len(lines) < 2 or ":" in lines[-2] or not lines[-2].strip():
        return None
    indents = [len(line) - len(line.lstrip(" -")) for line in lines[-2:]]
    return at.line if indents[0] == indents[1] else None
