"""Objects for tests. Tenant objects are made inside `program_scope(program)`."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from workplan.models import Action, Ambition, Deliverable, Outcome, ProgramYear


class ProgramFactory(DjangoModelFactory[Program]):
    class Meta:
        model = Program

    slug = factory.Sequence(lambda n: f"program-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.title())
    sponsor = "A sponsor"
    country = "AU"
    currency = "AUD"
    timezone = "Australia/Sydney"
    reporting_year_ends = "06-30"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)


def member(program: Program, role: Role, **fields: Any) -> User:
    """A new person with one role in a program."""
    user = UserFactory.create(**fields)
    Membership.objects.create(program=program, user=user, role=role)
    return user


@dataclass(frozen=True)
class Cast:
    """The standing cast: one person a role in `program`, a manager of `other`, an outsider of both."""

    program: Program
    other: Program
    manager: User
    officer: User
    finance: User
    executive: User
    auditor: User
    roundtable: User
    advisory: User
    partner: User
    applicant: User
    other_manager: User
    outsider: User

    @property
    def people(self) -> dict[str, User]:
        """Every person by name, for tests that walk the cast."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"program", "other"}}


def make_cast() -> Cast:
    program = ProgramFactory.create(slug="north", name="North program")
    other = ProgramFactory.create(slug="south", name="South program")
    people = {role.value: member(program, role, name=f"{role.label} North") for role in Role}
    return Cast(
        program=program,
        other=other,
        **people,
        other_manager=member(other, Role.MANAGER, name="Manager South"),
        outsider=UserFactory.create(name="Outsider"),
    )


class YearFactory(DjangoModelFactory[ProgramYear]):
    class Meta:
        model = ProgramYear

    number = factory.Sequence(lambda n: n + 1)
    label = factory.LazyAttribute(lambda o: f"Year {o.number}")
    starts_on = factory.LazyAttribute(lambda o: date(2020 + o.number, 1, 1))
    ends_on = factory.LazyAttribute(lambda o: date(2020 + o.number, 12, 31))


class AmbitionFactory(DjangoModelFactory[Ambition]):
    class Meta:
        model = Ambition

    code = factory.Sequence(lambda n: f"AM{n}")
    stream = factory.LazyAttribute(lambda o: f"Stream {o.code}")
    headline = "A headline"
    statement = "A statement."


class OutcomeFactory(DjangoModelFactory[Outcome]):
    class Meta:
        model = Outcome

    ambition = factory.SubFactory(AmbitionFactory, program=factory.SelfAttribute("..program"))
    code = factory.Sequence(lambda n: f"OUT-{n}")
    horizon = Outcome.Horizon.SHORT
    text = "An outcome."


class ActionFactory(DjangoModelFactory[Action]):
    class Meta:
        model = Action

    ambition = factory.SubFactory(AmbitionFactory, program=factory.SelfAttribute("..program"))
    code = factory.Sequence(lambda n: f"AC-{n}")
    text = "An action."
    first_year = 1
    last_year = factory.SelfAttribute("first_year")
    year_confidence = Action.Confidence.HIGH


class DeliverableFactory(DjangoModelFactory[Deliverable]):
    class Meta:
        model = Deliverable

    action = factory.SubFactory(ActionFactory, program=factory.SelfAttribute("..program"))
    code = factory.Sequence(lambda n: f"D-{n}")
    text = "A deliverable."
    due_on = date(2021, 6, 30)
