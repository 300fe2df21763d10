"""An address that somebody else signed up with: their password never opens what the address is given."""

from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.account.stages import LoginStageController
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from grants.models import Application
from grants.services.team import invite_to_team
from scsc.accounts.claiming import is_unclaimed
from scsc.accounts.models import User
from scsc.accounts.services import make_account
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, invited, race, sign_in, with_password
from tests.accounts.test_sign_up import ANOTHER, choose_password, confirm, link_in_mail, sign_up
from tests.factories import Cast, UserFactory
from tests.grants.applicants import begun, link_in, mails, round_of

VICTIM = "victim@example.org"
OWN = {"name": "Vic Tim", "password": ANOTHER}


def stranger_signs_up() -> Client:
    """A browser of somebody who signed up with an address that is not theirs."""
    stranger = Client()
    sign_up(stranger, VICTIM, name="Mallory")
    return stranger


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def team_link(cast: Cast) -> tuple[Application, str]:
    with program_scope(cast.program):
        application = begun(round_of(cast.program), cast.outsider)
        invite_to_team(application, email=VICTIM, rights="edit", actor=cast.outsider)
        return application, link_in(mails(cast.program)[-1])


# --- confirming -------------------------------------------------------------------------------------


def test_password_of_a_stranger_is_worthless_once_the_owner_confirms(db: None) -> None:
    stranger, owner = stranger_signs_up(), Client()
    answer = confirm(owner, link_in_mail())
    person = User.objects.get()
    assert EmailAddress.objects.get().verified
    assert not person.has_usable_password()
    sign_in(stranger, person)
    assert not is_in(stranger)
    choose_password(owner, answer)
    sign_in(stranger, person)
    assert not is_in(stranger)
    sign_in(owner, person, ANOTHER)
    assert is_in(owner)


def test_stranger_who_waits_at_sign_up_is_not_let_in(db: None) -> None:
    stranger = stranger_signs_up()
    confirm(Client(), link_in_mail())
    for here in ("/accounts/login/", "/accounts/confirm-email/", "/accounts/2fa/authenticate/"):
        stranger.get(here)
    assert not is_in(stranger)


def test_sessions_end_when_another_browser_confirms(db: None) -> None:
    stranger_signs_up()
    person, inside = User.objects.get(), Client()
    inside.force_login(person)
    assert is_in(inside)
    confirm(Client(), link_in_mail())
    assert not is_in(inside)
    assert not UserSession.objects.filter(user=person).exists()


def test_browser_that_gave_the_password_confirms_as_before(db: None) -> None:
    sign_up(Client(), VICTIM)
    person, elsewhere = User.objects.get(), Client()
    sign_in(elsewhere, person)
    assert confirm(elsewhere, link_in_mail())["Location"] == "/"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_sign_up_of_another_account_is_not_enough(db: None) -> None:
    stranger_signs_up()
    link, owner = link_in_mail(), Client()
    sign_up(owner, "own@example.org")
    assert confirm(owner, link)["Location"].startswith("/accounts/password/reset/key/")
    assert not User.objects.get(email=VICTIM).has_usable_password()


def test_sign_up_that_is_long_past_chooses_a_password(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = stranger_signs_up()
    monkeypatch.setattr(LoginStageController, "enter", lambda *_: None)
    assert confirm(client, link_in_mail())["Location"].startswith("/accounts/password/reset/key/")


def test_page_says_what_confirming_means(db: None, client: Client) -> None:
    stranger_signs_up()
    page = client.get(link_in_mail()).content.decode()
    assert "If you did not make this account, close this page" in page
    assert User.objects.get().has_usable_password()


# --- changing the address ---------------------------------------------------------------------------


def change_asked() -> tuple[Client, User, str]:
    """Somebody who asks that their account have another address, and the link that was mailed there."""
    person, client = with_password(UserFactory.create(email="mallory@example.org")), Client()
    sign_in(client, person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": VICTIM, "action_add": ""})
    return client, person, link_in_mail()


def test_changed_address_counts_after_it_is_confirmed(db: None) -> None:
    client, person, link = change_asked()
    person.refresh_from_db()
    assert person.email == "mallory@example.org"
    assert not EmailAddress.objects.get(email=VICTIM).verified
    confirm(client, link)
    person.refresh_from_db()
    assert (person.email, person.check_password(PASSWORD)) == (VICTIM, True)


def test_owner_of_an_address_does_not_give_it_to_another_account(db: None) -> None:
    _, person, link = change_asked()
    owner = Client()
    answer = confirm(owner, link)
    assert unquote(answer["Location"]) == f"/accounts/login/?next={unquote(link)}"
    assert "sign in with the address it has now" in owner.get(answer["Location"]).content.decode()
    person.refresh_from_db()
    assert (person.email, person.check_password(PASSWORD)) == ("mallory@example.org", True)
    sign_in(owner, person, onward=link)
    confirm(owner, link)
    person.refresh_from_db()
    assert person.email == VICTIM


def test_lookalike_is_no_new_address(db: None) -> None:
    person, client = with_password(UserFactory.create()), Client()
    sign_in(client, person)
    data = {"email": "director@unıcef.org", "action_add": ""}
    assert "only unaccented letters" in client.post(reverse("account_email"), data).content.decode()


# --- invitations ------------------------------------------------------------------------------------


def test_team_invitation_hands_the_account_to_whoever_opens_it(cast: Cast) -> None:
    stranger, (application, link), owner = stranger_signs_up(), team_link(cast), Client()
    confirmation = link_in_mail(0)
    assert 'name="password"' in owner.get(link).content.decode()
    assert owner.post(link, OWN)["Location"] == f"/north/apply/{application.code}/"
    person = User.objects.get(email=VICTIM)
    assert (person.name, person.check_password(ANOTHER)) == ("Vic Tim", True)
    assert EmailAddress.objects.get(user=person).verified
    sign_in(stranger, person)
    assert not is_in(stranger)
    assert "does not work any more" in owner.get(confirmation).content.decode()


def test_role_invitation_hands_the_account_to_whoever_opens_it(cast: Cast) -> None:
    stranger, (_, link), owner = stranger_signs_up(), invited(cast.program, cast.manager, VICTIM), Client()
    inside, person = Client(), User.objects.get(email=VICTIM)
    inside.force_login(person)
    assert is_in(inside)
    assert 'name="password"' in owner.get(link).content.decode()
    assert owner.post(link, OWN)["Location"] == "/north/"
    assert Membership.objects.get(user=person).program == cast.program
    assert not is_in(inside)
    sign_in(stranger, person)
    assert not is_in(stranger)


@pytest.mark.parametrize("fields", [{"is_demonstration": True}, {"is_active": False}])
def test_persona_and_closed_account_are_not_handed_over(db: None, fields: dict[str, bool]) -> None:
    person = UserFactory.create(email=VICTIM, **fields)
    with pytest.raises(DomainError, match="has an account already"):
        make_account(VICTIM, name="Vic", password=ANOTHER)
    assert not is_unclaimed(person)


def test_account_in_use_is_not_handed_over(db: None) -> None:
    person = with_password(UserFactory.create(email=VICTIM))
    with pytest.raises(DomainError, match="has an account already"):
        make_account(VICTIM.upper(), name="Vic", password=ANOTHER)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_of_two_links_opened_at_once_one_gets_the_account(committed: None) -> None:
    UserFactory.create(email=VICTIM)
    raised = race(
        lambda: make_account(VICTIM, name="First", password=ANOTHER),
        lambda: make_account(VICTIM, name="Second", password=PASSWORD),
    )
    assert isinstance(raised, DomainError)
    assert User.objects.get().name == "First"
