"""What the tests of panels share: an application that is put to members, and what ties people to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from grants.engine.count import Rules, count
from grants.models import Application, Ballot, Body, BodyMember, Declaration, Interest, Round, Stage, Vote
from grants.models.applications import Rights
from grants.models.ballots import BallotVoter
from grants.services.rights import grant_rights
from grants.states import ApplicationState, BallotState, DeclarationState
from partners.models import Organisation, OrganisationContact
from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from tests.factories import Cast, UserFactory
from tests.grants.bodies import add_member, body_of
from tests.grants.received import application_to, organisation_of, round_with

STAGES = ("application", "screening", "advice", "assessment", "endorsement", "decision")
TITLE = "Lanterns by the water"
NAME = "Lantern Trust"
ABN = "51824753556"


def panel_round(cast: Cast, code: str = "IG27") -> Round:
    """A round that both bodies have a stage of, with the members of the cast."""
    round_ = round_with(cast.program, code, *STAGES)
    for kind, member in ((Body.Kind.ADVISORY, cast.advisory), (Body.Kind.ROUNDTABLE, cast.roundtable)):
        body = body_of(cast.program, kind, member, by=cast.manager)
        stage = Stage.Kind.ADVICE if kind == Body.Kind.ADVISORY else Stage.Kind.ENDORSEMENT
        Stage.objects.filter(round=round_, kind=stage).update(body=body)
    return round_


def put_to_panel(cast: Cast, round_: Round | None = None, **fields: Any) -> Application:
    """An eligible application that both bodies get."""
    round_ = round_ or panel_round(cast)
    values: dict[str, Any] = {"state": ApplicationState.ACCEPTED, "title": TITLE} | fields
    organisation = values.pop("organisation", None) or organisation_of(cast.program, NAME, abn=ABN)
    return application_to(round_, organisation=organisation, **values)


def body(cast: Cast, kind: str) -> Body:
    found = Body.objects.get(kind=kind)
    found.program = cast.program
    return found


def chair_of(cast: Cast, kind: str = Body.Kind.ROUNDTABLE, **fields: Any) -> User:
    """A new person who chairs a body."""
    person = panel_person(cast.program, Role(kind), **fields)
    add_member(body(cast, kind), person, by=cast.manager, role=BodyMember.Role.CHAIR)
    return person


def panel_person(program: Program, role: Role, **fields: Any) -> User:
    """A new person with a role, who is in no body yet."""
    person = UserFactory.create(**fields)
    Membership.objects.create(program=program, user=person, role=role)
    return person


def declared(application: Application, user: User, kind: str = "none", **fields: Any) -> Declaration:
    """A declaration made without its service."""
    states = {"none": DeclarationState.CLEAR, "perceived": DeclarationState.WAITING}
    values = {"state": states.get(kind, DeclarationState.OUT), "declared_at": timezone.now()} | fields
    return Declaration.objects.create(
        program=application.program, application=application, user=user, kind=kind, **values
    )


def voted(application: Application, user: User, by: User, *, closed: bool = False) -> Ballot:
    """A ballot in which somebody voted, open or closed as endorsed."""
    found = Body.objects.get(kind=Body.Kind.ROUNDTABLE)
    now = timezone.now()
    ballot = Ballot.objects.create(
        program=application.program,
        body=found,
        application=application,
        quorum="majority",
        quorum_least=1,
        threshold="majority",
        material_change_percent=10,
        prepared_by=by,
    )
    BallotVoter.objects.create(program=application.program, ballot=ballot, user=user)
    opened = {"opened_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=1)}
    Ballot.objects.filter(pk=ballot.pk).update(state=BallotState.OPEN, **opened)
    Vote.objects.create(program=application.program, ballot=ballot, user=user, choice="endorse", cast_at=now)
    if closed:
        rules = Rules(quorum="majority", quorum_least=1, threshold="majority")
        result = count(rules, roll=[user.pk], recused=[], left=[], votes={user.pk: "endorse"}).data()
        Ballot.objects.filter(pk=ballot.pk).update(
            state=BallotState.CLOSED, closed_at=now, outcome="endorsed", result=result
        )
    ballot.refresh_from_db()
    return ballot


def began(application: Application, person: User) -> None:
    Application.objects.filter(pk=application.pk).update(created_by=person)


def works_on_it(application: Application, person: User) -> None:
    grant_rights(application, user=person, rights=Rights.VIEW)


def acts_for(application: Application, person: User) -> None:
    contact(application.organisation, person)


def acts_for_its_twin(application: Application, person: User) -> None:
    contact(organisation_of(application.program, "Another row", abn=application.organisation.abn), person)


def shares_the_domain(application: Application, person: User) -> None:
    User.objects.filter(pk=person.pk).update(email=f"p{person.pk}@lantern.org.au")
    Organisation.objects.filter(pk=application.organisation_id).update(email="Office@Lantern.org.au")
    person.refresh_from_db(fields=["email"])


def colleague_on_the_team(application: Application, person: User) -> None:
    User.objects.filter(pk=person.pk).update(email=f"p{person.pk}@lantern.org.au")
    person.refresh_from_db(fields=["email"])
    works_on_it(application, UserFactory.create(email="somebody@lantern.org.au"))


def has_an_interest(application: Application, person: User) -> None:
    interest(application.program, person, organisation=application.organisation)


def names_it_by_abn(application: Application, person: User) -> None:
    interest(application.program, person, organisation_name="Otherwise", abn=application.organisation.abn)


def names_it_by_name(application: Application, person: User) -> None:
    interest(application.program, person, organisation_name=application.organisation.name.upper())


def interest(program: Program, person: User, **fields: Any) -> Interest:
    values = {"kind": Interest.Kind.BOARD, "organisation_name": NAME} | fields
    return Interest.objects.create(program=program, user=person, **values)


def contact(organisation: Organisation, person: User) -> None:
    OrganisationContact.objects.create(program=organisation.program, organisation=organisation, user=person)


# What ties somebody to an application, and what is found of it.
TIES: dict[str, tuple[Callable[[Application, User], None], list[str]]] = {
    "began": (began, ["team"]),
    "team": (works_on_it, ["team"]),
    "acts for": (acts_for, ["organisation"]),
    "twin": (acts_for_its_twin, ["abn"]),
    "domain": (shares_the_domain, ["domain"]),
    "colleague": (colleague_on_the_team, ["domain"]),
    "interest": (has_an_interest, ["interest"]),
    "abn of an interest": (names_it_by_abn, ["interest"]),
    "name of an interest": (names_it_by_name, ["interest"]),
}
