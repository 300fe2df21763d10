"""Reads of outcome letters: what they begin with, what fills their places, which are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from grants.engine.kinds.amounts import money_words
from grants.models import Decision, Letter, LetterTemplate, Outcome, Round
from grants.queries.deciding import kept_from
from grants.states import DecisionState, LetterState
from scsc.accounts.models import User
from scsc.programs.models import Program

# The colour class of each state in the interface.
TONES = {
    LetterState.DRAFT: "info",
    LetterState.RELEASED: "warn",
    LetterState.SENT: "done",
    LetterState.STOPPED: "idle",
}
# What a letter begins with in a program that has written nothing of its own.
DEFAULTS = {
    Outcome.AWARD: (
        "Your application {code} is awarded a grant",
        "Dear {organisation},\n\n"
        "Thank you for your application to {round}. We are glad to tell you that your project “{title}” is "
        "awarded a grant of {amount}.\n\n"
        "The award has these conditions:\n{conditions}\n\n"
        "What those who assessed it said:\n{feedback}\n\n"
        "We will send you the agreement next. Nothing is paid before it is signed.",
    ),
    Outcome.DECLINE: (
        "The outcome of your application {code}",
        "Dear {organisation},\n\n"
        "Thank you for your application to {round}, and for the work that went into “{title}”. We are sorry "
        "to tell you that it is not awarded a grant this time.\n\n"
        "What those who assessed it said:\n{feedback}\n\n"
        "You are welcome to write to us about it, and to apply again.",
    ),
}


@dataclass(frozen=True)
class LetterLine:
    """One letter of a list, and when it leaves."""

    letter: Letter
    now: datetime

    @property
    def tone(self) -> str:
        return TONES[LetterState(self.letter.state)]

    @property
    def is_releasable(self) -> bool:
        """Whether it may be released: a letter tells of what is published."""
        published = self.letter.decision.state == DecisionState.PUBLISHED
        return published and self.letter.state == LetterState.DRAFT

    @property
    def waits_for_publishing(self) -> bool:
        """A draft about what is decided and not published yet."""
        decided = self.letter.decision.state == DecisionState.DECIDED
        return decided and self.letter.state == LetterState.DRAFT

    @classmethod
    def at_once(cls, letter: Letter) -> "LetterLine":
        """A letter as it stands at this moment."""
        return cls(letter, timezone.now())

    @property
    def is_late(self) -> bool:
        """Released, and still here two minutes after its moment: something holds it up."""
        leaves_at, released = self.letter.leaves_at, self.letter.state == LetterState.RELEASED
        return released and leaves_at is not None and (self.now - leaves_at).total_seconds() > 120


def template_for(program: Program, outcome: str) -> LetterTemplate:
    """The program's own template, else the one that every program begins with, which is not kept."""
    found: LetterTemplate | None = LetterTemplate.objects.filter(outcome=outcome).first()
    if found is not None:
        found.program = program
        return found
    subject, body = DEFAULTS[Outcome(outcome)]
    return LetterTemplate(program=program, outcome=outcome, subject=subject, body=body)


def values_for(decision: Decision) -> dict[str, str]:
    """What fills the places of a letter about a decision."""
    application, currency = decision.application, decision.program.currency
    return {
        "organisation": application.organisation.name,
        "title": application.title,
        "code": application.code,
        "round": decision.round.title,
        "amount": money_words(decision.amount, currency) if decision.amount is not None else "",
        "conditions": "\n".join(f"- {condition}" for condition in decision.conditions),
        "feedback": decision.feedback,
    }


def letters_of(round_: Round, user: User) -> list[LetterLine]:
    """The letters of a round, those to review first; none that this person must not see. One query."""
    rows = Letter.objects.filter(decision__round=round_).exclude(decision__application__in=kept_from(user))
    rows = rows.select_related("decision__application__organisation", "released_by").annotate(
        addresses=Count("mails")
    )
    order = [LetterState.DRAFT, LetterState.RELEASED, LetterState.SENT, LetterState.STOPPED]
    now = timezone.now()
    lines = [LetterLine(letter, now) for letter in rows.order_by("decision__application__number", "pk")]
    return sorted(lines, key=lambda line: order.index(LetterState(line.letter.state)))


def letter_of(round_: Round, pk: int, user: User) -> Letter | None:
    """One letter of a round with what it tells of, unless this person must not see it."""
    rows = Letter.objects.filter(decision__round=round_).exclude(decision__application__in=kept_from(user))
    rows = rows.select_related("decision__application__organisation", "released_by")
    letter: Letter | None = rows.filter(pk=pk).first()
    if letter is not None:
        letter.program = letter.decision.program = round_.program
        letter.decision.round = letter.decision.application.round = round_
        letter.decision.application.program = round_.program
        letter.decision.application.organisation.program = round_.program
    return letter


def due_letters(now: datetime | None = None) -> Iterable[int]:
    """Ids of released letters whose moment to leave has come, longest waiting first."""
    due = Q(state=LetterState.RELEASED, leaves_at__lte=now or timezone.now())
    return Letter.objects.filter(due).order_by("leaves_at").values_list("pk", flat=True)
