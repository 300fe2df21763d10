"""Log lines: no link that lets somebody in."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.test import Client

from scsc.logs import configure_logging

SECRET = "s3cret-T0ken_x"


@pytest.fixture(params=[True, False], ids=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What Django's and our loggers write, in either form."""
    written = io.StringIO()
    formatter = configure_logging(json=request.param, level="INFO")["formatters"]["structured"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter["()"](**{k: v for k, v in formatter.items() if k != "()"}))
    loggers = [logging.getLogger(name) for name in ("django.request", "scsc.tests")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


PLACES = [
    f"/invitations/{SECRET}/",
    f"/invitations/{SECRET}",
    f"/accounts/password/reset/key/{SECRET}/",
    f"/accounts/confirm-email/{SECRET}/",
]


@pytest.mark.django_db
def test_refused_request_leaves_no_token_in_the_log(log: io.StringIO) -> None:
    assert Client().get(PLACES[0]).status_code >= 400
    assert "/invitations/***" in log.getvalue()
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize("place", PLACES)
def test_links_are_masked_wherever_they_stand(log: io.StringIO, place: str) -> None:
    logger = logging.getLogger("scsc.tests")
    logger.warning("Not Found: %s", place)
    logger.warning("https://example.org%s?next=/", place)
    try:
        raise ValueError(place)
    except ValueError:
        logger.exception("failed")
    assert log.getvalue().count("***") >= 3
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize("log", [True], indirect=True, ids=["json"])
def test_masked_line_is_json_still(log: io.StringIO) -> None:
    logging.getLogger("scsc.tests").warning("Not Found: %s", PLACES[0])
    assert json.loads(log.getvalue())["event"] == "Not Found: /invitations/***/"


def test_fields_of_a_line_are_masked_and_other_addresses_kept(log: io.StringIO) -> None:
    structlog.get_logger("scsc.tests").warning("Not Found", path=PLACES[0], args=[PLACES[2], "/north/plan/"])
    assert SECRET not in log.getvalue()
    assert "/north/plan/" in log.getvalue()
