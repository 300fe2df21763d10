"""From a text to a checked document, or to every error in it."""

from dataclasses import dataclass

from pydantic import ValidationError

from workplan.program_files.checks import check_content
from workplan.program_files.document import Document, read_document
from workplan.program_files.errors import ProgramFileError
from workplan.program_files.schema import ProgramFileContent
from workplan.program_files.words import explain_schema_error


@dataclass(frozen=True)
class ProgramFileRead:
    """A file that is right in itself: its content, and the document that knows the place of each value."""

    content: ProgramFileContent
    document: Document


def read_program_file(name: str, text: str | bytes) -> ProgramFileRead:
    """Check a text against syntax, schema and the rules between its parts.

    `name` is what errors call the file; bytes are read as UTF-8. Raises ProgramFileError with all errors, or
    the first MAX_ERRORS, in the order of lines.
    """
    document = read_document(name, text)
    try:
        content = ProgramFileContent.model_validate(document.data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        for each in sorted(found, key=lambda one: document.place_of(one["loc"])):
            explain_schema_error(each, document)
        check_content(document)
        raise ProgramFileError(document.errors) from error
    check_content(document)
    document.raise_errors()
    return ProgramFileRead(content, document)
