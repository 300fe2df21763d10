"""Measure on a throwaway database and print a table of ratios with their bounds.

Exits 1 when a bound of the design is not held. Nothing here runs in the tests.
"""

import os
import sys
import tempfile
from pathlib import Path

from scsc.local import postgres


def main() -> int:
    """Start a database, migrate it, measure, print."""
    with tempfile.TemporaryDirectory(prefix="scsc-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = postgres.start(folder / "postgres", throwaway=True)
        os.environ |= {
            "DATABASE_URL": server.database_url(),
            "DATABASE_OWNER_URL": server.owner_url(),
            "DJANGO_SETTINGS_MODULE": "scsc.settings",
            "SECRET_KEY": "only-for-measuring",
            "VAR": str(folder / "var"),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "LOG_LEVEL": "ERROR",
            "DEBUG": "1",
            "SECOND_FACTOR_ROLES": "",
        }
        try:
            return _measure()
        finally:
            server.stop()


def _measure() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from bench.measures import measure_all

    measures = measure_all()
    width = max(len(m.what) for m in measures)
    for m in measures:
        held = "held" if m.value <= m.bound else "NOT HELD"
        print(f"{m.what:<{width}}  {m.value:7.2f}  at most {m.bound:g}  {held}")
    return int(any(m.value > m.bound for m in measures))


if __name__ == "__main__":
    sys.exit(main())
