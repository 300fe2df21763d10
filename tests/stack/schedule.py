"""Which tests pytest-xdist sends to the same process."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

# By the beginning of a test's name; the first that fits counts.
TOGETHER = {
    "tests/stack/test_jobs.py": "fragile",
    "tests/stack/": "product",
    "tests/browser/": "product",
}


class ByProduct(LoadScopeScheduling):
    """Sends all tests of one running product to one process, and every other test to whoever is free.

    In place of xdist's own grouping by mark, which writes to an attribute that pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)
