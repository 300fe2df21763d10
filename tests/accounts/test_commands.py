"""`manage.py personas` and `manage.py create_manager`."""

import re
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from scsc.accounts.personas import ensure_personas
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD
from tests.factories import Cast, ProgramFactory


def run(*args: str, **options: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_personas_prints_a_table_and_the_address(db: None, settings: LazySettings) -> None:
    settings.DEMO, settings.BASE_URL = True, "http://127.0.0.1:8123"
    program = ProgramFactory.create(slug="scsc")
    with program_scope(program):
        ensure_personas(program)
    lines = run("personas").splitlines()
    assert re.split(r"\s{2,}", lines[0]) == ["Program", "Role", "Name", "Email"]
    assert re.split(r"\s{2,}", lines[1]) == [
        "scsc",
        "manager",
        "Mara Lindqvist (demonstration)",
        "manager@scsc.example.org",
    ]
    assert lines[-1] == "Sign in as any of them: http://127.0.0.1:8123/demo/"


def test_personas_says_when_the_demonstration_is_off(db: None, settings: LazySettings) -> None:
    settings.DEMO = False
    program = ProgramFactory.create()
    with program_scope(program):
        ensure_personas(program)
    assert "off: start with DEMO=true" in run("personas")


def test_personas_without_any_says_what_to_do(db: None) -> None:
    assert "demo_data" in run("personas")


def test_create_manager_prints_a_link_that_works(cast: Cast, client: Client) -> None:
    printed = run("create_manager", program="north", email="first@example.org", name="First Manager")
    link = re.search(r"(/invitations/\S+)", printed)
    assert link
    page = client.get(link.group(1)).content.decode()
    assert "Program manager" in page
    assert "Invited by" not in page
    client.post(link.group(1), {"name": "First Manager", "password": PASSWORD})
    assert Membership.objects.get(user__email="first@example.org").role == Role.MANAGER


@pytest.mark.parametrize(
    ("program", "email", "words"),
    [
        ("nowhere", "first@example.org", "no program 'nowhere'. Programs: north, south"),
        ("north", "not an address", "not an email address"),
    ],
)
def test_create_manager_says_what_is_wrong(cast: Cast, program: str, email: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("create_manager", program=program, email=email)


def test_create_manager_refuses_a_member(cast: Cast) -> None:
    with pytest.raises(CommandError, match="in this program already"):
        run("create_manager", program="north", email=cast.officer.email)
