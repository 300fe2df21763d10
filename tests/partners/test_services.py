"""Organisations by the people who act for them: numbers, changes, who may, what is kept."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.au import abn as abns

from partners.countries import country_choices, country_name
from partners.forms import OrganisationForm, profile_of
from partners.identifiers import read_abn, read_acn, spaced_abn, spaced_acn
from partners.models import Organisation, SafeguardingRecord
from partners.permissions import is_contact
from partners.services import (
    add_contact,
    create_organisation,
    record_safeguarding,
    remove_contact,
    update_organisation,
)
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, UserFactory

ABN, ACN = "51 824 753 556", "004 085 616"
PROFILE = {"name": "Harbour Families", "kind": "charity", "abn": ABN}


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    """The outsider acts for it."""
    with program_scope(cast.program):
        return entered(cast)


def entered(cast: Cast, person: User | None = None, **profile: Any) -> Organisation:
    return create_organisation(cast.program, actor=person or cast.outsider, **(PROFILE | profile))


@pytest.mark.parametrize("typed", ["51824753556", " 51 824 753 556 ", "51-824-753-556", "51.824.753.556"])
def test_abn_is_read_however_it_is_spaced(typed: str) -> None:
    assert read_abn(typed) == "51824753556"
    assert spaced_abn(read_abn(typed)) == ABN


@pytest.mark.parametrize("typed", ["004085616", "004 085 616", "004-085-616"])
def test_acn_is_read_however_it_is_spaced(typed: str) -> None:
    assert read_acn(typed) == "004085616"
    assert spaced_acn(read_acn(typed)) == ACN


@pytest.mark.parametrize(
    ("read", "typed", "words"),
    [
        (read_abn, "51 824 753 55", "has 11 digits"),
        (read_abn, "51 824 753 556 1", "has 11 digits"),
        (read_abn, "fifty-one", "has 11 digits"),
        (read_abn, "51 824 753 565", "do not add up"),
        (read_acn, "004 085 617", "do not add up"),
        (read_acn, "004085", "has 9 digits"),
    ],
)
def test_number_that_cannot_be_is_refused_in_words(read: Any, typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read(typed)


def test_nothing_given_is_nothing() -> None:
    assert read_abn("  ") == read_acn("") == spaced_abn("") == spaced_acn("") == ""


@given(st.from_regex(r"\A[0-9]{9}\Z"), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(base: str, place: int, by: int) -> None:
    number = abns.calc_check_digits(base) + base
    assert read_abn(number) == number
    wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
    with pytest.raises(ValidationError):
        read_abn(wrong)


def test_entering_makes_the_person_its_contact(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        assert organisation.abn == "51824753556"
        assert organisation.created_by == cast.outsider
        assert is_contact(cast.outsider, organisation)
        assert [entry.sentence for entry in history_of([organisation])] == [
            "Outsider added a person who acts for Harbour Families",
            "Outsider entered Harbour Families",
        ]


def test_own_organisation_with_the_number_is_used_again_as_it_stands(
    cast: Cast, organisation: Organisation
) -> None:
    with program_scope(cast.program):
        again = entered(cast, name="Other name")
        assert again == organisation
        assert again.name == "Harbour Families"
        assert Organisation.objects.count() == 1


def test_number_of_strangers_makes_a_row_of_ones_own(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        other = entered(cast, cast.applicant)
        assert other != organisation
        assert not is_contact(cast.applicant, organisation)


def test_own_row_that_was_merged_leads_to_the_one_that_stands(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        stands = entered(cast, cast.manager, name="Harbour Families Ltd")
        Organisation.objects.filter(pk=organisation.pk).update(merged_into=stands)
        assert entered(cast) == stands
        organisation.refresh_from_db()
        with pytest.raises(DomainError, match="one organisation with Harbour Families Ltd"):
            update_organisation(organisation, actor=cast.outsider, name="X")


def test_staff_enter_one_without_acting_for_it(cast: Cast) -> None:
    with program_scope(cast.program):
        found = create_organisation(cast.program, actor=cast.officer, as_contact=False, **PROFILE)
        assert not is_contact(cast.officer, found)


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ({"name": " "}, "name"),
        ({"abn": "51 824 753 557"}, "abn"),
        ({"acn": "1"}, "acn"),
        ({"abn": ""}, "abn"),
        ({"kind": "club"}, "kind"),
        ({"website": "not an address"}, "website"),
        ({"email": "nobody"}, "email"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(
    cast: Cast, profile: dict[str, Any], field: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError) as refused:
            entered(cast, **profile)
        assert list(refused.value.message_dict) == [field]
        assert not Organisation.objects.exists()


def test_elsewhere_no_number_is_needed(cast: Cast) -> None:
    with program_scope(cast.program):
        assert entered(cast, abn="", country="PH").country == "PH"
        assert entered(cast, abn="", acn=ACN).acn == "004085616"


def test_unknown_and_reserved_fields_are_refused(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        with pytest.raises(TypeError, match="no owner"):
            entered(cast, owner="me")
        with pytest.raises(PermissionDenied, match="Only staff"):
            entered(cast, is_charity="yes")
        with pytest.raises(PermissionDenied, match="Only staff"):
            update_organisation(organisation, actor=cast.outsider, is_dgr="yes")
        update_organisation(organisation, actor=cast.officer, is_dgr="yes", register_source="ACNC")
        organisation.refresh_from_db()
        assert organisation.is_dgr == "yes"


def test_change_keeps_what_was_and_what_is(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        update_organisation(organisation, actor=cast.outsider, name="Harbour", suburb="Ultimo", abn=ABN)
        event = AuditEvent.objects.get(action="change")
        assert event.before == {"name": "Harbour Families", "suburb": ""}
        assert event.after == {"name": "Harbour", "suburb": "Ultimo"}
        update_organisation(organisation, actor=cast.outsider, name="Harbour")
        assert AuditEvent.objects.filter(action="change").count() == 1


def test_number_is_not_taken_away_in_australia(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError, match="Enter the ABN"):
            update_organisation(organisation, actor=cast.outsider, abn="")
        update_organisation(organisation, actor=cast.outsider, abn="", country="NZ")
        with pytest.raises(ValidationError, match="Enter the ABN"):
            update_organisation(organisation, actor=cast.outsider, country="AU")


@pytest.mark.parametrize("name", ["applicant", "auditor", "partner", "executive", "other_manager"])
def test_nobody_else_changes_it(cast: Cast, organisation: Organisation, name: str) -> None:
    person = cast.people[name]
    with program_scope(cast.program):
        with pytest.raises(PermissionDenied):
            update_organisation(organisation, actor=person, name="Mine")
        with pytest.raises(PermissionDenied):
            add_contact(organisation, user=person, actor=person)
        with pytest.raises(PermissionDenied):
            remove_contact(organisation, user=cast.outsider, actor=person)


def test_people_who_act_for_it_come_and_go_but_one_stays(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        lena = UserFactory.create(name="Lena")
        with pytest.raises(DomainError, match="the only person who acts for"):
            remove_contact(organisation, user=cast.outsider, actor=cast.outsider)
        assert add_contact(organisation, user=lena, actor=cast.outsider) == add_contact(
            organisation, user=lena, actor=cast.outsider
        )
        remove_contact(organisation, user=cast.outsider, actor=lena)
        assert not is_contact(cast.outsider, organisation)
        remove_contact(organisation, user=cast.outsider, actor=lena)
        assert AuditEvent.objects.filter(action="remove_contact").count() == 1


def test_safeguarding_is_kept_once_as_stated(cast: Cast, organisation: Organisation) -> None:
    stated = {"people": 12, "checked": 12, "pending": 0, "as_at": "2026-11-01"}
    with program_scope(cast.program):

        def state(**more: Any) -> SafeguardingRecord:
            values = {"kind": "screening", "content": stated, "source": "application IG27-0001"} | more
            return record_safeguarding(organisation, actor=cast.outsider, **values)

        first = state()
        assert state() == first
        other = state(content=stated | {"checked": 11})
        assert other != first
        assert state(expires_on=date(2027, 1, 1)) != other
        assert SafeguardingRecord.objects.first().content == stated  # type: ignore[union-attr]
        assert SafeguardingRecord.objects.count() == 3
        with pytest.raises(ValueError, match="not a valid"):
            state(kind="criminal")
        assert "checked" not in str(list(AuditEvent.objects.values_list("after", flat=True)))


def test_form_shows_numbers_as_printed_and_reads_them_back(cast: Cast, organisation: Organisation) -> None:
    form = OrganisationForm(data=profile_of(organisation))
    assert profile_of(organisation)["abn"] == ABN
    assert form.is_valid(), form.errors
    assert form.cleaned_data["abn"] == organisation.abn


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"name": ""}, "name", "Enter the name"),
        ({"name": "Two\nlines"}, "name", "one line"),
        ({"kind": ""}, "kind", "Choose what kind"),
        ({"abn": ""}, "abn", "Enter the ABN or the ACN"),
        ({"abn": "123"}, "abn", "11 digits"),
        ({"country": "XX"}, "country", "Select a valid choice"),
        ({"website": "a b"}, "website", "Enter a web address"),
    ],
)
def test_form_says_what_to_correct(data: dict[str, str], field: str, words: str) -> None:
    form = OrganisationForm(data=PROFILE | {"country": "AU"} | data)
    assert words in str(form.errors.get(field))
    assert list(form.errors) == [field]


def test_countries_have_names_and_the_programs_own_comes_first() -> None:
    choices = country_choices("PH")
    assert choices[0] == ("PH", "Philippines")
    assert len(choices) == len(set(choices)) > 240
    assert country_name("AU") == "Australia"
    assert country_name("XX") == "XX"


@pytest.mark.parametrize(
    ("name", "words"),
    [("Pay at https://evil.example", "no web address"), ("Harbour\nYour account is locked", "one line")],
)
def test_name_carries_no_line_or_link_into_mails(
    cast: Cast, organisation: Organisation, name: str, words: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError, match=words):
            entered(cast, cast.partner, name=name)
        with pytest.raises(ValidationError, match=words):
            update_organisation(organisation, actor=cast.outsider, name=name)
        Organisation.objects.update(name=name)
        assert update_organisation(organisation, actor=cast.outsider, phone="02 5550 0100").phone
