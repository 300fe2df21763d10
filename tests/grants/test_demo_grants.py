"""The grants of the demonstration: a past round with recipients, an open one with every state."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from grants.models import (
    Application,
    Ballot,
    ChangeRequest,
    Decision,
    Declaration,
    Letter,
    Recipient,
    Round,
    Vote,
)
from grants.queries.sight import to_declare
from grants.states import (
    ApplicationState,
    BallotState,
    DecisionState,
    DeclarationState,
    LetterState,
    RoundState,
)
from partners.models import Agreement
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
        assert Round.objects.count() == 3


def test_a_ballot_is_under_way_for_a_member_of_the_roundtable(demo: None) -> None:
    """Of the three, one is hidden from them by their own register: the chair has to rule on it."""
    program = program_of("scsc")
    member = User.objects.get(email="roundtable@scsc.example.org")
    with program_scope(program):
        running = Ballot.objects.filter(state=BallotState.OPEN)
        assert running.count() == 3
        assert not Vote.objects.filter(ballot__in=running, user=member).exists()
        kept_out = Declaration.objects.exclude(state=DeclarationState.CLEAR).filter(user=member)
        assert {row.application.organisation.name for row in kept_out} == {"Wattlebird Early Years"}
        waiting = {row.pk for row in to_declare(member, program)}
        hidden = {row.application_id for row in kept_out}
        assert {row.application_id for row in running} - hidden <= waiting
        assert not waiting & hidden


def test_the_past_round_is_decided_and_told(demo: None) -> None:
    program = program_of("scsc")
    with program_scope(program):
        over = Round.objects.get(code="IG26")
        decisions = Decision.objects.filter(round=over)
        assert {decision.state for decision in decisions} == {DecisionState.PUBLISHED}
        awards = decisions.filter(outcome="award")
        assert {award.ballot.outcome for award in awards if award.ballot} == {Ballot.Outcome.ENDORSED}
        assert awards.filter(amount__gt=200_000, agreed_by__isnull=False).count() == 2
        assert sum(award.amount or 0 for award in awards) <= (over.budget or 0)
        assert Agreement.objects.count() == awards.count() == Recipient.objects.filter(round=over).count()
        assert set(Letter.objects.values_list("state", flat=True)) <= {LetterState.RELEASED, LetterState.SENT}
        dissent = Vote.objects.filter(record_dissent=True)
        assert dissent.count() == 1


def test_a_member_of_a_board_stepped_out_of_its_ballot(demo: None) -> None:
    with program_scope(program_of("scsc")):
        ballot = Ballot.objects.get(application__title="Whole-school safety plans")
        assert ballot.result["recused"] == 1
        assert ballot.result["eligible"] == 4
        assert ballot.outcome == Ballot.Outcome.ENDORSED
