"""What a renderer's process can be asked for: a whole document, or one step of making a long one.

WeasyPrint and pikepdf are imported by the jobs that need them: each costs time and memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reporting.rendering.paper import Paper
from reporting.rendering.parts import LONG, PART, expected_pages, split
from reporting.rendering.timings import Timings


@dataclass(frozen=True)
class Job:
    """What to do. `parts_of` is the length of parts in pages; without it short documents are made at once.

    "part" writes the part of that number, "folios" the page numbers of all `parts`, "join" the whole; all in
    one folder, in this order. A `draft` is marked as one on every page.
    """

    task: Literal["whole", "part", "folios", "join"] = "whole"
    part: int = 0
    parts: int = 0
    parts_of: int = 0
    draft: bool = False


@dataclass(frozen=True)
class Work:
    """A document, where its PDF goes, and whom to tell about progress and time."""

    paper: Paper
    output: Path
    progress: Callable[[int, str], None]
    timings: Timings

    def do(self, job: Job) -> dict[str, Any]:
        """Do a job: {"pages": ...}, or {"plan": ...} if a document is too long to be made at once."""
        if job.task == "whole" and (plan := self._plan(job.parts_of)):
            return {"plan": plan}
        if job.task == "join":
            return {"pages": self._join(job)}
        with self.timings.stage("weasyprint"):
            import weasyprint  # noqa: F401  (its own start, timed apart)
        if job.task == "part":
            return {"pages": self._part(job)}
        if job.task == "folios":
            return {"pages": self._folios(job)}
        return {"pages": self._whole(job)}

    def _plan(self, parts_of: int) -> dict[str, Any] | None:
        """How to make a long document: the expected pages of each part. None for one that is made at once."""
        document = self.paper.pieces()
        if not parts_of and expected_pages(document) <= LONG:
            return None
        parts = split(document, parts_of=parts_of or PART)
        return {"parts_of": parts_of or PART, "pages": [expected_pages(part) for part in parts]}

    def _whole(self, job: Job) -> int:
        with self.timings.stage("start"):
            from reporting.rendering.press import write_whole
        pages = write_whole(
            self.paper,
            draft=job.draft,
            output=self.output,
            on_progress=self.progress,
            timings=self.timings,
        )
        self._check(95)
        return pages

    def _part(self, job: Job) -> int:
        with self.timings.stage("start"):
            from reporting.rendering.long import write_part
        return write_part(
            self.paper,
            draft=job.draft,
            part=job.part,
            parts_of=job.parts_of,
            folder=self.output.parent,
            on_progress=self.progress,
            timings=self.timings,
        )

    def _folios(self, job: Job) -> int:
        with self.timings.stage("start"):
            from reporting.rendering.long import write_folios
        return write_folios(
            folder=self.output.parent, parts=job.parts, on_progress=self.progress, timings=self.timings
        )

    def _join(self, job: Job) -> int:
        from reporting.rendering.join import join

        self.progress(1, f"Joining {job.parts} parts")
        with self.timings.stage("join"):
            pages = join(self.output.parent, parts=job.parts, output=self.output)
        self._check(60)
        return pages

    def _check(self, percent: int) -> None:
        from reporting.rendering.accessibility import check

        self.progress(percent, "Checking the tags")
        with self.timings.stage("check"):
            check(self.output)
