"""Which addresses are the same, and that one which looks like another is neither it nor taken."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from grants.models import Application, Round, RoundInvitation, TeamInvitation
from grants.queries.public import announced
from grants.queries.rounds import is_invited
from grants.queries.starting import rounds_to_enter
from grants.queries.team import invitations_for
from grants.services.round_invitations import invite_to_round, read_addresses
from grants.services.team import end_team_places, invite_to_team
from scsc.accounts.addresses import same_address
from scsc.accounts.models import Invitation, User
from scsc.accounts.queries import person_with_email
from scsc.accounts.services import end_invitations, invite_first_manager, invite_person
from scsc.errors import DomainError
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import invited
from tests.factories import Cast, UserFactory
from tests.grants.applicants import begun, round_of

REAL, ALIKE = "director@unicef.org", "director@unıcef.org"


def test_spelling_of_letters_is_all_that_may_differ(db: None) -> None:
    real = UserFactory.create(email=REAL)
    for email in (REAL, "Director@UNICEF.org"):
        assert User.objects.get(same_address("email", email)) == real
    for email in (ALIKE, "direſtor@unicef.org", "director@unicef.org.au", ""):
        assert person_with_email(email) is None
    UserFactory.create(email="aſk@example.org")
    assert person_with_email("ask@example.org") is None
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(ALIKE)


@pytest.fixture
def alike(db: None) -> User:
    """Made before such addresses were refused."""
    return UserFactory.create(email=ALIKE)


def test_round_by_invitation_is_closed_to_a_lookalike(cast: Cast, alike: User) -> None:
    real = UserFactory.create(email=REAL)
    with program_scope(cast.program):
        round_ = round_of(cast.program, "SECRET", audience=Round.Audience.INVITED)
        RoundInvitation.objects.create(
            program=cast.program, round=round_, email=REAL, invited_by=cast.officer
        )
        for person, known in ((real, True), (alike, False)):
            assert is_invited(round_, person) is known
            assert (round_ in announced(person)) is known
            assert (round_ in rounds_to_enter(person, timezone.now())) is known


def team_of_north(cast: Cast) -> Application:
    return begun(round_of(cast.program), cast.outsider)


def test_team_invitation_does_not_wait_for_a_lookalike(cast: Cast, alike: User) -> None:
    with program_scope(cast.program):
        invite_to_team(team_of_north(cast), email=REAL, rights="edit", actor=cast.outsider)
        assert invitations_for(alike, timezone.now()) == []
        end_team_places(alike, cast.program, cast.manager)
        assert TeamInvitation.objects.get().revoked_at is None


def test_lookalike_who_leaves_ends_nobody_elses_invitation(cast: Cast, alike: User) -> None:
    invited(cast.program, cast.manager, REAL)
    with program_scope(cast.program):
        end_invitations(alike, cast.program, cast.manager)
    assert Invitation.objects.get().revoked_at is None


def test_lookalike_is_not_invited(cast: Cast) -> None:
    with program_scope(cast.program):
        application = team_of_north(cast)
        round_ = round_of(cast.program, "SECRET", audience=Round.Audience.INVITED)
        for refused in (
            lambda: invite_person(cast.program, email=ALIKE, role=Role.OFFICER, actor=cast.manager),
            lambda: invite_first_manager(cast.program, email=ALIKE, name="D"),
            lambda: invite_to_team(application, email=ALIKE, rights="edit", actor=cast.outsider),
            lambda: invite_to_round(round_, emails=[ALIKE], actor=cast.manager),
        ):
            with pytest.raises(DomainError, match="only unaccented letters"):
                refused()
    with pytest.raises(ValidationError, match="only unaccented letters"):
        read_addresses(f"{REAL}, {ALIKE}")


def test_form_of_the_team_says_so_beside_the_field(cast: Cast) -> None:
    with program_scope(cast.program):
        code = team_of_north(cast).code
    client = Client()
    client.force_login(cast.outsider)
    page = client.post(f"/north/apply/{code}/team/invite/", {"email": ALIKE, "rights": "edit"})
    assert "only unaccented letters" in page.content.decode()
