"""Meetings: agenda, attendance, minutes, and a record that is settled once a chair has approved it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import AgendaItem, Application, Attendance, Ballot, Body, BodyMember, Meeting
from grants.queries.meetings import STEPPED_OUT, agenda_of
from grants.services.agenda import add_applications, add_words, order_agenda, remove_item
from grants.services.ballots import close_ballot
from grants.services.conflicts import declare
from grants.services.meetings import (
    approve_minutes,
    cancel_meeting,
    change_meeting,
    close_meeting,
    note_attendance,
    open_meeting,
    plan_meeting,
    reopen_meeting,
    write_minutes,
)
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import another, clear, newcomer, opened, prepared, present, put_to_roundtable, vote
from tests.grants.decided import scored
from tests.queries import counted_queries

Sign = Callable[[User], Client]


@dataclass(frozen=True)
class World:
    cast: Cast
    application: Application
    body: Body
    people: list[User]
    meeting: Meeting

    @property
    def officer(self) -> User:
        return self.cast.officer

    def url(self, name: str = "meeting", *more: object) -> str:
        known = () if name in {"list", "plan"} else (self.meeting.pk,)
        return reverse(f"meetings:{name}", args=[self.cast.program.slug, *known, *more])

    def state(self) -> str:
        return str(Meeting.objects.values_list("state", flat=True).get(pk=self.meeting.pk))


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        application, body, people = put_to_roundtable(cast)
        clear(application, *people)
        meeting = plan_meeting(
            body, title=" Meeting  of April ", starts_at=timezone.now(), actor=cast.officer
        )
        yield World(cast, application, body, people, meeting)


def held(world: World) -> None:
    """Open, two came, something was written, closed."""
    open_meeting(world.meeting, actor=world.officer)
    present(world.meeting, *world.people[:2], by=world.officer)
    write_minutes(world.meeting, minutes="It began at ten.", actor=world.officer)
    close_meeting(world.meeting, actor=world.officer)


# Plan and change


def test_a_meeting_is_planned_by_who_runs_the_body(world: World) -> None:
    assert (world.meeting.title, world.state()) == ("Meeting of April", "planned")
    chair, member, _ = world.people
    assert plan_meeting(world.body, title="May", starts_at=timezone.now(), actor=chair).created_by == chair
    for nobody in (member, world.cast.advisory, world.cast.auditor, world.cast.finance):
        with pytest.raises(PermissionDenied):
            plan_meeting(world.body, title="May", starts_at=timezone.now(), actor=nobody)
    with pytest.raises(ValidationError):
        plan_meeting(world.body, title="  ", starts_at=timezone.now(), actor=chair)


def test_the_secretary_runs_meetings(world: World) -> None:
    secretary = newcomer(world.cast, world.body, role=BodyMember.Role.SECRETARY)
    assert open_meeting(world.meeting, actor=secretary).state == "open"


def test_a_change_leaves_its_trail(world: World) -> None:
    change_meeting(
        world.meeting, title="Meeting of May", starts_at=timezone.now(), place="Room 2", actor=world.officer
    )
    assert any("changed the meeting" in entry.words for entry in history_of([world.meeting]))


# Agenda


def test_applications_come_on_the_agenda_best_first_with_their_ballots(world: World) -> None:
    better = another(world.cast, world.application)
    scored(world.cast, world.application, "60")
    scored(world.cast, better, "90")
    codes = [world.application.code, better.code]
    add_applications(world.meeting, codes=codes, with_ballots=True, actor=world.officer)
    assert [item.application for item in world.meeting.items.all()] == [better, world.application]
    assert Ballot.objects.filter(meeting=world.meeting, state="prepared").count() == 2


@pytest.mark.parametrize("codes", [[], ["NOTHING-1"]])
def test_only_what_is_on_the_shortlist_comes_on_the_agenda(world: World, codes: list[str]) -> None:
    with pytest.raises(ValidationError):
        add_applications(world.meeting, codes=codes, with_ballots=False, actor=world.officer)


def test_words_and_their_order(world: World) -> None:
    items = [add_words(world.meeting, title=title, actor=world.officer) for title in ("One", "Two", "Three")]
    order_agenda(world.meeting, order=[items[2].pk, items[0].pk], actor=world.officer)
    assert [item.title for item in world.meeting.items.all()] == ["Three", "One", "Two"]
    remove_item(items[0], actor=world.officer)
    assert [item.title for item in world.meeting.items.all()] == ["Three", "Two"]
    with pytest.raises(ValidationError):
        add_words(world.meeting, title=" ", actor=world.officer)


def test_an_item_with_a_ballot_stays(world: World) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    with pytest.raises(DomainError, match="Withdraw that first"):
        remove_item(AgendaItem.objects.select_related("meeting").get(), actor=world.officer)


def test_each_person_sees_their_own_agenda(world: World) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    new = newcomer(world.cast, world.body)
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[2])
    seen = {who: agenda_of(world.meeting, who)[0] for who in (world.people[0], world.people[2], new)}
    assert seen[world.people[0]].ballot is not None
    assert (seen[world.people[2]].hidden, seen[world.people[2]].application) == (True, None)
    assert seen[new].undeclared
    assert seen[new].ballot is None
    assert seen[new].score is None


def test_the_agenda_takes_as_many_queries_for_many_items(world: World) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    agenda_of(world.meeting, world.people[0])
    with counted_queries() as one:
        agenda_of(world.meeting, world.people[0])
    for _ in range(4):
        prepared(world.cast, another(world.cast, world.application), world.body, meeting=world.meeting)
    with counted_queries() as many:
        assert len(agenda_of(world.meeting, world.people[0])) == 5
    assert one.number == many.number, "\n".join(many.statements)


# Attendance


def test_who_came_is_noted_and_corrected(world: World) -> None:
    first, second, _ = world.people
    note_attendance(world.meeting, statuses={first.pk: "present", second.pk: "apology"}, actor=world.officer)
    note_attendance(world.meeting, statuses={first.pk: "absent", second.pk: ""}, actor=world.officer)
    assert [(row.user, row.status) for row in Attendance.objects.all()] == [(first, "absent")]
    with pytest.raises(ValidationError):
        note_attendance(world.meeting, statuses={first.pk: "asleep"}, actor=world.officer)


def test_strangers_cannot_have_come(world: World) -> None:
    note_attendance(world.meeting, statuses={world.cast.finance.pk: "present"}, actor=world.officer)
    assert not Attendance.objects.exists()


def test_who_voted_was_there(world: World) -> None:
    open_meeting(world.meeting, actor=world.officer)
    present(world.meeting, *world.people, by=world.officer)
    vote(opened(world.cast, world.application, world.body, meeting=world.meeting), world.people[0])
    for status in ("absent", ""):
        with pytest.raises(DomainError, match="has voted in this meeting"):
            note_attendance(world.meeting, statuses={world.people[0].pk: status}, actor=world.officer)
    note_attendance(world.meeting, statuses={world.people[1].pk: "absent"}, actor=world.officer)
    assert Attendance.objects.get(user=world.people[1]).status == "absent"


# The life of a meeting


def test_a_meeting_needs_a_chair(world: World) -> None:
    BodyMember.objects.filter(user=world.people[0]).update(role="member")
    with pytest.raises(DomainError, match="has no chair now"):
        open_meeting(world.meeting, actor=world.officer)


def test_a_meeting_ends_after_its_ballots_and_can_go_on(world: World) -> None:
    open_meeting(world.meeting, actor=world.officer)
    present(world.meeting, *world.people, by=world.officer)
    ballot = opened(world.cast, world.application, world.body, meeting=world.meeting)
    with pytest.raises(DomainError, match="A ballot is still open"):
        close_meeting(world.meeting, actor=world.officer)
    for person in world.people:
        vote(ballot, person)
    result = close_ballot(ballot, actor=world.officer).result
    close_meeting(world.meeting, actor=world.officer)
    with pytest.raises(DomainError, match="Say why"):
        reopen_meeting(world.meeting, reason="", actor=world.officer)
    reopen_meeting(world.meeting, reason="One more item.", actor=world.officer)
    ballot.refresh_from_db()
    assert (world.state(), ballot.result) == ("open", result)


def test_a_cancelled_meeting_takes_its_prepared_ballots_with_it(world: World) -> None:
    ballot = prepared(world.cast, world.application, world.body, meeting=world.meeting)
    cancel_meeting(world.meeting, reason="No room.", actor=world.officer)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "The meeting was cancelled: No room.")
    assert prepared(world.cast, world.application, world.body).state == "prepared"


# Minutes


def test_only_a_chair_approves_and_then_nothing_changes(world: World) -> None:
    held(world)
    for nobody in (world.officer, world.cast.manager, world.people[1]):
        with pytest.raises(PermissionDenied):
            approve_minutes(world.meeting, actor=nobody)
    approve_minutes(world.meeting, actor=world.people[0])
    found = Meeting.objects.get(pk=world.meeting.pk)
    assert (found.state, found.approved_by) == ("approved", world.people[0])
    assert found.approved_at is not None
    for write in (
        lambda: write_minutes(world.meeting, minutes="Else.", actor=world.officer),
        lambda: note_attendance(world.meeting, statuses={world.people[0].pk: "absent"}, actor=world.officer),
        lambda: add_words(world.meeting, title="Late", actor=world.officer),
        lambda: change_meeting(world.meeting, title="X", starts_at=timezone.now(), actor=world.officer),
    ):
        with pytest.raises(DomainError, match="cannot change any more"):
            write()


def test_empty_minutes_are_not_approved(world: World) -> None:
    open_meeting(world.meeting, actor=world.officer)
    close_meeting(world.meeting, actor=world.officer)
    with pytest.raises(DomainError, match="Note who came first"):
        approve_minutes(world.meeting, actor=world.people[0])
    present(world.meeting, world.people[0], by=world.officer)
    with pytest.raises(DomainError, match="minutes are empty"):
        approve_minutes(world.meeting, actor=world.people[0])


def test_minutes_of_an_item_are_its_note(world: World) -> None:
    item = add_words(world.meeting, title="Welcome", actor=world.officer)
    for _ in range(2):
        write_minutes(world.meeting, minutes="", notes={item.pk: " All came. "}, actor=world.officer)
    item.refresh_from_db()
    assert item.note == "All came."
    assert len([entry for entry in history_of([item]) if "wrote" in entry.words]) == 1


# Pages


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(client: Client, url: str, data: dict[str, Any] | None = None, *, status: int = 302) -> str:
    answer = client.post(url, data or {})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return str(answer.content.decode())


def test_a_meeting_from_plan_to_minutes_by_its_pages(world: World, signed_in: Sign) -> None:
    client, today = signed_in(world.officer), timezone.localdate().isoformat()
    form = {"body": world.body.pk, "title": "Meeting of May", "starts_on": today, "starts_time": "10:00"}
    post(client, world.url("plan"), form)
    post(client, world.url("edit"), form | {"title": "Meeting of June"})
    post(client, world.url("agenda"), {"title": "Welcome"})
    post(client, world.url("agenda"), {"applications": [world.application.code], "with_ballots": "on"})
    items = list(world.meeting.items.all())
    post(client, world.url("move_item"), {"item": items[1].pk, "by": "up"})
    assert [item.pk for item in world.meeting.items.all()] == [items[1].pk, items[0].pk]
    post(client, world.url("remove_item", items[0].pk))
    post(client, world.url("step", "open"))
    post(client, world.url("attendance"), {f"person-{world.people[0].pk}": "present"})
    note = {f"item-{items[1].pk}": "The body listened."}
    post(client, world.url("minutes"), {"minutes": "It began at ten."} | note)
    post(client, world.url("step", "close"))
    page = read(client, world.url())
    for words in ("Meeting of June", "The body listened.", "It began at ten.", "present", "Closed"):
        assert words in page
    chair = signed_in(world.people[0])
    post(chair, world.url("step", "approve_minutes"))
    assert "Approved by" in read(chair, world.url())
    assert "Meeting of June" in read(chair, world.url("list"))


def test_what_is_wrong_is_said_on_the_forms(world: World, signed_in: Sign) -> None:
    client = signed_in(world.officer)
    assert "Give the meeting a name." in post(client, world.url("plan"), {"body": world.body.pk}, status=422)
    assert "Say what the item is about." in post(client, world.url("agenda"), {"title": ""}, status=422)
    assert "Choose at least one application." in post(client, world.url("agenda"), status=422)
    post(client, world.url("step", "cancel"), {"reason": ""}, status=422)
    assert client.get(world.url("step", "nonsense")).status_code == 404


def test_members_see_the_agenda_and_change_nothing(world: World, signed_in: Sign) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    member = signed_in(world.people[1])
    page = read(member, world.url())
    assert world.application.title in page
    assert world.url("agenda") not in page
    for name in ("edit", "agenda", "attendance", "minutes"):
        assert member.get(world.url(name)).status_code == 403
    assert member.post(world.url("step", "open")).status_code == 403


def test_an_item_is_a_number_to_who_stepped_out(world: World, signed_in: Sign) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    declare(world.application, kind="actual", statement="Board member.", actor=world.people[0])
    chair = signed_in(world.people[0])
    page = read(chair, world.url())
    assert STEPPED_OUT in page
    for name in ("", "agenda", "minutes"):
        words = read(chair, world.url(name or "meeting"))
        assert world.application.title not in words
        assert world.application.code not in words


def test_an_undeclared_member_is_asked_to_declare(world: World, signed_in: Sign) -> None:
    prepared(world.cast, world.application, world.body, meeting=world.meeting)
    page = read(signed_in(newcomer(world.cast, world.body)), world.url())
    assert reverse("panel:declare", args=[world.cast.program.slug, world.application.code]) in page


def test_members_of_another_body_find_no_meeting(world: World, signed_in: Sign) -> None:
    assert signed_in(world.cast.advisory).get(world.url()).status_code == 404
    assert str(world.meeting) not in read(signed_in(world.cast.advisory), world.url("list"))
