"""Where a person is signed in, and ending it."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.factories import Cast
from tests.ui.markup import one, parse, words


def two_browsers(cast: Cast) -> tuple[Client, Client]:
    person = with_password(cast.executive)
    here, there = Client(headers={"User-Agent": "Here"}), Client(headers={"User-Agent": "There"})
    for browser in (here, there):
        sign_in(browser, person)
        assert browser.get("/north/").status_code == 200
    return here, there


def test_sessions_are_listed_with_their_browsers(cast: Cast) -> None:
    here, _ = two_browsers(cast)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Here" in page
    assert "There" in page


def test_the_table_of_sessions_has_a_caption_and_row_heads(cast: Cast) -> None:
    here, _ = two_browsers(cast)
    table = one(parse(here.get(reverse("usersessions_list")).content.decode()), "//table")
    assert words(one(table, "./caption")) == "Sessions"
    assert {words(head) for head in table.xpath(".//th[@scope='row']")} == {"Here This one", "There"}


def test_ending_the_other_sessions_really_ends_them(cast: Cast) -> None:
    here, there = two_browsers(cast)
    here.post(reverse("usersessions_list"))
    assert there.get("/north/")["Location"].startswith("/accounts/login/")
    assert here.get("/north/").status_code == 200
    assert UserSession.objects.filter(user=cast.executive).count() == 1


def test_changing_the_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = two_browsers(cast)
    new = "a wholly different phrase"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post(reverse("account_change_password"), data)
    assert there.get("/north/")["Location"].startswith("/accounts/login/")
    assert here.get("/north/").status_code == 200


def test_nobody_sees_the_sessions_of_another(cast: Cast, client: Client) -> None:
    two_browsers(cast)
    client.force_login(cast.officer)
    assert "There" not in client.get(reverse("usersessions_list")).content.decode()


def test_a_session_begun_in_any_way_is_listed(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    client.get("/north/")
    assert UserSession.objects.get(user=cast.officer).session_key == client.session.session_key


def test_activity_is_written_at_most_every_five_minutes(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.officer)
    client.get("/north/")
    first = UserSession.objects.get(user=cast.officer).last_seen_at
    with CaptureQueriesContext(connection) as queries:
        client.get("/north/")
    assert not any("usersession" in query["sql"] for query in queries)
    later = time.time() + 301
    monkeypatch.setattr("scsc.accounts.middleware.time.time", lambda: later)
    client.get("/north/")
    assert UserSession.objects.get(user=cast.officer).last_seen_at > first
