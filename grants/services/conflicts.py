"""Declarations of conflicts: made by a person, found by the system, ruled on by a chair.

Whatever takes sight away from somebody also ends what they were doing with the application: a live assignment
ends, and a ballot in which they voted is void, both before the declaration changes. Locks are taken in the
order of grants.services.holding: the application, its declaration, then ballots.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grants.models import Application, Assignment, Ballot, Decision, Declaration
from grants.permissions import can_declare, can_rule_on_conflict
from grants.queries.conflicts import detect, detect_all
from grants.queries.panels import put_to_whom
from grants.queries.sight import forget_sight
from grants.services.holding import allow, hold_application
from grants.states import ASSIGNED_NOW, BALLOT_COUNTS, DecisionState, DeclarationState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError

Finding, Kind = Declaration.Finding, Declaration.Kind
NOT_YOURS = "This application is not put to you, so there is nothing to declare."
DECIDED = (
    "You voted on this application and it has been decided, so the declaration cannot change any more. Tell "
    "the secretary of the body or a program manager at once."
)


@transaction.atomic
def look_for_conflicts(
    applications: Iterable[Application],
    *,
    users: Iterable[User] | None = None,
    again: Collection[Declaration.Finding] = (),
) -> list[Declaration]:
    """Store what is found against people to whom these applications are put, and take their sight away.

    `users` are the people to look at; without them, everybody to whom an application is put. `again` names
    findings that an earlier ruling does not cover, since they are new. Returns the declarations it touched.
    """
    touched = []
    people = None if users is None else list(users)
    # In one order, so that two who look at the same applications do not wait for each other.
    for application in sorted(applications, key=lambda found: found.pk):
        concerned = put_to_whom(application) if people is None else people
        found = detect_all([application], concerned)
        for user in concerned:
            if findings := found[application.pk, user.pk]:
                declaration = _store(application, user, findings, again=again)
                touched += [declaration] if declaration else []
    return touched


def sync_findings(application: Application) -> list[Declaration]:
    """The same for one application and everybody to whom it is put."""
    return look_for_conflicts([application])


@transaction.atomic
def declare(
    application: Application, *, kind: str, statement: str, actor: User, now: datetime | None = None
) -> Declaration:
    """Declare where one stands with an application that is put to one. Declaring the same again is no error.

    What the system finds against it counts whatever is said: the declaration then says more than the person
    did. Raises ValidationError for a perceived conflict without a statement, PermissionDenied where the
    application is not put to the person, DomainError where a declaration that waits or is out stands.
    """
    wanted, words = _kind(kind, statement), statement.strip()
    fresh, kept = _held(application, actor)
    draft = kept or Declaration(program=fresh.program, application=fresh, user=actor)
    allow(can_declare(actor, draft), NOT_YOURS)
    findings = detect(fresh, actor)
    wanted = _at_least(wanted, findings, kept)
    if kept is None:
        draft.kind, draft.state, draft.findings = wanted, STATE_OF[wanted], list(findings)
        draft.statement, draft.declared_at = words, now or timezone.now()
        _end_part(fresh, actor, wanted)
        draft.save()
        record(draft, "declare", actor=actor, after=_facts(draft))
    elif kept.state == DeclarationState.CLEAR and wanted == Kind.NONE:
        return kept
    else:
        draft = _change(kept, wanted, words, findings, actor=actor, now=now or timezone.now())
    forget_sight(application)
    return draft


@transaction.atomic
def rule(declaration: Declaration, *, may_take_part: bool, reason: str, actor: User) -> Declaration:
    """Rule on a perceived conflict, with a reason. A ruling clears what is found against it by then.

    Raises PermissionDenied for those who may not, DomainError where no ruling can clear it.
    """
    held = _hold_to_rule(declaration, actor)
    findings = detect(held.application, held.user)
    if may_take_part and _actual(findings):
        raise DomainError(f"No ruling can clear this: {words_of(findings)}.")
    if held.state == DeclarationState.WAITING:
        # The database wants a clear one to name its ruling: first the ruling, then the step, or neither.
        held.ruled_by, held.ruled_at = actor, timezone.now()
        held.findings = _joined(held.findings, findings)
        held.save(update_fields=["ruled_by", "ruled_at", "findings"])
    fresh = transition(held, "rule_in" if may_take_part else "rule_out", actor=actor, reason=reason)
    declaration.state = fresh.state
    forget_sight(declaration.application)
    return fresh


@transaction.atomic
def look_again(declaration: Declaration, *, reason: str, actor: User) -> Declaration:
    """Go back on a ruling or a finding that keeps somebody out: it waits for a ruling again."""
    held = _hold_to_rule(declaration, actor)
    fresh = transition(held, "look_again", actor=actor, reason=reason)
    fresh.ruled_by = fresh.ruled_at = None
    fresh.save(update_fields=["ruled_by", "ruled_at"])
    declaration.state = fresh.state
    return fresh


def words_of(findings: Iterable[str]) -> str:
    """Findings in words, for a reason or a page."""
    return "; ".join(Finding(finding).label for finding in findings)


STATE_OF = {
    Kind.NONE: DeclarationState.CLEAR,
    Kind.PERCEIVED: DeclarationState.WAITING,
    Kind.ACTUAL: DeclarationState.OUT,
}


def _kind(kind: str, statement: str) -> Declaration.Kind:
    if kind not in Kind.values:
        raise ValidationError({"kind": "Choose one of the three."})
    if kind == Kind.PERCEIVED and not statement.strip():
        raise ValidationError({"statement": "Say what it is, so that the chair can rule on it."})
    return Kind(kind)


def _at_least(
    kind: Declaration.Kind, findings: list[Declaration.Finding], kept: Declaration | None
) -> Declaration.Kind:
    """What a person says, or what is found where that is more; a ruling has settled what it knew of."""
    if _actual(findings):
        return Kind.ACTUAL
    ruled = kept is not None and kept.state == DeclarationState.CLEAR and kept.ruled_by_id is not None
    settled = set(kept.findings) if kept is not None and ruled else set()
    return Kind.PERCEIVED if kind == Kind.NONE and set(findings) - settled else kind


def _change(
    kept: Declaration,
    kind: Declaration.Kind,
    statement: str,
    findings: list[Declaration.Finding],
    *,
    actor: User,
    now: datetime,
) -> Declaration:
    """Declare more than before: a clear one is questioned, a clear or waiting one stepped out of."""
    if kept.state == DeclarationState.OUT or (kept.state == DeclarationState.WAITING and kind != Kind.ACTUAL):
        raise DomainError("You have declared this already. The chair of the body says how it goes on.")
    _end_part(kept.application, actor, kind)
    step = "step_out" if kind == Kind.ACTUAL else "question"
    fresh = transition(kept, step, actor=actor, reason=statement)
    _write(fresh, kind, findings, statement=statement, declared_at=now)
    return fresh


def _store(
    application: Application,
    user: User,
    findings: list[Declaration.Finding],
    *,
    again: Collection[Declaration.Finding],
) -> Declaration | None:
    """Let the declaration of one person say what was found; None where nothing had to change."""
    fresh, kept = _held(application, user)
    kind = Kind.ACTUAL if _actual(findings) else Kind.PERCEIVED
    if kept is None:
        made = Declaration(program=fresh.program, application=fresh, user=user, kind=kind)
        made.state, made.findings, made.declared_at = STATE_OF[kind], list(findings), timezone.now()
        _end_part(fresh, user, kind)
        made.save()
        record(made, "detect", actor=None, after=_facts(made), reason=words_of(findings))
        forget_sight(application)
        return made
    new = set(findings) - set(kept.findings) | (set(again) & set(findings))
    settled = kept.state == DeclarationState.CLEAR and kept.ruled_by_id is not None and not new
    if settled and kind != Kind.ACTUAL:
        return None
    if kept.state == DeclarationState.CLEAR and is_decided(fresh) and _voted_in(fresh, user):
        # The vote stands with the decision. Sight is gone all the same: it is looked at live.
        return None
    forget_sight(application)
    return _find_more(kept, kind, findings, is_new=bool(new))


def _find_more(
    kept: Declaration,
    kind: Declaration.Kind,
    findings: list[Declaration.Finding],
    *,
    is_new: bool,
) -> Declaration | None:
    words = words_of(findings)
    if kept.state == DeclarationState.CLEAR:
        _end_part(kept.application, kept.user, kind)
        step = "exclude" if kind == Kind.ACTUAL else "find"
        fresh = transition(kept, step, actor=None, reason=words)
    elif kept.state == DeclarationState.WAITING and kind == Kind.ACTUAL:
        fresh = transition(kept, "exclude", actor=None, reason=words)
    elif not is_new and (kind != Kind.ACTUAL or kept.kind == Kind.ACTUAL):
        return None
    else:
        fresh = kept
        record(fresh, "add_finding", actor=None, after={"findings": list(findings)}, reason=words)
    _write(fresh, Kind.ACTUAL if kept.kind == Kind.ACTUAL else kind, findings)
    return fresh


def _write(
    declaration: Declaration,
    kind: Declaration.Kind,
    findings: Iterable[str],
    *,
    statement: str | None = None,
    declared_at: datetime | None = None,
) -> None:
    """The facts beside the state. What takes sight away begins anew: an earlier ruling is over."""
    declaration.kind = kind
    declaration.findings = _joined(declaration.findings, findings)
    if statement is not None and declared_at is not None:
        declaration.statement, declaration.declared_at = statement, declared_at
    if declaration.state == DeclarationState.WAITING:
        declaration.ruled_by = declaration.ruled_at = None
    declaration.save(update_fields=["kind", "findings", "statement", "declared_at", "ruled_by", "ruled_at"])


def _end_part(application: Application, user: User, kind: Declaration.Kind) -> None:
    """End what somebody was doing with an application that they lose sight of."""
    if kind == Kind.NONE:
        return
    why = f"{user} has a conflict of interest, or may have one."
    ballots = _voted_in(application, user)
    if ballots and is_decided(application):
        raise DomainError(DECIDED)
    for assignment in Assignment.objects.filter(
        application=application, user=user, state__in=ASSIGNED_NOW
    ).order_by("pk"):
        transition(assignment, "exclude", actor=None, reason=why)
    if ballots:
        # Ballots look for conflicts when they open, so each of the two services needs the other.
        from grants.services.ballots import void_ballot

        for ballot in ballots:
            void_ballot(ballot, reason=f"A vote cannot stand: {why}")


def is_decided(application: Application) -> bool:
    """Whether a decision about it holds."""
    settled = [DecisionState.DECIDED, DecisionState.PUBLISHED]
    return Decision.objects.filter(application=application, state__in=settled).exists()


def _voted_in(application: Application, user: User) -> list[Ballot]:
    """The ballots that count and hold a vote of this person."""
    found = Ballot.objects.filter(application=application, state__in=BALLOT_COUNTS, votes__user=user)
    return list(found.order_by("pk"))


def _held(application: Application, user: User) -> tuple[Application, Declaration | None]:
    """The application and the person's declaration about it, both kept from other writers."""
    fresh = hold_application(application)
    rows = Declaration.objects.select_for_update(of=("self",)).filter(application=fresh, user=user)
    kept: Declaration | None = rows.first()
    if kept is not None:
        kept.application, kept.user, kept.program = fresh, user, fresh.program
    return fresh, kept


def _hold_to_rule(declaration: Declaration, actor: User) -> Declaration:
    _, held = _held(declaration.application, declaration.user)
    if held is None or not can_rule_on_conflict(actor, held):
        raise PermissionDenied("The chair of the body rules on this; where there is no other, a manager.")
    return held


def _actual(findings: Iterable[str]) -> bool:
    return not Declaration.ACTUAL_FINDINGS.isdisjoint(findings)


def _joined(before: Iterable[str], now: Iterable[str]) -> list[str]:
    every = {*before, *now}
    return [finding.value for finding in Finding if finding in every]


def _facts(declaration: Declaration) -> dict[str, object]:
    return {"kind": declaration.kind, "state": declaration.state, "findings": list(declaration.findings)}
