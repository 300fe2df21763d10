"""What a renderer's process can be asked for: a whole report, or one step of making a long one.

WeasyPrint and pikepdf are imported by the jobs that need them: each costs time and memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reporting.rendering.parts import LONG, PART, expected_pages, pieces, split
from reporting.rendering.timings import Timings
from reporting.snapshot_schema import Snapshot


@dataclass(frozen=True)
class Job:
    """What to do. `parts_of` is the length of parts in pages; without it short reports are made at once.

    "part" writes the part of that number, "folios" the page numbers of all `parts`, "join" the whole; all in
    one folder, in this order.
    """

    task: Literal["report", "part", "folios", "join"] = "report"
    part: int = 0
    parts: int = 0
    parts_of: int = 0


@dataclass(frozen=True)
class Work:
    """A snapshot, its hash, where the PDF goes, and whom to tell about progress and time."""

    snapshot: Snapshot
    digest: str
    output: Path
    progress: Callable[[int, str], None]
    timings: Timings

    def do(self, job: Job) -> dict[str, Any]:
        """Do a job: {"pages": ...}, or {"plan": ...} if a report is too long to be made at once."""
        if job.task == "report" and (plan := self._plan(job.parts_of)):
            return {"plan": plan}
        if job.task == "join":
            return {"pages": self._join(job)}
        with self.timings.stage("weasyprint"):
            import weasyprint  # noqa: F401  (its own start, timed apart)
        if job.task == "part":
            return {"pages": self._part(job)}
        if job.task == "folios":
            return {"pages": self._folios(job)}
        return {"pages": self._report()}

    def _plan(self, parts_of: int) -> dict[str, Any] | None:
        """How to make a long report: the expected pages of each part. None for one that is made at once."""
        report = pieces(self.snapshot)
        if not parts_of and expected_pages(report) <= LONG:
            return None
        parts = split(report, parts_of=parts_of or PART)
        return {"parts_of": parts_of or PART, "pages": [expected_pages(part) for part in parts]}

    def _report(self) -> int:
        with self.timings.stage("start"):
            from reporting.rendering.document import write_report
        pages = write_report(
            self.snapshot,
            digest=self.digest,
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
            self.snapshot,
            digest=self.digest,
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
