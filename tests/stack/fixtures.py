"""The running product for tests/stack and tests/browser: one for a test run, and one to be broken.

A session's fixture belongs to one process of pytest-xdist, so all tests of one product go to the same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scsc.local import valkey
from tests.stack.product import Product, make_command, running
from tests.stack.visitor import Visitor

PRODUCTS = ("product", "fragile")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a product, so that `-m "not stack"` leaves them out and xdist groups them."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        for name in PRODUCTS:
            if name in names:
                item.add_marker(pytest.mark.xdist_group(name))
                item.add_marker(pytest.mark.stack)
        if "browser" in names:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product that tests only use. At the end it stops cleanly, and its logs tell of no error."""
    with running(tmp_path_factory.mktemp("product")) as started:
        yield started
        assert not started.troubles()
        assert started.stop() == 0


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[valkey.Server]:
    """A broker that stops and starts as a test says; it loses what it held, as a bad day would have it."""
    server = valkey.start(tmp_path_factory.mktemp("broker"), throwaway=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def fragile(tmp_path_factory: pytest.TempPathFactory, broker: valkey.Server) -> Iterator[Product]:
    """A second product, started by `make`, whose parts are killed and whose broker is taken away."""
    folder: Path = tmp_path_factory.mktemp("fragile")
    with running(folder, command=make_command(), environment={"REDIS_URL": broker.url}) as started:
        yield started


@pytest.fixture
def visitor(product: Product) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(product.address)
