"""A script for the tests: the real supervisor and lock around children that only sleep.

Usage: python -m tests.local.site_of_sleepers VAR PORT
"""

import os
import sys
from pathlib import Path

from scsc.local.run import run
from scsc.local.site import Site
from scsc.local.supervisor import Supervisor

SLEEPER = "import subprocess, sys, time; subprocess.Popen(['sleep', '300']); time.sleep(300)"


def start(site: Site, supervisor: Supervisor) -> None:
    """Two children, each with a child of its own, and a step that may take long."""
    for name in ("first", "second"):
        supervisor.add(site.python(name, "-c", SLEEPER, env=os.environ))
    seconds = os.environ.get("SLOW_STEP", "0")
    supervisor.complete(site.python("step", "-c", f"import time; time.sleep({seconds})", env=os.environ))


if __name__ == "__main__":
    sys.exit(run(Site(Path(sys.argv[1]), int(sys.argv[2])), start=start))
