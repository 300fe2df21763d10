"""Signing in as a persona: in a demonstration only, as its personas only."""

import re

import pytest
from django.conf import LazySettings
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from scsc.accounts.demonstration import begin_demonstration_session, is_demonstration_session
from scsc.accounts.models import User
from scsc.accounts.personas import ensure_persona, ensure_personas
from scsc.accounts.queries import personas
from scsc.programs.models import Membership, Program
from scsc.programs.roles import GIVEN, Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, ProgramFactory
from tests.ui.markup import parse, words

SLUGS = ["scsc", "ipcpp", "cpf"]


@pytest.fixture
def programs(db: None, settings: LazySettings) -> list[Program]:
    """Three programs with their personas, in a demonstration."""
    settings.DEMO = True
    settings.SECOND_FACTOR_ROLES = ["manager", "officer"]
    made = [ProgramFactory.create(slug=slug) for slug in SLUGS]
    for program in made:
        with program_scope(program):
            ensure_personas(program)
            ensure_persona(program, key="harbour", name="Noor West, Harbour Families", role=Role.APPLICANT)
    return made


def persona(program: Program, role: Role) -> User:
    return User.objects.get(email=f"{role.value}@{program.slug}.example.org")


def be(client: Client, user: User, program: Program) -> str:
    """Press a persona's button; where it leads."""
    answer = client.post("/demo/", {"persona": user.pk, "program": program.slug})
    return answer.get("Location", "")


def test_every_role_of_every_program_has_a_button(programs: list[Program], client: Client) -> None:
    page = client.get("/demo/").content.decode()
    buttons = re.findall(r'data-program="(\w+)" data-role="(\w+)"', page)
    for slug in SLUGS:
        for role in Role:
            expected = 2 if (slug, role) == ("scsc", Role.PARTNER) else 1
            assert buttons.count((slug, role.value)) == expected
    assert buttons.count(("all", "auditor")) == 1


def test_applicants_stand_apart_with_their_organisation(programs: list[Program], client: Client) -> None:
    page = parse(client.get("/demo/").content.decode())
    for heading in page.xpath("//h3[text()='People who apply']"):
        (line,) = heading.getnext().xpath("./li")
        assert "Noor West, Harbour Families (demonstration)" in words(line)
    assert len(page.xpath("//h3[text()='People who apply']")) == len(SLUGS)


def test_applicant_comes_to_their_applications(programs: list[Program], client: Client) -> None:
    applicant = next(one for one in personas() if one.is_applicant and one.where == "scsc")
    assert be(client, applicant.user, applicant.enters) == "/scsc/"
    assert client.get("/scsc/")["Location"] == "/scsc/apply/"


def test_the_page_says_that_it_is_a_demonstration(programs: list[Program], client: Client) -> None:
    assert "This is a demonstration." in client.get("/demo/").content.decode()


def test_the_partners_of_the_plan_have_a_contact_each(programs: list[Program]) -> None:
    names = " ".join(p.user.name for p in personas() if p.role == Role.PARTNER and p.where == "scsc")
    assert "IJM" in names
    assert "Save the Children" in names


def test_every_persona_signs_in_and_enters_its_program(programs: list[Program], client: Client) -> None:
    for one in personas():
        assert be(client, one.user, one.enters) == f"/{one.enters.slug}/"
        assert client.get(f"/{one.enters.slug}/", follow=True).status_code == 200
        assert client.session["_auth_user_id"] == str(one.user.pk)


def test_a_persona_of_one_program_sees_nothing_of_another(programs: list[Program], client: Client) -> None:
    scsc, ipcpp, _ = programs
    be(client, persona(scsc, Role.MANAGER), scsc)
    assert client.get("/ipcpp/").status_code == 404
    be(client, persona(ipcpp, Role.MANAGER), ipcpp)
    assert client.get("/scsc/").status_code == 404


def test_the_auditor_of_all_programs_enters_each(programs: list[Program], client: Client) -> None:
    be(client, User.objects.get(email="auditor@example.org"), programs[0])
    be(client, User.objects.get(email="auditor@example.org"), sorted(programs, key=lambda p: p.name)[0])
    assert [client.get(f"/{slug}/").status_code for slug in SLUGS] == [200, 200, 200]


