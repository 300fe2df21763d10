"""Rounds: how they are set up, what they need to be published, and how they are copied."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from grants.models import Round, RoundInvitation, Stage
from grants.queries.rounds import draft_teams, round_problems
from grants.services import rounds
from grants.services.round_invitations import invite_to_round
from grants.services.stages import add_stage, name_people, order_stages
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.rounds import (
    begun,
    change,
    complete_stage,
    draft_round,
    first_stage,
    in_days,
    open_round,
    published_form,
    said,
    warned,
    writer,
)


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


# Setting up


def test_round_begins_as_a_draft_with_the_stages_of_its_plan(scope: Cast) -> None:
    round_ = rounds.create_round(
        scope.program, code="IG27", title="T", summary="S", plan="two", actor=scope.officer
    )
    assert (round_.state, round_.timezone, round_.created_by) == ("draft", "Australia/Sydney", scope.officer)
    assert [stage.kind for stage in round_.stages.all()] == list(rounds.PLANS["two"])
    assert history_of([round_])[0].words == "began the round"


@pytest.mark.parametrize("code", ["new", "NEW", "a b", "", "-x", "a/b"])
def test_code_that_no_address_could_have_is_refused(scope: Cast, code: str) -> None:
    with pytest.raises(ValidationError, match="cannot be a code"):
        rounds.create_round(scope.program, code=code, title="T", summary="S", actor=scope.officer)


def test_code_is_there_once_whatever_its_case(scope: Cast) -> None:
    draft_round(scope, code="IG27")
    for again in (
        lambda: rounds.create_round(scope.program, code="ig27", title="T", summary="S", actor=scope.officer),
        lambda: rounds.clone_round(Round.objects.get(), code="IG27", title="T", actor=scope.officer),
    ):
        with pytest.raises(ValidationError, match="already"):
            again()


def test_code_taken_at_the_same_moment_is_refused_in_words(
    scope: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up found nothing and the other one was saved since: the database decides."""
    draft_round(scope, code="IG27")
    monkeypatch.setattr(rounds, "_refuse_code", lambda code: None)
    with pytest.raises(ValidationError, match="There is a round IG27 already"):
        rounds.create_round(scope.program, code="IG27", title="T", summary="S", actor=scope.officer)


@pytest.mark.parametrize("who", ["auditor", "executive", "finance", "roundtable", "partner", "applicant"])
def test_only_staff_set_up_rounds(scope: Cast, who: str) -> None:
    actor, round_ = scope.people[who], draft_round(scope)
    stage = first_stage(round_)
    for write in (
        lambda: rounds.create_round(scope.program, code="X", title="T", summary="S", actor=actor),
        lambda: change(round_, actor, title="Mine"),
        lambda: rounds.clone_round(round_, code="X", title="T", actor=actor),
        lambda: rounds.publish_round(round_, actor=actor),
        lambda: rounds.discard_round(round_, actor=actor),
        lambda: add_stage(round_, kind=Stage.Kind.ADVICE, actor=actor),
        lambda: order_stages(round_, order=[], actor=actor),
        lambda: name_people(stage, people=[], actor=actor),
        lambda: invite_to_round(round_, emails=["a@example.org"], actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_change_is_kept_with_before_and_after(scope: Cast) -> None:
    round_ = draft_round(scope)
    change(round_, scope.officer, budget=Decimal(100_000), title="Impact grants 2027", maximum_amount=None)
    event = AuditEvent.objects.get(action="change")
    assert event.before == {"budget": "500000.00", "maximum_amount": "120000.00"}
    assert event.after == {"budget": "100000", "maximum_amount": None}


def test_change_that_changes_nothing_leaves_no_event(scope: Cast) -> None:
    round_ = draft_round(scope)
    change(round_, scope.officer, title=round_.title)
    assert not AuditEvent.objects.filter(action="change").exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone", "no time zone"),
        ({"closes_at": in_days(-2)}, "closes_at", "before it opens"),
        ({"maximum_amount": Decimal(5)}, "maximum_amount", "below the smallest"),
        ({"title": ""}, "title", "blank"),
        ({"title": "x" * 151}, "title", "150"),
        ({"contact_email": "nobody"}, "contact_email", "valid email"),
        ({"audience": "friends"}, "audience", "valid choice"),
    ],
)
def test_setting_that_cannot_be_is_refused_beside_its_field(
    scope: Cast, changes: dict[str, Any], field: str, words: str
) -> None:
    round_ = draft_round(scope)
    with pytest.raises(ValidationError) as error:
        change(round_, scope.officer, **changes)
    assert words in " ".join(error.value.message_dict[field])
    assert change(round_, scope.officer, grace_minutes=20).grace_minutes == 20


def test_state_is_no_setting(scope: Cast) -> None:
    with pytest.raises(ValueError, match="no setting state"):
        change(draft_round(scope), scope.officer, state="open")


