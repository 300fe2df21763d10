"""The page of one's own account."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from scsc.accounts.models import User
from scsc.accounts.queries import people_history
from scsc.accounts.services import make_account, rename_person
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, with_password
from tests.factories import Cast, UserFactory


def test_account_needs_a_sign_in(db: None, client: Client) -> None:
    assert client.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_account_shows_the_way_to_all_of_it(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.executive))
    page = client.get("/account/").content.decode()
    for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list"):
        assert reverse(name) in page
        assert client.get(reverse(name), follow=True).status_code == 200


def test_the_guessed_address_leads_to_the_account(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    assert client.get("/accounts/", follow=True).redirect_chain == [("/account/", 302)]


def test_a_new_name_is_saved_and_recorded_in_every_program(cast: Cast, client: Client) -> None:
    person = cast.executive
    Membership.objects.create(program=cast.other, user=person, role=Role.AUDITOR)
    client.force_login(person)
    assert client.post("/account/", {"name": "Zora"})["Location"] == "/account/"
    assert User.objects.get(pk=person.pk).name == "Zora"
    for program in (cast.program, cast.other):
        with program_scope(program):
            entry = people_history(program)[0]
        assert (entry.who, entry.words) == ("Zora", "changed a name:")


def test_an_empty_name_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    page = client.post("/account/", {"name": " "})
    assert page.status_code == 422
    assert "Enter your name" in page.content.decode()
    assert User.objects.get(pk=cast.executive.pk).name == cast.executive.name


def test_nobody_renames_another(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        rename_person(cast.officer, name="Other", actor=cast.manager)


@pytest.mark.parametrize("name", ["See https://evil.example", "Two\nlines"])
def test_name_carries_no_line_or_link_into_mails(cast: Cast, name: str) -> None:
    with pytest.raises(ValidationError):
        rename_person(cast.officer, name=name, actor=cast.officer)
    with pytest.raises(ValidationError):
        make_account("new@example.org", name=name, password=PASSWORD)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_persona_keeps_its_name(db: None, client: Client, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    persona = UserFactory.create(is_demonstration=True, name="Persona")
    client.force_login(persona)
    assert 'name="name"' not in client.get("/account/").content.decode()
    assert client.post("/account/", {"name": "Other"}).status_code == 403
    assert User.objects.get(pk=persona.pk).name == "Persona"


def test_changing_the_address_asks_for_the_password_again(cast: Cast, client: Client) -> None:
    person = with_password(cast.executive)
    client.force_login(person)
    answer = client.post(reverse("account_email"), {"action_add": "", "email": "moved@example.org"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client.post(answer["Location"], {"password": PASSWORD})
    assert EmailAddress.objects.filter(user=person, email="moved@example.org", verified=False).exists()
    assert User.objects.get(pk=person.pk).email == person.email
