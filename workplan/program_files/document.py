"""YAML into plain values, with the line and column of each, and no more of YAML than a program file needs.

The values are text, whole numbers, decimals, true, false, nothing, lists and groups (YAML 1.2 core schema,
less exponents). A day stays text until the schema reads it, and `NO` stays Norway.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from workplan.program_files.errors import FileError, Path, Place, ProgramFileError, field_name, quoted
from workplan.program_files.syntax import explain

# A plan of a thousand actions has 350,000 characters and 27,000 names and values. Every step that follows is
# linear in these two, and reading is the slowest: more would keep a web process busy for too long.
MAX_CHARACTERS = 500_000
MAX_VALUES = 40_000
# More than anybody corrects in one go. Reading stops there.
MAX_ERRORS = 100
MAX_DEPTH = 12
MAX_DIGITS = 15
# Only an escape in quotes can bring these in: PostgreSQL has no zero character, UTF-8 no half of a pair.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
TAG = "tag:yaml.org,2002:"


class TooDeep(yaml.MarkedYAMLError):
    """Lists inside lists inside lists, further than any program file goes."""


class TooMany(yaml.MarkedYAMLError):
    """More values than any program file has."""


class PlainLoader(yaml.SafeLoader):
    """Composes nodes with the few scalar types that a program file uses, to a limited depth and number."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = count = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep(problem="too deep", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        if self.count > MAX_VALUES:
            raise TooMany(problem="too many", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


# What a scalar of each type looks like, and the characters it can begin with.
SCALARS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    "float": (r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+", list("-+0123456789")),
}
for _kind, (_pattern, _first) in SCALARS.items():
    PlainLoader.add_implicit_resolver(TAG + _kind, re.compile(rf"^(?:{_pattern})$"), _first)


@dataclass
class Document:
    """The values of a file, the place of each, and what is wrong so far."""

    name: str
    text: str
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    errors: list[FileError] = field(default_factory=list)
    wrong: set[Path] = field(default_factory=set)

    def add_error(self, path: Path, message: str, *, at_key: bool = False) -> None:
        """Note an error about the value at `path`, or about its name; at its group where it is missing.

        Raises ProgramFileError with those before it when there are MAX_ERRORS of them.
        """
        if len(self.errors) == MAX_ERRORS:
            raise ProgramFileError(self.errors, more=True)
        place = self.place_of(path, at_key=at_key)
        self.errors.append(FileError(self.name, place.line, place.column, field_name(path), message))
        self.wrong.update(path[:length] for length in range(len(path) + 1))

    def place_of(self, path: Path, *, at_key: bool = False) -> Place:
        """Where the value at `path` stands, or its name; the group around it where it is missing."""
        place = (self.keys if at_key else self.values).get(path)
        while place is None and path:
            path = path[:-1]
            place = self.values.get(path)
        return place or Place(1, 1)

    def has_error_at(self, path: Path) -> bool:
        """Whether the value, or a part of it, was found wrong already."""
        return path in self.wrong

    def raise_errors(self) -> None:
        """Raise ProgramFileError when anything is wrong."""
        if self.errors:
            raise ProgramFileError(self.errors)


def read_document(name: str, text: str | bytes) -> Document:
    """Read a text. Broken YAML raises ProgramFileError; lesser faults are noted in the document's errors."""
    text = text if isinstance(text, str) else _decode(name, text)
    document = Document(name, text)
    if len(text) > MAX_CHARACTERS:
        document.add_error((), f"the file has more than {MAX_CHARACTERS:,} characters. A plan needs fewer.")
        document.raise_errors()
    node = _compose(name, text)
    if node is None or (isinstance(node, ScalarNode) and node.tag == TAG + "null"):
        document.add_error((), "the file is empty.")
        document.raise_errors()
    else:
        document.data = _Builder(document).value(node, ())
    return document


def _decode(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8 text. Save the file as UTF-8."
        raise ProgramFileError([FileError(name, line, 1, "", message)]) from error


def _compose(name: str, text: str) -> Node | None:
    loader: Any = None
    try:
        loader = PlainLoader(text)
        node: Node | None = loader.get_single_node()
    except yaml.YAMLError as error:
        place, message = explain(error, text)
        raise ProgramFileError([FileError(name, place.line, place.column, "", message)]) from error
    finally:
        if loader:
            loader.dispose()
    return node


class _Builder:
    """Turns nodes into values, noting places and faults in the document on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = self.characters = 0

    def value(self, node: Node, path: Path) -> Any:
        self.document.values[path] = _place(node)
        self._weigh(node, path)
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if node.tag not in {TAG + "map", TAG + "seq"}:
            self._refuse_tag(node, path)
        return self._group(node, path) if isinstance(node, MappingNode) else self._list(node, path)

    def _weigh(self, node: Node, path: Path) -> None:
        """Aliases alone get past the loader's bounds: a value that contains itself, or many times another."""
        self.count += 1
        self.characters += len(node.value) if isinstance(node, ScalarNode) else 0
        if self.count > MAX_VALUES or self.characters > MAX_CHARACTERS or len(path) > MAX_DEPTH:
            self.document.add_error(path, "an alias (*) repeats this too often. Write the values out.")
            self.document.raise_errors()

    def _list(self, node: Node, path: Path) -> list[Any]:
        return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]

    def _group(self, node: MappingNode, path: Path) -> dict[str, Any]:
        group: dict[str, Any] = {}
        for key, value in node.value:
            self._weigh(key, path)
            if not isinstance(key, ScalarNode) or key.tag != TAG + "str":
                self.document.values[*path, "?"] = _place(key)
                self.document.add_error((*path, "?"), "a field name must be plain text.")
                continue
            here = (*path, key.value)
            if key.value in group:
                first = self.document.keys[here].line
                self.document.keys[here] = _place(key)
                message = f"{quoted(key.value)} is given twice, first on line {first}."
                self.document.add_error(here, message, at_key=True)
                continue
            self.document.keys[here] = _place(key)
            group[key.value] = self.value(value, here)
        return group

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        kind, text = node.tag.removeprefix(TAG), str(node.value)
        if kind in SCALARS and re.fullmatch(SCALARS[kind][0], text):
            return self._plain(kind, text, path)
        if kind != "str":
            self._refuse_tag(node, path)
        if UNSTORABLE.search(text):
            self.document.add_error(
                path, "a character of this text cannot be stored. Remove its \\ sequence."
            )
            return "?"
        return text

    def _plain(self, kind: str, text: str, path: Path) -> bool | int | Decimal | None:
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if len(text) > MAX_DIGITS:
            self.document.add_error(path, f"this number has more than {MAX_DIGITS} digits.")
            return 0
        return int(text) if kind == "int" else Decimal(text)

    def _refuse_tag(self, node: Node, path: Path) -> None:
        tag = quoted(node.tag.replace(TAG, "!!"))
        self.document.add_error(path, f"the tag {tag} has no use here. Remove it.")


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
