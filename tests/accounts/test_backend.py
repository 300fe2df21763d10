"""The person of a request comes with roles and second factor in one query, afresh each time."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from scsc.accounts.backend import PersonBackend
from scsc.accounts.models import User
from scsc.accounts.second_factor import has_required_factor
from scsc.programs.access import member_view, person_view, public_view
from scsc.programs.models import Membership
from scsc.programs.permissions import forget_roles, roles_of
from scsc.programs.roles import Role
from scsc.programs.services import grant_role, set_roles
from scsc.programs.tenancy import program_scope
from tests.accounts.people import with_app, with_passkey
from tests.factories import Cast
from tests.queries import counted_queries

SignIn = Callable[[User], Client]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


urlpatterns = [
    path("<slug:program>/plain/", member_view(plain)),
    path("<slug:program>/person/", person_view(plain)),
    path("<slug:program>/open/", public_view(plain)),
    path("", include("scsc.urls")),
]


@pytest.fixture
def plain_pages(settings: LazySettings) -> None:
    """Pages that ask the database nothing themselves; every role but the applicant's needs a factor."""
    settings.ROOT_URLCONF = __name__
    settings.SECOND_FACTOR_ROLES = ["manager", "officer", "finance"]


def queries_of(client: Client, address: str) -> list[str]:
    """What a request asks, when the list of sessions need not be written."""
    client.get(address)
    with counted_queries() as count:
        response = client.get(address)
    assert (response.status_code, response.content) == (200, b"plain")
    return count.statements


@pytest.mark.usefixtures("plain_pages")
@pytest.mark.parametrize("address", ["/north/plain/", "/north/person/", "/north/open/"])
def test_frame_of_a_request_is_four_queries(cast: Cast, signed_in: SignIn, address: str) -> None:
    session, person, program, scope = queries_of(signed_in(cast.applicant), address)
    assert "django_session" in session
    assert all(part in person for part in ("accounts_user", "programs_membership", "mfa_authenticator"))
    assert "programs_program" in program
    assert "set_config" in scope


@pytest.mark.usefixtures("plain_pages")
def test_second_factor_and_many_roles_cost_nothing_more(cast: Cast, signed_in: SignIn) -> None:
    for role in (Role.FINANCE, Role.EXECUTIVE):
        Membership.objects.create(program=cast.other, user=cast.officer, role=role)
    client = signed_in(cast.officer)
    with_app(cast.officer)
    session = client.session
    session["second_factor_enrolled"] = cast.officer.pk
    session.save()
    assert len(queries_of(client, "/north/plain/")) == 4


@pytest.mark.usefixtures("plain_pages")
def test_strangers_page_asks_for_the_program_only(cast: Cast, client: Client) -> None:
    program, scope = queries_of(client, "/north/open/")
    assert "programs_program" in program
    assert "set_config" in scope


def loaded(user: User) -> User:
    found = PersonBackend().get_user(user.pk)
    assert found is not None
    return found


def test_roles_in_every_program_come_with_the_person(cast: Cast) -> None:
    Membership.objects.create(program=cast.program, user=cast.officer, role=Role.FINANCE)
    Membership.objects.create(program=cast.other, user=cast.officer, role=Role.AUDITOR)
    with counted_queries() as count:
        person = loaded(cast.officer)
        assert roles_of(person, cast.program) == {Role.OFFICER, Role.FINANCE}
        assert roles_of(person, cast.other) == {Role.AUDITOR}
    assert count.number == 1


def test_somebody_without_a_role_costs_one_query_too(cast: Cast) -> None:
    with counted_queries() as count:
        person = loaded(cast.outsider)
        assert roles_of(person, cast.program) == frozenset()
        assert has_required_factor(person) is None
    assert count.number == 1


def test_factor_comes_with_the_person(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager", "officer"]
    assert has_required_factor(loaded(cast.manager)) is False
    with_passkey(cast.manager)
    with_app(cast.officer)
    with counted_queries() as count:
        people = [loaded(user) for user in (cast.manager, cast.officer, cast.auditor)]
        assert [has_required_factor(person) for person in people] == [True, True, None]
    assert count.number == 3


def test_loaded_and_asked_answers_agree(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager", "finance"]
    with_app(cast.finance)
    for name, person in cast.people.items():
        fresh = User.objects.get(pk=person.pk)
        for program in (cast.program, cast.other):
            assert roles_of(loaded(person), program) == roles_of(fresh, program), name
        assert has_required_factor(loaded(person)) == has_required_factor(fresh), name


def test_closed_and_unknown_accounts_are_nobody(cast: Cast) -> None:
    User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert PersonBackend().get_user(cast.officer.pk) is None
    assert PersonBackend().get_user(0) is None


@pytest.mark.usefixtures("plain_pages")
def test_role_given_or_taken_counts_with_the_next_request(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.executive)
    assert client.get("/north/plain/").status_code == 200
    Membership.objects.filter(user=cast.executive).delete()
    assert client.get("/north/plain/").status_code == 404
    Membership.objects.create(program=cast.program, user=cast.executive, role=Role.AUDITOR)
    assert client.get("/north/plain/").status_code == 200


@pytest.mark.usefixtures("plain_pages")
def test_factor_removed_counts_with_the_next_request(cast: Cast, signed_in: SignIn) -> None:
    client, passkey = signed_in(cast.officer), with_passkey(cast.officer)
    session = client.session
    session["second_factor_enrolled"] = cast.officer.pk
    session.save()
    assert client.get("/north/plain/").status_code == 200
    passkey.delete()
    assert client.get("/north/plain/")["Location"].startswith("/account/second-factor/")


def test_forgotten_roles_are_asked_for_again(cast: Cast) -> None:
    person = loaded(cast.outsider)
    Membership.objects.create(program=cast.program, user=person, role=Role.APPLICANT)
    assert roles_of(person, cast.program) == frozenset()
    forget_roles(person)
    assert roles_of(person, cast.program) == {Role.APPLICANT}


def test_services_make_a_loaded_person_forget(cast: Cast) -> None:
    person = loaded(cast.officer)
    with program_scope(cast.program):
        grant_role(cast.program, user=person, role=Role.FINANCE, actor=cast.manager)
        assert roles_of(person, cast.program) == {Role.OFFICER, Role.FINANCE}
        set_roles(cast.program, user=person, roles=[Role.AUDITOR], actor=cast.manager)
        assert roles_of(person, cast.program) == {Role.AUDITOR}
