"""System packages that pip cannot bring: `python -m scsc.local.system pango chromium`.

Pango lays out the PDFs and is needed. Chromium runs the browser tests, which are skipped without it. What is
missing is installed as root on Debian and its relatives; elsewhere the command to run is printed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import DEVNULL

from scsc.local.console import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """Something that the operating system must bring."""

    name: str
    purpose: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]
    required: bool


def chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine; CHROMIUM in the environment names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def has_pango() -> bool:
    """Whether WeasyPrint finds its libraries, asked in a fresh process since a failed import stays failed."""
    script = [sys.executable, "-c", "import weasyprint"]
    return subprocess.run(script, capture_output=True, check=False).returncode == 0


NEEDS = {
    "pango": Need(
        name="Pango",
        purpose="lays out the PDF reports",
        packages=("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        is_there=has_pango,
        required=True,
    ),
    "chromium": Need(
        name="Chromium",
        purpose="runs the browser tests",
        packages=("chromium",),
        is_there=lambda: chromium() is not None,
        required=False,
    ),
}


def ensure(need: Need) -> bool:
    """Install what is missing where that is possible; answers whether the work can go on."""
    if need.is_there():
        return True
    install = ["apt-get", "install", "-y", "--no-install-recommends", *need.packages]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {need.name}, which {need.purpose}.")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], install):
            subprocess.run(command, env=environment, stdin=DEVNULL, stdout=DEVNULL, check=False)
        if need.is_there():
            return True
    say(f"{need.name} is missing; it {need.purpose}. On Debian or Ubuntu: sudo {' '.join(install)}")
    say("Nothing more can be done without it." if need.required else "Going on without it.")
    return not need.required


def main(names: list[str]) -> int:
    """Check the named needs; answers the exit status."""
    return 0 if all(ensure(NEEDS[name]) for name in names) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
