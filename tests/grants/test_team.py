"""Who works on an application: invitations, rights, and the end of both."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from grants.models import Application, ApplicationUserObjectPermission, TeamInvitation
from grants.models.applications import Rights
from grants.permissions import (
    can_edit_application,
    can_submit_application,
    can_view_own_application,
    rights_on,
)
from grants.queries.team import team_invitation_of, team_of
from grants.services import flooding, invitations
from grants.services.leaving import discard_application
from grants.services.team import (
    accept_team_invitation,
    change_rights,
    end_team_places,
    grant_rights,
    invite_to_team,
    join_as_new_person,
    remove_from_team,
    renew_team_invitation,
    withdraw_team_invitation,
)
from scsc.accounts.models import User
from scsc.accounts.tokens import hash_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs import leaving
from scsc.programs.models import Membership
from scsc.programs.permissions import forget_roles
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.accounts.people import PASSWORD, race, with_password
from tests.factories import Cast, UserFactory, make_cast
from tests.grants.applicants import begun, joined, link_in, mails, round_of

EMAIL = "lena@example.org"


@pytest.fixture
def application(cast: Cast) -> Application:
    """Begun by the outsider, who may submit it."""
    with program_scope(cast.program):
        return begun(round_of(cast.program), cast.outsider)


def fresh(application: Application) -> Application:
    found = Application.objects.select_related("program", "round").get(pk=application.pk)
    found.round.program = found.program
    return found


def invited(application: Application, email: str = EMAIL, rights: Rights = Rights.EDIT) -> TeamInvitation:
    return invite_to_team(application, email=email, rights=rights, actor=application.created_by)


def token_of(mail: OutgoingMail) -> str:
    return link_in(mail).rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("rights", list(Rights))
def test_rights_include_those_before_them(cast: Cast, application: Application, rights: Rights) -> None:
    with program_scope(cast.program):
        person = joined(application, rights)
        asked = [can_view_own_application, can_edit_application, can_submit_application]
        allowed = [may(person, fresh(application)) for may in asked]
        assert allowed == [True, rights != Rights.VIEW, rights == Rights.SUBMIT]
        assert {member.user: member.rights for member in team_of(application)}[person] == rights


def test_giving_fewer_rights_takes_the_others_away(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.SUBMIT)
        grant_rights(application, user=person, rights=Rights.VIEW)
        assert rights_on(person, fresh(application)) == Rights.VIEW
        rows = ApplicationUserObjectPermission.objects.filter(user=person)
        assert [row.permission.codename for row in rows] == ["view_application"]


def test_invitation_is_mailed_with_a_link_that_is_kept_as_a_hash_only(
    cast: Cast, application: Application
) -> None:
    with program_scope(cast.program):
        invitation = invited(application, " Lena@Example.org ")
        mail = mails(cast.program)[-1]
        assert (mail.to, invitation.email, mail.holds_secret) == (EMAIL, EMAIL, True)
        token = token_of(mail)
        assert invitation.token_hash == hash_of(token)
        assert token not in str(AuditEvent.objects.values_list("after", flat=True))
        assert team_invitation_of(token) == invitation
        assert team_invitation_of(token + "x") is None
        assert "Outsider invites you" in mail.body
        assert "read it and write in it" in mail.body


def test_link_of_another_program_opens_nothing_here(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invited(application)
        token = token_of(mails(cast.program)[-1])
    with program_scope(cast.other):
        assert team_invitation_of(token) is None


def test_person_invited_joins_with_what_was_offered_once(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation, lena = invited(application), UserFactory.create(email="LENA@example.org")
        assert accept_team_invitation(invitation, actor=lena) == application
        assert rights_on(lena, fresh(application)) == Rights.EDIT
        assert Membership.objects.filter(user=lena, role=Role.APPLICANT).count() == 1
        accept_team_invitation(invitation, actor=lena)
        assert AuditEvent.objects.filter(action="accept").count() == 1


def test_nobody_else_can_accept(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation = invited(application)
        with pytest.raises(PermissionDenied, match="another address"):
            accept_team_invitation(invitation, actor=cast.manager)
        assert rights_on(cast.manager, fresh(application)) is None


@pytest.mark.parametrize(
    ("closed", "words"),
    [("expired", "has expired"), ("revoked", "was withdrawn"), ("accepted", "has been used")],
)
def test_closed_invitation_says_what_to_do(
    cast: Cast, application: Application, closed: str, words: str
) -> None:
    with program_scope(cast.program):
        invitation, lena = invited(application), UserFactory.create(email=EMAIL)
        if closed == "expired":
            TeamInvitation.objects.update(expires_at=timezone.now())
        elif closed == "revoked":
            withdraw_team_invitation(invitation, actor=cast.outsider)
        else:
            accept_team_invitation(invitation, actor=lena)
            remove_from_team(application, user=lena, actor=cast.outsider)
        with pytest.raises(DomainError, match=words):
            accept_team_invitation(invitation, actor=lena)
        with pytest.raises(DomainError, match=words):
            join_as_new_person(invitation, name="Lena", password=PASSWORD)
        assert rights_on(lena, fresh(application)) is None


def test_stranger_makes_an_account_and_joins(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        user = join_as_new_person(invited(application), name="Lena Moss", password=PASSWORD)
        assert (user.email, user.name) == (EMAIL, "Lena Moss")
        assert user.check_password(PASSWORD)
        assert user.emailaddress_set.get().verified  # type: ignore[attr-defined]
        assert rights_on(user, fresh(application)) == Rights.EDIT


def test_account_that_is_there_is_never_taken_over(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        with_password(UserFactory.create(email="Lena@example.org"))
        with pytest.raises(DomainError, match="has an account already"):
            join_as_new_person(invited(application), name="Mallory", password=PASSWORD)
        assert len(team_of(application)) == 1


def test_nobody_joins_what_was_discarded(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation, lena = invited(application), UserFactory.create(email=EMAIL)
        discard_application(application, actor=cast.outsider)
        with pytest.raises(DomainError, match="was discarded"):
            accept_team_invitation(invitation, actor=lena)
        with pytest.raises(DomainError, match="Restore it first"):
            invited(application, "new@example.org")


def test_only_those_who_may_submit_manage_the_team(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation = invited(application)
        for actor in (joined(application, Rights.EDIT), joined(application, Rights.VIEW), cast.manager):
            for refused in (
                lambda a=actor: invite_to_team(application, email="a@example.org", rights="view", actor=a),
                lambda a=actor: renew_team_invitation(invitation, actor=a),
                lambda a=actor: withdraw_team_invitation(invitation, actor=a),
                lambda a=actor: change_rights(application, user=cast.outsider, rights="view", actor=a),
                lambda a=actor: remove_from_team(application, user=cast.outsider, actor=a),
            ):
                with pytest.raises(PermissionDenied):
                    refused()


def test_what_cannot_be_invited_is_said(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.VIEW)
        invited(application)
        for email, words in (
            (cast.outsider.email.upper(), "your own address"),
            (person.email, "on the team already"),
            (EMAIL.upper(), "invited already"),
        ):
            with pytest.raises(DomainError, match=words):
                invited(application, email)


def test_expired_invitation_makes_way_for_a_new_one(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        first = invited(application)
        TeamInvitation.objects.update(expires_at=timezone.now())
        second = invited(application)
        first.refresh_from_db()
        assert first.revoked_at
        assert second.revoked_at is None


def test_open_invitations_are_limited(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        sent = [invited(application, f"p{number}@example.org") for number in range(invitations.MOST_OPEN)]
        with pytest.raises(DomainError, match="20 invitations wait"):
            invited(application, "one-more@example.org")
        withdraw_team_invitation(sent[0], actor=cast.outsider)
        assert invited(application, "one-more@example.org")


def test_withdrawing_and_inviting_again_is_limited_within_a_day(
    cast: Cast, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    with program_scope(cast.program):
        for _ in range(2):
            withdraw_team_invitation(invited(application), actor=cast.outsider)
        with pytest.raises(DomainError, match="within a day"):
            invited(application)
        TeamInvitation.objects.update(invited_at=timezone.now() - timedelta(days=2))
        assert invited(application)


def test_sending_again_replaces_the_link_and_is_limited(
    cast: Cast, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flooding, "MOST_TO_ONE", 10)
    with program_scope(cast.program):
        invitation = invited(application)
        first = token_of(mails(cast.program)[-1])
        for _ in range(invitations.MOST_RENEWALS):
            renew_team_invitation(invitation, actor=cast.outsider)
        assert team_invitation_of(first) is None
        assert team_invitation_of(token_of(mails(cast.program)[-1])) == invitation
        with pytest.raises(DomainError, match="sent again 5 times"):
            renew_team_invitation(invitation, actor=cast.outsider)


def several(cast: Cast, number: int, person: User) -> list[Application]:
    """Applications that one person began in rounds of their own."""
    return [
        begun(round_of(cast.program, f"R{place}"), person, name=f"Office {place}", abn="")
        for place in range(number)
    ]


def test_one_address_is_mailed_so_often_a_day_by_whomever(cast: Cast) -> None:
    with program_scope(cast.program):
        mine, theirs = several(cast, 4, cast.outsider), begun(round_of(cast.program), cast.partner)
        sent = [invited(application) for application in mine]
        renew_team_invitation(sent[0], actor=cast.outsider)
        for invitation in sent:
            withdraw_team_invitation(invitation, actor=cast.outsider)
        before = len(mails(cast.program))
        with pytest.raises(DomainError, match="was sent 5 invitations within a day"):
            invited(theirs, EMAIL.upper())
        assert len(mails(cast.program)) == before
        assert invited(theirs, "another@example.org")


def test_sending_again_counts_for_the_address(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation = invited(application)
        for _ in range(flooding.MOST_TO_ONE - 1):
            renew_team_invitation(invitation, actor=cast.outsider)
        with pytest.raises(DomainError, match="within a day"):
            renew_team_invitation(invitation, actor=cast.outsider)


def test_so_many_invitations_of_one_address_are_open(cast: Cast) -> None:
    with program_scope(cast.program):
        applications = several(cast, flooding.MOST_TO_ONE + 1, cast.outsider)
        for application in applications[:-1]:
            invited(application)
        TeamInvitation.objects.update(invited_at=timezone.now() - timedelta(days=2))
        with pytest.raises(DomainError, match="5 invitations wait"):
            invited(applications[-1])


def test_one_person_invites_so_often_a_day_over_all_applications(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flooding, "MOST_BY_ONE", 3)
    with program_scope(cast.program):
        applications = several(cast, 4, cast.outsider)
        for place, application in enumerate(applications[:-1]):
            invitation = invited(application, f"p{place}@example.org")
        with pytest.raises(DomainError, match="over all your applications"):
            invited(applications[-1])
        with pytest.raises(DomainError, match="over all your applications"):
            renew_team_invitation(invitation, actor=cast.outsider)
        colleague = joined(applications[-1], Rights.SUBMIT)
        assert invite_to_team(applications[-1], email=EMAIL, rights="view", actor=colleague)


@pytest.mark.parametrize("name", ["See https://evil.example", "Noor\nYour account is locked"])
def test_name_with_a_link_or_a_line_is_in_no_invitation(
    cast: Cast, application: Application, name: str
) -> None:
    with program_scope(cast.program):
        application.organisation.name = name
        application.organisation.save()
        with pytest.raises(DomainError, match="name of the organisation cannot stand in a mail"):
            invited(application)
        cast.partner.name = name
        cast.partner.save()
        theirs = begun(round_of(cast.program, "R2"), cast.partner, name="Office", abn="")
        with pytest.raises(DomainError, match="Your name cannot stand in a mail"):
            invited(theirs)


def test_answered_invitation_is_not_sent_or_withdrawn(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        invitation = invited(application)
        accept_team_invitation(invitation, actor=UserFactory.create(email=EMAIL))
        with pytest.raises(DomainError, match="is accepted"):
            renew_team_invitation(invitation, actor=cast.outsider)
        with pytest.raises(DomainError, match="is accepted"):
            withdraw_team_invitation(invitation, actor=cast.outsider)


def test_last_one_who_may_submit_stays(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        joined(application, Rights.EDIT)
        with pytest.raises(DomainError, match="only one who may submit"):
            remove_from_team(application, user=cast.outsider, actor=cast.outsider)
        with pytest.raises(DomainError, match="only one who may submit"):
            change_rights(application, user=cast.outsider, rights=Rights.EDIT, actor=cast.outsider)
        other = joined(application, Rights.SUBMIT)
        remove_from_team(application, user=cast.outsider, actor=cast.outsider)
        assert rights_on(cast.outsider, fresh(application)) is None
        assert other in [member.user for member in team_of(application)]


def test_colleague_whose_account_is_closed_does_not_count(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        other = joined(application, Rights.SUBMIT)
        User.objects.filter(pk=other.pk).update(is_active=False)
        with pytest.raises(DomainError, match="only one who may submit"):
            remove_from_team(application, user=cast.outsider, actor=cast.outsider)


def test_removal_ends_access_at_once_and_is_told(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        lena = joined(application, Rights.SUBMIT, name="Lena Moss")
        invite_to_team(application, email="second@example.org", rights="submit", actor=lena)
        remove_from_team(application, user=lena, actor=cast.outsider)
        assert not can_view_own_application(lena, fresh(application))
        assert TeamInvitation.objects.get(email="second@example.org").revoked_at
        mail = mails(cast.program)[-1]
        assert mail.to == lena.email
        assert "ended your access" in mail.body
        with pytest.raises(DomainError, match="not on this team"):
            change_rights(application, user=lena, rights="edit", actor=cast.outsider)


def test_somebody_who_reads_can_leave_and_is_not_mailed(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.VIEW)
        before = len(mails(cast.program))
        remove_from_team(application, user=person, actor=person)
        assert rights_on(person, fresh(application)) is None
        assert len(mails(cast.program)) == before
        assert AuditEvent.objects.filter(action="leave_team", actor=person).exists()


def test_whoever_leaves_takes_their_invitations_along(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        colleague = joined(application, Rights.SUBMIT)
        own = invite_to_team(application, email="second@example.org", rights="submit", actor=colleague)
        kept = invited(application)
        remove_from_team(application, user=colleague, actor=colleague)
        own.refresh_from_db()
        kept.refresh_from_db()
        assert own.revoked_at
        assert kept.revoked_at is None


def test_rights_of_one_application_open_no_other(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        other = begun(round_of(cast.program, "SG27"), cast.partner, name="Another", abn="")
        person = joined(application, Rights.SUBMIT)
        assert rights_on(person, fresh(other)) is None
        with pytest.raises(PermissionDenied):
            invite_to_team(other, email=EMAIL, rights="view", actor=person)


def test_whoever_leaves_the_program_is_on_no_team_any_more(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.SUBMIT)
        invitation = invite_to_team(application, email=EMAIL, rights="view", actor=person)
        Membership.objects.filter(user=person).delete()
        forget_roles(person)
        assert rights_on(person, fresh(application)) is None
        end_team_places(person, cast.program, cast.manager)
        assert not ApplicationUserObjectPermission.objects.filter(user=person).exists()
        invitation.refresh_from_db()
        assert invitation.revoked_at


def test_other_roles_that_end_leave_the_team_as_it_is(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        person = joined(application, Rights.EDIT)
        end_team_places(person, cast.program, cast.manager)
        assert rights_on(person, fresh(application)) == Rights.EDIT


def test_leaving_is_registered() -> None:
    assert end_team_places in leaving._enders


def test_one_invitation_accepted_at_once_in_two_windows_joins_once(committed: None) -> None:
    cast = make_cast()
    lena = UserFactory.create(email=EMAIL)
    with program_scope(cast.program):
        invitation = invited(begun(round_of(cast.program), cast.outsider))

    def press() -> None:
        person = User.objects.get(pk=lena.pk)
        with program_scope(cast.program):
            accept_team_invitation(TeamInvitation.objects.get(pk=invitation.pk), actor=person)

    assert race(press, press) is None
    with program_scope(cast.program):
        assert AuditEvent.objects.filter(action="accept").count() == 1
        assert Membership.objects.filter(user=lena).count() == 1


def test_accepting_while_it_is_withdrawn_loses(committed: None) -> None:
    cast = make_cast()
    lena = UserFactory.create(email=EMAIL)
    with program_scope(cast.program):
        application = begun(round_of(cast.program), cast.outsider)
        invitation = invited(application)

    def withdraw() -> None:
        with program_scope(cast.program):
            withdraw_team_invitation(TeamInvitation.objects.get(pk=invitation.pk), actor=cast.outsider)

    def accept() -> None:
        with program_scope(cast.program):
            accept_team_invitation(TeamInvitation.objects.get(pk=invitation.pk), actor=lena)

    assert isinstance(race(withdraw, accept), DomainError)
    with program_scope(cast.program):
        assert [member.user for member in team_of(application)] == [cast.outsider]


def test_two_who_may_submit_cannot_both_go_at_once(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        application = begun(round_of(cast.program), cast.outsider)
        other = joined(application, Rights.SUBMIT)

    def go(person: User) -> None:
        with program_scope(cast.program):
            remove_from_team(Application.objects.get(pk=application.pk), user=person, actor=person)

    assert isinstance(race(lambda: go(cast.outsider), lambda: go(other)), DomainError)
    with program_scope(cast.program):
        assert [member.rights for member in team_of(application)] == [Rights.SUBMIT]