def test_each_sign_in_begins_a_fresh_session(programs: list[Program], client: Client) -> None:
    be(client, persona(programs[0], Role.MANAGER), programs[0])
    session = client.session
    session["left over"] = True
    session.save()
    be(client, persona(programs[0], Role.MANAGER), programs[0])
    assert "left over" not in client.session
    assert client.session.session_key != session.session_key
    old = Client(headers={"Cookie": f"sessionid={session.session_key}"})
    assert old.get("/scsc/").status_code == 302


def test_a_real_person_cannot_be_chosen(programs: list[Program], cast: Cast, client: Client) -> None:
    assert be(client, cast.manager, cast.program) == ""
    assert "_auth_user_id" not in client.session


def test_a_persona_enters_its_own_program_only(programs: list[Program], client: Client) -> None:
    assert be(client, persona(programs[0], Role.MANAGER), programs[1]) == ""
    assert "_auth_user_id" not in client.session


def test_a_persona_without_any_role_is_gone(programs: list[Program], client: Client) -> None:
    manager = persona(programs[0], Role.MANAGER)
    Membership.objects.filter(user=manager).delete()
    assert be(client, manager, programs[0]) == ""


def test_a_demonstration_session_needs_no_second_factor(programs: list[Program], client: Client) -> None:
    manager = persona(programs[0], Role.MANAGER)
    client.force_login(manager)
    assert client.get("/scsc/")["Location"].startswith("/account/second-factor/")
    be(client, manager, programs[0])
    assert client.get("/scsc/").status_code == 200


def test_the_flag_does_nothing_for_a_real_person(programs: list[Program], cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    session = client.session
    session["demonstration"] = True
    session.save()
    assert client.get("/north/")["Location"].startswith("/account/second-factor/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_setting_there_is_no_such_page(
    programs: list[Program], client: Client, settings: LazySettings, method: str
) -> None:
    settings.DEMO = False
    manager = persona(programs[0], Role.MANAGER)
    answer = getattr(client, method)("/demo/", {"persona": manager.pk, "program": "scsc"})
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_without_the_setting_sessions_of_personas_end(
    programs: list[Program], client: Client, settings: LazySettings
) -> None:
    be(client, persona(programs[0], Role.EXECUTIVE), programs[0])
    settings.DEMO = False
    assert client.get("/scsc/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_begin_demonstration_session_refuses_real_people(
    cast: Cast, settings: LazySettings, rf: RequestFactory
) -> None:
    settings.DEMO = True
    with pytest.raises(PermissionDenied):
        begin_demonstration_session(rf.post("/demo/"), cast.manager)


def test_the_flag_of_a_session_counts_in_a_demonstration_only(
    programs: list[Program], settings: LazySettings, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user, request.session = persona(programs[0], Role.MANAGER), SessionStore()
    assert not is_demonstration_session(request)
    request.session["demonstration"] = True
    assert is_demonstration_session(request)
    settings.DEMO = False
    assert not is_demonstration_session(request)


def test_an_empty_demonstration_says_what_to_do(db: None, client: Client, settings: LazySettings) -> None:
    settings.DEMO = True
    assert "demo_data" in client.get("/demo/").content.decode()


def test_personas_are_made_once(programs: list[Program]) -> None:
    before = set(Membership.objects.values_list("pk", flat=True))
    with program_scope(programs[0]):
        ensure_personas(programs[0])
    assert set(Membership.objects.values_list("pk", flat=True)) == before


def test_personas_are_marked_and_have_no_password(programs: list[Program]) -> None:
    for one in personas():
        assert one.user.is_demonstration
        assert "(demonstration)" in one.user.name
        assert one.user.email.endswith("example.org")
        assert not one.user.has_usable_password()


def test_personas_are_made_for_a_program_without_invented_names(db: None) -> None:
    program = ProgramFactory.create(slug="another")
    with program_scope(program):
        ensure_personas(program)
    assert {p.role for p in personas()} == set(GIVEN)


def test_a_real_account_never_becomes_a_persona(db: None) -> None:
    program = ProgramFactory.create(slug="scsc")
    User.objects.create_user("manager@scsc.example.org", None, name="Real")
    with program_scope(program), pytest.raises(RuntimeError, match="belongs to a person"):
        ensure_personas(program)
