"""Pages of organisations: list, one with everything about it, register, merge."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Organisation, OrganisationContact, SafeguardingRecord
from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import ABN, ABN_DIGITS
from tests.grants.received import application_to, round_with
from tests.queries import counted_queries

Sign = Callable[[User], Client]
LIST = "/north/organisations/"
AT_MOST = 12


@pytest.fixture
def harbour(cast: Cast) -> Organisation:
    return make(cast, "Harbour Families", abn=ABN_DIGITS, email="office@harbour.org.au")


@pytest.fixture
def twin(cast: Cast) -> Organisation:
    return make(cast, "Harbour Families Ltd", website="https://www.harbour.org.au/")


def make(cast: Cast, name: str, **fields: object) -> Organisation:
    with program_scope(cast.program):
        return Organisation.objects.create(program=cast.program, name=name, **fields)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Harbour Families", "Harbour Families Ltd", "Bay Trust"}),
        ("words=harbour+ltd", {"Harbour Families Ltd"}),
        ("words=51+824+753+556", {"Harbour Families"}),
        ("words=office%40harbour", {"Harbour Families"}),
        ("alike=yes", {"Harbour Families", "Harbour Families Ltd"}),
        ("alike=yes&words=bay", set()),
        ("words=%00&page=99", {"Harbour Families", "Harbour Families Ltd", "Bay Trust"}),
    ],
)
def test_list_searches_and_marks_duplicates(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign, query: str, found: set[str]
) -> None:
    make(cast, "Bay Trust")
    page = text(signed_in(cast.executive), f"{LIST}?{query}")
    names = {"Harbour Families", "Harbour Families Ltd", "Bay Trust"}
    assert {name for name in names if f">{name}</a>" in page} == found
    assert page.count("Possible duplicate<") == len(found - {"Bay Trust"})


@pytest.mark.parametrize(("role", "opens"), [("officer", True), ("auditor", True), ("finance", False)])
def test_file_of_a_statement_is_a_link_for_those_who_may_open_it(
    cast: Cast, harbour: Organisation, signed_in: Sign, role: str, opens: bool
) -> None:
    facts = {"content_type": "application/pdf", "size": 1, "sha256": "0", "uploaded_by": cast.applicant}
    with program_scope(cast.program):
        file = Document.objects.create(program=cast.program, name="policy.pdf", state="released", **facts)
        SafeguardingRecord.objects.create(
            program=cast.program,
            organisation=harbour,
            kind="policy",
            content={},
            document=file,
            source="application IG26-0003",
            recorded_by=cast.applicant,
        )
    page = text(signed_in(cast.people[role]), f"{LIST}{harbour.pk}/")
    assert "policy.pdf" in page
    assert (f"/north/files/{file.key}/" in page) == opens


def test_list_answers_htmx_with_the_rows_alone(cast: Cast, harbour: Organisation, signed_in: Sign) -> None:
    response = signed_in(cast.officer).get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b"Harbour Families" in response.content


@pytest.mark.parametrize("rows", [1, 50, 10_000])
def test_list_costs_the_same(cast: Cast, signed_in: Sign, rows: int) -> None:
    with program_scope(cast.program):
        Organisation.objects.bulk_create(
            Organisation(program=cast.program, name=f"Organisation {n}", email=f"a@o{n // 2}.org.au")
            for n in range(rows)
        )
    client = signed_in(cast.officer)
    client.get(LIST)
    for query in ("", "?words=organisation+1&alike=yes"):
        with counted_queries() as count:
            assert client.get(f"{LIST}{query}").status_code == 200
        assert count.number <= AT_MOST, "\n".join(count.statements)


@pytest.mark.parametrize("role", ["manager", "officer", "auditor", "finance", "executive"])
def test_readers_see_organisations(cast: Cast, harbour: Organisation, signed_in: Sign, role: str) -> None:
    client = signed_in(cast.people[role])
    assert "Harbour Families" in text(client, LIST)
    page = text(client, f"{LIST}{harbour.pk}/")
    assert ABN in page
    assert ("Note what the register says" in page) == (role in {"manager", "officer"})


@pytest.mark.parametrize(
    ("name", "status"),
    [("roundtable", 403), ("partner", 403), ("applicant", 403), ("outsider", 404), ("other_manager", 404)],
)
def test_nobody_else_does(cast: Cast, harbour: Organisation, signed_in: Sign, name: str, status: int) -> None:
    client = signed_in(cast.people[name])
    for path in (LIST, f"{LIST}{harbour.pk}/", f"{LIST}{harbour.pk}/register/", f"{LIST}new/"):
        assert client.get(path).status_code == status
    assert signed_in(cast.other_manager).get(f"/south/organisations/{harbour.pk}/").status_code == 404


def test_page_brings_everything_together(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        round_ = round_with(cast.program)
        application_to(round_, organisation=harbour)
        application_to(round_, "draft", organisation=harbour, title="Hidden words")
        OrganisationContact.objects.create(program=cast.program, organisation=harbour, user=cast.applicant)
        SafeguardingRecord.objects.create(
            program=cast.program,
            organisation=harbour,
            kind="policy",
            expires_on=timezone.localdate() + timedelta(days=10),
            source="application IG27-0001",
            recorded_by=cast.applicant,
        )
    page = text(signed_in(cast.auditor), f"{LIST}{harbour.pk}/")
    for words in ("Safe Online Together", "IG27-0001", "In progress", "Applicant North", "Child-safe policy"):
        assert words in page
    assert "the same domain, harbour.org.au, the same name" in page
    assert "Until" in page
    assert "Hidden words" not in page
    assert "Compare and merge" not in page
    assert "Safe Online Together" not in text(signed_in(cast.finance), f"{LIST}{harbour.pk}/")


def register(**changes: str) -> dict[str, str]:
    return {
        "is_charity": "yes",
        "is_dgr": "no",
        "register_source": "ACNC Register",
        "register_checked_on": "2026-02-01",
    } | changes


def test_register_is_noted_with_source_and_day(cast: Cast, harbour: Organisation, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), f"{LIST}{harbour.pk}/register/"
    page = client.post(path, register(), follow=True).content.decode()
    assert "ACNC Register, 1 February 2026" in page
    assert "changed the profile of Harbour Families" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"register_source": ""}, "Say where you read it."),
        ({"register_checked_on": ""}, "Give the day when you read it."),
        ({"register_checked_on": "2999-01-01"}, "This day is still to come."),
        ({"register_checked_on": "soon"}, "Give a day, such as"),
        ({"is_charity": "perhaps"}, "Select a valid choice"),
    ],
)
def test_register_says_what_is_missing(
    cast: Cast, harbour: Organisation, signed_in: Sign, changes: dict[str, str], words: str
) -> None:
    response = signed_in(cast.officer).post(f"{LIST}{harbour.pk}/register/", register(**changes))
    assert response.status_code == 422
    assert response.content.decode().count(words) == 2


def test_unknown_standing_needs_no_source(cast: Cast, harbour: Organisation, signed_in: Sign) -> None:
    data = {"is_charity": "unknown", "is_dgr": "unknown"}
    assert signed_in(cast.officer).post(f"{LIST}{harbour.pk}/register/", data).status_code == 302


def test_staff_do_not_edit_an_organisation_they_act_for(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        OrganisationContact.objects.create(program=cast.program, organisation=harbour, user=cast.officer)
    client = signed_in(cast.officer)
    assert "Compare and merge" not in text(client, f"{LIST}{harbour.pk}/")
    for part in ("register/", "profile/", f"merge/{twin.pk}/"):
        assert client.get(f"{LIST}{harbour.pk}/{part}").status_code == 403
        assert client.post(f"{LIST}{harbour.pk}/{part}", register()).status_code == 403
    assert client.get(f"{LIST}{twin.pk}/merge/{harbour.pk}/").status_code == 403


def test_organisation_is_entered_and_corrected(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    data = {"name": "Bay Trust", "kind": "charity", "country": "AU", "abn": ABN}
    assert client.post(f"{LIST}new/", data | {"abn": "1"}).status_code == 422
    assert "Bay Trust is entered." in client.post(f"{LIST}new/", data, follow=True).content.decode()
    with program_scope(cast.program):
        made = Organisation.objects.get()
        assert not made.contacts.exists()
    path = f"{LIST}{made.pk}/profile/"
    assert ABN in text(client, path)
    assert (
        "Bay Foundation" in client.post(path, data | {"name": "Bay Foundation"}, follow=True).content.decode()
    )


def test_merge_page_shows_both_and_merges(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        application_to(round_with(cast.program), organisation=twin)
        OrganisationContact.objects.create(program=cast.program, organisation=twin, user=cast.applicant)
    client, path = signed_in(cast.officer), f"{LIST}{harbour.pk}/merge/{twin.pk}/"
    assert f"{harbour.pk}/merge/{twin.pk}/" in text(client, f"{LIST}{harbour.pk}/")
    page = text(client, path)
    for words in ("Harbour Families Ltd", ABN, "the same in both", "Safe Online Together", "Applicant North"):
        assert words in page
    # What only one of them has is chosen already.
    assert 'name="website" value="take"' in page.replace("checked ", "")
    missing = client.post(path, {})
    assert missing.status_code == 422
    assert missing.content.decode().count("Choose which name stays.") == 2
    chosen = {"name": "keep", "abn": "keep", "website": "take", "email": "keep"}
    done = client.post(path, chosen, follow=True).content.decode()
    assert "are one organisation now." in done
    assert "Stands also for “Harbour Families Ltd”" in done
    assert "IG27-0001" in done
    assert client.get(path).status_code == 404


def test_merged_one_leads_to_the_one_that_stands(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        twin.merged_into = harbour
        twin.save()
    client = signed_in(cast.auditor)
    response = client.get(f"{LIST}{twin.pk}/", follow=True)
    assert response.redirect_chain == [(f"{LIST}{harbour.pk}/", 302)]
    assert "was merged into this organisation" in response.content.decode()
    assert "Harbour Families Ltd</a>" not in text(client, LIST)
    officer = signed_in(cast.officer)
    assert officer.get(f"{LIST}{twin.pk}/register/").status_code == 404
    assert officer.get(f"{LIST}{harbour.pk}/merge/{harbour.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "finance", "executive"])
def test_readers_do_not_merge(
    cast: Cast, harbour: Organisation, twin: Organisation, signed_in: Sign, role: str
) -> None:
    client = signed_in(cast.people[role])
    path = f"{LIST}{harbour.pk}/merge/{twin.pk}/"
    assert client.get(path).status_code == client.post(path, {"name": "keep"}).status_code == 403
