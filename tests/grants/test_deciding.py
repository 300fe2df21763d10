"""What a decision needs: each award that may not be is refused with its reason, and leaves nothing behind."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from grants.models import Application, Ballot, Decision, Letter, Round
from grants.services.deciding import agree, confirm, decide, publish
from grants.services.deciding_recommend import (
    Proposal,
    change_recommendation,
    recommend,
    recommend_many,
)
from grants.states import DecisionState
from partners.models import Agreement, OrganisationContact
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, member
from tests.grants.decided import (
    FACTS,
    ballot_on,
    considered,
    decided,
    out_of,
    published,
    recommended,
    round_to_decide,
    scored,
)
from tests.grants.received import content_of, submit


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return considered(round_)


@pytest.fixture
def of_panel(cast: Cast) -> Application:
    """An application to a round that asks for an endorsement."""
    with program_scope(cast.program):
        return considered(round_to_decide(cast, "EN27", endorsed=True))


def refused(decision: Decision, words: str, cast: Cast) -> None:
    """Deciding it is refused with these words, and nothing of it stays."""
    with pytest.raises(DomainError, match=words):
        decide(decision, actor=cast.manager)
    decision.refresh_from_db()
    assert decision.state == DecisionState.RECOMMENDED
    assert decision.decided_by is None
    assert not Agreement.objects.exists()
    assert not Letter.objects.exists()


def test_award_within_the_limit_is_decided_by_one_person(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        decision.refresh_from_db()
        assert decision.state == "decided"
        assert decision.decided_by == cast.manager
        assert decision.agreed_by is None
        application.refresh_from_db()
        assert application.state == "accepted", "nothing is told before it is published"


def test_award_opens_a_proposed_agreement_and_drafts_its_letter(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application, conditions=["Report in June"])
        agreement = Agreement.objects.get()
        assert decision.agreement == agreement
        assert (agreement.state, agreement.code, agreement.amount) == (
            "proposed",
            application.code,
            Decimal(40_000),
        )
        assert agreement.organisation == application.organisation
        assert agreement.conditions == ["Report in June"]
        assert agreement.currency == cast.program.currency
        assert application.code in agreement.source
        letter = Letter.objects.get()
        assert letter.state == "draft"
        assert "$40,000.00" in letter.body
        assert "Report in June" in letter.body


def test_decline_needs_neither_money_nor_agreement(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, of_panel, outcome="decline", amount=None)
        assert decision.state == "decided"
        assert not Agreement.objects.exists()
        assert "not awarded" in Letter.objects.get().body


def test_award_over_the_limit_is_refused_to_one_person(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application, amount=Decimal("60000.01"))
        refused(decision, "over what one person may decide", cast)


def test_award_over_the_limit_takes_two_people(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application, amount=Decimal(70_000))
        agree(decision, actor=cast.manager)
        with pytest.raises(PermissionDenied):
            confirm(decision, actor=cast.manager)
        assert not Agreement.objects.exists()
        confirm(decision, actor=cast.finance)
        decision.refresh_from_db()
        assert decision.state == "decided"
        assert (decision.agreed_by, decision.decided_by) == (cast.manager, cast.finance)
        assert Agreement.objects.get().amount == Decimal(70_000)


def test_another_manager_may_confirm_and_an_officer_may_not(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        second = member(cast.program, Role.MANAGER)
        decision = recommended(cast, application, amount=Decimal(70_000))
        agree(decision, actor=cast.manager)
        for person in (cast.officer, cast.auditor, cast.executive, cast.roundtable):
            with pytest.raises(PermissionDenied):
                confirm(decision, actor=person)
        assert confirm(decision, actor=second).state == "decided"


def test_agreeing_is_refused_where_one_person_is_enough(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application, amount=Decimal(60_000))
        with pytest.raises(DomainError, match="One person is enough"):
            agree(decision, actor=cast.manager)


def test_round_without_a_limit_takes_one_person_for_any_amount(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = round_to_decide(cast, "NL27", two_decide_over=None, budget=None)
        assert decided(cast, considered(round_), amount=Decimal(9_000_000)).state == "decided"


def test_limit_of_nothing_takes_two_people_for_every_award(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = round_to_decide(cast, "ZL27", two_decide_over=Decimal(0))
        refused(recommended(cast, considered(round_), amount=Decimal(1)), "over what one person", cast)


def test_award_over_the_budget_is_refused(cast: Cast, round_: Round, application: Application) -> None:
    with program_scope(cast.program):
        decided(cast, considered(round_), amount=Decimal(60_000))
        decision = recommended(cast, application, amount=Decimal("40000.01"))
        with pytest.raises(DomainError, match=r"over the budget of the round: \$40,000 of \$100,000 is left"):
            decide(decision, actor=cast.manager)
        change_recommendation(decision, amount=Decimal(40_000), actor=cast.officer)
        assert decide(decision, actor=cast.manager).state == "decided"


def test_budget_counts_what_was_decided_since_somebody_agreed(
    cast: Cast, round_: Round, application: Application
) -> None:
    with program_scope(cast.program):
        large = recommended(cast, application, amount=Decimal(70_000))
        agree(large, actor=cast.manager)
        decided(cast, considered(round_), amount=Decimal(40_000))
        with pytest.raises(DomainError, match="over the budget"):
            confirm(large, actor=cast.finance)


def test_award_without_a_ballot_is_refused(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        refused(recommended(cast, of_panel), "without a valid endorsement. There is none", cast)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "lapsed"}, "lapsed without quorum"),
        ({"outcome": "not_endorsed"}, "The Roundtable did not endorse it"),
        ({"state": "void", "void_reason": "A vote cannot stand."}, "is void: A vote cannot stand."),
        ({"state": "void", "outcome": ""}, "is void: it was withdrawn"),
        ({"state": "open", "outcome": "", "closed_at": None}, "is not closed yet"),
        ({"state": "prepared", "outcome": "", "closed_at": None}, "is not closed yet"),
    ],
)
def test_award_without_a_valid_endorsement_says_why(
    cast: Cast, of_panel: Application, fields: dict[str, Any], words: str
) -> None:
    with program_scope(cast.program):
        ballot_on(cast, of_panel, **fields)
        refused(recommended(cast, of_panel, amount=Decimal(50_000)), words, cast)


def test_endorsed_award_rests_on_its_ballot_and_takes_its_conditions(
    cast: Cast, of_panel: Application
) -> None:
    with program_scope(cast.program):
        ballot = ballot_on(cast, of_panel)
        decision = decided(cast, of_panel, amount=Decimal(50_000), conditions=["Insure the staff"])
        decision.refresh_from_db()
        assert decision.ballot == ballot
        assert decision.conditions == ["Report every half year", "Insure the staff"]
        assert Agreement.objects.get().conditions == decision.conditions


@pytest.mark.parametrize(
    ("amount", "holds"), [("45000", True), ("55000", True), ("44999.99", False), ("55000.01", False)]
)
def test_award_stays_close_to_what_was_endorsed(
    cast: Cast, of_panel: Application, amount: str, holds: bool
) -> None:
    with program_scope(cast.program):
        ballot_on(cast, of_panel)
        decision = recommended(cast, of_panel, amount=Decimal(amount))
        if holds:
            assert decide(decision, actor=cast.manager).state == "decided"
        else:
            refused(decision, r"endorsed \$50,000.*more than 10 per cent", cast)


def test_ballot_on_what_has_changed_is_void_though_the_award_is_refused(
    cast: Cast, of_panel: Application
) -> None:
    with program_scope(cast.program):
        ballot = ballot_on(cast, of_panel)
        decision = recommended(cast, of_panel, amount=Decimal(50_000))
        Application.objects.filter(pk=of_panel.pk).update(amount=Decimal(90_000))
        refused(decision, "is void: The amount changed by more than 10 per cent", cast)
        ballot.refresh_from_db()
        assert ballot.state == "void"


def test_endorsement_that_fell_since_somebody_agreed_stops_the_second_person(
    cast: Cast, of_panel: Application
) -> None:
    with program_scope(cast.program):
        Application.objects.filter(pk=of_panel.pk).update(amount=Decimal(70_000))
        of_panel.refresh_from_db()
        ballot_on(cast, of_panel)
        decision = recommended(cast, of_panel, amount=Decimal(70_000))
        agree(decision, actor=cast.manager)
        Ballot.objects.update(state="void", void_reason="A conflict was found.")
        with pytest.raises(DomainError, match="A conflict was found"):
            confirm(decision, actor=cast.finance)
        ballot_on(cast, of_panel)
        with pytest.raises(DomainError, match="rests on does not hold any more"):
            confirm(decision, actor=cast.finance)


def test_endorsement_that_fell_since_the_decision_stops_the_publishing(
    cast: Cast, of_panel: Application
) -> None:
    with program_scope(cast.program):
        ballot_on(cast, of_panel)
        decision = decided(cast, of_panel, amount=Decimal(50_000))
        Ballot.objects.update(state="void", void_reason="A conflict was found.")
        with pytest.raises(DomainError, match="A conflict was found"):
            publish(decision, actor=cast.manager)
        decision.refresh_from_db()
        assert decision.state == "decided"


@pytest.mark.parametrize("state", ["submitted", "withdrawn", "ineligible", "unsuccessful", "awarded"])
def test_only_what_is_considered_is_decided_about(cast: Cast, application: Application, state: str) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application)
        other = considered(application.round)
        Application.objects.filter(pk__in=[application.pk, other.pk]).update(state=state)
        refused(decision, "so nothing can be decided about it now", cast)
        with pytest.raises(DomainError, match="nothing can be recommended"):
            recommended(cast, other)


def test_one_decision_at_a_time(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        recommended(cast, application)
        with pytest.raises(DomainError, match="a decision about IG27-0001 already"):
            recommended(cast, application)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"amount": None}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"rationale": "  "}, "rationale"),
        ({"place": "x" * 121}, "place"),
    ],
)
def test_recommendation_that_cannot_be_right_is_refused(
    cast: Cast, application: Application, change: dict[str, Any], field: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError) as caught:
            recommend(application, **(FACTS | change), actor=cast.officer)
        assert field in caught.value.message_dict
        assert not Decision.objects.exists()


def test_feedback_begins_with_what_the_assessors_wrote(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        scored(cast, application, "80", "60", feedback="Say more about the schools.")
        scored(cast, application, "70", feedback="And about the money. ")
        decision = recommended(cast, application)
        assert decision.feedback == "Say more about the schools.\n\nAnd about the money."
        assert recommend(
            considered(application.round), **FACTS, feedback="Ours.", actor=cast.officer
        ).feedback == ("Ours.")


def test_terms_are_fixed_once_decided_and_words_until_published(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        with pytest.raises(DomainError, match="is decided, so"):
            change_recommendation(decision, amount=Decimal(1), actor=cast.officer)
        change_recommendation(decision, summary="Schools.", actor=cast.officer)
        publish(decision, actor=cast.manager)
        with pytest.raises(DomainError, match="is published, so"):
            change_recommendation(decision, summary="Other.", actor=cast.officer)
        with pytest.raises(TypeError):
            change_recommendation(decision, state="recommended", actor=cast.officer)


def test_change_to_a_decline_takes_the_amount_away(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application)
        change_recommendation(decision, outcome="decline", actor=cast.officer)
        decision.refresh_from_db()
        assert (decision.outcome, decision.amount) == ("decline", None)
        event = AuditEvent.objects.get(object_type="grants.decision", action="change")
        assert event.before == {"outcome": "award"}
        change_recommendation(decision, outcome="decline", actor=cast.officer)
        assert AuditEvent.objects.filter(object_type="grants.decision", action="change").count() == 1


def test_several_are_recommended_each_for_itself(cast: Cast, round_: Round, application: Application) -> None:
    with program_scope(cast.program):
        recommended(cast, application)
        second, third = considered(round_), considered(round_)
        out_of(third, cast.officer)
        proposals = [
            Proposal(application, "award", Decimal(1)),
            Proposal(second, "award", Decimal(2)),
            Proposal(third, "decline"),
        ]
        results = recommend_many(proposals, rationale="By score.", actor=cast.officer)
        assert [bool(result.problem) for result in results] == [True, False, True]
        assert Decision.objects.get(application=second).rationale == "By score."
        with pytest.raises(ValidationError):
            recommend_many(proposals, rationale=" ", actor=cast.officer)


def test_award_without_an_amount_is_named_among_several(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        results = recommend_many([Proposal(application, "award")], rationale="R", actor=cast.officer)
        assert "Give the amount" in results[0].problem


ROLES_THAT_MAY: dict[str, set[str]] = {"recommend": {"manager", "officer"}, "decide": {"manager"}}


@pytest.mark.parametrize("name", [role.value for role in Role] + ["outsider", "other_manager"])
def test_staff_recommend_and_managers_decide(cast: Cast, application: Application, name: str) -> None:
    person = cast.people[name]
    with program_scope(cast.program):
        if name in ROLES_THAT_MAY["recommend"]:
            decision = recommend(application, **FACTS, actor=person)
        else:
            with pytest.raises(PermissionDenied):
                recommend(application, **FACTS, actor=person)
            decision = recommended(cast, application)
        if name in ROLES_THAT_MAY["decide"]:
            assert decide(decision, actor=person).state == "decided"
        else:
            with pytest.raises(PermissionDenied):
                decide(decision, actor=person)


@pytest.mark.parametrize("tie", ["declared", "contact"])
def test_nobody_decides_where_they_stepped_out_or_have_a_part(
    cast: Cast, application: Application, tie: str
) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application, amount=Decimal(70_000))
        agree(decision, actor=cast.manager)
        second = member(cast.program, Role.MANAGER)
        for person in (cast.finance, second, cast.officer):
            if tie == "declared":
                out_of(application, person)
            else:
                OrganisationContact.objects.create(
                    program=cast.program, organisation=application.organisation, user=person
                )
        application = Application.objects.get(pk=application.pk)
        for person in (cast.finance, second):
            with pytest.raises(PermissionDenied):
                confirm(decision, actor=person)
        with pytest.raises(PermissionDenied):
            change_recommendation(decision, summary="Mine.", actor=cast.officer)


def test_every_step_leaves_an_event(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        published(cast, application)
        actions = AuditEvent.objects.filter(object_type="grants.decision").order_by("pk")
        assert list(actions.values_list("action", flat=True)) == ["recommend", "decide", "publish"]
        assert AuditEvent.objects.filter(object_type="partners.agreement", action="open").exists()
        assert AuditEvent.objects.filter(object_type="grants.letter", action="draft").exists()


def test_later_submission_of_flagged_answers_stops_the_award(cast: Cast, of_panel: Application) -> None:
    with program_scope(cast.program):
        ballot_on(cast, of_panel)
        decision = recommended(cast, of_panel, amount=Decimal(50_000))
        second = of_panel.round.stages.get(kind="screening")
        submit(of_panel, content_of({"plan": ("What you will do", ["All else."])}), stage=second)
        refused(decision, "submitted anew", cast)
