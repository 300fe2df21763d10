"""The page behind an invitation's link."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from scsc.accounts.models import Invitation, User
from scsc.accounts.services import renew_invitation, revoke_invitation
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, expire, invited, sign_in, with_password
from tests.factories import Cast, UserFactory

EMAIL = "new@example.org"
NEW = {"name": "Nia New", "password": PASSWORD}


def test_page_says_what_is_offered_and_by_whom(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    page = client.get(link)
    assert page.status_code == 200
    for part in (cast.program.name, "Program officer", str(cast.manager), EMAIL, "New Person"):
        assert part in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_page_shows_the_last_day_as_the_program_counts_it(cast: Cast, client: Client) -> None:
    Program.objects.filter(pk=cast.program.pk).update(timezone="America/Los_Angeles")
    invitation, link = invited(cast.program, cast.manager)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=datetime(2090, 1, 2, 3, tzinfo=UTC))
    assert "1 January 2090" in client.get(link).content.decode()


def test_a_stranger_makes_an_account_and_is_signed_in(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    answer = client.post(link, NEW)
    user = User.objects.get(email=EMAIL)
    assert answer.status_code == 302
    assert answer["Location"] == "/north/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/north/").status_code == 200
    assert client.get("/south/").status_code == 404


def test_a_stranger_signs_in_later_without_confirming_the_address_again(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    client.post(link, NEW)
    answer = sign_in(Client(), User.objects.get(email=EMAIL))
    assert answer["Location"] == "/"


def test_a_stranger_cannot_choose_another_address(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    client.post(link, NEW | {"email": "mallory@example.org", "username": "mallory@example.org"})
    assert User.objects.filter(email=EMAIL).exists()
    assert not User.objects.filter(email="mallory@example.org").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "", "password": PASSWORD}, "Enter your name"),
        ({"name": "Nia", "password": ""}, "Choose a password"),
        ({"name": "Nia", "password": "short"}, "too short"),
        (
            {"name": "Nia Kowalczyk-Brandvold", "password": "Kowalczyk-Brandvold"},
            "too similar to the full name",
        ),
        ({"name": "Nia", "password": "new@example.org"}, "too similar to the email address"),
    ],
)
def test_a_stranger_is_told_what_to_correct(
    cast: Cast, client: Client, data: dict[str, str], words: str
) -> None:
    _, link = invited(cast.program, cast.manager)
    page = client.post(link, data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "There is a problem" in page.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_second_tab_of_the_same_browser_gives_one_membership(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    assert [client.post(link, NEW)["Location"] for _ in range(2)] == ["/north/", "/north/"]
    assert Membership.objects.filter(program=cast.program, user__email=EMAIL).count() == 1


def test_a_second_browser_is_told_to_sign_in(cast: Cast, client: Client) -> None:
    _, link = invited(cast.program, cast.manager)
    client.post(link, NEW)
    page = Client().post(link, NEW | {"name": "Mallory"})
    assert page.status_code == 410
    assert "If it was you, sign in" in page.content.decode()
    assert User.objects.get(email=EMAIL).name == "Nia New"


def test_an_account_is_asked_to_sign_in_first_and_comes_back(cast: Cast, client: Client) -> None:
    person = with_password(UserFactory.create(email=EMAIL))
    _, link = invited(cast.program, cast.manager)
    page = client.get(link).content.decode()
    assert "has an account already" in page
    assert 'name="password"' not in page
    assert sign_in(client, person, onward=link)["Location"] == link
    assert "Accept as" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/north/"
    assert Membership.objects.get(program=cast.program, user=person).role == Role.OFFICER


def test_an_account_cannot_be_taken_over_by_the_form_for_strangers(cast: Cast, client: Client) -> None:
    person = with_password(UserFactory.create(email=EMAIL, name="Here before"))
    _, link = invited(cast.program, cast.manager)
    page = client.post(link, NEW | {"password": "another long password"})
    person.refresh_from_db()
    assert page.status_code == 200
    assert "_auth_user_id" not in client.session
    assert person.name == "Here before"
    assert person.check_password(PASSWORD)


def test_opening_the_link_accepts_nothing(cast: Cast, client: Client) -> None:
    client.force_login(UserFactory.create(email=EMAIL))
    _, link = invited(cast.program, cast.manager)
    client.get(link)
    assert not Membership.objects.filter(user__email=EMAIL).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_wrong_account_is_told_so(cast: Cast, client: Client, method: str) -> None:
    client.force_login(cast.outsider)
    _, link = invited(cast.program, cast.manager)
    page = getattr(client, method)(link).content.decode()
    assert f"You are signed in as {cast.outsider.email}" in page
    assert EMAIL in page
    assert not Membership.objects.filter(user=cast.outsider).exists()


def test_the_wrong_account_signs_out_and_comes_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.outsider)
    _, link = invited(cast.program, cast.manager)
    answer = client.post(reverse("account_logout"), {"next": link})
    assert answer["Location"] == link
    assert 'name="password"' in client.get(link).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("how", "words"), [("expire", "has expired"), ("revoke", "was withdrawn")])
def test_a_closed_invitation_says_what_to_do(
    cast: Cast, client: Client, how: str, words: str, method: str
) -> None:
    invitation, link = invited(cast.program, cast.manager)
    if how == "expire":
        expire(invitation)
    else:
        with program_scope(cast.program):
            revoke_invitation(invitation, actor=cast.manager)
    page = getattr(client, method)(link, NEW)
    assert page.status_code == 410
    assert words in page.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_replaced_link_points_to_the_newest_message(cast: Cast, client: Client) -> None:
    invitation, link = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        renew_invitation(invitation, actor=cast.manager)
    page = client.get(link)
    assert page.status_code == 404
    assert "only the newest message works" in page.content.decode()


def test_an_unknown_token_is_not_found(db: None, client: Client) -> None:
    assert client.get("/invitations/no-such-token/").status_code == 404


def test_a_used_link_leads_its_person_to_the_program_only_while_they_are_in_it(
    cast: Cast, client: Client
) -> None:
    _, link = invited(cast.program, cast.manager)
    client.post(link, NEW)
    Membership.objects.filter(user__email=EMAIL).delete()
    assert client.get(link).status_code == 410
