"""The team's pages and the page behind an invitation's link, through the client."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Application, TeamInvitation
from grants.models.applications import Rights
from grants.permissions import rights_on
from grants.services.team import invite_to_team, remove_from_team, withdraw_team_invitation
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.factories import Cast, UserFactory
from tests.grants.applicants import begun, joined, link_in, mails, round_of

SignIn = Callable[[User], Client]
TEAM = "/north/apply/IG27-0001/team/"
EMAIL = "lena@example.org"
NEW = {"name": "Lena Moss", "password": PASSWORD}


@pytest.fixture
def application(cast: Cast) -> Application:
    """Begun by the outsider, who may submit it."""
    with program_scope(cast.program):
        return begun(round_of(cast.program), cast.outsider)


def invited(application: Application, email: str = EMAIL, rights: str = "edit") -> tuple[TeamInvitation, str]:
    """An invitation and the path of its link as the message has it."""
    with program_scope(application.program):
        invitation = invite_to_team(application, email=email, rights=rights, actor=application.created_by)
        return invitation, link_in(mails(application.program)[-1])


def held(application: Application, person: User) -> Rights | None:
    with program_scope(application.program):
        found = Application.objects.get(pk=application.pk)
        return rights_on(User.objects.get(pk=person.pk), found)


def test_team_page_lists_who_may_do_what(cast: Cast, application: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        joined(application, Rights.VIEW, name="Reader")
    invited(application)
    page = signed_in(cast.outsider).get(TEAM).content.decode()
    for words in (
        "Outsider",
        "(you)",
        "Reader",
        "Read, write, submit and invite",
        EMAIL,
        "Waiting for an answer",
    ):
        assert words in page


def test_reader_sees_the_team_and_no_buttons(cast: Cast, application: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        reader = joined(application, Rights.VIEW)
    invitation, _ = invited(application)
    client = signed_in(reader)
    page = client.get(TEAM).content.decode()
    assert "Invite a colleague" not in page
    assert "Send again" not in page
    assert "Leave" in page
    for address in (
        f"{TEAM}invite/",
        f"{TEAM}{cast.outsider.pk}/rights/",
        f"{TEAM}{cast.outsider.pk}/remove/",
        f"{TEAM}invitations/{invitation.pk}/withdraw/",
        f"{TEAM}invitations/{invitation.pk}/resend/",
    ):
        assert client.get(address).status_code == client.post(address).status_code == 403, address


@pytest.mark.parametrize("name", ["manager", "officer", "auditor", "applicant", "other_manager", "partner"])
def test_team_is_not_there_for_anybody_else(
    cast: Cast, application: Application, signed_in: SignIn, name: str
) -> None:
    invitation, _ = invited(application)
    client = signed_in(cast.people[name])
    pages = ["", "invite/", f"{cast.outsider.pk}/rights/", f"{cast.outsider.pk}/remove/"]
    pages += [f"invitations/{invitation.pk}/withdraw/", f"invitations/{invitation.pk}/resend/"]
    for page in pages:
        assert client.get(TEAM + page).status_code == 404, page
        assert client.post(TEAM + page).status_code in {404, 405}, page


def test_colleague_is_invited_by_the_page(cast: Cast, application: Application, signed_in: SignIn) -> None:
    client = signed_in(cast.outsider)
    answer = client.post(f"{TEAM}invite/", {"email": EMAIL, "rights": "view"}, follow=True)
    assert f"on its way to {EMAIL}" in answer.content.decode()
    again = client.post(f"{TEAM}invite/", {"email": EMAIL, "rights": "view"})
    assert again.status_code == 422
    assert "is invited already" in again.content.decode()
    for data, words in (
        ({"email": "nobody"}, "Enter an email address, such as"),
        ({}, "Enter an email address"),
    ):
        assert words in client.post(f"{TEAM}invite/", data).content.decode()


def test_rights_are_changed_by_the_page(cast: Cast, application: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.VIEW)
    client = signed_in(cast.outsider)
    client.post(f"{TEAM}{person.pk}/rights/", {"rights": "edit"})
    assert held(application, person) == Rights.EDIT
    last = client.post(f"{TEAM}{cast.outsider.pk}/rights/", {"rights": "view"})
    assert last.status_code == 422
    assert "only one who may submit" in last.content.decode()
    assert client.get(f"{TEAM}{cast.applicant.pk}/rights/").status_code == 404


def test_removed_member_is_out_at_the_next_request(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.SUBMIT)
    theirs = signed_in(person)
    assert theirs.get(TEAM).status_code == 200
    signed_in(cast.outsider).post(f"{TEAM}{person.pk}/remove/")
    for page in ("", "team/", "status/", "notes/", "messages/", "organisation/", "print/", "check/"):
        assert theirs.get(f"/north/apply/IG27-0001/{page}").status_code == 404, page
    assert (
        theirs.post("/north/apply/IG27-0001/fields/title/", {"title": "x", "version": 0}).status_code == 404
    )


def test_member_leaves_and_finds_the_list(cast: Cast, application: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.VIEW)
    client = signed_in(person)
    assert "Leave this team?" in client.get(f"{TEAM}{person.pk}/remove/").content.decode()
    assert client.post(f"{TEAM}{person.pk}/remove/")["Location"] == "/north/apply/"
    assert client.get(TEAM).status_code == 404


def test_last_one_is_told_why_they_stay(cast: Cast, application: Application, signed_in: SignIn) -> None:
    answer = signed_in(cast.outsider).post(f"{TEAM}{cast.outsider.pk}/remove/")
    assert answer.status_code == 422
    assert "only one who may submit" in answer.content.decode()


def test_invitation_is_withdrawn_and_sent_again_by_the_page(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    invitation, first = invited(application)
    client.post(f"{TEAM}invitations/{invitation.pk}/resend/")
    assert Client().get(first).status_code == 404
    with program_scope(cast.program):
        second = link_in(mails(cast.program)[-1])
    assert Client().get(second).status_code == 200
    client.post(f"{TEAM}invitations/{invitation.pk}/withdraw/")
    assert Client().get(second).status_code == 410


def test_invitation_of_another_application_is_not_there(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        other = begun(round_of(cast.program, "SG27"), cast.partner, name="Other", abn="")
    invitation, _ = invited(other)
    client = signed_in(cast.outsider)
    for act in ("withdraw", "resend"):
        assert client.post(f"{TEAM}invitations/{invitation.pk}/{act}/").status_code == 404
    assert client.post(f"{TEAM}{cast.partner.pk}/remove/").status_code == 404


def test_link_says_what_is_offered_and_accepts_nothing_by_itself(
    cast: Cast, application: Application, client: Client
) -> None:
    _, link = invited(application)
    page = client.get(link)
    text = page.content.decode()
    for words in ("Outsider invites you", "Harbour Families", "Impact grants IG27", EMAIL, "write in it"):
        assert words in text
    assert "no-store" in page["Cache-Control"]
    assert not User.objects.filter(email=EMAIL).exists()


def test_stranger_makes_an_account_joins_and_is_signed_in(
    cast: Cast, application: Application, client: Client
) -> None:
    _, link = invited(application)
    answer = client.post(link, NEW)
    assert answer["Location"] == "/north/apply/IG27-0001/"
    user = User.objects.get(email=EMAIL)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert held(application, user) == Rights.EDIT
    assert client.get("/north/apply/IG27-0001/").status_code == 200
    assert client.get("/north/plan/").status_code == 403
    assert client.get("/south/apply/IG27-0001/").status_code == 404
    assert client.get(link)["Location"] == "/north/apply/IG27-0001/"
    assert sign_in(Client(), user)["Location"] == "/"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "Enter your name"),
        ({"password": "short"}, "too short"),
        ({"password": EMAIL}, "too similar to the email address"),
    ],
)
def test_stranger_is_told_what_to_correct(
    cast: Cast, application: Application, client: Client, data: dict[str, str], words: str
) -> None:
    _, link = invited(application)
    page = client.post(link, NEW | data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_known_person_signs_in_first_and_joins(cast: Cast, application: Application, client: Client) -> None:
    person = with_password(UserFactory.create(email=EMAIL))
    _, link = invited(application, EMAIL.upper())
    page = client.get(link).content.decode()
    assert "has an account already" in page
    assert 'name="password"' not in page
    assert client.post(link, NEW).status_code == 200
    assert held(application, person) is None
    assert sign_in(client, person, onward=link)["Location"] == link
    assert "Join as" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/north/apply/IG27-0001/"
    assert held(application, person) == Rights.EDIT


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_address_is_told_so(
    cast: Cast, application: Application, client: Client, method: str
) -> None:
    client.force_login(cast.applicant)
    _, link = invited(application)
    page = getattr(client, method)(link).content.decode()
    assert f"You are signed in as {cast.applicant.email}" in page
    assert held(application, cast.applicant) is None
    answer = client.post(reverse("account_logout"), {"next": link})
    assert answer["Location"] == link


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("how", "words"), [("expire", "has expired"), ("revoke", "was withdrawn")])
def test_closed_link_says_what_to_do(
    cast: Cast, application: Application, client: Client, how: str, words: str, method: str
) -> None:
    invitation, link = invited(application)
    with program_scope(cast.program):
        if how == "expire":
            TeamInvitation.objects.update(expires_at=timezone.now())
        else:
            withdraw_team_invitation(invitation, actor=cast.outsider)
    page = getattr(client, method)(link, NEW)
    assert page.status_code == 410
    assert words in page.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_used_link_is_closed_to_others_and_to_whoever_was_removed(
    cast: Cast, application: Application, client: Client
) -> None:
    _, link = invited(application)
    client.post(link, NEW)
    assert Client().post(link, NEW | {"name": "Mallory"}).status_code == 410
    user = User.objects.get(email=EMAIL)
    with program_scope(cast.program):
        remove_from_team(application, user=user, actor=cast.outsider)
    assert client.get(link).status_code == client.post(link).status_code == 410
    assert held(application, user) is None


def test_unknown_token_and_that_of_another_program_are_not_found(
    cast: Cast, application: Application, client: Client
) -> None:
    _, link = invited(application)
    assert client.get("/north/apply/join/nonsense/").status_code == 404
    assert client.get(link.replace("/north/", "/south/")).status_code == 404
    assert client.get(link.replace("/north/", "/nowhere/")).status_code == 404
