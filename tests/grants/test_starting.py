"""Before writing: the eligibility check, which organisation applies, one application and not two."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grants.models import Application, EligibilityCheck, EligibilityQuestion, Round, RoundInvitation
from grants.models.applications import Rights
from grants.permissions import rights_on
from grants.queries.starting import (
    organisations_for,
    organisations_of,
    rounds_to_enter,
    usable_check,
    why_not_now,
)
from grants.services import starting
from grants.services.leaving import discard_application, restore_application
from grants.services.starting import check_eligibility, start_application
from grants.states import RoundState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.tenancy import program_scope
from tests.accounts.people import race
from tests.factories import Cast, UserFactory, make_cast
from tests.grants.applicants import (
    ABN,
    OTHER_ABN,
    PROFILE,
    begun,
    link_in,
    mails,
    organisation_of,
    passed,
    question,
    round_of,
)


@pytest.fixture
def person(cast: Cast) -> User:
    """Somebody with an account and nothing else."""
    return UserFactory.create(name="Noor West")


def begin(round_: Round, person: User, **more: object) -> Application:
    if "eligibility" not in more:
        more["eligibility"] = passed(round_, person)
    return start_application(round_, actor=person, **({"organisation": PROFILE} | more))  # type: ignore[arg-type]


def test_check_is_kept_with_the_questions_as_they_stood(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        first, second = question(round_), question(round_, "Are you for profit?", needs_yes=False)
        answers = {first.pk: True, second.pk: False}
        check = check_eligibility(round_, answers=answers, organisation=None, actor=person)
        EligibilityQuestion.objects.filter(pk=first.pk).update(text="Something else?")
        stored = EligibilityCheck.objects.get()
        assert stored == check
        assert stored.passed
        assert stored.answers[0] == {
            "question": "Are you a charity?",
            "answer": "yes",
            "passed": True,
            "otherwise": "",
        }
        assert [event.action for event in AuditEvent.objects.filter(actor=person)] == ["check"]


def test_failed_check_is_kept_too_with_its_reason_and_opens_nothing(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        asked = question(round_)
        check = check_eligibility(round_, answers={asked.pk: False}, organisation=None, actor=person)
        assert not check.passed
        assert check.answers[0]["otherwise"] == "Only charities can apply."
        assert usable_check(round_, person) is None
        with pytest.raises(DomainError, match="does not hold"):
            begin(round_, person, eligibility=check)


def test_every_question_needs_an_answer(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        asked = question(round_)
        for answers in ({}, {asked.pk: True, 0: True}):
            with pytest.raises(DomainError, match="questions have changed"):
                check_eligibility(round_, answers=answers, organisation=None, actor=person)


def test_checks_are_limited_within_a_day(cast: Cast, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "MOST_CHECKS_A_DAY", 2)
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        passed(round_, person)
        passed(round_, person)
        with pytest.raises(DomainError, match="within a day"):
            passed(round_, person)
        assert passed(round_, person, now=timezone.now() + timedelta(days=1, minutes=1))


def test_check_does_not_hold_once_the_questions_are_others(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        question(round_)
        check = passed(round_, person)
        question(round_, "Do you work in Australia?")
        assert usable_check(round_, person) is None
        with pytest.raises(DomainError, match="does not hold"):
            begin(round_, person, eligibility=check)


def test_somebody_elses_check_is_no_check(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        question(round_)
        theirs = passed(round_, cast.outsider)
        with pytest.raises(DomainError, match="does not hold"):
            begin(round_, person, eligibility=theirs)
        with pytest.raises(DomainError, match="eligibility check first"):
            begin(round_, person, eligibility=None)


def test_check_of_another_round_is_no_check(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_, other = round_of(cast.program), round_of(cast.program, "SG27")
        with pytest.raises(DomainError, match="does not hold"):
            begin(round_, person, eligibility=passed(other, person))


def test_application_begins_with_its_team_of_one(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        application = begin(round_, person)
        assert (application.code, application.number, application.state) == ("IG27-0001", 1, "draft")
        assert application.stage.kind == "application"
        assert application.form_version == application.stage.form_version
        assert rights_on(person, application) == Rights.SUBMIT
        assert application.organisation.name == "Harbour Families"
        membership = Membership.objects.get(user=person)
        assert (membership.program, membership.role) == (cast.program, "applicant")
        actions = AuditEvent.objects.filter(actor=person).values_list("object_type", "action")
        assert {("grants.application", "start"), ("programs.membership", "join")} <= set(actions)
        [mail] = mails(cast.program)
        assert mail.to == person.email
        assert link_in(mail) == "/north/apply/IG27-0001/"


def test_numbers_go_on_within_a_round_and_begin_anew_in_another(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_, other = round_of(cast.program), round_of(cast.program, "SG27")
        codes = [begin(found, person).code for found in (round_, round_, other)]
        assert codes == ["IG27-0001", "IG27-0002", "SG27-0001"]


def test_asking_twice_with_one_check_begins_one(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        check = passed(round_, person)
        first = begin(round_, person, eligibility=check)
        again = begin(round_, person, eligibility=check, organisation=PROFILE | {"name": "Another"})
        assert first == again
        assert Application.objects.count() == Organisation.objects.count() == 1
        assert len(mails(cast.program)) == 1
        assert usable_check(round_, person) is None


def test_second_application_needs_a_second_check(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        assert begin(round_, person) != begin(round_, person)
        assert Organisation.objects.count() == 1, "the person acts for an organisation with this ABN already"


def test_strangers_row_with_the_same_number_is_neither_used_nor_told_of(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, most_per_organisation=1)
        begin(round_, cast.outsider, eligibility=passed(round_, cast.outsider))
        mine = begin(round_, person)
        assert Organisation.objects.filter(abn=mine.organisation.abn).count() == 2
        assert [row.pk for row in organisations_of(person)] == [mine.organisation_id]


def test_organisation_of_others_is_refused(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        theirs = organisation_of(cast.outsider, cast.program)
        with pytest.raises(PermissionDenied, match="acts for this organisation"):
            begin(round_, person, organisation=theirs)
        assert not Application.objects.exists()


def test_nothing_is_left_of_an_organisation_that_cannot_apply(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, most_per_organisation=0)
        with pytest.raises(DomainError, match="the most that one organisation can have"):
            begin(round_, person)
        assert not Organisation.objects.exists()
        with pytest.raises(ValidationError, match="do not add up"):
            begin(round_, person, organisation=PROFILE | {"abn": "51 824 753 557"})


def test_limit_of_an_organisation_is_said_early_and_kept(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, most_per_organisation=1)
        kept = begin(round_, person)
        [own] = organisations_for(round_, person)
        assert own.full == (
            "Harbour Families has one application in this round already, "
            "the most that one organisation can have. "
            "Continue that one, or ask its team to discard it."
        )
        with pytest.raises(DomainError, match="one application in this round already"):
            begin(round_, person, organisation=kept.organisation)
        assert begin(round_, person, organisation=PROFILE | {"abn": OTHER_ABN, "name": "Second"})


def test_discarded_one_makes_room_and_cannot_come_back_over_the_limit(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, most_per_organisation=1)
        first = begin(round_, person)
        discard_application(first, actor=person)
        assert organisations_for(round_, person)[0].full == ""
        second = begin(round_, person, organisation=first.organisation)
        with pytest.raises(DomainError, match="already, the most"):
            restore_application(first, actor=person)
        discard_application(second, actor=person)
        assert restore_application(first, actor=person).state == "draft"


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(1, 3, "opens"), (-3, -1, "closed"), (-3, 0, "closed")],
)
def test_clock_decides_who_may_begin(cast: Cast, person: User, opens: int, closes: int, words: str) -> None:
    now = timezone.now()
    with program_scope(cast.program):
        round_ = round_of(
            cast.program, opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes)
        )
        assert words in why_not_now(round_, now)
        with pytest.raises(DomainError, match=f"This round {words}"):
            check_eligibility(round_, answers={}, organisation=None, actor=person, now=now)
        with pytest.raises(DomainError, match=f"This round {words}"):
            start_application(round_, organisation=PROFILE, eligibility=None, actor=person, now=now)
        assert rounds_to_enter(person, now) == []


def test_first_and_last_second_count(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        assert round_.opens_at
        assert round_.closes_at
        second = timedelta(seconds=1)
        assert not why_not_now(round_, round_.opens_at)
        assert why_not_now(round_, round_.opens_at - second)
        assert not why_not_now(round_, round_.closes_at - second)
        assert why_not_now(round_, round_.closes_at)


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.DRAFT, RoundState.ARCHIVED])
def test_closed_early_or_not_announced_takes_nothing(cast: Cast, person: User, state: str) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, state=state)
        assert "takes no new applications" in why_not_now(round_, timezone.now())
        with pytest.raises((DomainError, PermissionDenied)):
            passed(round_, person)


def test_round_by_invitation_is_for_those_invited(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, audience=Round.Audience.INVITED)
        with pytest.raises(PermissionDenied, match="by invitation"):
            passed(round_, person)
        with pytest.raises(PermissionDenied, match="by invitation"):
            start_application(round_, organisation=PROFILE, eligibility=None, actor=person)
        assert rounds_to_enter(person, timezone.now()) == []
        RoundInvitation.objects.create(
            program=cast.program, round=round_, email=person.email.upper(), invited_by=cast.officer
        )
        assert rounds_to_enter(person, timezone.now()) == [round_]
        assert begin(round_, person).round == round_


def test_round_without_a_form_says_so(cast: Cast, person: User) -> None:
    with program_scope(cast.program):
        round_ = round_of(cast.program, kinds=("screening",))
        with pytest.raises(DomainError, match="no form to fill in yet"):
            begin(round_, person)


def test_rounds_of_another_program_are_not_offered(cast: Cast, person: User) -> None:
    with program_scope(cast.other):
        round_of(cast.other)
    with program_scope(cast.program):
        assert rounds_to_enter(person, timezone.now()) == []


def test_two_presses_at_once_begin_one(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        round_ = round_of(cast.program)
        check = passed(round_, cast.outsider)

    def press() -> None:
        person = User.objects.get(pk=cast.outsider.pk)
        with program_scope(cast.program):
            again = EligibilityCheck.objects.get(pk=check.pk)
            begin(Round.objects.get(pk=round_.pk), person, eligibility=again)

    assert race(press, press) is None
    with program_scope(cast.program):
        assert Application.objects.count() == Organisation.objects.count() == 1


def test_two_people_at_once_get_two_numbers_and_the_limit_holds(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        round_ = round_of(cast.program, most_per_organisation=1)
        shared = begun(round_of(cast.program, "SG27"), cast.outsider, abn=ABN.replace(" ", "")).organisation

    def press(person: User, organisation: object) -> None:
        with program_scope(cast.program):
            begin(Round.objects.get(pk=round_.pk), person, organisation=organisation)

    refused = race(lambda: press(cast.outsider, shared), lambda: press(cast.outsider, shared))
    assert isinstance(refused, DomainError)
    assert race(lambda: press(cast.partner, PROFILE), lambda: press(cast.auditor, PROFILE)) is None
    with program_scope(cast.program):
        numbers = Application.objects.filter(round=round_).values_list("number", flat=True)
        assert sorted(numbers) == [1, 2, 3]
