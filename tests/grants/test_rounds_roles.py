"""Who is named for a stage when roles change, and the events of rounds in words."""

from typing import Any

import pytest

from grants.history.rounds import describe_events
from grants.models import Round, StagePerson
from grants.services.questions import change_question, order_questions, remove_question
from grants.services.round_invitations import MOST_AT_ONCE, invite_to_round, read_addresses
from grants.services.rounds import close_round_early
from grants.services.stages import (
    add_stage,
    change_stage,
    name_people,
    order_stages,
    release_stage_people,
    remove_stage,
)
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.rounds import draft_round, first_stage, open_round


@pytest.fixture
def scope(cast: Cast) -> Any:
    describe_events()
    with program_scope(cast.program):
        yield cast


def named(round_: Round) -> set[tuple[str, str]]:
    rows = StagePerson.objects.filter(stage__round=round_).values_list("stage__kind", "user__email")
    return set(rows)


def test_who_loses_a_role_is_taken_off_the_stages_it_was_for(scope: Cast) -> None:
    round_ = open_round(scope)
    person = scope.roundtable
    before = named(round_)
    release_stage_people(person, scope.program, scope.manager)
    assert named(round_) == before
    Membership.objects.filter(user=person).delete()
    release_stage_people(person, scope.program, scope.manager)
    assert before - named(round_) == {("assessment", person.email)}
    events = AuditEvent.objects.filter(action="release_person")
    assert {event.after["stage"] for event in events} == {"assessment"}
    assert {event.actor for event in events} == {scope.manager}


def test_who_keeps_another_role_stays_where_that_one_fits(scope: Cast) -> None:
    round_ = open_round(scope)
    person = scope.roundtable
    Membership.objects.filter(user=person).update(role="advisory")
    release_stage_people(person, scope.program, scope.manager)
    assert {kind for kind, email in named(round_) if email == person.email} == {"assessment"}


def test_archived_round_keeps_its_people(scope: Cast) -> None:
    round_ = open_round(scope)
    before = named(round_)
    Round.objects.update(state="archived")
    Membership.objects.filter(user=scope.roundtable).delete()
    release_stage_people(scope.roundtable, scope.program, scope.manager)
    assert named(round_) == before


def test_naming_the_same_people_again_leaves_no_event(scope: Cast) -> None:
    round_ = draft_round(scope)
    stage = round_.stages.get(kind="screening")
    stage.round = round_
    count = AuditEvent.objects.count()
    name_people(stage, people=[scope.officer], actor=scope.manager)
    assert AuditEvent.objects.count() == count
    with pytest.raises(DomainError, match="Nobody is named"):
        name_people(first_stage(round_), people=[scope.officer], actor=scope.manager)


def test_order_of_other_stages_or_questions_is_refused(scope: Cast) -> None:
    round_ = draft_round(scope)
    stages = list(round_.stages.values_list("pk", flat=True))
    for order in ([], stages[1:], [*stages, 0], [*stages[1:], stages[1]]):
        with pytest.raises(DomainError, match="have changed meanwhile"):
            order_stages(round_, order=order, actor=scope.officer)
    with pytest.raises(DomainError, match="have changed meanwhile"):
        order_questions(round_, order=[0], actor=scope.officer)


def test_every_event_of_a_round_has_words(scope: Cast) -> None:
    round_ = draft_round(scope, audience=Round.Audience.INVITED)
    question = round_.questions.get()
    question.round = round_
    stage = first_stage(round_)
    advice = add_stage(round_, kind="advice", actor=scope.officer)
    order_stages(round_, order=list(round_.stages.values_list("pk", flat=True))[::-1], actor=scope.officer)
    remove_stage(advice, actor=scope.officer)
    order_stages(round_, order=list(round_.stages.values_list("pk", flat=True))[::-1], actor=scope.officer)
    change_stage(stage, form_version=stage.form_version, closes_at=None, actor=scope.officer)
    words = {"text": "Q?", "needs_yes": False, "otherwise": "No."}
    change_question(question, **words, actor=scope.officer)  # type: ignore[arg-type]
    remove_question(question, actor=scope.officer)
    invite_to_round(round_, emails=["a@example.org"], actor=scope.officer)
    said = [entry.sentence for entry in history_of([round_])]
    assert f"{scope.officer} invited to Impact grants 2027" in said
    assert f"{scope.officer} added a stage to Impact grants 2027" in said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" ,;\n", []),
        ("a@example.org", ["a@example.org"]),
        ("A@Example.org, a@example.org", ["a@example.org"]),
        ("Lena <lena@example.org>\r\nNoor <noor@example.org>", ["lena@example.org", "noor@example.org"]),
    ],
)
def test_addresses_are_read_from_any_text(text: str, found: list[str]) -> None:
    assert read_addresses(text) == found


def test_so_many_invitations_and_those_to_a_closed_round_are_refused(scope: Cast) -> None:
    round_ = draft_round(scope, audience=Round.Audience.INVITED)
    many = [f"a{number}@example.org" for number in range(MOST_AT_ONCE + 1)]
    with pytest.raises(DomainError, match="at most 500"):
        invite_to_round(round_, emails=many, actor=scope.officer)
    running = open_round(scope, code="RUN")
    Round.objects.filter(pk=running.pk).update(audience=Round.Audience.INVITED)
    close_round_early(running, reason="R", actor=scope.officer)
    with pytest.raises(DomainError, match="would lead nowhere"):
        invite_to_round(running, emails=["a@example.org"], actor=scope.officer)
