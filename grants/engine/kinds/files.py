"""The field that takes files."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.schema import Field, Json, Part

MOST_FILES = 20


class FileOptions(Part):
    """How many files."""

    most: Annotated[int, Setting(ge=1, le=MOST_FILES)] = 1


class File(Kind):
    name = "file"
    label = "Files"
    about = "One or several files, each checked for viruses before anyone can open it."
    takes_files = True
    control = "file"
    Options = FileOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        return []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        return Shown(files=files)

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        return not files

    def missing(self, field: Field) -> str:
        return f"Add a file for {quoted(field)}"

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        return {"most": self.most_files(field)}

    def most_files(self, field: Field) -> int:
        return options_of(field, FileOptions).most
