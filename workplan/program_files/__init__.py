"""Program files: a whole program as one YAML text, in and out.

`read.py` turns a text into checked content or names every error, `load.py` writes it to the database,
`dump.py` writes the database back as a text.
"""

from workplan.program_files.dump import dump_program
from workplan.program_files.errors import FileError, ProgramFileError
from workplan.program_files.load import load_program_file
from workplan.program_files.report import LoadReport

__all__ = ["FileError", "LoadReport", "ProgramFileError", "dump_program", "load_program_file"]
