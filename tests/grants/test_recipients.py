"""Who was funded: written down, corrected, published and taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from grants.models import Recipient, Round
from grants.services.recipients import (
    change_recipient,
    publish_recipient,
    record_recipient,
    remove_recipient,
    unpublish_recipient,
)
from partners.models import Organisation, OrganisationContact
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import ABN_DIGITS
from tests.grants.received import application_to, organisation_of, round_with
from tests.queries import counted_queries

Sign = Callable[[User], Client]
LIST = "/north/applications/recipients/"
FACTS: dict[str, Any] = {
    "title": "Safe sport",
    "summary": "Coaches learn what to do.",
    "place": "Western Sydney",
    "amount": Decimal("42000.00"),
    "awarded_on": date(2023, 5, 1),
    "source": "Media release, 1 May 2023",
}


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_with(cast.program, "IG23", state="archived")


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    with program_scope(cast.program):
        return organisation_of(cast.program, abn=ABN_DIGITS)


@pytest.fixture
def recipient(cast: Cast, round_: Round, organisation: Organisation) -> Recipient:
    with program_scope(cast.program):
        return record_recipient(round_, organisation=organisation, **FACTS, actor=cast.officer)


def test_recipient_is_written_down_and_not_public(cast: Cast, recipient: Recipient) -> None:
    with program_scope(cast.program):
        stored = Recipient.objects.get()
        assert stored.published_at is None
        assert stored.recorded_by == cast.officer
        event = AuditEvent.objects.get(object_type="grants.recipient")
        assert (event.action, event.after["amount"]) == ("record", "42000.00")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": " "}, "source"),
        ({"title": ""}, "title"),
        ({"summary": " "}, "summary"),
        ({"amount": Decimal(0)}, "amount"),
        ({"awarded_on": timezone.localdate() + timedelta(days=3)}, "awarded_on"),
        ({"source": "x" * 301}, "source"),
    ],
)
def test_recipient_that_cannot_be_right_is_refused(
    cast: Cast, round_: Round, organisation: Organisation, change: dict[str, Any], field: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError) as caught:
            record_recipient(round_, organisation=organisation, **(FACTS | change), actor=cast.officer)
        assert field in caught.value.message_dict
        assert not Recipient.objects.exists()


def test_recipient_of_an_application_needs_no_source(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = application_to(round_, "accepted")
        facts = FACTS | {"source": "", "application": application, "organisation": application.organisation}
        record_recipient(round_, **facts, actor=cast.officer)
        with pytest.raises(DomainError, match="already"):
            record_recipient(round_, **facts, actor=cast.officer)


def test_recipient_must_fit_its_application(cast: Cast, round_: Round, organisation: Organisation) -> None:
    with program_scope(cast.program):
        eligible, screened_out = application_to(round_, "accepted"), application_to(round_, "ineligible")
        for application, owner in ((screened_out, screened_out.organisation), (eligible, organisation)):
            facts = FACTS | {"application": application, "organisation": owner}
            with pytest.raises(ValidationError):
                record_recipient(round_, **facts, actor=cast.officer)


@pytest.mark.parametrize("name", ["auditor", "finance", "applicant", "outsider", "other_manager"])
def test_recipients_are_for_staff(
    cast: Cast, round_: Round, recipient: Recipient, organisation: Organisation, name: str
) -> None:
    person = cast.people[name]
    with program_scope(cast.program):
        with pytest.raises(PermissionDenied):
            record_recipient(round_, organisation=organisation, **FACTS, actor=person)
        with pytest.raises(PermissionDenied):
            change_recipient(recipient, title="Other", actor=person)
        with pytest.raises(PermissionDenied):
            publish_recipient(recipient, actor=person)
        with pytest.raises(PermissionDenied):
            remove_recipient(recipient, reason="No.", actor=person)


def test_managers_publish_and_officers_do_not(cast: Cast, recipient: Recipient) -> None:
    with program_scope(cast.program):
        with pytest.raises(PermissionDenied, match="Program managers publish"):
            publish_recipient(recipient, actor=cast.officer)
        first = publish_recipient(recipient, actor=cast.manager)
        assert publish_recipient(recipient, actor=cast.manager).published_at == first.published_at
        assert AuditEvent.objects.filter(action="publish").count() == 1
        with pytest.raises(PermissionDenied):
            unpublish_recipient(recipient, reason="An error.", actor=cast.officer)
        with pytest.raises(ValidationError, match="Say why"):
            unpublish_recipient(recipient, reason="", actor=cast.manager)
        assert unpublish_recipient(recipient, reason="An error.", actor=cast.manager).published_at is None


def test_staff_who_act_for_the_organisation_do_nothing(
    cast: Cast, round_: Round, recipient: Recipient, organisation: Organisation
) -> None:
    with program_scope(cast.program):
        OrganisationContact.objects.create(program=cast.program, organisation=organisation, user=cast.manager)
        with pytest.raises(PermissionDenied, match="You act for this organisation"):
            record_recipient(round_, organisation=organisation, **FACTS, actor=cast.manager)
        with pytest.raises(PermissionDenied):
            publish_recipient(recipient, actor=cast.manager)


def test_public_one_is_neither_changed_nor_removed(cast: Cast, recipient: Recipient) -> None:
    with program_scope(cast.program):
        change_recipient(recipient, title="Safer sport", actor=cast.officer)
        publish_recipient(recipient, actor=cast.manager)
        with pytest.raises(DomainError, match="public"):
            change_recipient(recipient, title="Other", actor=cast.manager)
        with pytest.raises(DomainError, match="public"):
            remove_recipient(recipient, reason="No.", actor=cast.manager)
        assert Recipient.objects.get().title == "Safer sport"


def test_removed_one_leaves_what_it_said(cast: Cast, recipient: Recipient) -> None:
    with program_scope(cast.program):
        remove_recipient(recipient, reason="Typed twice.", actor=cast.officer)
        assert not Recipient.objects.exists()
        event = AuditEvent.objects.get(action="remove")
        assert (event.before["title"], event.reason) == ("Safe sport", "Typed twice.")
        with pytest.raises(DomainError, match="meanwhile"):
            remove_recipient(recipient, reason="Typed twice.", actor=cast.officer)


def posted(**changes: str) -> dict[str, str]:
    return {
        "round": "IG23",
        "organisation": "harbour families",
        "title": "Safe sport",
        "summary": "Coaches learn.",
        "amount": "42000",
        "awarded_on": "2023-05-01",
        "source": "Media release",
    } | changes


@pytest.mark.parametrize("typed", ["harbour families", ABN_DIGITS, "51 824 753 556"])
def test_page_finds_the_organisation_by_name_or_abn(
    cast: Cast, round_: Round, organisation: Organisation, signed_in: Sign, typed: str
) -> None:
    client = signed_in(cast.officer)
    page = client.post(f"{LIST}new/", posted(organisation=typed), follow=True).content.decode()
    assert "The public sees it once a program manager publishes it." in page
    assert "Harbour Families" in page
    assert "Publish</a>" not in page
    assert "Safe sport" in client.get(f"{LIST}?round=IG23&show=unpublished").content.decode()
    assert "No recipients here" in client.get(f"{LIST}?round=OTHER").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"organisation": "Nobody"}, "No organisation has this name or ABN."),
        ({"organisation": ""}, "Give the name or the ABN of the organisation."),
        ({"round": "NONE"}, "Choose a round."),
        ({"awarded_on": "soon"}, "Give a day, such as"),
        ({"awarded_on": "2999-01-01"}, "still to come"),
        ({"source": ""}, "Say where the decision is written"),
        ({"amount": "-3"}, "Give an amount above nothing."),
    ],
)
def test_page_says_what_to_correct(
    cast: Cast,
    round_: Round,
    organisation: Organisation,
    signed_in: Sign,
    changes: dict[str, str],
    words: str,
) -> None:
    response = signed_in(cast.officer).post(f"{LIST}new/", posted(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_two_of_one_name_need_the_abn(
    cast: Cast, round_: Round, organisation: Organisation, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        organisation_of(cast.program)
    page = signed_in(cast.officer).post(f"{LIST}new/", posted()).content.decode()
    assert "Several organisations have this name." in page


def test_manager_publishes_and_takes_back_on_pages(cast: Cast, recipient: Recipient, signed_in: Sign) -> None:
    client, path = signed_in(cast.manager), f"{LIST}{recipient.pk}/"
    assert "Everybody can read this then" in client.get(f"{path}publish/").content.decode()
    page = client.post(f"{path}publish/", follow=True).content.decode()
    assert "is public." in page
    assert "published the recipient" in page
    assert client.post(f"{path}unpublish/", {}).status_code == 422
    page = client.post(f"{path}unpublish/", {"reason": "An error."}, follow=True).content.decode()
    assert "Not public" in page
    page = client.post(f"{path}edit/", posted(title="Safer sport"), follow=True).content.decode()
    assert "Safer sport" in page
    assert (
        "is taken out." in client.post(f"{path}remove/", {"reason": "Twice."}, follow=True).content.decode()
    )


def test_auditor_reads_and_changes_nothing(cast: Cast, recipient: Recipient, signed_in: Sign) -> None:
    client, path = signed_in(cast.auditor), f"{LIST}{recipient.pk}/"
    assert "Write down a recipient" not in client.get(LIST).content.decode()
    assert client.get(path).status_code == 200
    for part in ("edit/", "publish/", "unpublish/", "remove/"):
        assert client.post(f"{path}{part}", {"reason": "x"}).status_code == 403
    assert client.get(f"{LIST}new/").status_code == 403
    assert (
        signed_in(cast.other_manager).get(f"/south/applications/recipients/{recipient.pk}/").status_code
        == 404
    )


@pytest.mark.parametrize("rows", [1, 50])
def test_list_costs_the_same(
    cast: Cast, round_: Round, organisation: Organisation, signed_in: Sign, rows: int
) -> None:
    with program_scope(cast.program):
        Recipient.objects.bulk_create(
            Recipient(
                program=cast.program,
                round=round_,
                organisation=organisation,
                recorded_by=cast.officer,
                **FACTS,
            )
            for _ in range(rows)
        )
    client = signed_in(cast.officer)
    client.get(LIST)
    with counted_queries() as count:
        assert client.get(LIST).content.decode().count("data-recipient") == rows
    assert count.number <= 9
