"""The running product for tests/stack and tests/browser: one for a test run, and one to be broken.

A session's fixture belongs to one process of pytest-xdist, so all tests of one product go to the same: see
schedule.py.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]

from scsc.local import valkey
from tests.stack.product import Product, make_command, running
from tests.stack.schedule import ByProduct
from tests.stack.visitor import Visitor

PRODUCTS = {"product", "fragile"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a product or a browser, so that `-m "not stack"` leaves them out."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if not PRODUCTS.isdisjoint(names):
            item.add_marker(pytest.mark.stack)
        if "browser" in names:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByProduct | None:
    """Keep the tests of one product together, where `--dist loadgroup` asks for groups."""
    return ByProduct(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def folder(worker_id: str) -> Path:
    """Where products keep their data: not in pytest's own folder, which PostgreSQL's user may not enter."""
    return Path(os.environ["TEST_FOLDER"]) / f"products-{worker_id}"


@pytest.fixture(scope="session")
def product(folder: Path) -> Iterator[Product]:
    """The product that tests only use. At the end it stops cleanly, and its logs tell of no error."""
    with running(folder / "product") as started:
        yield started
        assert not started.troubles()
        assert started.stop() == 0


@pytest.fixture(scope="session")
def broker(folder: Path) -> Iterator[valkey.Server]:
    """A broker that stops and starts as a test says; it loses what it held, as a bad day would have it."""
    server = valkey.start(folder / "broker", throwaway=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def fragile(folder: Path, broker: valkey.Server) -> Iterator[Product]:
    """A second product, started by `make`, whose parts are killed and whose broker is taken away."""
    environment = {"REDIS_URL": broker.url}
    with running(folder / "fragile", command=make_command(), environment=environment) as started:
        yield started


@pytest.fixture
def visitor(product: Product) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(product.address)