def test_database_refuses_a_round_that_closes_before_it_opens(scope: Cast) -> None:
    draft_round(scope)
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.update(closes_at=in_days(-5))


# What a round needs


def test_complete_round_has_no_problem(scope: Cast) -> None:
    assert round_problems(draft_round(scope)) == []
    assert round_problems(draft_round(scope, code="EOI27", plan="two")) == []


def test_empty_round_says_everything_that_it_needs(scope: Cast) -> None:
    round_ = rounds.create_round(scope.program, code="X", title="T", summary="S", actor=scope.officer)
    assert said(round_) == [
        "Give the budget of the round.",
        "Give the moment the round opens.",
        "Give the moment the round closes.",
        "Add a stage that applicants write in.",
    ]
    assert warned(round_) == [
        "Nothing says who can apply.",
        "Nothing says by which criteria applications are judged.",
        "There is no eligibility question, so anybody can begin an application.",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"budget": None}, "Give the budget of the round."),
        ({"budget": Decimal(50_000)}, "An applicant may ask for more than the whole budget."),
        (
            {"budget": Decimal(5_000), "maximum_amount": None},
            "An applicant may ask for more than the whole budget.",
        ),
        ({"opens_at": None}, "Give the moment the round opens."),
        ({"closes_at": None}, "Give the moment the round closes."),
        ({"opens_at": in_days(-9), "closes_at": in_days(-1)}, "The round closes in the past."),
        ({"decided_by": in_days(10).date()}, "The outcome is expected before the round has closed."),
        ({"decided_by": in_days(29).date()}, "The outcome is expected before the round has closed."),
    ],
)
def test_money_and_dates_out_of_order_are_said(scope: Cast, changes: dict[str, Any], words: str) -> None:
    round_ = change(draft_round(scope), scope.officer, **changes)
    assert said(round_) == [words]


def test_outcome_on_the_day_of_the_closing_is_too_early_by_the_rounds_own_clock(scope: Cast) -> None:
    round_ = draft_round(scope)
    closes = round_.closes_at
    assert closes is not None
    there = closes.astimezone(ZoneInfo(round_.timezone)).date()
    assert said(change(round_, scope.officer, decided_by=there)) != []
    assert said(change(round_, scope.officer, decided_by=there + timedelta(days=1))) == []


def test_missing_outcome_is_a_warning_and_no_more(scope: Cast) -> None:
    round_ = change(draft_round(scope), scope.officer, decided_by=None)
    assert (said(round_), warned(round_)) == ([], ["Nothing says when applicants hear the outcome."])
    assert rounds.publish_round(round_, actor=scope.officer).state == "open"


def test_problem_leads_to_the_page_that_puts_it_right(scope: Cast) -> None:
    round_ = draft_round(scope)
    stage = first_stage(round_)
    Stage.objects.filter(pk=stage.pk).update(form_version=None)
    screening = round_.stages.get(kind=Stage.Kind.SCREENING)
    screening.people.all().delete()
    found = [(problem.part, problem.pk) for problem in round_problems(round_)]
    assert found == [("stage", stage.pk), ("people", screening.pk)]


def test_form_must_be_published_and_have_a_required_field(scope: Cast) -> None:
    round_ = draft_round(scope)
    stage = first_stage(round_)
    draft = published_form(scope, "A draft", state="draft")
    Stage.objects.filter(pk=stage.pk).update(form_version=draft)
    assert said(round_) == ["The form of “Full application” is not published: A draft, version 1."]
    optional = draft.schema.model_dump(mode="json")
    for field in optional["sections"][0]["fields"]:
        field["required"] = False
    Stage.objects.filter(pk=stage.pk).update(form_version=published_form(scope, "Loose", content=optional))
    assert "The form of “Full application”: Make at least one question required." in said(round_)


@pytest.mark.parametrize("kind", [Stage.Kind.SCREENING, Stage.Kind.ASSESSMENT])
def test_stage_without_people_is_said(scope: Cast, kind: Stage.Kind) -> None:
    round_ = draft_round(scope)
    round_.stages.get(kind=kind).people.all().delete()
    assert said(round_) == [f"Name somebody for “{kind.label}”."]


def test_person_who_lost_the_role_is_said(scope: Cast) -> None:
    round_ = draft_round(scope)
    Membership.objects.filter(user=scope.officer).delete()
    assert said(round_) == [
        f"{scope.officer} is named for “Screening” and is no program manager or program officer."
    ]


def put(round_: Round, *kinds: Stage.Kind, actor: User) -> None:
    stages = {stage.kind: stage.pk for stage in round_.stages.all()}
    order_stages(round_, order=[stages[kind] for kind in kinds], actor=actor)


