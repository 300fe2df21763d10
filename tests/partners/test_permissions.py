"""Who sees and keeps organisations."""

import pytest
from django.core.exceptions import PermissionDenied

from partners import permissions
from partners.access import get_organisation
from partners.forms_staff import MergeForm, RegisterForm, profile_words, words_of
from partners.models import Organisation, OrganisationContact
from partners.queries import named, names_to_offer, search
from scsc.programs.access import MemberRequest
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import ABN, ABN_DIGITS
from tests.grants.received import in_days, organisation_of

READERS = {"manager", "officer", "auditor", "finance", "executive"}
STAFF = {"manager", "officer"}
OPENERS = STAFF | {"auditor"}


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    with program_scope(cast.program):
        return organisation_of(cast.program, abn=ABN_DIGITS, suburb="Manly", state="NSW", postcode="2095")


def test_readers_and_staff(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        for name, person in cast.people.items():
            assert permissions.can_list_organisations(person, cast.program) == (name in READERS), name
            assert permissions.can_open_statements(person, cast.program) == (name in OPENERS), name
            assert permissions.can_view_organisation(person, organisation) == (name in READERS), name
            assert permissions.can_merge_organisations(person, cast.program) == (name in STAFF), name
            assert permissions.can_edit_organisation(person, organisation) == (name in STAFF), name


def test_nobody_keeps_the_record_of_an_organisation_of_their_own(
    cast: Cast, organisation: Organisation
) -> None:
    with program_scope(cast.program):
        twin = organisation_of(cast.program, "Twin", merged_into=organisation)
        OrganisationContact.objects.create(program=cast.program, organisation=twin, user=cast.officer)
        # A contact of a merged row is one of the organisation that stands.
        assert permissions.is_contact(cast.officer, organisation)
        assert not permissions.can_edit_organisation(cast.officer, organisation)
        assert permissions.can_edit_organisation(cast.manager, organisation)


def test_access_is_denied_before_anything_is_looked_up(cast: Cast, organisation: Organisation) -> None:
    request = MemberRequest()
    request.user, request.program = cast.partner, cast.program
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        get_organisation(request, organisation.pk)


@pytest.mark.parametrize(
    ("text", "found"),
    [("harbour FAMILIES", 1), (f" {ABN} ", 1), (ABN_DIGITS, 1), ("Harbour", 0), ("5182475355", 0), ("", 0)],
)
def test_named_finds_the_whole_name_or_number_only(
    cast: Cast, organisation: Organisation, text: str, found: int
) -> None:
    with program_scope(cast.program):
        assert len(named(text)) == found


def test_merged_rows_are_neither_offered_nor_found(cast: Cast, organisation: Organisation) -> None:
    with program_scope(cast.program):
        organisation_of(cast.program, "Old name", merged_into=organisation)
        assert names_to_offer() == ["Harbour Families"]
        assert list(search("old")) == []
        assert named("Old name") == []


def test_values_are_shown_as_people_write_them(cast: Cast, organisation: Organisation) -> None:
    shown = dict(profile_words(organisation))
    assert shown["ABN"] == [ABN]
    assert shown["Address"] == ["Manly NSW 2095", "Australia"]
    assert shown["Telephone number"] == []
    assert words_of(organisation, "register") == []


def test_merge_form_asks_only_about_what_differs(cast: Cast, organisation: Organisation) -> None:
    other = Organisation(name="Harbour Families", phone="02 5550 0000", is_charity="yes")
    other.register_source, other.register_checked_on = "ACNC Register", in_days(-1).date()
    form = MergeForm(into=organisation, source=other)
    assert list(form.fields) == ["abn", "address", "phone", "register"]
    # What only one of them knows is chosen already.
    initial = {name: field.initial for name, field in form.fields.items()}
    assert initial == {"abn": "keep", "address": "keep", "phone": "take", "register": "take"}
    lines = {line.label: line for line in form.differences()}
    assert lines["Name"].options == []
    assert [values for _, values in lines["ABN"].options] == [[ABN], []]


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"is_charity": "unknown", "is_dgr": "unknown"}, set()),
        ({"is_charity": "no", "is_dgr": "unknown"}, {"register_source", "register_checked_on"}),
        ({"is_charity": "yes"}, {"is_dgr", "register_source", "register_checked_on"}),
        (
            {"is_charity": "yes", "is_dgr": "yes", "register_source": "X", "register_checked_on": "never"},
            {"register_checked_on"},
        ),
    ],
)
def test_register_form(data: dict[str, str], errors: set[str]) -> None:
    assert set(RegisterForm(data, today=in_days(0).date()).errors) == errors
