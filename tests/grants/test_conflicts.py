"""Conflicts: what is found, what is declared, what a chair rules, and what each of them ends."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from grants.models import Application, Assignment, Body, BodyMember, Declaration
from grants.queries.conflicts import detect, detect_all, excluded_pairs, telling_domain
from grants.queries.panels import put_to_whom
from grants.queries.sight import has_sight, put_before, sighted
from grants.services.conflicts import declare, look_again, look_for_conflicts, rule
from grants.services.organisations import move_to_organisation
from grants.services.screening import screen
from grants.states import ApplicationState, AssignmentState, BallotState, DeclarationState
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.bodies import add_member, rubric_of
from tests.grants.panels import (
    TIES,
    acts_for,
    body,
    chair_of,
    contact,
    declared,
    has_an_interest,
    interest,
    panel_round,
    put_to_panel,
    shares_the_domain,
    voted,
    works_on_it,
)
from tests.grants.received import organisation_of
from tests.queries import counted_queries


@pytest.fixture
def scoped(cast: Cast) -> Iterator[Cast]:
    with program_scope(cast.program):
        yield cast


def fresh(application: Application) -> Application:
    return Application.objects.select_related("program", "organisation", "round").get(pk=application.pk)


def sees(user: User, application: Application) -> bool:
    """Asked both ways, which must agree."""
    one = has_sight(user, fresh(application))
    assert one == sighted(user, application.program).filter(pk=application.pk).exists()
    return one


def state_of(application: Application, user: User) -> str:
    return Declaration.objects.get(application=application, user=user).state


def assigned(application: Application, user: User, by: User) -> Assignment:
    return Assignment.objects.create(
        program=application.program,
        application=application,
        user=user,
        rubric_version=rubric_of(application.program, by),
        assigned_by=by,
    )


# What is found.


@pytest.mark.parametrize("tie", TIES)
def test_tie_is_found_and_takes_sight_away_at_once(scoped: Cast, tie: str) -> None:
    application, (make, expected) = put_to_panel(scoped), TIES[tie]
    declared(application, scoped.roundtable)
    assert detect(fresh(application), scoped.roundtable) == []
    assert sees(scoped.roundtable, application)
    make(application, scoped.roundtable)
    assert [str(found) for found in detect(fresh(application), scoped.roundtable)] == expected
    # Nobody has looked yet, and no declaration has changed.
    assert state_of(application, scoped.roundtable) == DeclarationState.CLEAR
    assert not sees(scoped.roundtable, application)
    assert application not in put_before(scoped.roundtable, scoped.program)
    assert (application.pk, scoped.roundtable.pk) in excluded_pairs([application], [scoped.roundtable])


@pytest.mark.parametrize("tie", TIES)
def test_look_stores_what_is_found(scoped: Cast, tie: str) -> None:
    application, (make, expected) = put_to_panel(scoped), TIES[tie]
    make(application, scoped.roundtable)
    (found,) = look_for_conflicts([fresh(application)])
    assert (found.user, found.findings) == (scoped.roundtable, expected)
    actual = Declaration.ACTUAL_FINDINGS & set(expected)
    assert found.state == (DeclarationState.OUT if actual else DeclarationState.WAITING)
    assert found.kind == ("actual" if actual else "perceived")
    assert look_for_conflicts([fresh(application)]) == []
    event = AuditEvent.objects.get(object_type="grants.declaration", object_id=found.pk)
    assert (event.action, event.actor) == ("detect", None)


def test_nothing_ties_people_without_a_part(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    interest(scoped.program, scoped.roundtable, organisation_name="Somebody else")
    contact(organisation_of(scoped.program, "Somebody else"), scoped.roundtable)
    people = list(scoped.people.values())
    assert not any(detect_all([application], people)[application.pk, user.pk] for user in people)
    assert look_for_conflicts([application], users=people) == []


def test_interest_that_ended_ties_nobody(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    entry = interest(scoped.program, scoped.roundtable, organisation=application.organisation)
    type(entry).objects.filter(pk=entry.pk).update(ended_at=entry.declared_at)
    assert detect(application, scoped.roundtable) == []


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@lantern.org.au", "lantern.org.au"),
        ("A@Lantern.Org.AU", "lantern.org.au"),
        ("a@gmail.com", ""),
        ("a@bigpond.com", ""),
        ("a@outlook.com", ""),
        ("a@example.org", ""),
        ("a@north.example.org", ""),
        ("a@notexample.org", "notexample.org"),
    ],
)
def test_public_providers_say_nothing(address: str, domain: str) -> None:
    assert telling_domain(address) == domain


def test_domain_is_the_whole_domain(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    shares_the_domain(application, scoped.roundtable)
    User.objects.filter(pk=scoped.roundtable.pk).update(email="someone@antern.org.au")
    assert detect(application, User.objects.get(pk=scoped.roundtable.pk)) == []


def test_queries_do_not_grow_with_applications(scoped: Cast) -> None:
    round_ = panel_round(scoped)
    applications = [
        put_to_panel(scoped, round_, organisation=organisation_of(scoped.program, f"O{n}")) for n in range(4)
    ]
    for many in (applications[:1], applications):
        with counted_queries() as count:
            detect_all(many, [scoped.roundtable, scoped.advisory])
        assert count.number == 2


# What is declared.


def test_text_opens_with_a_clear_declaration_only(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    assert not sees(scoped.roundtable, application)
    assert application in put_before(scoped.roundtable, scoped.program)
    made = declare(application, kind="none", statement="", actor=scoped.roundtable)
    assert (made.state, made.kind) == (DeclarationState.CLEAR, "none")
    assert sees(scoped.roundtable, application)
    again = declare(application, kind="none", statement="", actor=scoped.roundtable)
    assert again.pk == made.pk


def test_perceived_waits_and_actual_steps_out(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    waiting = declare(application, kind="perceived", statement="We were at school.", actor=scoped.roundtable)
    out = declare(application, kind="actual", statement="", actor=scoped.advisory)
    assert (waiting.state, out.state) == (DeclarationState.WAITING, DeclarationState.OUT)
    assert not sees(scoped.roundtable, application)
    assert not sees(scoped.advisory, application)
    assert not put_before(scoped.roundtable, scoped.program).exists()


def test_perceived_needs_words_and_kind_must_be_known(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    for kind in ("perceived", "odd"):
        with pytest.raises(ValidationError):
            declare(application, kind=kind, statement=" ", actor=scoped.roundtable)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("person", ["finance", "partner", "applicant", "executive"])
def test_only_those_it_is_put_to_declare(scoped: Cast, person: str) -> None:
    application = put_to_panel(scoped)
    with pytest.raises(PermissionDenied):
        declare(application, kind="none", statement="", actor=scoped.people[person])


def test_application_not_yet_eligible_is_put_to_nobody(scoped: Cast) -> None:
    application = put_to_panel(scoped, state=ApplicationState.SUBMITTED)
    with pytest.raises(PermissionDenied):
        declare(application, kind="none", statement="", actor=scoped.roundtable)
    assert put_to_whom(application) == []


def test_what_is_found_counts_whatever_is_said(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    shares_the_domain(application, scoped.roundtable)
    acts_for(application, scoped.advisory)
    mild = declare(application, kind="none", statement="", actor=scoped.roundtable)
    hard = declare(application, kind="none", statement="", actor=scoped.advisory)
    assert (mild.kind, mild.state, mild.findings) == ("perceived", DeclarationState.WAITING, ["domain"])
    assert (hard.kind, hard.state, hard.findings) == ("actual", DeclarationState.OUT, ["organisation"])


def test_clear_one_can_be_questioned_or_stepped_out_of_and_not_taken_back(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    declare(application, kind="none", statement="", actor=scoped.roundtable)
    declare(application, kind="perceived", statement="I forgot.", actor=scoped.roundtable)
    assert state_of(application, scoped.roundtable) == DeclarationState.WAITING
    with pytest.raises(DomainError):
        declare(application, kind="none", statement="", actor=scoped.roundtable)
    declare(application, kind="actual", statement="", actor=scoped.roundtable)
    assert state_of(application, scoped.roundtable) == DeclarationState.OUT
    with pytest.raises(DomainError):
        declare(application, kind="none", statement="", actor=scoped.roundtable)


@pytest.mark.parametrize("kind", ["perceived", "actual"])
def test_declaring_ends_assignments(scoped: Cast, kind: str) -> None:
    application = put_to_panel(scoped)
    assignment = assigned(application, scoped.roundtable, scoped.manager)
    declare(application, kind="none", statement="", actor=scoped.roundtable)
    declare(application, kind=kind, statement="Sorry.", actor=scoped.roundtable)
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.REMOVED


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("found", [False, True])
def test_vote_that_cannot_stand_voids_its_ballot(scoped: Cast, closed: bool, found: bool) -> None:
    pytest.importorskip("grants.services.ballots")
    application = put_to_panel(scoped)
    declared(application, scoped.roundtable)
    ballot = voted(application, scoped.roundtable, scoped.manager, closed=closed)
    if found:
        works_on_it(application, scoped.roundtable)
        look_for_conflicts([application])
    else:
        declare(application, kind="actual", statement="", actor=scoped.roundtable)
    ballot.refresh_from_db()
    assert ballot.state == BallotState.VOID
    assert "conflict of interest" in ballot.void_reason
    assert state_of(application, scoped.roundtable) == DeclarationState.OUT


# What a chair rules.


def test_chair_rules_a_perceived_conflict_in_and_out(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    chair = chair_of(scoped)
    waiting = declare(application, kind="perceived", statement="School.", actor=scoped.roundtable)
    ruled = rule(waiting, may_take_part=True, reason="Long ago.", actor=chair)
    assert (ruled.state, ruled.ruled_by) == (DeclarationState.CLEAR, chair)
    assert sees(scoped.roundtable, application)
    other = declare(application, kind="perceived", statement="School.", actor=chair)
    assert not sees(chair, application)
    rule(other, may_take_part=False, reason="Too close.", actor=scoped.manager)
    assert state_of(application, chair) == DeclarationState.OUT
    look_again(other, reason="It was a namesake.", actor=scoped.manager)
    assert state_of(application, chair) == DeclarationState.WAITING


def test_ruling_needs_a_reason(scoped: Cast) -> None:
    application, chair = put_to_panel(scoped), chair_of(scoped)
    waiting = declare(application, kind="perceived", statement="School.", actor=scoped.roundtable)
    with pytest.raises(DomainError):
        rule(waiting, may_take_part=True, reason=" ", actor=chair)
    assert Declaration.objects.get().ruled_by is None


def test_nobody_rules_on_their_own_or_past_the_chair(scoped: Cast) -> None:
    application, chair = put_to_panel(scoped), chair_of(scoped)
    waiting = declare(application, kind="perceived", statement="School.", actor=scoped.roundtable)
    own = declare(application, kind="perceived", statement="School.", actor=chair)
    Membership.objects.create(program=scoped.program, user=chair, role=Role.MANAGER)
    for declaration, actor in ((own, chair), (waiting, scoped.roundtable), (waiting, scoped.officer)):
        with pytest.raises(PermissionDenied):
            rule(declaration, may_take_part=True, reason="Fine.", actor=User.objects.get(pk=actor.pk))
    # The chair stepped out of it, so a manager rules on the member too.
    rule(waiting, may_take_part=True, reason="Fine.", actor=scoped.manager)
    assert state_of(application, scoped.roundtable) == DeclarationState.CLEAR


def test_manager_leaves_it_to_a_chair_who_can(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    chair_of(scoped)
    waiting = declare(application, kind="perceived", statement="School.", actor=scoped.roundtable)
    with pytest.raises(PermissionDenied):
        rule(waiting, may_take_part=True, reason="Fine.", actor=scoped.manager)


def test_actual_conflict_is_beyond_any_ruling(scoped: Cast) -> None:
    application, chair = put_to_panel(scoped), chair_of(scoped)
    out = declare(application, kind="actual", statement="", actor=scoped.roundtable)
    with pytest.raises(DomainError):
        look_again(out, reason="Why not.", actor=chair)
    waiting = declare(application, kind="perceived", statement="School.", actor=scoped.advisory)
    works_on_it(application, scoped.advisory)
    with pytest.raises(DomainError, match="team"):
        rule(waiting, may_take_part=True, reason="Fine.", actor=scoped.manager)


def test_ruling_clears_what_was_known_and_nothing_later(scoped: Cast) -> None:
    application, chair = put_to_panel(scoped), chair_of(scoped)
    shares_the_domain(application, scoped.roundtable)
    (waiting,) = look_for_conflicts([application])
    rule(waiting, may_take_part=True, reason="A large university.", actor=chair)
    assert sees(scoped.roundtable, application)
    assert look_for_conflicts([application]) == []
    has_an_interest(application, scoped.roundtable)
    assert not sees(scoped.roundtable, application)
    (again,) = look_for_conflicts([application])
    assert (again.state, again.findings, again.ruled_by) == (
        DeclarationState.WAITING,
        ["domain", "interest"],
        None,
    )


def test_waiting_one_becomes_actual_when_more_is_found(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    declare(application, kind="perceived", statement="School.", actor=scoped.roundtable)
    acts_for(application, scoped.roundtable)
    look_for_conflicts([application])
    found = Declaration.objects.get()
    assert (found.kind, found.state) == ("actual", DeclarationState.OUT)


# When it is looked.


def test_screening_in_looks(scoped: Cast) -> None:
    application = put_to_panel(scoped, state=ApplicationState.SUBMITTED)
    acts_for(application, scoped.advisory)
    screen(fresh(application), outcome="eligible", actor=scoped.officer)
    assert state_of(application, scoped.advisory) == DeclarationState.OUT


def test_merging_organisations_moves_interests_and_looks(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    source = organisation_of(scoped.program, "Old name")
    entry = interest(scoped.program, scoped.roundtable, organisation=source, organisation_name="Old name")
    moved = move_to_organisation(source, application.organisation, scoped.manager)
    entry.refresh_from_db()
    assert entry.organisation == application.organisation
    assert len(moved["interests"]) == 1
    assert state_of(application, scoped.roundtable) == DeclarationState.WAITING


# Terms and roles.


def test_sight_ends_with_the_term_and_with_the_role(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    for person in (scoped.roundtable, scoped.advisory):
        declared(application, person)
        assert sees(person, application)
    terms = BodyMember.objects.filter(user=scoped.roundtable)
    terms.update(ends_on=terms.get().starts_on)
    assert not sees(scoped.roundtable, application)
    Membership.objects.filter(user=scoped.advisory).update(role=Role.EXECUTIVE)
    assert not sees(User.objects.get(pk=scoped.advisory.pk), application)


def test_advisory_member_gets_only_rounds_with_a_stage_of_their_body(scoped: Cast) -> None:
    round_ = panel_round(scoped)
    application = put_to_panel(scoped, round_)
    round_.stages.filter(kind="advice").update(body=None)
    declared(application, scoped.advisory)
    assert not sees(scoped.advisory, application)


def test_assessor_sees_while_assigned(scoped: Cast) -> None:
    round_ = panel_round(scoped)
    application = put_to_panel(scoped, round_)
    round_.stages.update(body=None)
    declared(application, scoped.advisory)
    assert not sees(scoped.advisory, application)
    assignment = assigned(application, scoped.advisory, scoped.manager)
    assert sees(scoped.advisory, application)
    Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.HANDED_BACK)
    assert not sees(scoped.advisory, application)


def test_staff_read_what_was_submitted_until_they_step_out(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    draft = put_to_panel(
        scoped, application.round, state=ApplicationState.DRAFT, organisation=application.organisation
    )
    for name in ("manager", "officer", "auditor"):
        person = scoped.people[name]
        assert sees(person, application)
        assert not sees(person, draft)
        declared(application, person, "actual")
        assert not sees(person, application)


def test_staff_who_sit_on_a_panel_are_looked_at_live(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    Membership.objects.create(program=scoped.program, user=scoped.manager, role=Role.ROUNDTABLE)
    add_member(body(scoped, Body.Kind.ROUNDTABLE), scoped.manager, by=scoped.officer)
    manager = User.objects.get(pk=scoped.manager.pk)
    assert sees(manager, application)
    acts_for(application, manager)
    assert not sees(manager, application)


def test_database_refuses_a_ruling_on_ones_own(scoped: Cast) -> None:
    application = put_to_panel(scoped)
    made = declared(application, scoped.roundtable, "perceived")
    with pytest.raises(IntegrityError, match="declaration_ruled_by_another"), transaction.atomic():
        Declaration.objects.filter(pk=made.pk).update(ruled_by=scoped.roundtable)
