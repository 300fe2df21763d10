"""The pages of ballots: the list, the vote, what is shown before and after the close."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Advice, Application, Ballot, Body, Vote
from grants.services.ballots import close_ballot, void_ballot
from grants.services.conflicts import declare
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import (
    another,
    clear,
    meeting_of,
    newcomer,
    opened,
    prepared,
    put_to_roundtable,
    vote,
)
from tests.grants.decided import scored
from tests.queries import counted_queries

Sign = Callable[[User], Client]


@dataclass(frozen=True)
class World:
    cast: Cast
    application: Application
    body: Body
    people: list[User]
    ballot: Ballot

    def url(self, name: str = "ballot", *more: object) -> str:
        known = (self.ballot.pk,) if name in {"ballot", "step"} else ()
        return reverse(f"ballots:{name}", args=[self.cast.program.slug, *known, *more])


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        application, body, people = put_to_roundtable(cast)
        clear(application, *people)
        ballot = opened(cast, application, body, conditions=["Report every half year"])
        yield World(cast, application, body, people, ballot)


def read(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_page_says_what_is_asked_and_how_it_is_decided(world: World, signed_in: Sign) -> None:
    scored(world.cast, world.application, "78", "82", "86")
    Advice.objects.create(
        program=world.cast.program,
        body=Body.objects.get(kind="advisory"),
        application=world.application,
        position="changes",
        text="Ask for a survivor adviser.",
        author=world.cast.advisory,
        given_at=timezone.now(),
    )
    page = read(signed_in(world.people[0]), world.url())
    for words in (
        f"Endorse “{world.application.title}”?",
        world.application.organisation.name,
        "$50,000",
        "82 of 100 · three reviewers, spread 8",
        "Ask for a survivor adviser.",
        "Report every half year",
        "No quorum yet: 0 of 2",
        "A vote is final.",
        "at least two thirds of the votes for or against",
        "more than half of the eligible members",
        "You may attach conditions",
        "Cast vote",
    ):
        assert words in page, words
    assert reverse("panel:declare", args=[world.cast.program.slug, world.application.code]) in page
    assert reverse("reporting:ballot_papers", args=[world.cast.program.slug, world.ballot.pk, "pack"]) in page


def test_a_member_votes(world: World, signed_in: Sign) -> None:
    client = signed_in(world.people[0])
    answer = client.post(world.url(), {"choice": "endorse", "words": "Name an adviser."}, follow=True)
    page = answer.content.decode()
    assert "Your vote is cast. It is final." in page
    assert "You voted: Endorse." in page
    assert "Cast vote" not in page
    cast_vote = Vote.objects.get()
    assert (cast_vote.choice, cast_vote.conditions, cast_vote.reason) == ("endorse", "Name an adviser.", "")


def test_dissent_goes_on_record_when_it_is_asked_for(world: World, signed_in: Sign) -> None:
    data = {"choice": "not_endorse", "words": "Too few.", "record_dissent": "on"}
    assert signed_in(world.people[0]).post(world.url(), data).status_code == 302
    found = Vote.objects.get()
    assert (found.reason, found.record_dissent, found.conditions) == ("Too few.", True, "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose how you vote."),
        ({"choice": "not_endorse", "words": " "}, "Say why you do not endorse it."),
        ({"choice": "everything"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    world: World, signed_in: Sign, data: dict[str, str], words: str
) -> None:
    answer = signed_in(world.people[0]).post(world.url(), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a problem" in page
    assert page.count(words) == 2
    assert not Vote.objects.exists()


def test_a_second_vote_is_refused_in_words(world: World, signed_in: Sign) -> None:
    vote(world.ballot, world.people[0])
    answer = signed_in(world.people[0]).post(world.url(), {"choice": "abstain"})
    assert answer.status_code == 422
    assert "A vote is final, so it stays" in answer.content.decode()


def test_nobody_sees_a_tally_before_the_close(world: World, signed_in: Sign) -> None:
    vote(world.ballot, world.people[0], "not_endorse", record_dissent=True)
    vote(world.ballot, world.people[1], conditions="A secret wish.")
    for person in (*world.people, world.cast.officer, world.cast.manager, world.cast.auditor):
        page = read(signed_in(person), world.url())
        assert "Quorum met: 2 of 2" in page
        assert "Result" not in page
        if person not in world.people[:2]:
            assert "It reaches too few." not in page
            assert "A secret wish." not in page


def test_who_runs_it_sees_who_voted_and_members_do_not(world: World, signed_in: Sign) -> None:
    vote(world.ballot, world.people[1])
    for runner in (world.people[0], world.cast.officer):
        assert "The roll" in read(signed_in(runner), world.url())
    for other in (world.people[1], world.cast.auditor):
        assert "The roll" not in read(signed_in(other), world.url())


def test_after_the_close_everybody_with_sight_reads_the_count(world: World, signed_in: Sign) -> None:
    vote(world.ballot, world.people[0])
    vote(world.ballot, world.people[1], conditions="Name an adviser.")
    vote(world.ballot, world.people[2], "not_endorse", record_dissent=True)
    close_ballot(world.ballot, actor=world.cast.officer)
    page = read(signed_in(world.people[1]), world.url())
    for words in (
        "Endorsed",
        "for, of 2 needed",
        "Name an adviser.",
        f"<b>{world.people[2]}</b>: It reaches",
    ):
        assert words in page
    assert "The roll" in read(signed_in(world.cast.auditor), world.url())


def test_a_void_ballot_says_why(world: World, signed_in: Sign) -> None:
    void_ballot(world.ballot, reason="The amount changed by more than 10 per cent.")
    page = read(signed_in(world.people[0]), world.url())
    assert "This ballot is void." in page
    assert "The amount changed by more than 10 per cent." in page
    assert "Cast vote" not in page


def test_an_endorsement_that_does_not_hold_says_so(world: World, signed_in: Sign) -> None:
    for person in world.people:
        vote(world.ballot, person)
    close_ballot(world.ballot, actor=world.cast.officer)
    Application.objects.update(amount=90_000)
    page = read(signed_in(world.people[0]), world.url())
    assert "This endorsement does not hold any more." in page


def test_who_has_not_declared_is_sent_to_declare(world: World, signed_in: Sign) -> None:
    new = newcomer(world.cast, world.body)
    answer = signed_in(new).get(world.url())
    declare_page = reverse("panel:declare", args=[world.cast.program.slug, world.application.code])
    assert (answer.status_code, answer["Location"]) == (302, declare_page)
    assert "1 application waits for you" in read(signed_in(new), world.url("list"))


def test_who_steps_out_finds_the_ballot_gone(world: World, signed_in: Sign) -> None:
    declare(world.application, kind="perceived", statement="A cousin.", actor=world.people[2])
    client = signed_in(world.people[2])
    assert client.get(world.url()).status_code == 404
    assert client.post(world.url(), {"choice": "endorse"}).status_code == 404
    assert world.application.title not in read(client, world.url("list"))
    assert "Stepped out" in read(signed_in(world.people[0]), world.url())


def test_a_late_member_is_told_why_they_cannot_vote(world: World, signed_in: Sign) -> None:
    new = newcomer(world.cast, world.body)
    clear(world.application, new)
    page = read(signed_in(new), world.url())
    assert "Cast vote" not in page
    assert "not on its roll" in page


def test_a_post_of_somebody_without_a_vote_is_refused_in_words(world: World, signed_in: Sign) -> None:
    answer = signed_in(world.cast.officer).post(world.url(), {"choice": "endorse"})
    assert answer.status_code == 422
    assert "not on its roll" in answer.content.decode()


def test_the_list_shows_what_waits_first(world: World, signed_in: Sign) -> None:
    page = read(signed_in(world.people[0]), world.url("list"))
    assert f"Endorse “{world.application.title}”?" in page
    vote(world.ballot, world.people[0])
    assert "Nothing waits for your vote." in read(signed_in(world.people[0]), world.url("list"))


def test_the_list_takes_as_many_queries_for_many_ballots(world: World, signed_in: Sign) -> None:
    client = signed_in(world.people[0])
    read(client, world.url("list"))
    with counted_queries() as one:
        read(client, world.url("list"))
    for _ in range(4):
        more = another(world.cast, world.application)
        clear(more, *world.people)
        opened(world.cast, more, world.body)
    with counted_queries() as many:
        read(client, world.url("list"))
    assert one.number == many.number <= 14, "\n".join(many.statements)


# Running one


def prepare(world: World, client: Client, code: str, **data: Any) -> Any:
    ends = timezone.localtime(timezone.now() + timedelta(days=3))
    usual = {"closes_on": ends.date().isoformat(), "closes_time": "17:00", "conditions": "One\nTwo"}
    return client.post(world.url("prepare", world.body.pk, code), usual | data)


def test_staff_prepare_open_and_withdraw(world: World, signed_in: Sign) -> None:
    other = another(world.cast, world.application)
    clear(other, *world.people)
    client = signed_in(world.cast.officer)
    assert other.code in read(client, world.url("shortlist", world.body.pk))
    assert prepare(world, client, other.code).status_code == 302
    ballot = Ballot.objects.get(application=other)
    assert (ballot.state, ballot.conditions) == ("prepared", ["One", "Two"])
    steps = [
        reverse("ballots:step", args=[world.cast.program.slug, ballot.pk, s]) for s in ("open", "withdraw")
    ]
    assert "are frozen" in read(client, steps[0])
    assert client.post(steps[0]).status_code == 302
    assert client.post(steps[1], {"reason": ""}).status_code == 422
    assert client.post(steps[1], {"reason": "Wrong papers."}).status_code == 302
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "Wrong papers.")


def test_a_ballot_can_be_prepared_for_a_meeting(world: World, signed_in: Sign) -> None:
    other = another(world.cast, world.application)
    meeting = meeting_of(world.cast, world.body, state="planned")
    data = {"meeting": str(meeting.pk), "closes_on": "", "closes_time": ""}
    assert prepare(world, signed_in(world.cast.officer), other.code, **data).status_code == 302
    assert Ballot.objects.get(application=other).meeting == meeting


@pytest.mark.parametrize(
    "data", [{"closes_on": "", "closes_time": ""}, {"closes_on": "2020-01-01"}, {"closes_time": ""}]
)
def test_a_ballot_needs_an_end_that_can_be(world: World, signed_in: Sign, data: dict[str, str]) -> None:
    other = another(world.cast, world.application)
    answer = prepare(world, signed_in(world.cast.officer), other.code, **data)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_what_has_a_ballot_is_not_prepared_again(world: World, signed_in: Sign) -> None:
    client = signed_in(world.cast.officer)
    assert prepare(world, client, world.application.code).status_code == 404
    assert client.get(world.url("shortlist", 999_999)).status_code == 404


def test_a_close_that_is_too_early_is_refused_in_words(world: World, signed_in: Sign) -> None:
    answer = signed_in(world.cast.officer).post(world.url("step", "close"))
    assert answer.status_code == 422
    assert "Members can still vote." in answer.content.decode()


@pytest.mark.parametrize("step", ["void", "expire", "nonsense"])
def test_steps_of_the_system_have_no_page(world: World, signed_in: Sign, step: str) -> None:
    assert signed_in(world.cast.officer).get(world.url("step", step)).status_code == 404


def test_a_plain_member_runs_nothing(world: World, signed_in: Sign) -> None:
    client = signed_in(world.people[1])
    assert client.post(world.url("step", "withdraw"), {"reason": "No."}).status_code == 403
    assert client.get(world.url("shortlist", world.body.pk)).status_code == 403
    assert "Run this ballot" not in read(client, world.url())


def test_a_prepared_ballot_can_be_looked_at_and_not_voted_in(world: World, signed_in: Sign) -> None:
    other = another(world.cast, world.application)
    clear(other, *world.people)
    ballot = prepared(world.cast, other, world.body)
    page = read(
        signed_in(world.people[1]), reverse("ballots:ballot", args=[world.cast.program.slug, ballot.pk])
    )
    assert "Prepared" in page
    assert "Cast vote" not in page
