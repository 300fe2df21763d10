"""The services of invitations: who may, what is stored, what happens once only."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from scsc.accounts.models import Invitation, User
from scsc.accounts.queries import invitation_of, pending_invitations, people_history
from scsc.accounts.services import (
    accept_as_new_person,
    accept_invitation,
    invite_first_manager,
    invite_person,
    renew_invitation,
    revoke_invitation,
)
from scsc.accounts.states import InvitationState, state_of
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, expire, invited, newest_link, race, with_password
from tests.factories import Cast, UserFactory, make_cast, member

EMAIL = "new@example.org"


def roles_in(cast: Cast, user: User) -> set[str]:
    return set(Membership.objects.filter(program=cast.program, user=user).values_list("role", flat=True))


def token_of(link: str) -> str:
    return link.strip("/").split("/")[-1]


def test_invite_person_queues_one_message_with_the_link(cast: Cast) -> None:
    invitation, link = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        mail = OutgoingMail.objects.get()
    assert mail.to == EMAIL
    assert cast.program.name in mail.subject
    for part in ("Program officer", str(cast.manager), f"{settings.BASE_URL}{link}", EMAIL):
        assert part in mail.body
    assert invitation_of(token_of(link)) == invitation


def test_invite_person_stores_only_the_hash_of_the_token(cast: Cast) -> None:
    invitation, link = invited(cast.program, cast.manager)
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert len(row["token_hash"]) == 64
    assert not any(token_of(link) in str(value) for value in row.values())


def test_invite_person_expires_after_the_days_of_the_setting(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    days = timedelta(days=settings.INVITATION_DAYS)
    assert abs(invitation.expires_at - timezone.now() - days) < timedelta(minutes=1)


def test_invite_person_leaves_an_event_in_plain_language(cast: Cast) -> None:
    invited(cast.program, cast.manager)
    with program_scope(cast.program):
        entry = people_history(cast.program)[0]
    assert entry.sentence == f"{cast.manager} invited {EMAIL} as Program officer"


@pytest.mark.parametrize("name", ["officer", "executive", "auditor", "partner", "other_manager", "outsider"])
def test_invite_person_refuses_all_but_managers(cast: Cast, name: str) -> None:
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        invite_person(cast.program, email=EMAIL, role=Role.OFFICER, actor=cast.people[name])
    assert not Invitation.objects.exists()


def test_invite_person_refuses_the_manager_themself(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="yourself"):
        invite_person(cast.program, email=cast.manager.email.upper(), role=Role.FINANCE, actor=cast.manager)


def test_invite_person_refuses_a_member(cast: Cast) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="in this program already"):
        invite_person(cast.program, email=cast.officer.email, role=Role.MANAGER, actor=cast.manager)


def test_invite_person_refuses_a_second_open_invitation(cast: Cast) -> None:
    invited(cast.program, cast.manager)
    with program_scope(cast.program), pytest.raises(DomainError, match="invited to this role already"):
        invite_person(cast.program, email=EMAIL.upper(), role=Role.OFFICER, actor=cast.manager)


def test_invite_person_replaces_an_expired_invitation(cast: Cast) -> None:
    first, _ = invited(cast.program, cast.manager)
    expire(first)
    second, _ = invited(cast.program, cast.manager)
    first.refresh_from_db()
    assert state_of(first) is InvitationState.REVOKED
    assert state_of(second) is InvitationState.OPEN


def test_pending_invitations_are_those_of_the_program_without_an_answer(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    invited(cast.other, cast.other_manager)
    expire(invitation)
    pending = pending_invitations(cast.program)
    assert [(p.invitation, p.state) for p in pending] == [(invitation, InvitationState.EXPIRED)]


def test_renew_invitation_gives_a_new_link_and_ends_the_old(cast: Cast) -> None:
    invitation, old = invited(cast.program, cast.manager)
    expire(invitation)
    with program_scope(cast.program):
        renewed = renew_invitation(invitation, actor=cast.manager)
    new = newest_link(cast.program)
    assert state_of(renewed) is InvitationState.OPEN
    assert invitation_of(token_of(old)) is None
    assert invitation_of(token_of(new)) == invitation


@pytest.mark.parametrize("change", [renew_invitation, revoke_invitation])
def test_changing_an_invitation_refuses_all_but_managers(
    cast: Cast, change: Callable[..., Invitation]
) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    for name in ("officer", "auditor", "other_manager", "outsider"):
        with program_scope(cast.program), pytest.raises(PermissionDenied):
            change(invitation, actor=cast.people[name])


@pytest.mark.parametrize("change", [renew_invitation, revoke_invitation])
def test_changing_an_invitation_refuses_one_withdrawn(cast: Cast, change: Callable[..., Invitation]) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        revoke_invitation(invitation, actor=cast.manager)
        with pytest.raises(DomainError, match="withdrawn"):
            change(invitation, actor=cast.manager)


def test_accept_invitation_gives_the_role_once(cast: Cast) -> None:
    person = UserFactory.create(email=EMAIL)
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        first = accept_invitation(invitation, actor=person)
        again = accept_invitation(invitation, actor=person)
        words = [entry.words for entry in people_history(cast.program)]
    assert first == again
    assert roles_in(cast, person) == {"officer"}
    assert words == ["joined:", "accepted the invitation of", "invited"]


def test_accept_invitation_refuses_another_person(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        accept_invitation(invitation, actor=cast.outsider)
    assert not roles_in(cast, cast.outsider)


def test_accept_invitation_refuses_the_sender_with_a_changed_address(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager, role=Role.FINANCE)
    cast.manager.email = EMAIL
    cast.manager.save()
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        accept_invitation(invitation, actor=cast.manager)
    assert roles_in(cast, cast.manager) == {"manager"}


@pytest.mark.parametrize(("how", "words"), [("expired", "expired"), ("revoked", "withdrawn")])
def test_accept_invitation_refuses_what_is_closed(cast: Cast, how: str, words: str) -> None:
    person = UserFactory.create(email=EMAIL)
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        if how == "expired":
            expire(invitation)
        else:
            revoke_invitation(invitation, actor=cast.manager)
        with pytest.raises(DomainError, match=words):
            accept_invitation(invitation, actor=person)
    assert not roles_in(cast, person)


def test_accept_invitation_does_not_bring_back_a_role_taken_away(cast: Cast) -> None:
    person = UserFactory.create(email=EMAIL)
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        accept_invitation(invitation, actor=person).delete()
        with pytest.raises(DomainError, match="has been used"):
            accept_invitation(invitation, actor=person)
    assert not roles_in(cast, person)


def test_accept_as_new_person_makes_an_account_with_the_invited_address(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        user = accept_as_new_person(invitation, name="Nia", password=PASSWORD)
    address = EmailAddress.objects.get(user=user)
    assert (user.email, user.name, user.is_demonstration) == (EMAIL, "Nia", False)
    assert (address.email, address.verified, address.primary) == (EMAIL, True, True)
    assert user.check_password(PASSWORD)
    assert roles_in(cast, user) == {"officer"}


def test_accept_as_new_person_works_once(cast: Cast) -> None:
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program):
        accept_as_new_person(invitation, name="Nia", password=PASSWORD)
        with pytest.raises(DomainError, match="has been used"):
            accept_as_new_person(invitation, name="Mallory", password=PASSWORD)
    assert User.objects.get(email=EMAIL).name == "Nia"


def test_accept_as_new_person_refuses_an_address_with_an_account(cast: Cast) -> None:
    with_password(UserFactory.create(email=EMAIL, name="Here before"))
    invitation, _ = invited(cast.program, cast.manager)
    with program_scope(cast.program), pytest.raises(DomainError, match="has an account already"):
        accept_as_new_person(invitation, name="Mallory", password=PASSWORD)


def test_invite_first_manager_has_no_sender_and_sends_no_mail(cast: Cast) -> None:
    with program_scope(cast.program):
        link = invite_first_manager(cast.program, email="First@Example.org", name="First")
        assert not OutgoingMail.objects.exists()
        assert people_history(cast.program)[0].who == "The system"
    invitation = invitation_of(token_of(link))
    assert invitation is not None
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "first@example.org",
        "manager",
        None,
    )


def test_accept_invitation_at_the_same_moment_gives_one_membership(committed: None) -> None:
    cast = make_cast()
    person = UserFactory.create(email=EMAIL)
    invitation, _ = invited(cast.program, cast.manager)
    given: list[Membership] = []

    def accept() -> None:
        with program_scope(cast.program):
            given.append(accept_invitation(invitation, actor=person))

    assert race(accept, accept) is None
    assert given[0] == given[1]
    assert roles_in(cast, person) == {"officer"}


def test_two_managers_inviting_at_the_same_moment_give_one_invitation(committed: None) -> None:
    cast = make_cast()
    second = member(cast.program, Role.MANAGER)

    def invite(actor: User) -> None:
        invited(cast.program, actor)

    refused = race(lambda: invite(cast.manager), lambda: invite(second))
    assert isinstance(refused, DomainError)
    assert Invitation.objects.count() == 1