def test_stages_in_an_order_that_cannot_be_are_said(scope: Cast) -> None:
    kinds = Stage.Kind
    round_ = draft_round(scope)
    put(
        round_,
        kinds.SCREENING,
        kinds.APPLICATION,
        kinds.ASSESSMENT,
        kinds.DECISION,
        kinds.ENDORSEMENT,
        actor=scope.officer,
    )
    assert said(round_) == [
        "“Screening” comes before anything is written. Move it down.",
        "“Endorsement” comes after the decision. Move it up.",
    ]


def test_interest_after_the_full_application_is_said(scope: Cast) -> None:
    round_ = draft_round(scope, plan="two")
    kinds = [Stage.Kind.APPLICATION, Stage.Kind.EOI]
    rest = [Stage.Kind(stage.kind) for stage in round_.stages.all() if stage.kind not in kinds]
    put(round_, *kinds, *rest, actor=scope.officer)
    assert "The expression of interest comes after the full application." in said(round_)
    complete_stage(scope, round_.stages.get(kind=Stage.Kind.EOI))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "Give the closing of “Full application”."),
        (30, "“Full application” closes before the stage it follows."),
        (20, "“Full application” closes before the stage it follows."),
    ],
)
def test_later_written_stage_closes_after_the_round(scope: Cast, days: float | None, words: str) -> None:
    round_ = draft_round(scope, plan="two")
    assert round_.closes_at is not None
    closes = None if days is None else round_.closes_at + timedelta(days=days - 30)
    Stage.objects.filter(round=round_, kind=Stage.Kind.APPLICATION).update(closes_at=closes)
    assert said(round_) == [words]


def test_outcome_follows_the_last_closing(scope: Cast) -> None:
    round_ = draft_round(scope, plan="two", decided_by=in_days(40).date())
    assert said(round_) == ["The outcome is expected before the round has closed."]


def test_round_by_invitation_needs_somebody_invited(scope: Cast) -> None:
    round_ = draft_round(scope, audience=Round.Audience.INVITED)
    assert said(round_) == ["The round is by invitation and nobody is invited."]
    invite_to_round(round_, emails=["a@example.org"], actor=scope.officer)
    assert said(round_) == []


# Copies


def test_clone_has_everything_but_dates_and_invitations(scope: Cast) -> None:
    source = draft_round(
        scope, plan="two", audience=Round.Audience.INVITED, description="D", grace_minutes=30
    )
    invite_to_round(source, emails=["a@example.org"], actor=scope.officer)
    clone = rounds.clone_round(source, code="IG28", title="Impact grants 2028", actor=scope.manager)
    assert (clone.state, clone.code, clone.title) == ("draft", "IG28", "Impact grants 2028")
    assert (clone.opens_at, clone.closes_at, clone.decided_by, clone.published_at) == (None, None, None, None)
    same = rounds.SETTINGS - {"opens_at", "closes_at", "decided_by", "title"}
    assert {name: getattr(clone, name) for name in same} == {name: getattr(source, name) for name in same}
    stages = [(s.order, s.kind, s.form_version, s.closes_at) for s in clone.stages.all()]
    assert stages == [(s.order, s.kind, s.form_version, None) for s in source.stages.all()]
    named = [[p.user for p in s.people.all()] for s in clone.stages.all()]
    assert named == [[p.user for p in s.people.all()] for s in source.stages.all()]
    assert [q.text for q in clone.questions.all()] == ["Are you a charity?"]
    assert not RoundInvitation.objects.filter(round=clone).exists()
    assert (clone.cloned_from, clone.created_by) == (source, scope.manager)


def test_clone_leaves_out_who_lost_the_role(scope: Cast) -> None:
    source = draft_round(scope)
    Membership.objects.filter(user__in=[scope.roundtable, scope.advisory]).delete()
    clone = rounds.clone_round(source, code="IG28", title="T", actor=scope.manager)
    assert list(clone.stages.get(kind="assessment").people.all()) == []
    assert "Name somebody for “Assessment”." in said(clone)


def test_clone_is_independent_of_its_source(scope: Cast) -> None:
    source = open_round(scope)
    clone = rounds.clone_round(source, code="IG28", title="T", actor=scope.officer)
    change(clone, scope.officer, budget=Decimal(1))
    clone.questions.all().delete()
    source.refresh_from_db()
    assert (source.budget, source.questions.count(), source.state) == (Decimal(500_000), 1, "open")


# Teams


def test_teams_of_drafts_are_their_writers_and_nobody_else(scope: Cast) -> None:
    round_ = open_round(scope)
    lena, noor, left = writer(scope, name="Lena"), writer(scope, name="Noor"), writer(scope, name="Left")
    first = begun(scope, round_, lena, noor, left)
    second = begun(scope, round_, noor)
    begun(scope, round_, lena, state="discarded")
    Membership.objects.filter(user=left).delete()
    assert draft_teams(round_) == [(first, [lena, noor]), (second, [noor])]
    assert OutgoingMail.objects.count() == 0
