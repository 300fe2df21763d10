"""Giving out the applications of a round: the plan that was seen, by hand, taking back, reminders."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from grants.engine.assignment import Plan, Task, make_plan
from grants.models import (
    Advice,
    Application,
    Assignment,
    AssignmentRun,
    BodyMember,
    Declaration,
    Round,
    Stage,
)
from grants.queries.assignment import digest_of, met_before, proposal_of, task_of
from grants.services.assessing import hand_back
from grants.services.assignment import (
    assign,
    assign_round,
    due_reminders,
    release_assignments,
    remind,
    send_reminder,
    take_back,
)
from grants.tasks import remind_assessor
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.assessing import (
    accepted,
    assessed_round,
    assessors,
    content_of,
    field_of,
    given_to,
    submitted,
)
from tests.grants.bodies import add_member, body_of
from tests.queries import counted_queries

Sign = Callable[[User], Client]
BOARD = "/north/assessments/rounds/IG27/"


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def give_out(round_: Round, actor: User, seed: int = 1) -> AssignmentRun:
    """Give out by a plan that was just seen."""
    proposal = proposal_of(round_, actor, seed=seed)
    assert proposal is not None
    return assign_round(round_, seed=seed, digest=proposal.digest, actor=actor)


def pairs() -> set[tuple[str, str]]:
    live = Assignment.objects.filter(state__in=["assigned", "submitted"])
    return set(live.values_list("application__code", "user__name"))


def test_applications_are_given_out_as_planned_and_everybody_is_told_once(scope: Cast) -> None:
    people = assessors(scope, 3)
    round_ = assessed_round(scope, *people, assessors_each=2)
    for _ in range(3):
        accepted(scope, round_)
    run = give_out(round_, scope.officer)
    task, plan = Task.model_validate(run.task), Plan.model_validate(run.plan)
    assert make_plan(task) == plan
    rows = Assignment.objects.select_related("application", "user")
    assert {(row.application_id, row.user_id, row.why) for row in rows} == {
        (one.application, one.assessor, one.why) for one in plan.given
    }
    assert {row.due_at for row in rows} == {round_.stages.get(kind="assessment").assess_by}
    assert {row.run for row in rows} == {run}
    mails = OutgoingMail.objects.filter(subject__contains="to assess")
    assert sorted(mail.to for mail in mails) == sorted(person.email for person in people)
    assert all("You were given 2 applications" in mail.body for mail in mails)
    assert AuditEvent.objects.get(object_type="grants.assignmentrun").after["given"] == 6
    assert AuditEvent.objects.filter(object_type="grants.assignment", action="assign").count() == 6


def test_another_plan_than_the_one_that_was_seen_is_refused(scope: Cast) -> None:
    people = assessors(scope, 3)
    round_ = assessed_round(scope, *people)
    accepted(scope, round_)
    proposal = proposal_of(round_, scope.officer, seed=1)
    assert proposal is not None
    accepted(scope, round_)
    with pytest.raises(DomainError, match="Something has changed"):
        assign_round(round_, seed=1, digest=proposal.digest, actor=scope.officer)
    with pytest.raises(DomainError, match="Something has changed"):
        assign_round(round_, seed=2, digest=proposal.digest, actor=scope.officer)
    assert not Assignment.objects.exists()


def test_plan_keeps_what_is_given_and_fills_what_is_missing(scope: Cast) -> None:
    people = assessors(scope, 3)
    round_ = assessed_round(scope, *people, assessors_each=1)
    first = accepted(scope, round_)
    given_to(first, people[0], by=scope.officer)
    accepted(scope, round_)
    accepted(scope, round_)
    give_out(round_, scope.officer)
    assert Assignment.objects.filter(application=first).count() == 1
    assert {name for _, name in pairs()} == {str(person) for person in people}
    with pytest.raises(DomainError, match="nothing to give out"):
        give_out(round_, scope.officer)


def test_only_what_is_eligible_and_written_in_full_is_given_out(scope: Cast) -> None:
    people = assessors(scope, 2)
    round_ = assessed_round(scope, *people)
    eligible = accepted(scope, round_)
    for state in ("submitted", "ineligible", "withdrawn", "draft"):
        accepted(scope, round_, state=state)
    task = task_of(round_, scope.officer, seed=1)
    assert task is not None
    assert [item.key for item in task.applications] == [eligible.pk]


def test_conflicts_and_what_was_handed_back_are_left_out(scope: Cast) -> None:
    people = assessors(scope, 4)
    round_ = assessed_round(scope, *people, assessors_each=2)
    application = accepted(scope, round_)
    Declaration.objects.create(
        program=scope.program,
        application=application,
        user=people[0],
        kind="actual",
        state="out",
        declared_at=timezone.now(),
    )
    application.organisation.contacts.create(program=scope.program, user=people[1])
    hand_back(given_to(application, people[2], by=scope.officer), reason="R", actor=people[2])
    run = give_out(round_, scope.officer)
    assert {name for _, name in pairs()} == {str(people[3])}
    (short,) = Plan.model_validate(run.plan).short
    assert short.why == "Nobody is left: 3 stepped out or may have a conflict."


def test_expertise_and_contact_before_are_in_the_task(scope: Cast) -> None:
    people = assessors(scope, 3)
    round_ = assessed_round(scope, *people)
    extra = field_of("where", "text", "Where", "Twelve regional schools")
    application = accepted(scope, round_, content=content_of("Harbour", extra))
    body = body_of(scope.program, "advisory", by=scope.manager)
    add_member(body, people[0], by=scope.manager, expertise=["Schools", "Law enforcement"])
    before = assessed_round(scope, *people, code="OLD")
    earlier = accepted(scope, before, organisation=application.organisation)
    submitted(given_to(earlier, people[1], by=scope.officer))
    Advice.objects.create(
        program=scope.program,
        body=body,
        application=earlier,
        position="support",
        text="T",
        author=people[2],
        given_at=timezone.now(),
    )
    task = task_of(round_, scope.officer, seed=1)
    assert task is not None
    assert [(fit.assessor, fit.words) for fit in task.fits] == [(people[0].pk, ["Schools"])]
    assert {user for _, user in task.met} == {people[1].pk, people[2].pk}
    assert met_before([earlier], people) == set()
    assert digest_of(task, make_plan(task)) == digest_of(task, make_plan(task))


def test_limit_holds_in_the_plan_and_by_hand(scope: Cast) -> None:
    people = assessors(scope, 1)
    round_ = assessed_round(scope, *people, assessors_each=1, most_each=2)
    applications = [accepted(scope, round_) for _ in range(3)]
    give_out(round_, scope.officer)
    assert len(pairs()) == 2
    left = next(one for one in applications if not one.assignments.exists())
    with pytest.raises(DomainError, match="as many as one person may"):
        assign(left, user=people[0], actor=scope.officer)
    Stage.objects.filter(kind="assessment").update(most_each=3)
    assert assign(left, user=people[0], actor=scope.officer).why == "By hand."


@pytest.mark.parametrize("case", ["not named", "conflict", "twice", "not eligible", "own", "role"])
def test_by_hand_what_cannot_be_is_refused(scope: Cast, case: str) -> None:
    people, actor = assessors(scope, 2), scope.officer
    round_ = assessed_round(scope, *people)
    application = accepted(scope, round_, applicant=scope.officer if case == "own" else None)
    user = people[0]
    if case == "not named":
        user = scope.roundtable
    elif case == "conflict":
        given_to(application, user, by=scope.officer, declared=False)
        Assignment.objects.update(state="removed")
        Declaration.objects.create(
            program=scope.program,
            application=application,
            user=user,
            kind="perceived",
            state="waiting",
            declared_at=timezone.now(),
        )
    elif case == "twice":
        given_to(application, user, by=scope.officer)
    elif case == "not eligible":
        Application.objects.update(state="submitted")
    elif case == "role":
        actor = scope.auditor
    with pytest.raises(PermissionDenied if case in {"own", "role"} else DomainError):
        assign(application, user=user, actor=actor)


def test_taking_back_needs_a_reason_and_leaves_what_is_in(scope: Cast) -> None:
    people = assessors(scope, 2)
    application = accepted(scope, assessed_round(scope, *people))
    one, other = (given_to(application, person, by=scope.officer) for person in people)
    with pytest.raises(DomainError, match="Say why"):
        take_back(one, reason="", actor=scope.officer)
    with pytest.raises(PermissionDenied):
        take_back(one, reason="R", actor=one.user)
    assert take_back(one, reason="Too much.", actor=scope.officer).state == "removed"
    with pytest.raises(DomainError, match="not possible"):
        take_back(submitted(other), reason="R", actor=scope.officer)


def test_who_loses_the_role_loses_what_is_still_to_do(scope: Cast) -> None:
    people = assessors(scope, 1)
    round_ = assessed_round(scope, *people)
    one = given_to(accepted(scope, round_), people[0], by=scope.officer)
    done = submitted(given_to(accepted(scope, round_), people[0], by=scope.officer))
    release_assignments(people[0], scope.program, scope.manager)
    one.refresh_from_db()
    assert one.state == "assigned"
    Membership.objects.filter(user=people[0]).delete()
    release_assignments(User.objects.get(pk=people[0].pk), scope.program, scope.manager)
    one.refresh_from_db()
    done.refresh_from_db()
    assert (one.state, done.state) == ("removed", "submitted")


# Reminders


@pytest.mark.parametrize(
    ("days", "reminded", "due"),
    [
        (2.9, None, True),
        (3.1, None, False),
        (-5, None, True),
        (1, 0.9, False),
        (1, 1.1, True),
        (None, None, False),
    ],
)
def test_reminder_goes_out_three_days_before_and_once_a_day(
    scope: Cast, days: float | None, reminded: float | None, due: bool
) -> None:
    people, now = assessors(scope, 1), timezone.now()
    one = given_to(accepted(scope, assessed_round(scope, *people)), people[0], by=scope.officer)
    Assignment.objects.update(
        due_at=None if days is None else now + timedelta(days=days),
        reminded_at=None if reminded is None else now - timedelta(days=reminded),
    )
    assert due_reminders(now) == ([one.pk] if due else [])


def test_reminder_is_one_mail_for_all_that_is_due(scope: Cast) -> None:
    people, now = assessors(scope, 1), timezone.now()
    round_ = assessed_round(scope, *people, assess_by=now + timedelta(days=1))
    rows = [given_to(accepted(scope, round_), people[0], by=scope.officer) for _ in range(3)]
    submitted(rows[2])
    assert [send_reminder(row.pk, now=now) for row in rows] == [1, 0, 0]
    mail = OutgoingMail.objects.get(subject__startswith="Reminder")
    assert mail.subject == "Reminder: 2 assessments to submit"
    assert "IG27-0001" in mail.body
    assert "IG27-0003" not in mail.body
    remind_assessor.run(assignment_id=rows[0].pk)
    remind_assessor.run(assignment_id=0)
    assert OutgoingMail.objects.filter(subject__startswith="Reminder").count() == 1
    assert send_reminder(rows[0].pk, now=now + timedelta(days=1, minutes=1)) == 1
    assert AuditEvent.objects.filter(action="remind").count() == 4


def test_staff_remind_by_hand_but_not_for_what_is_their_own(scope: Cast) -> None:
    people = assessors(scope, 1)
    round_ = assessed_round(scope, *people)
    own = given_to(accepted(scope, round_, applicant=scope.officer), people[0], by=scope.manager)
    assert remind([own], actor=scope.officer) == 0
    assert remind([Assignment.objects.get(pk=own.pk)], actor=scope.manager) == 1
    assert remind([Assignment.objects.get(pk=own.pk)], actor=scope.manager) == 0


# Pages


def test_staff_preview_the_plan_and_give_it_out(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 2)
        round_ = assessed_round(cast, *people, assessors_each=1)
        for _ in range(2):
            accepted(cast, round_)
    client = signed_in(cast.officer)
    board = client.get(BOARD).content.decode()
    assert "1 missing" in board
    page = client.get(f"{BOARD}plan/?seed=7").content.decode()
    assert "No expertise named fits. Has 1 application with it." in page
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    stale = client.post(f"{BOARD}plan/", {"seed": "7", "digest": "0"})
    assert stale.status_code == 422
    assert "Something has changed" in stale.content.decode()
    done = client.post(f"{BOARD}plan/", {"seed": "7", "digest": digest[1]}, follow=True).content.decode()
    assert "2 assignments are made. Everybody was told." in done
    assert "Seed 7" in done
    assert "Nothing to give out" in client.get(f"{BOARD}plan/").content.decode()
    assert client.get(f"{BOARD}plan/?seed=x").status_code == 422


def test_staff_adjust_by_hand_and_remind(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 3)
        round_ = assessed_round(cast, *people, assessors_each=2)
        application = accepted(cast, round_)
        one = given_to(application, people[0], by=cast.officer)
    client = signed_in(cast.officer)
    give = f"/north/assessments/applications/{application.code}/give/"
    page = client.get(give).content.decode()
    assert str(people[1]) in page
    assert str(people[0]) not in page
    assert client.post(give, {"user": people[0].pk}).status_code == 422
    page = client.post(give, {"user": people[1].pk, "why": "Knows schools"}, follow=True).content.decode()
    assert "Knows schools" in page
    page = client.post(f"{BOARD}remind/", follow=True).content.decode()
    assert "2 people were reminded." in page
    page = client.post(f"{BOARD}remind/", follow=True).content.decode()
    assert "Nobody was reminded" in page
    step = f"/north/assessments/{one.pk}/steps/remove/"
    assert client.post(step, {"reason": ""}).status_code == 422
    assert client.post(step, {"reason": "Too much."}).status_code == 302
    assert client.get(step).status_code == 404
    assert client.get(f"/north/assessments/{one.pk}/steps/exclude/").status_code == 404


def test_assessment_is_opened_again_on_its_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 1)
        one = submitted(given_to(accepted(cast, assessed_round(cast, *people)), people[0], by=cast.officer))
    step = f"/north/assessments/{one.pk}/steps/reopen/"
    assert signed_in(one.user).get(step).status_code == 403
    assert signed_in(cast.manager).post(step, {"reason": "A page was missing."}).status_code == 302
    with program_scope(cast.program):
        one.refresh_from_db()
        assert one.state == "assigned"


def test_round_without_an_assessment_has_no_board(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        assessed_round(cast, *assessors(cast, 2))
        Stage.objects.filter(kind="assessment").delete()
        assert task_of(Round.objects.get(), cast.officer, seed=1) is None
    assert signed_in(cast.officer).get(BOARD).status_code == 404


def test_staff_who_stepped_out_of_an_application_do_not_see_it_on_the_board(
    cast: Cast, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 1)
        application = accepted(cast, assessed_round(cast, *people))
        one = submitted(given_to(application, people[0], by=cast.manager))
        Declaration.objects.create(
            program=cast.program,
            application=application,
            user=cast.officer,
            kind="actual",
            state="out",
            declared_at=timezone.now(),
        )
    client = signed_in(cast.officer)
    assert application.code not in client.get(BOARD).content.decode()
    assert application.code not in client.get(f"{BOARD}calibration/").content.decode()
    for part in ("give", "results", "blind", "discussion"):
        path = f"/north/assessments/applications/{application.code}/{part}/"
        assert client.get(path).status_code == 404, part
    assert client.get(f"/north/assessments/{one.pk}/steps/reopen/").status_code == 404


def test_board_asks_the_same_for_few_and_for_many(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        people = assessors(cast, 3)
        round_ = assessed_round(cast, *people)
        submitted(given_to(accepted(cast, round_), people[0], by=cast.officer))
    client = signed_in(cast.officer)
    counts = []
    for _ in range(2):
        for part in ("", "calibration/"):
            client.get(f"{BOARD}{part}")
            with counted_queries() as count:
                assert client.get(f"{BOARD}{part}").status_code == 200
            counts.append(count.number)
        with program_scope(cast.program):
            for _ in range(4):
                application = accepted(cast, round_)
                for person in people:
                    submitted(given_to(application, person, by=cast.officer))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16


def test_terms_bring_expertise_of_every_body(scope: Cast) -> None:
    people = assessors(scope, 1)
    round_ = assessed_round(scope, *people)
    accepted(scope, round_, content=content_of("Harbour"))
    for kind, words in (("advisory", ["Schools"]), ("roundtable", ["Online safety", "Schools"])):
        add_member(
            body_of(scope.program, kind, by=scope.manager), people[0], by=scope.manager, expertise=words
        )
    assert BodyMember.objects.filter(user=people[0]).count() == 2
    task = task_of(round_, scope.officer, seed=1)
    assert task is not None
    assert [fit.words for fit in task.fits] == [["Schools"]]
