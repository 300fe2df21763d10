"""Writes to bodies: their rules, and the terms of their members."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from grants.models import Application, Body, BodyMember
from grants.permissions import can_manage_bodies
from grants.queries.panels import ROLE_OF_BODY, STAFF_ROLES, panel_day, put_to
from grants.services.conflicts import look_for_conflicts
from grants.services.holding import allow
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Program
from scsc.programs.permissions import has_role

MANAGERS_ONLY = "Program managers set up bodies and their members. Ask one of them."
RULES = ("name", "about", "quorum", "quorum_least", "threshold", "material_change_percent")
MOST_WORDS, LONGEST_WORD = 12, 60


@transaction.atomic
def create_body(program: Program, *, kind: str, name: str, actor: User, **rules: Any) -> Body:
    """Set up a Roundtable or an Advisory Group. `rules` are fields of RULES; those left out are the usual.

    Raises ValidationError by field, PermissionDenied for all but managers.
    """
    allow(can_manage_bodies(actor, program), MANAGERS_ONLY)
    body = Body(program=program, kind=kind, name=name.strip(), **_known(rules))
    _check(body)
    _save(body)
    record(body, "create", actor=actor, after=_rules(body) | {"kind": kind})
    return body


@transaction.atomic
def change_body(body: Body, *, actor: User, **rules: Any) -> Body:
    """Change fields of RULES. Ballots that are open keep the rules they were opened with."""
    allow(can_manage_bodies(actor, body.program), MANAGERS_ONLY)
    held = _hold(body)
    before = _rules(held)
    for name, value in _known(rules).items():
        setattr(held, name, value.strip() if isinstance(value, str) else value)
    _check(held)
    if (after := _rules(held)) != before:
        _save(held)
        record(held, "change", actor=actor, before=before, after=after)
    return held


@transaction.atomic
def add_member(
    body: Body,
    *,
    user: User,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    expertise: Sequence[str] = (),
    actor: User,
) -> BodyMember:
    """Begin a term of somebody whose role in the program fits. A second term is a second row.

    Looks at once for conflicts with what is put to the body. Raises ValidationError by field: for terms of
    one person that overlap, a second chair at a time, and a role that does not fit.
    """
    allow(can_manage_bodies(actor, body.program), MANAGERS_ONLY)
    held = _hold(body)
    member = BodyMember(
        program=held.program,
        body=held,
        user=user,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        expertise=_words(expertise),
        added_by=actor,
    )
    _check_member(member)
    member.save()
    record(member, "add", actor=actor, after=_term(member))
    _look(user, held.program)
    return member


@transaction.atomic
def change_member(
    member: BodyMember,
    *,
    role: str,
    expertise: Sequence[str],
    starts_on: date,
    ends_on: date | None,
    actor: User,
) -> BodyMember:
    """Correct a term: its role, its days, what the person knows about. Raises as `add_member`."""
    allow(can_manage_bodies(actor, member.program), MANAGERS_ONLY)
    held = _hold_member(member)
    before = _term(held)
    held.role, held.expertise = role, _words(expertise)
    held.starts_on, held.ends_on = starts_on, ends_on
    _check_member(held)
    if (after := _term(held)) != before:
        held.save(update_fields=["role", "expertise", "starts_on", "ends_on"])
        record(held, "change", actor=actor, before=before, after=after)
        _look(held.user, held.program)
    return held


@transaction.atomic
def end_term(member: BodyMember, *, ends_on: date, actor: User) -> BodyMember:
    """Say on which day a term ends. Raises ValidationError for a day before it begins."""
    allow(can_manage_bodies(actor, member.program), MANAGERS_ONLY)
    return _end(_hold_member(member), ends_on, actor=actor)


def end_body_terms(user: User, program: Program, actor: User | None) -> None:
    """End the terms that the roles left to somebody do not allow. Registered with scsc.programs.leaving."""
    yesterday = panel_day(program) - timedelta(days=1)
    running = BodyMember.objects.filter(user=user).filter(Q(ends_on=None) | Q(ends_on__gt=yesterday))
    for member in running.select_related("body").order_by("pk"):
        member.program = member.body.program = program
        if not _fits(member):
            _end(member, max(yesterday, member.starts_on), actor=actor)


def _end(member: BodyMember, ends_on: date, *, actor: User | None) -> BodyMember:
    if ends_on < member.starts_on:
        raise ValidationError({"ends_on": "The term ends before it begins. Choose a later last day."})
    before, member.ends_on = _term(member), ends_on
    member.save(update_fields=["ends_on"])
    record(member, "end", actor=actor, before=before, after=_term(member))
    return member


def _hold(body: Body) -> Body:
    held: Body = Body.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
    held.program = body.program
    return held


def _hold_member(member: BodyMember) -> BodyMember:
    """The term as it stands, kept from other writers with its body, so that no two terms begin at once."""
    body = _hold(member.body)
    held: BodyMember = BodyMember.objects.select_related("user").get(pk=member.pk)
    held.body, held.program = body, body.program
    return held


def _check(body: Body) -> None:
    body.clean_fields(exclude=["program"])
    if body.material_change_percent > 100:
        raise ValidationError({"material_change_percent": "Give a share of up to 100 per cent."})
    body.validate_constraints(exclude=["program"])


def _save(body: Body) -> None:
    try:
        with transaction.atomic():
            body.save()
    except IntegrityError:
        raise ValidationError({"name": "There is a body of this name already."}) from None


def _check_member(member: BodyMember) -> None:
    member.clean_fields(exclude=["program", "body", "user", "added_by"])
    if not _fits(member):
        role = ROLE_OF_BODY[Body.Kind(member.body.kind)].label
        needed = f"the role {role}"
        if member.role == BodyMember.Role.SECRETARY:
            needed += ", or to be a manager or an officer"
        raise ValidationError({"user": f"A {member.get_role_display().lower()} needs {needed} first."})
    if member.ends_on is not None and member.ends_on < member.starts_on:
        raise ValidationError({"ends_on": "The term ends before it begins. Choose a later last day."})
    others = BodyMember.objects.filter(_overlaps(member), body=member.body).exclude(pk=member.pk)
    if others.filter(user=member.user).exists():
        raise ValidationError({"starts_on": f"{member.user} has a term in these days already. End it first."})
    chair = others.filter(role=BodyMember.Role.CHAIR).select_related("user").first()
    if member.role == BodyMember.Role.CHAIR and chair is not None:
        raise ValidationError({"role": f"{chair.user} chairs it in these days. End that term first."})


def _fits(member: BodyMember) -> bool:
    roles = [ROLE_OF_BODY[Body.Kind(member.body.kind)]]
    if member.role == BodyMember.Role.SECRETARY:
        roles += STAFF_ROLES
    return has_role(member.user, member.program, *roles)


def _overlaps(member: BodyMember) -> Q:
    """Terms that share a day with this one."""
    ends_later = Q(ends_on=None) | Q(ends_on__gte=member.starts_on)
    return ends_later & (Q(starts_on__lte=member.ends_on) if member.ends_on else Q())


def _look(user: User, program: Program) -> None:
    """Look for conflicts with what the person gets by now."""
    found = Application.objects.filter(put_to(user, program)).select_related("program")
    look_for_conflicts(found, users=[user])


def _known(rules: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(rules) - set(RULES)):
        raise TypeError(f"A body has no {', '.join(unknown)} to set.")
    return rules


def _words(expertise: Sequence[str]) -> list[str]:
    """Words of expertise, each once, in the order given."""
    found = list(dict.fromkeys(word.strip() for word in expertise if word.strip()))
    if len(found) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in found):
        raise ValidationError(
            {"expertise": f"Give up to {MOST_WORDS} words or terms, each of up to {LONGEST_WORD} letters."}
        )
    return found


def _rules(body: Body) -> dict[str, Any]:
    return {name: getattr(body, name) for name in RULES}


def _term(member: BodyMember) -> dict[str, Any]:
    return {
        "person": str(member.user),
        "role": member.role,
        "starts_on": member.starts_on,
        "ends_on": member.ends_on,
        "expertise": member.expertise,
    }
