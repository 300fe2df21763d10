"""What is said and done about system packages that are missing."""

import dataclasses
import os
import shutil
import subprocess
from typing import Any

import pytest

from scsc.local import system

MISSING = dataclasses.replace(system.NEEDS["pango"], is_there=lambda: False)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run, in place of running them."""
    ran: list[list[str]] = []

    def note(command: list[str], **_: Any) -> None:
        ran.append(command)

    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return ran


def test_nothing_is_done_when_all_is_there(commands: list[list[str]]) -> None:
    assert system.ensure(dataclasses.replace(MISSING, is_there=lambda: True))
    assert commands == []


def test_root_on_debian_gets_it_installed(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    answers = iter([False, True])
    assert system.ensure(dataclasses.replace(MISSING, is_there=lambda: next(answers)))
    assert commands[0] == ["apt-get", "update"]
    assert commands[1][:2] == ["apt-get", "install"]
    assert commands[1][-3:] == ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


@pytest.mark.parametrize(("required", "goes_on"), [(True, False), (False, True)])
def test_others_are_told_the_command(
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    required: bool,
    goes_on: bool,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert system.ensure(dataclasses.replace(MISSING, required=required)) is goes_on
    assert "sudo apt-get install -y --no-install-recommends libpango-1.0-0" in capsys.readouterr().out
    assert commands == []


def test_chromium_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/it" if name == "google-chrome" else None)
    assert system.chromium() == "/bin/it"
    monkeypatch.setenv("CHROMIUM", "/opt/chromium")
    assert system.chromium() == "/opt/chromium"
