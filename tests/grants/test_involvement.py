"""Staff with a part in an application leave it to colleagues, also once they are out of its team."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from grants.involvement import is_involved
from grants.models import Application, Stage
from grants.models.applications import Rights
from grants.permissions import can_manage_application, can_screen_application
from grants.queries.bulk import candidates_of
from grants.queries.needs import staff_needs
from grants.services.rights import grant_rights
from grants.services.screening import screen
from grants.services.team import accept_team_invitation, invite_to_team, remove_from_team
from partners.models import Organisation, OrganisationContact
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.received import application_to, content_of, organisation_of, round_with, submit
from tests.queries import counted_queries

Sign = Callable[[User], Client]


def began(application: Application, person: User) -> None:
    Application.objects.filter(pk=application.pk).update(created_by=person)


def sent_it_in(application: Application, person: User) -> None:
    other = Stage.objects.exclude(pk=application.stage_id).get(round=application.round_id)
    submit(application, content_of(), submitted_by=person, stage=other)


def joined_and_left(application: Application, person: User) -> None:
    invitation = invite_to_team(
        application, email=person.email, rights=Rights.EDIT, actor=application.created_by
    )
    accept_team_invitation(invitation, actor=person)
    remove_from_team(application, user=person, actor=person)


def works_on_it(application: Application, person: User) -> None:
    grant_rights(application, user=person, rights=Rights.VIEW)


def acts_for(application: Application, person: User) -> None:
    _contact(application.organisation, person)


def acts_for_a_merged_row(application: Application, person: User) -> None:
    twin = organisation_of(application.program, "The same", merged_into=application.organisation)
    _contact(twin, person)


def _contact(organisation: Organisation, person: User) -> None:
    OrganisationContact.objects.create(program=organisation.program, organisation=organisation, user=person)


PARTS = [began, sent_it_in, joined_and_left, works_on_it, acts_for, acts_for_a_merged_row]


@pytest.fixture
def application(cast: Cast) -> Application:
    with program_scope(cast.program):
        return application_to(round_with(cast.program))


def fresh(application: Application) -> Application:
    return Application.objects.select_related("program", "round").get(pk=application.pk)


@pytest.mark.parametrize("take_part", PARTS)
def test_whoever_has_or_had_a_part_decides_nothing(
    cast: Cast, application: Application, signed_in: Sign, take_part: Callable[[Application, User], None]
) -> None:
    with program_scope(cast.program):
        screen(application, outcome="eligible", comment="Between us.", actor=cast.officer)
        Application.objects.update(state="submitted")
        assert can_manage_application(cast.manager, fresh(application))
        take_part(application, cast.manager)
        assert is_involved(cast.manager, fresh(application))
        assert not can_screen_application(cast.manager, fresh(application))
        assert not can_manage_application(cast.manager, fresh(application))
        with pytest.raises(PermissionDenied, match="You have a part in this application"):
            screen(fresh(application), outcome="eligible", actor=cast.manager)
        (candidate,) = candidates_of([application.code], cast.manager)
        assert candidate.problem == "You have a part in it."
        labels = [need.label for need in staff_needs(cast.program, cast.manager, timezone.now())]
        assert "To screen" not in labels
        assert can_screen_application(cast.officer, fresh(application))
    page = signed_in(cast.manager).get(f"/north/applications/{application.code}/").content.decode()
    assert "You have a part in this application" in page
    assert "Between us." not in page


def test_others_of_the_staff_go_on_screening(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        began(application, cast.manager)
        assert can_screen_application(cast.officer, fresh(application))


def test_part_is_asked_for_once(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        found = fresh(application)
        with counted_queries() as count:
            for _ in range(3):
                is_involved(cast.officer, found)
        assert count.number == 1


def test_page_asks_as_often_for_everybody(cast: Cast, application: Application, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), f"/north/applications/{application.code}/"
    client.get(path)
    with counted_queries() as count:
        assert client.get(path).status_code == 200
    assert sum("partners_organisationcontact" in sql for sql in count.statements) == 1
