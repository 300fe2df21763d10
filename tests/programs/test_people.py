"""The people page, and who may change whose roles."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scsc.accounts.models import Invitation, User
from scsc.accounts.queries import people_history, people_of
from scsc.accounts.states import InvitationState, state_of
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership, Program
from scsc.programs.permissions import can_change_membership
from scsc.programs.roles import Role
from scsc.programs.services import grant_role, revoke_role, set_roles
from scsc.programs.tenancy import program_scope
from tests.accounts.people import invited, race
from tests.factories import Cast, make_cast, member

SignedIn = Callable[[User], Client]
PEOPLE = "/north/people/"
READERS = ["officer", "auditor"]
CLOSED = ["finance", "executive", "roundtable", "advisory", "partner"]
OUTSIDE = ["other_manager", "outsider"]


def membership(program: Program, user: User) -> Membership:
    return Membership.objects.get(program=program, user=user)


def roles_in(program: Program, user: User) -> set[str]:
    return set(Membership.objects.filter(program=program, user=user).values_list("role", flat=True))


def changing_pages(cast: Cast, invitation: Invitation) -> list[str]:
    program = {"program": "north"}
    return [
        reverse("programs:invite", kwargs=program),
        reverse("programs:resend", kwargs=program | {"pk": invitation.pk}),
        reverse("programs:withdraw", kwargs=program | {"pk": invitation.pk}),
        reverse("programs:roles", kwargs=program | {"pk": cast.finance.pk}),
        reverse("programs:remove", kwargs=program | {"pk": cast.finance.pk}),
    ]


# --- predicates and services ---------------------------------------------------------------------


def test_can_change_membership_only_managers_and_never_their_own(cast: Cast) -> None:
    of_officer, of_manager = (membership(cast.program, user) for user in (cast.officer, cast.manager))
    allowed = {name for name, user in cast.people.items() if can_change_membership(user, of_officer)}
    assert allowed == {"manager"}
    assert not can_change_membership(cast.manager, of_manager)


def test_grant_role_adds_it_once_with_an_event(cast: Cast) -> None:
    with program_scope(cast.program):
        for _ in range(2):
            grant_role(cast.program, user=cast.officer, role=Role.FINANCE, actor=cast.manager)
        words = [entry.words for entry in people_history(cast.program)]
    assert roles_in(cast.program, cast.officer) == {"officer", "finance"}
    assert words == ["gave a role:"]


@pytest.mark.parametrize("name", READERS + CLOSED + OUTSIDE)
def test_grant_role_refuses_all_but_managers(cast: Cast, name: str) -> None:
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        grant_role(cast.program, user=cast.officer, role=Role.MANAGER, actor=cast.people[name])


def test_nobody_raises_themself(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(PermissionDenied, match="their own roles"):
        grant_role(cast.program, user=cast.manager, role=Role.FINANCE, actor=cast.manager)
    assert roles_in(cast.program, cast.manager) == {"manager"}


def test_grant_role_asks_to_invite_an_outsider(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="Invite them first"):
        grant_role(cast.program, user=cast.outsider, role=Role.OFFICER, actor=cast.manager)


def test_revoke_role_takes_it_away_and_keeps_the_event(cast: Cast) -> None:
    with program_scope(cast.program):
        revoke_role(membership(cast.program, cast.officer), actor=cast.manager)
        entry = people_history(cast.program)[0]
    assert roles_in(cast.program, cast.officer) == set()
    assert (entry.who, entry.words) == (str(cast.manager), "took away a role:")


@pytest.mark.parametrize("name", READERS + CLOSED + OUTSIDE)
def test_revoke_role_refuses_all_but_managers(cast: Cast, name: str) -> None:
    row = membership(cast.program, cast.manager)
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        revoke_role(row, actor=cast.people[name])


def test_revoke_role_refuses_ones_own(cast: Cast) -> None:
    member(cast.program, Role.MANAGER)
    with program_scope(cast.program), pytest.raises(PermissionDenied, match="their own roles"):
        revoke_role(membership(cast.program, cast.manager), actor=cast.manager)


def test_revoke_role_keeps_the_last_manager_who_can_sign_in(cast: Cast) -> None:
    second = member(cast.program, Role.MANAGER)
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    with program_scope(cast.program), pytest.raises(DomainError, match="at least one manager"):
        revoke_role(membership(cast.program, second), actor=cast.manager)


def test_two_managers_cannot_remove_each_other_at_once(committed: None) -> None:
    cast = make_cast()
    second = member(cast.program, Role.MANAGER)
    rows = {user: membership(cast.program, user) for user in (cast.manager, second)}

    def remove(user: User, actor: User) -> None:
        with program_scope(cast.program):
            revoke_role(rows[user], actor=actor)

    refused = race(lambda: remove(second, cast.manager), lambda: remove(cast.manager, second))
    assert isinstance(refused, PermissionDenied)
    assert roles_in(cast.program, cast.manager) == {"manager"}
    assert roles_in(cast.program, second) == set()


def test_set_roles_changes_all_or_nothing(cast: Cast) -> None:
    with program_scope(cast.program):
        set_roles(cast.program, user=cast.officer, roles=[Role.FINANCE, Role.EXECUTIVE], actor=cast.manager)
    assert roles_in(cast.program, cast.officer) == {"finance", "executive"}


def test_people_of_groups_roles_in_their_order(cast: Cast) -> None:
    Membership.objects.create(program=cast.program, user=cast.auditor, role=Role.FINANCE)
    found = {person.user: person.roles for person in people_of(cast.program)}
    assert found[cast.auditor] == [Role.FINANCE, Role.AUDITOR]
    assert cast.other_manager not in found


# --- the page ------------------------------------------------------------------------------------


def test_people_lists_members_and_open_invitations(cast: Cast, signed_in: SignedIn) -> None:
    invited(cast.program, cast.manager)
    invited(cast.other, cast.other_manager, email="elsewhere@example.org")
    page = signed_in(cast.manager).get(PEOPLE).content.decode()
    for user in (cast.manager, cast.officer, cast.partner):
        assert user.email in page
    assert "new@example.org" in page
    assert "elsewhere@example.org" not in page
    assert cast.other_manager.email not in page


def test_people_shows_days_as_the_program_counts_them(cast: Cast, signed_in: SignedIn) -> None:
    Program.objects.filter(pk=cast.program.pk).update(timezone="America/Los_Angeles")
    invitation, _ = invited(cast.program, cast.manager)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=datetime(2090, 1, 2, 3, tzinfo=UTC))
    assert "1 Jan 2090" in signed_in(cast.manager).get(PEOPLE).content.decode()
    assert timezone.get_current_timezone_name() == "Australia/Sydney"


@pytest.mark.parametrize("name", READERS)
def test_people_is_read_only_for_officers_and_auditors(cast: Cast, signed_in: SignedIn, name: str) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    page = signed_in(cast.people[name]).get(PEOPLE)
    assert page.status_code == 200
    assert "new@example.org" in page.content.decode()
    for path in changing_pages(cast, invitation):
        assert path not in page.content.decode()


@pytest.mark.parametrize("name", CLOSED)
def test_people_is_closed_to_other_members(cast: Cast, signed_in: SignedIn, name: str) -> None:
    assert signed_in(cast.people[name]).get(PEOPLE).status_code == 403


@pytest.mark.parametrize("name", OUTSIDE)
def test_people_is_not_found_from_outside(cast: Cast, signed_in: SignedIn, name: str) -> None:
    assert signed_in(cast.people[name]).get(PEOPLE).status_code == 404


def test_people_asks_strangers_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(PEOPLE)["Location"] == f"/accounts/login/?next={PEOPLE}"


def test_changing_pages_open_for_managers(cast: Cast, signed_in: SignedIn) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    client = signed_in(cast.manager)
    assert {client.get(path).status_code for path in changing_pages(cast, invitation)} == {200}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("names", "status"), [(READERS + CLOSED, 403), (OUTSIDE, 404)])
def test_changing_pages_are_closed_to_others(
    cast: Cast, signed_in: SignedIn, names: list[str], status: int, method: str
) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    for name in names:
        client = signed_in(cast.people[name])
        answers = {
            path: getattr(client, method)(path).status_code for path in changing_pages(cast, invitation)
        }
        assert set(answers.values()) == {status}, (name, answers)
    invitation.refresh_from_db()
    assert state_of(invitation) is InvitationState.OPEN
    assert roles_in(cast.program, cast.finance) == {"finance"}


def test_invite_sends_the_invitation(cast: Cast, signed_in: SignedIn) -> None:
    data = {"email": "New@example.org", "name": "Nia", "role": "advisory"}
    answer = signed_in(cast.manager).post(f"{PEOPLE}invite/", data, follow=True)
    assert "The invitation is on its way" in answer.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.name, invitation.role) == ("new@example.org", "Nia", "advisory")
    with program_scope(cast.program):
        assert OutgoingMail.objects.get().to == "new@example.org"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "", "role": "officer"}, "Enter an email address"),
        ({"email": "no address", "role": "officer"}, "valid email address"),
        ({"email": "new@example.org"}, "Choose a role"),
        ({"email": "new@example.org", "role": "emperor"}, "not one of the available choices"),
    ],
)
def test_invite_says_what_to_correct(
    cast: Cast, signed_in: SignedIn, data: dict[str, str], words: str
) -> None:
    page = signed_in(cast.manager).post(f"{PEOPLE}invite/", data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Invitation.objects.exists()


def test_invite_shows_what_the_service_has_against_it(cast: Cast, signed_in: SignedIn) -> None:
    data = {"email": cast.manager.email, "role": "finance"}
    page = signed_in(cast.manager).post(f"{PEOPLE}invite/", data)
    assert page.status_code == 422
    assert "You cannot invite yourself" in page.content.decode()


def test_resend_and_withdraw_ask_first_and_then_act(cast: Cast, signed_in: SignedIn) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    client = signed_in(cast.manager)
    before = invitation.token_hash
    resend = f"{PEOPLE}invitations/{invitation.pk}/resend/"
    assert "stops working" in client.get(resend).content.decode()
    client.post(resend)
    invitation.refresh_from_db()
    assert invitation.token_hash != before
    page = client.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/", follow=True)
    invitation.refresh_from_db()
    assert "is withdrawn" in page.content.decode()
    assert state_of(invitation) is InvitationState.REVOKED


def test_resending_one_withdrawn_says_so(cast: Cast, signed_in: SignedIn) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    client = signed_in(cast.manager)
    client.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/")
    page = client.post(f"{PEOPLE}invitations/{invitation.pk}/resend/", follow=True)
    assert "so it cannot be changed" in page.content.decode()


def test_an_invitation_of_another_program_is_not_found(cast: Cast, signed_in: SignedIn) -> None:
    invitation, _ = invited(cast.other, cast.other_manager)
    client = signed_in(cast.manager)
    assert client.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/").status_code == 404
    invitation.refresh_from_db()
    assert state_of(invitation) is InvitationState.OPEN


def test_roles_are_changed_by_ticking(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    path = f"{PEOPLE}{cast.officer.pk}/roles/"
    form = client.get(path)
    assert form.context["form"].initial == {"roles": ["officer"]}
    client.post(path, {"roles": ["finance", "auditor"]})
    assert roles_in(cast.program, cast.officer) == {"finance", "auditor"}


def test_roles_without_any_ticked_are_refused(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.manager).post(f"{PEOPLE}{cast.officer.pk}/roles/", {})
    assert page.status_code == 422
    assert "remove the person" in page.content.decode()
    assert roles_in(cast.program, cast.officer) == {"officer"}


def test_remove_takes_every_role_in_this_program_only(cast: Cast, signed_in: SignedIn) -> None:
    Membership.objects.create(program=cast.program, user=cast.officer, role=Role.FINANCE)
    Membership.objects.create(program=cast.other, user=cast.officer, role=Role.OFFICER)
    page = signed_in(cast.manager).post(f"{PEOPLE}{cast.officer.pk}/remove/", follow=True)
    assert "is no longer in this program" in page.content.decode()
    assert roles_in(cast.program, cast.officer) == set()
    assert roles_in(cast.other, cast.officer) == {"officer"}
    assert signed_in(cast.officer).get("/north/").status_code == 404


@pytest.mark.parametrize("page", ["roles", "remove"])
def test_a_manager_cannot_change_their_own_roles(cast: Cast, signed_in: SignedIn, page: str) -> None:
    path = f"{PEOPLE}{cast.manager.pk}/{page}/"
    answer = signed_in(cast.manager).post(path, {"roles": ["manager", "finance"]})
    assert answer.status_code == 403
    assert roles_in(cast.program, cast.manager) == {"manager"}


@pytest.mark.parametrize("page", ["roles", "remove"])
def test_people_of_other_programs_are_not_found(cast: Cast, signed_in: SignedIn, page: str) -> None:
    path = f"{PEOPLE}{cast.other_manager.pk}/{page}/"
    assert signed_in(cast.manager).post(path, {"roles": ["officer"]}).status_code == 404
    assert roles_in(cast.program, cast.other_manager) == set()


def test_people_costs_the_same_for_one_and_for_many(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.manager)
    client.get(PEOPLE)
    counts = []
    for size in (1, 50):
        for number in range(size):
            member(cast.program, Role.OFFICER)
            invited(cast.program, cast.manager, email=f"{size}-{number}@example.org")
        with CaptureQueriesContext(connection) as queries:
            client.get(PEOPLE)
        counts.append(len([query for query in queries if query["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts
