"""Outcome letters: drafted when it is decided, read by a person, released, and mailed a little later.

Until a released letter has left it can be stopped. It leaves once: to each address of the team one mail.
The decision is locked before its letter: a changed letter has PostgreSQL look at its decision when the
transaction ends, and somebody may be going back on that one at this moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grants.engine.letters import PLACES, fill, places_in, unknown_places
from grants.models import Application, Decision, Letter, LetterMail, LetterTemplate, Outcome
from grants.permissions import can_edit_letter_templates, can_release_letter
from grants.queries.letters import template_for, values_for
from grants.queries.team import team_of
from grants.services.holding import allow
from grants.services.letters import link_to
from grants.services.staff import STAFF_ONLY
from grants.states import LetterState
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.notices.services import one_line, send_mail
from scsc.programs.models import Program

log = structlog.get_logger(__name__)

# How long a released letter can still be stopped.
LEAVES_IN = timedelta(minutes=10)
NOT_A_DRAFT = "This letter is {state}, so its text stays as it is.{more}"
OPEN = (LetterState.DRAFT, LetterState.RELEASED)


@dataclass(frozen=True)
class Released:
    """What became of one of several letters; `problem` is empty for success."""

    letter: Letter
    problem: str = ""

    @property
    def application(self) -> Application:
        return self.letter.decision.application


@transaction.atomic
def save_template(program: Program, *, outcome: str, subject: str, body: str, actor: User) -> LetterTemplate:
    """Write what letters of an outcome begin with. Raises ValidationError that names an unknown place."""
    allow(can_edit_letter_templates(actor, program), STAFF_ONLY)
    subject, body = one_line(subject), _plain(body)
    _refuse_places(subject=unknown_places(subject), body=unknown_places(body))
    _refuse_empty(subject, body)
    kind = Outcome(outcome)
    template, _ = LetterTemplate.objects.select_for_update().get_or_create(
        program=program, outcome=kind, defaults={"subject": "", "body": ""}
    )
    template.program = program
    before = {"subject": template.subject, "body": template.body}
    template.subject, template.body = subject, body
    template.save(update_fields=["subject", "body"])
    record(template, "write", actor=actor, before=before, after={"subject": subject, "body": body})
    return template


@transaction.atomic
def draft_letter(decision: Decision, *, actor: User) -> Letter:
    """The letter that tells of a decision, from its template, for a person to read."""
    subject, body = _from_template(decision)
    letter = Letter.objects.create(program=decision.program, decision=decision, subject=subject, body=body)
    letter.decision = decision
    record(letter, "draft", actor=actor, after={"subject": subject})
    return letter


@transaction.atomic
def change_letter(letter: Letter, *, subject: str, body: str, actor: User) -> Letter:
    """Write a draft anew. Raises ValidationError for a place in braces, which nobody would fill any more."""
    held = _hold(letter, actor=actor)
    subject, body = one_line(subject), _plain(body)
    known = [[name for name in places_in(text) if name in PLACES] for text in (subject, body)]
    _refuse_places("Write what is meant in place of {places}.", subject=known[0], body=known[1])
    _refuse_empty(subject, body)
    return _write(held, subject, body, action="change", actor=actor)


@transaction.atomic
def redraft_letter(letter: Letter, *, actor: User) -> Letter:
    """Begin a draft again from its template, with the decision as it is now."""
    held = _hold(letter, actor=actor)
    return _write(held, *_from_template(held.decision), action="redraft", actor=actor)


@transaction.atomic
def release_letter(letter: Letter, *, actor: User, now: datetime | None = None) -> Letter:
    """Let a letter leave in a while: until then it can be stopped.

    Raises DomainError where what it tells of is not published, or it would reach nobody.
    """
    held = _lock(letter)
    held.leaves_at, held.released_by = (now or timezone.now()) + LEAVES_IN, actor
    held.save(update_fields=["leaves_at", "released_by"])
    return _step(held, "release", actor=actor)


def release_many(letters: Iterable[Letter], *, actor: User) -> list[Released]:
    """Release several, each for itself: one that is refused leaves the others as they are."""
    return [_tried(letter, actor=actor) for letter in sorted(letters, key=lambda found: found.pk)]


@transaction.atomic
def stop_letter(letter: Letter, *, actor: User) -> Letter:
    """Take a released letter back before it leaves: it is a draft again."""
    held = _step(_lock(letter), "stop", actor=actor)
    held.leaves_at = held.released_by = None
    held.save(update_fields=["leaves_at", "released_by"])
    return held


@transaction.atomic
def discard_letter(letter: Letter, *, reason: str, actor: User) -> Letter:
    """Decide not to send a letter at all, with a reason."""
    return transition(_lock(letter), "discard", actor=actor, reason=reason)


def drop_letter(decision: Decision, *, reason: str) -> None:
    """A decision, which the caller holds, ends: a letter that has not left must not leave."""
    letter: Letter | None = Letter.objects.select_for_update(of=("self",)).filter(decision=decision).first()
    if letter is not None and letter.state in OPEN:
        transition(letter, "drop", actor=None, reason=reason)


@transaction.atomic
def send_letter(letter_id: int) -> int:
    """Mail a letter whose moment came, to each address of the team. Returns how many mails were queued.

    Safe to be handed out any number of times: only one released letter that is due is sent, once.
    """
    now = timezone.now()
    _hold_decision(letter_id)
    due = Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id, leaves_at__lte=now)
    letter: Letter | None = due.filter(state=LetterState.RELEASED).first()
    if letter is None:
        return 0
    try:
        held = transition(letter, "send", actor=None)
    except DomainError as error:
        log.warning("letter_held_up", letter=letter_id, reason=str(error))
        return 0
    held.sent_at = now
    held.save(update_fields=["sent_at"])
    return _mail(held)


def _mail(letter: Letter) -> int:
    application = letter.decision.application
    application.program = letter.program
    link = link_to(letter.program, "apply:status", application.code)
    sent = 0
    for address in sorted({member.user.email.lower() for member in team_of(application)}):
        if LetterMail.objects.filter(letter=letter, to=address).exists():
            continue
        body = f"{letter.body}\n\n{link}\n"
        mail = send_mail(
            program=letter.program, to=address, subject=letter.subject, body=body, actor=letter.released_by
        )
        LetterMail.objects.create(program=letter.program, letter=letter, to=address, mail=mail)
        sent += 1
    return sent


def _tried(letter: Letter, *, actor: User) -> Released:
    try:
        return Released(release_letter(letter, actor=actor))
    except (DomainError, PermissionDenied) as error:
        return Released(letter, str(error))


def _from_template(decision: Decision) -> tuple[str, str]:
    template, values = template_for(decision.program, decision.outcome), values_for(decision)
    return one_line(fill(template.subject, values)), fill(template.body, values)


def _hold(letter: Letter, *, actor: User) -> Letter:
    """A draft as it stands now, for staff, kept from other writers."""
    held = _lock(letter)
    allow(can_release_letter(actor, held), STAFF_ONLY)
    if held.state != LetterState.DRAFT:
        more = " Stop it first." if held.state == LetterState.RELEASED else ""
        raise DomainError(NOT_A_DRAFT.format(state=LetterState(held.state).label.lower(), more=more))
    return held


def _hold_decision(letter_id: int) -> None:
    """Keep the decision of a letter from those who would go back on it."""
    list(Decision.objects.select_for_update(of=("self",), no_key=True).filter(letter=letter_id))


def _lock(letter: Letter) -> Letter:
    _hold_decision(letter.pk)
    rows = Letter.objects.select_for_update(of=("self",), no_key=True)
    held: Letter = rows.select_related("decision__application__organisation", "decision__round").get(
        pk=letter.pk
    )
    held.program = held.decision.program = held.decision.application.program = letter.program
    return held


def _step(held: Letter, action: str, *, actor: User) -> Letter:
    transition(held, action, actor=actor)
    return held


def _write(held: Letter, subject: str, body: str, *, action: str, actor: User) -> Letter:
    before = {"subject": held.subject, "body": held.body}
    held.subject, held.body = subject, body
    if (after := {"subject": subject, "body": body}) != before:
        held.save(update_fields=["subject", "body"])
        record(held, action, actor=actor, before=before, after=after)
    return held


def _refuse_places(
    words: str = "No letter can fill {places}. See the list of places beside the text.", **found: list[str]
) -> None:
    """Raise ValidationError by field that names each place."""
    named = {
        field: words.format(places=", ".join(f"“{{{name}}}”" for name in names))
        for field, names in found.items()
        if names
    }
    if named:
        raise ValidationError(named)


def _refuse_empty(subject: str, body: str) -> None:
    if not subject:
        raise ValidationError({"subject": "Give the letter a subject."})
    if not body:
        raise ValidationError({"body": "Write the letter."})


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
