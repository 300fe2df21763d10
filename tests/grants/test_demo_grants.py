"""The grants of the demonstration: a past round with recipients, an open one with every state."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from grants.models import Application, ChangeRequest, Recipient, Round
from grants.states import ApplicationState, RoundState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once for this file and taken back afterwards."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        call_command("demo_data", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The loaded demonstration inside the transaction of one test."""


def program_of(slug: str) -> Program:
    return Program.objects.get(slug=slug)


@pytest.mark.parametrize(("slug", "past", "now"), [("scsc", "IG26", "IG27"), ("cpf", "CPF26", "CPF27")])
def test_a_past_round_has_recipients_and_one_is_open(demo: None, slug: str, past: str, now: str) -> None:
    with program_scope(program_of(slug)):
        over, running = Round.objects.get(code=past), Round.objects.get(code=now)
        assert (over.state, running.state) == (RoundState.CLOSED, RoundState.OPEN)
        assert over.closes_at is not None
        assert running.closes_at is not None
        assert over.closes_at < timezone.now() < running.closes_at
        published = Recipient.objects.filter(round=over, published_at__isnull=False)
        assert published.count() >= 2
        assert all(row.is_demonstration for row in published)
        assert not Application.objects.filter(is_demonstration=False).exists()


def test_applications_are_there_in_every_state(demo: None) -> None:
    with program_scope(program_of("scsc")):
        states = set(Application.objects.values_list("state", flat=True))
        assert states == set(ApplicationState.values)
        assert ChangeRequest.objects.filter(state="open").count() == 1


def test_an_expression_of_interest_has_been_invited_to_the_full_application(demo: None) -> None:
    with program_scope(program_of("cpf")):
        invited = Application.objects.get(state="draft", submitted_at__isnull=False)
        assert invited.stage.kind == "application"


@pytest.mark.parametrize(
    ("email", "path", "words"),
    [
        ("noor@scsc.example.org", "/scsc/apply/", "Safe Online Together"),
        ("officer@scsc.example.org", "/scsc/applications/", "Harbour Youth Network"),
        ("kofi@cpf.example.org", "/cpf/apply/", "Shared alerts without shared data"),
        ("", "/scsc/grants/", "Impact grants 2027"),
        ("", "/cpf/grants/recipients/", "One language for reports"),
    ],
)
def test_people_find_theirs(demo: None, email: str, path: str, words: str) -> None:
    client = Client()
    if email:
        client.force_login(User.objects.get(email=email))
    response = client.get(path)
    assert response.status_code == 200
    assert words in response.content.decode()


def test_running_again_changes_nothing(demo: None) -> None:
    with override_settings(DEMO=True):
        call_command("demo_data", stdout=StringIO())
    with program_scope(program_of("scsc")):
        assert Round.objects.count() == 2
