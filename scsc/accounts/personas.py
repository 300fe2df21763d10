"""The invented people of the demonstration: one a role and program, and one in all programs."""

from django.db import transaction

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Membership, Program
from scsc.programs.roles import GIVEN, Role

MARK = "(demonstration)"
# By program: the names of its people, in the order of the roles. None is a real person.
NAMES = {
    "scsc": [
        "Mara Lindqvist", "Tomas Achterberg", "Ines Varga", "Halina Oduya",
        "Piet Sandoval", "Noor Castellane", "Jonah Whitlam-Rae",
    ],
    "ipcpp": [
        "Kaia Brandvold", "Emil Serrano", "Ruth Okonjo-Hale", "Viktor Tamm",
        "Lena Farouqi", "Anders Mbeki-Lund", "Sofia Draper-Nguyen",
    ],
    "cpf": [
        "Beatriz Holm", "Samir Kowalczyk", "Edda Moriarty-Ruiz", "Otto Fairweather",
        "Priya Vandersloot", "Callum Ibanez", "Greta Nakamura-Shaw",
    ],
}  # fmt: skip
# By program: the contacts of its partners, each with the name the partner goes by.
PARTNER_CONTACTS = {
    "scsc": [("ijm", "Daniela Forsberg, IJM"), ("savethechildren", "Rory Adeyemi, Save the Children")],
    "ipcpp": [("ijm", "Nils Abara-Quint, IJM Australia")],
    "cpf": [("partner", "Wren Castellow-Bright")],
}
AUDITOR_EVERYWHERE = ("auditor@example.org", "Ulla Trevanian")


@transaction.atomic
def ensure_personas(program: Program) -> None:
    """Create what is missing of a program's personas; run again, it changes nothing.

    Call it inside the program's scope: every role given leaves an event.
    """
    host = f"{program.slug}.example.org"
    roles = [role for role in GIVEN if role != Role.PARTNER]
    names = NAMES.get(program.slug, [role.label for role in roles])
    for role, name in zip(roles, names, strict=True):
        _ensure(program, email=f"{role.value}@{host}", name=name, role=role)
    for key, name in PARTNER_CONTACTS.get(program.slug, [("partner", Role.PARTNER.label)]):
        _ensure(program, email=f"{key}@{host}", name=name, role=Role.PARTNER)
    email, name = AUDITOR_EVERYWHERE
    _ensure(program, email=email, name=name, role=Role.AUDITOR)


def ensure_persona(program: Program, *, key: str, name: str, role: Role) -> None:
    """Create one more persona, at `key@` the program's host. Call it inside the program's scope."""
    _ensure(program, email=f"{key}@{program.slug}.example.org", name=name, role=role)


def _ensure(program: Program, *, email: str, name: str, role: Role) -> None:
    user = User.objects.filter(email=email).first()
    if user is None:
        # No password: personas sign in on the demonstration's page only.
        user = User.objects.create_user(email, None, name=f"{name} {MARK}", is_demonstration=True)
    if not user.is_demonstration:
        raise RuntimeError(f"{email} belongs to a person, so it cannot be a persona of the demonstration.")
    membership, created = Membership.objects.get_or_create(program=program, user=user, role=role)
    if created:
        record(membership, "grant_role", actor=None, after={"role": role})
