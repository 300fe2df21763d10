"""The parts of a long report, each laid out by itself, and the page numbers that go on all of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.document import Document

from reporting.rendering import fonts
from reporting.rendering.cut import cut
from reporting.rendering.document import TEMPLATES, Press, Progress, Timings
