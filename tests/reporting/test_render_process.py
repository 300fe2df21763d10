"""The renderer's process: limited in time and memory, ended with its parent, its end explained."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reporting.rendering.parent import ROOT, Rendered, RenderError, render
from tests.reporting.samples import first_action, sample


def render_to(path: Path, snapshot: dict[str, Any], **options: Any) -> Rendered:
    return render(snapshot, output=path, on_progress=lambda _percent, _step: None, **options)


def test_render_of_a_snapshot_with_a_fault_names_the_field_and_leaves_nothing(tmp_path: Path) -> None:
    snapshot = sample(deliverables=2, updates=0)
    first_action(snapshot)["deliverables"][1]["due"] = "soon"
    with pytest.raises(RenderError) as caught:
        render_to(tmp_path / "report.pdf", snapshot)
    assert caught.value.message == "What is to be printed is not complete."
    assert "ambitions.0.actions.0.deliverables.1.due" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_render_that_takes_too_long_is_stopped_and_says_so(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(RenderError, match=r"took longer than 0\.2 seconds"):
        render_to(tmp_path / "report.pdf", sample(), timeout_s=0.2)
    assert time.monotonic() - started < 5
    assert list(tmp_path.iterdir()) == []


def test_render_that_needs_too_much_memory_says_so_and_where(tmp_path: Path) -> None:
    with pytest.raises(RenderError) as caught:
        render_to(tmp_path / "report.pdf", sample(repeat=4), memory_limit_mb=130)
    assert caught.value.message == "The PDF needs more memory than the 130 MB it may use."
    assert "page" in caught.value.detail or "text" in caught.value.detail


def test_render_that_is_killed_names_the_signal(tmp_path: Path) -> None:
    def kill(_percent: int, _step: str) -> None:
        os.kill(child_of(os.getpid()), signal.SIGKILL)

    with pytest.raises(RenderError, match=r"stopped \(signal 9, SIGKILL\)"):
        render(sample(), output=tmp_path / "report.pdf", on_progress=kill)


def test_render_ticks_every_second_and_an_error_of_the_caller_ends_it(tmp_path: Path) -> None:
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 4:
            raise LookupError("the lease is lost")

    with pytest.raises(LookupError):
        render_to(tmp_path / "report.pdf", sample(repeat=2), on_tick=tick)
    assert max(after - before for before, after in pairwise(ticks)) < 1
    with pytest.raises(ProcessLookupError):
        child_of(os.getpid())


def test_renderer_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import json, sys, pathlib; from reporting.rendering.parent import render; "
        "render(json.loads(pathlib.Path(sys.argv[1]).read_text()), output=pathlib.Path(sys.argv[2]), "
        "on_progress=lambda p, s: print(s, flush=True))"
    )
    source = tmp_path / "snapshot.json"
    source.write_text(json.dumps(sample(repeat=4)))
    command = [sys.executable, "-c", script, str(source), str(tmp_path / "report.pdf")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline()
        child = child_of(parent.pid)
        parent.kill()
    for _ in range(50):
        if not alive(child):
            return
        time.sleep(0.1)
    pytest.fail("the renderer outlived its parent")


def child_of(pid: int) -> int:
    """The renderer that a process started. Raises ProcessLookupError."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (entry / "status").read_text(), (entry / "cmdline").read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\t{pid}$", status, re.MULTILINE) and "reporting.rendering.child" in command:
            return int(entry.name)
    raise ProcessLookupError(pid)


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in (Path("/proc") / str(pid) / "status").read_text()
    except OSError:
        return False
