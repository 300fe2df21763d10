"""What publishing a decision does, and what going back on one undoes."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from grants.models import Application, Decision, Letter, Recipient, Round
from grants.services.deciding import decide, publish, publish_many, reverse
from grants.services.letters_outcome import release_letter
from grants.services.recipients import publish_recipient, record_recipient
from grants.services.screening import decline, reconsider
from partners.models import Agreement
from partners.services_agreements import activate_agreement, change_agreement
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import mails
from tests.grants.decided import SUMMARY, considered, decided, published, recommended, round_to_decide

Sign = Callable[[User], Client]
PUBLIC = "/north/grants/recipients/"


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return considered(round_, team=cast.applicant)


def test_published_award_is_read_by_everybody(cast: Cast, application: Application, client: Client) -> None:
    with program_scope(cast.program):
        decision = published(cast, application, place="Newcastle")
        application.refresh_from_db()
        assert application.state == "awarded"
        assert (decision.published_by, bool(decision.published_at)) == (cast.manager, True)
        recipient = Recipient.objects.get()
        assert (recipient.application, recipient.amount) == (application, Decimal(40_000))
        assert recipient.place == "Newcastle"
    page = client.get(PUBLIC).content.decode()
    assert SUMMARY in page
    assert "$40,000" in page


def test_award_can_be_published_without_the_public_page(
    cast: Cast, application: Application, client: Client
) -> None:
    with program_scope(cast.program):
        publish(decided(cast, application), on_public_page=False, actor=cast.manager)
        assert Recipient.objects.get().published_at is None
        application.refresh_from_db()
        assert application.state == "awarded"
    assert SUMMARY not in client.get(PUBLIC).content.decode()


def test_published_decline_is_nobody_elses_business(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        published(cast, application, outcome="decline", amount=None)
        application.refresh_from_db()
        assert application.state == "unsuccessful"
        assert not Recipient.objects.exists()


def test_award_says_what_it_is_for_before_it_is_published(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application, summary="")
        with pytest.raises(DomainError, match="Say what the award is for"):
            publish(decision, actor=cast.manager)
        application.refresh_from_db()
        assert application.state == "accepted"


def test_several_are_published_each_for_itself(cast: Cast, round_: Round, application: Application) -> None:
    with program_scope(cast.program):
        ready, unready = decided(cast, application), decided(cast, considered(round_), summary="")
        results = publish_many([unready, ready], actor=cast.manager)
        assert [(result.application, bool(result.problem)) for result in results] == [
            (application, False),
            (unready.application, True),
        ]


def test_what_staff_wrote_down_before_is_brought_up_to_date(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        known = record_recipient(
            application.round,
            organisation=application.organisation,
            application=application,
            title="Old",
            summary="Old",
            awarded_on=decision.recommended_at.date(),
            actor=cast.officer,
        )
        publish(decision, actor=cast.manager)
        known.refresh_from_db()
        assert (known.summary, bool(known.published_at)) == (SUMMARY, True)


@pytest.mark.parametrize("name", ["officer", "finance", "auditor", "executive", "roundtable", "applicant"])
def test_managers_publish_and_reverse(cast: Cast, application: Application, name: str) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        with pytest.raises(PermissionDenied):
            publish(decision, actor=cast.people[name])
        with pytest.raises(PermissionDenied):
            reverse(decision, reason="No.", actor=cast.people[name])


def test_staff_take_back_what_nobody_agreed_to(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application)
        with pytest.raises(DomainError, match="Say why"):
            reverse(decision, reason=" ", actor=cast.officer)
        assert reverse(decision, reason="Too soon.", actor=cast.officer).state == "reversed"
        assert recommended(cast, application).state == "recommended"


def test_reversed_decision_undoes_what_followed(cast: Cast, application: Application, client: Client) -> None:
    with program_scope(cast.program):
        decision = published(cast, application)
        letter = release_letter(Letter.objects.get(), actor=cast.officer)
        reverse(decision, reason="The figures were wrong.", actor=cast.manager)
        letter.refresh_from_db()
        application.refresh_from_db()
        assert letter.state == "stopped"
        assert application.state == "accepted"
        assert Agreement.objects.get().state == "cancelled"
        assert Recipient.objects.get().published_at is None
        told = [mail for mail in mails(cast.program) if mail.to == cast.applicant.email]
        assert [mail.subject for mail in told] == ["Decision taken back: IG27-0001"]
        assert "The figures were wrong." not in told[0].body
        event = AuditEvent.objects.get(object_type="grants.decision", action="reverse")
        assert event.reason == "The figures were wrong."
    assert SUMMARY not in client.get(PUBLIC).content.decode()


def test_decision_that_nobody_was_told_of_is_reversed_in_silence(
    cast: Cast, application: Application
) -> None:
    with program_scope(cast.program):
        reverse(decided(cast, application), reason="An error.", actor=cast.manager)
        application.refresh_from_db()
        assert application.state == "accepted"
        assert Agreement.objects.get().state == "cancelled"
        assert not mails(cast.program)


def test_reversed_award_gives_its_money_back_and_can_be_made_again(
    cast: Cast, round_: Round, application: Application
) -> None:
    with program_scope(cast.program):
        reverse(published(cast, application, amount=Decimal(60_000)), reason="Later.", actor=cast.manager)
        decided(cast, considered(round_), amount=Decimal(50_000))
        again = recommended(cast, application, amount=Decimal(50_000))
        decide(again, actor=cast.manager)
        publish(again, actor=cast.manager)
        codes = Agreement.objects.order_by("pk").values_list("code", "state")
        assert list(codes) == [
            ("IG27-0001", "cancelled"),
            ("IG27-0002", "proposed"),
            ("IG27-0001-2", "proposed"),
        ]
        recipient = Recipient.objects.get()
        assert recipient.amount == Decimal(50_000)
        assert recipient.published_at is not None


def test_award_whose_agreement_is_active_is_not_reversed(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = published(cast, application)
        agreement = Agreement.objects.get()
        days = {"starts_on": decision.recommended_at.date(), "ends_on": decision.recommended_at.date()}
        change_agreement(agreement, **days, conditions=[], actor=cast.officer)
        activate_agreement(agreement, actor=cast.manager)
        with pytest.raises(DomainError, match="is active, so the award"):
            reverse(decision, reason="Too late.", actor=cast.manager)
        application.refresh_from_db()
        assert application.state == "awarded"


def test_published_outcome_is_changed_by_its_decision_alone(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        published(cast, application, outcome="decline", amount=None)
        application.refresh_from_db()
        with pytest.raises(DomainError, match="Reverse the decision"):
            reconsider(application, reason="Money came.", actor=cast.manager)


def test_application_with_a_decision_under_way_is_not_declined_beside_it(
    cast: Cast, application: Application
) -> None:
    with program_scope(cast.program):
        recommended(cast, application)
        with pytest.raises(DomainError, match="Take it back first"):
            decline(application, reason="Weak.", message="Thank you.", actor=cast.officer)


def test_recipient_published_by_hand_stays(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
        assert decision.decided_at is not None
        known = record_recipient(
            application.round,
            organisation=application.organisation,
            application=application,
            title="By hand",
            summary="By hand",
            awarded_on=decision.decided_at.date(),
            actor=cast.officer,
        )
        publish_recipient(known, actor=cast.manager)
        publish(decision, actor=cast.manager)
        known.refresh_from_db()
        assert known.title == "By hand"


def test_publishing_twice_is_refused_the_second_time(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        decision: Decision = published(cast, application)
        with pytest.raises(DomainError):
            publish(decision, actor=cast.manager)
