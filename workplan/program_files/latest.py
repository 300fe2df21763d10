"""The newest program file of a program: the source of what is not turned into rows."""

from workplan.models import ProgramFile
from workplan.program_files.errors import ProgramFileError
from workplan.program_files.read import ProgramFileRead, read_program_file

# Sections that later modules read from the file.
KEPT = ["bodies", "partners", "proposals", "facts"]


def latest_file() -> ProgramFile | None:
    """The newest file of the program whose scope is entered."""
    return ProgramFile.objects.order_by("-id").first()


def latest_read() -> ProgramFileRead | None:
    """The newest file, read again. None without one, and for one that today's rules would refuse."""
    file = latest_file()
    try:
        return read_program_file(file.name, file.text) if file else None
    except ProgramFileError:
        return None
