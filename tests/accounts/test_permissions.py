"""Every predicate around accounts, for every member of the cast."""

from scsc.accounts import permissions
from scsc.accounts.models import Invitation
from tests.factories import Cast, UserFactory


def test_can_invite_only_managers_of_the_program(cast: Cast) -> None:
    allowed = {name for name, user in cast.people.items() if permissions.can_invite(user, cast.program)}
    assert allowed == {"manager"}


def test_can_change_invitation_only_managers_of_the_program(cast: Cast) -> None:
    invitation = Invitation(program=cast.program, email="new@example.org")
    allowed = {
        name for name, user in cast.people.items() if permissions.can_change_invitation(user, invitation)
    }
    assert allowed == {"manager"}


def test_can_change_invitation_not_one_to_oneself(cast: Cast) -> None:
    invitation = Invitation(program=cast.program, email=cast.manager.email.upper())
    assert not permissions.can_change_invitation(cast.manager, invitation)


def test_can_accept_invitation_only_the_person_it_was_sent_to(cast: Cast) -> None:
    invitation = Invitation(
        program=cast.other, email=cast.officer.email.upper(), invited_by=cast.other_manager
    )
    allowed = {
        name for name, user in cast.people.items() if permissions.can_accept_invitation(user, invitation)
    }
    assert allowed == {"officer"}


def test_can_accept_invitation_never_the_one_who_sent_it(cast: Cast) -> None:
    invitation = Invitation(program=cast.program, email=cast.manager.email, invited_by=cast.manager)
    assert not permissions.can_accept_invitation(cast.manager, invitation)


def test_can_accept_invitation_that_the_system_sent(cast: Cast) -> None:
    assert permissions.can_accept_invitation(cast.officer, Invitation(email=cast.officer.email))


def test_can_rename_only_oneself(cast: Cast) -> None:
    allowed = {name for name, user in cast.people.items() if permissions.can_rename(user, cast.manager)}
    assert allowed == {"manager"}


def test_can_rename_no_persona(db: None) -> None:
    persona = UserFactory.create(is_demonstration=True)
    assert not permissions.can_rename(persona, persona)
