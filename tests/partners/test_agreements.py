"""Agreements: opened, dated, activated, cancelled, moved with their organisation; and their pages."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from grants.models import Application
from partners.models import Agreement, Organisation, OrganisationContact
from partners.services_agreements import (
    activate_agreement,
    cancel_agreement,
    change_agreement,
    open_agreement,
)
from partners.services_merge import merge_organisations
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.decided import considered, decided, out_of, round_to_decide
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

Sign = Callable[[User], Client]
HERE = "/north/agreements/"
FACTS: dict[str, Any] = {
    "kind": "grant",
    "code": "IG27-0001",
    "title": "Safe Online Together",
    "amount": Decimal("48000.00"),
    "source": "application IG27-0001 to Impact grants 2027",
    "conditions": ["Report in June"],
}
DAYS = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    with program_scope(cast.program):
        return Organisation.objects.create(program=cast.program, name="Harbour Families")


@pytest.fixture
def agreement(cast: Cast, organisation: Organisation) -> Agreement:
    with program_scope(cast.program):
        return open_agreement(organisation, **FACTS, actor=cast.manager)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return words(one(parse(response.content.decode()), "//main"))


def test_agreement_begins_as_a_proposal(cast: Cast, agreement: Agreement) -> None:
    with program_scope(cast.program):
        assert (agreement.state, agreement.currency) == ("proposed", "AUD")
        event = AuditEvent.objects.get(object_type="partners.agreement")
        assert (event.action, event.after["amount"]) == ("open", "48000.00")


def test_code_is_there_once(cast: Cast, agreement: Agreement, organisation: Organisation) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="an agreement IG27-0001 already"):
        open_agreement(organisation, **FACTS, actor=cast.manager)


def test_agreement_begins_with_its_dates(cast: Cast, agreement: Agreement) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="Say when the work begins and ends"):
            activate_agreement(agreement, actor=cast.manager)
        change_agreement(agreement, **DAYS, conditions=["One", " ", "Two "], actor=cast.officer)
        assert activate_agreement(agreement, actor=cast.manager).state == "active"
        agreement.refresh_from_db()
        assert agreement.conditions == ["One", "Two"]


def test_dates_stand_in_order(cast: Cast, agreement: Agreement) -> None:
    wrong = {"starts_on": DAYS["ends_on"], "ends_on": DAYS["starts_on"]}
    with program_scope(cast.program), pytest.raises(ValidationError) as caught:
        change_agreement(agreement, **wrong, conditions=[], actor=cast.officer)
    assert "ends_on" in caught.value.message_dict


def test_change_that_changes_nothing_leaves_no_event(cast: Cast, agreement: Agreement) -> None:
    with program_scope(cast.program):
        same: dict[str, Any] = {"starts_on": None, "ends_on": None, "conditions": ["Report in June"]}
        change_agreement(agreement, **same, actor=cast.officer)
        assert not AuditEvent.objects.filter(object_type="partners.agreement", action="change").exists()


def test_active_agreement_is_neither_changed_nor_cancelled(cast: Cast, agreement: Agreement) -> None:
    with program_scope(cast.program):
        change_agreement(agreement, **DAYS, conditions=[], actor=cast.officer)
        activate_agreement(agreement, actor=cast.manager)
        with pytest.raises(DomainError, match="is active, so its dates"):
            change_agreement(agreement, **DAYS, conditions=["More"], actor=cast.officer)
        with pytest.raises(DomainError, match="is active"):
            cancel_agreement(agreement, reason="An error.")


@pytest.mark.parametrize(
    "name", ["finance", "executive", "auditor", "roundtable", "partner", "other_manager"]
)
def test_staff_change_and_managers_activate(cast: Cast, agreement: Agreement, name: str) -> None:
    with program_scope(cast.program):
        with pytest.raises(PermissionDenied):
            change_agreement(agreement, **DAYS, conditions=[], actor=cast.people[name])
        change_agreement(agreement, **DAYS, conditions=[], actor=cast.officer)
        for person in (cast.people[name], cast.officer):
            with pytest.raises(PermissionDenied):
                activate_agreement(agreement, actor=person)


def test_nobody_acts_on_both_sides(cast: Cast, agreement: Agreement, organisation: Organisation) -> None:
    with program_scope(cast.program):
        for person in (cast.manager, cast.officer):
            OrganisationContact.objects.create(program=cast.program, organisation=organisation, user=person)
        with pytest.raises(PermissionDenied):
            change_agreement(agreement, **DAYS, conditions=[], actor=cast.officer)
        Agreement.objects.update(**DAYS)
        with pytest.raises(PermissionDenied):
            activate_agreement(agreement, actor=cast.manager)


def test_agreements_move_when_two_organisations_become_one(
    cast: Cast, agreement: Agreement, organisation: Organisation
) -> None:
    with program_scope(cast.program):
        into = Organisation.objects.create(program=cast.program, name="Harbour Families Ltd")
        merge_organisations(organisation, into=into, take={}, actor=cast.officer)
        agreement.refresh_from_db()
        assert agreement.organisation == into
        event = AuditEvent.objects.get(object_type="partners.organisation", action="merge")
        assert event.after["moved"]["agreements"] == ["IG27-0001"]
        assert AuditEvent.objects.filter(
            object_type="partners.agreement", action="move_organisation"
        ).exists()


def test_page_says_what_was_agreed_on(cast: Cast, agreement: Agreement, signed_in: Sign) -> None:
    said = text(signed_in(cast.finance), f"{HERE}IG27-0001/")
    for expected in (
        "Safe Online Together",
        "AUD 48,000",
        "Harbour Families",
        "Report in June",
        "application IG27-0001 to Impact grants 2027",
        "opened the agreement IG27-0001",
        "Not set",
    ):
        assert expected in said
    assert "Activate" not in said


def test_dates_are_set_and_it_is_activated_by_pages(
    cast: Cast, agreement: Agreement, signed_in: Sign
) -> None:
    client, path = signed_in(cast.manager), f"{HERE}IG27-0001/"
    assert "The dates are missing" in text(client, path)
    early = client.post(f"{path}activate/")
    assert early.status_code == 422
    assert "Say when the work begins and ends" in early.content.decode()
    wrong = client.post(f"{path}edit/", {"starts_on": "2027-02-01", "ends_on": "2027-01-01"})
    assert wrong.status_code == 422
    assert "The work ends before it begins" in wrong.content.decode()
    data = {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "conditions": "One\r\n\r\nTwo"}
    assert client.post(f"{path}edit/", data).status_code == 302
    assert "can then not be reversed" in text(client, f"{path}activate/")
    assert client.post(f"{path}activate/").status_code == 302
    said = text(client, path)
    assert "Active" in said
    assert "1 January 2027" in said
    assert "Dates and conditions" not in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"IG27-0001", "SP-1"}),
        ("words=harbour", {"IG27-0001"}),
        ("words=sp-1", {"SP-1"}),
        ("state=proposed", {"IG27-0001"}),
        ("state=cancelled", {"SP-1"}),
        ("state=other", {"IG27-0001", "SP-1"}),
        ("words=nothing", set()),
        ("words=%00&page=9", {"IG27-0001", "SP-1"}),
    ],
)
def test_list_is_narrowed(
    cast: Cast, agreement: Agreement, signed_in: Sign, query: str, found: set[str]
) -> None:
    with program_scope(cast.program):
        other = Organisation.objects.create(program=cast.program, name="Bay Trust")
        facts = FACTS | {"code": "SP-1", "kind": "strategic", "title": "Years of work"}
        cancel_agreement(open_agreement(other, **facts, actor=cast.manager), reason="An error.")
    page = parse(signed_in(cast.executive).get(f"{HERE}?{query}").content.decode())
    assert set(page.xpath("//tr/@data-agreement")) == found
    assert ("No agreements here" in words(one(page, "//main"))) is not bool(found)


def test_queries_of_the_list_are_constant(
    cast: Cast, agreement: Agreement, organisation: Organisation, signed_in: Sign
) -> None:
    client = signed_in(cast.auditor)
    client.get(HERE)
    with counted_queries() as few:
        client.get(HERE)
    with program_scope(cast.program):
        for number in range(30):
            open_agreement(organisation, **(FACTS | {"code": f"X-{number}"}), actor=cast.manager)
    with counted_queries() as many:
        client.get(HERE)
    assert few.number == many.number <= 12


@pytest.mark.parametrize("name", ["roundtable", "advisory", "partner", "applicant"])
def test_others_have_no_agreements(cast: Cast, agreement: Agreement, signed_in: Sign, name: str) -> None:
    client = signed_in(cast.people[name])
    assert client.get(HERE).status_code == client.get(f"{HERE}IG27-0001/").status_code == 403


def test_agreements_are_found_beside_organisations(cast: Cast, agreement: Agreement, signed_in: Sign) -> None:
    client = signed_in(cast.finance)
    assert f'<a href="{HERE}">Agreements</a>' in client.get("/north/organisations/").content.decode()
    page = client.get(HERE).content.decode()
    assert f'<a href="{HERE}" aria-current="page">Agreements</a>' in page
    assert '<a href="/north/organisations/" aria-current="page">Organisations</a>' in page


def test_page_of_the_organisation_shows_them(
    cast: Cast, agreement: Agreement, organisation: Organisation, signed_in: Sign
) -> None:
    said = text(signed_in(cast.executive), f"/north/organisations/{organisation.pk}/")
    assert "Agreements" in said
    assert "IG27-0001 · grant" in said
    with program_scope(cast.program):
        none = Organisation.objects.create(program=cast.program, name="Bay Trust")
    page = text(signed_in(cast.executive), f"/north/organisations/{none.pk}/")
    assert "Agreements" not in page


def test_who_stepped_out_of_the_application_knows_of_no_agreement(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = considered(round_to_decide(cast))
        decided(cast, application)
        out_of(Application.objects.get(pk=application.pk), cast.officer)
    client = signed_in(cast.officer)
    assert client.get(f"{HERE}IG27-0001/").status_code == 404
    assert "IG27-0001" not in text(client, HERE)
    assert "IG27-0001" in text(signed_in(cast.manager), HERE)
    path = f"/north/organisations/{application.organisation_id}/"
    assert "IG27-0001 · grant" not in text(client, path)
