"""Applicants are no people of the program: their role comes with an application and stays with it."""

from collections.abc import Callable

import pytest
from django.test import Client

from scsc.accounts.models import Invitation, User
from scsc.accounts.queries import people_history, people_of
from scsc.accounts.services import accept_invitation, invite_person
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.permissions import can_read_program, roles_of
from scsc.programs.roles import Role
from scsc.programs.services import grant_role, set_roles
from scsc.programs.tenancy import program_scope
from tests.accounts.people import invited
from tests.factories import Cast
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]


def make_applicant(cast: Cast, user: User) -> Membership:
    return Membership.objects.create(program=cast.program, user=user, role=Role.APPLICANT)


def roles_held(cast: Cast, user: User) -> set[str]:
    rows = Membership.objects.filter(program=cast.program, user=user)
    return set(rows.values_list("role", flat=True))


def test_people_leaves_out_those_who_only_apply(cast: Cast) -> None:
    make_applicant(cast, cast.officer)
    with counted_queries() as count:
        listed = {member.user: member.roles for member in people_of(cast.program)}
    assert cast.applicant not in listed
    assert listed[cast.officer] == [Role.OFFICER, Role.APPLICANT]
    assert len(listed) == len(Role) - 1
    assert count.number == 1


def test_people_page_neither_lists_nor_opens_an_applicant(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    page = parse(client.get("/north/people/").content.decode())
    assert cast.applicant.email not in words(one(page, "//main"))
    for step in ("roles", "remove"):
        assert client.get(f"/north/people/{cast.applicant.pk}/{step}/").status_code == 404
        assert (
            client.post(f"/north/people/{cast.applicant.pk}/{step}/", {"roles": "officer"}).status_code == 404
        )
    assert roles_held(cast, cast.applicant) == {"applicant"}


def test_applicant_is_given_no_role_without_being_asked(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="Invite them first"):
        grant_role(cast.program, user=cast.applicant, role=Role.OFFICER, actor=cast.manager)


def test_applicant_can_be_invited_to_a_role_of_staff(cast: Cast) -> None:
    invitation, _ = invited(cast.program, email=cast.applicant.email, role=Role.OFFICER, actor=cast.manager)
    with program_scope(cast.program):
        accept_invitation(invitation, actor=cast.applicant)
    assert roles_held(cast, cast.applicant) == {"applicant", "officer"}
    assert can_read_program(cast.applicant, cast.program)


def test_applicant_accepts_on_the_page_of_the_invitation(cast: Cast, signed_in: SignIn) -> None:
    _, link = invited(cast.program, email=cast.applicant.email, role=Role.EXECUTIVE, actor=cast.manager)
    client = signed_in(cast.applicant)
    assert client.post(link).status_code == 302
    assert client.get("/north/plan/list/").status_code == 200


def test_somebody_with_a_role_of_staff_is_in_the_program_already(cast: Cast) -> None:
    make_applicant(cast, cast.officer)
    with program_scope(cast.program), pytest.raises(DomainError, match="in this program already"):
        invite_person(cast.program, email=cast.officer.email, role=Role.FINANCE, actor=cast.manager)


def test_changing_roles_leaves_the_applicants_alone(cast: Cast, signed_in: SignIn) -> None:
    make_applicant(cast, cast.officer)
    client, address = signed_in(cast.manager), f"/north/people/{cast.officer.pk}/roles/"
    page = parse(client.get(address).content.decode())
    assert page.xpath("//input[@name='roles'][@checked]/@value") == ["officer"]
    assert not page.xpath("//input[@name='roles'][@value='applicant']")
    assert client.post(address, {"roles": ["finance", "executive"]}).status_code == 302
    assert roles_held(cast, cast.officer) == {"finance", "executive", "applicant"}


def test_removing_somebody_from_the_staff_leaves_them_their_applications(
    cast: Cast, signed_in: SignIn
) -> None:
    make_applicant(cast, cast.officer)
    client, address = signed_in(cast.manager), f"/north/people/{cast.officer.pk}/remove/"
    assert "applications of their own stay theirs" in words(parse(client.get(address).content.decode()))
    assert client.post(address).status_code == 302
    assert roles_held(cast, cast.officer) == {"applicant"}
    assert signed_in(cast.officer).get("/north/plan/").status_code == 403


def test_removed_applicant_does_not_return_by_an_old_invitation(cast: Cast) -> None:
    make_applicant(cast, cast.officer)
    # Sent before they came in by another one.
    invited(cast.program, email="else@example.org", role=Role.AUDITOR, actor=cast.manager)
    Invitation.objects.update(email=cast.officer.email.upper())
    with program_scope(cast.program):
        set_roles(cast.program, user=cast.officer, roles=[], actor=cast.manager)
    assert Invitation.objects.get().revoked_at is not None


def test_invitations_of_somebody_who_keeps_a_role_stay_open(cast: Cast) -> None:
    invited(cast.program, email="else@example.org", role=Role.AUDITOR, actor=cast.manager)
    Invitation.objects.update(email=cast.officer.email)
    with program_scope(cast.program):
        set_roles(cast.program, user=cast.officer, roles=[Role.EXECUTIVE], actor=cast.manager)
    assert Invitation.objects.get().revoked_at is None


def test_history_of_people_is_silent_about_applicants(cast: Cast) -> None:
    with program_scope(cast.program):
        joined = make_applicant(cast, cast.outsider)
        record(joined, "join", actor=cast.outsider, after={"role": Role.APPLICANT})
        given = grant_role(cast.program, user=cast.officer, role=Role.FINANCE, actor=cast.manager)
        sentences = [entry.sentence for entry in people_history(cast.program)]
    assert len(sentences) == 1
    assert str(given) in sentences[0]


def test_applicants_role_gives_no_right_by_itself(cast: Cast) -> None:
    assert roles_of(cast.applicant, cast.program) == {Role.APPLICANT}
    assert not can_read_program(cast.applicant, cast.program)
