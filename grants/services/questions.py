"""Writes to the eligibility questions of a round, while it is a draft."""

from collections.abc import Sequence

from django.db import transaction

from grants.models import EligibilityQuestion, Round
from grants.services.locking import lock_draft
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError


@transaction.atomic
def add_question(
    round_: Round, *, text: str, needs_yes: bool, otherwise: str, actor: User, help: str = ""
) -> EligibilityQuestion:
    """Ask one more yes-or-no question before writing. `otherwise` is said to whom it keeps from applying."""
    fresh = lock_draft(round_, actor=actor)
    question = EligibilityQuestion(
        program=fresh.program,
        round=fresh,
        order=fresh.questions.count() + 1,
        text=text,
        help=help,
        needs_yes=needs_yes,
        otherwise=otherwise,
    )
    question.full_clean(validate_unique=False, validate_constraints=False)
    question.save()
    record(fresh, "add_question", actor=actor, after=_content(question))
    return question


@transaction.atomic
def change_question(
    question: EligibilityQuestion, *, text: str, needs_yes: bool, otherwise: str, actor: User, help: str = ""
) -> EligibilityQuestion:
    """Reword a question or turn it round."""
    fresh = lock_draft(question.round, actor=actor)
    before = _content(question)
    question.text, question.help = text, help
    question.needs_yes, question.otherwise = needs_yes, otherwise
    if (after := _content(question)) == before:
        return question
    question.full_clean(validate_unique=False, validate_constraints=False)
    question.save()
    record(fresh, "change_question", actor=actor, before=before, after=after)
    return question


@transaction.atomic
def remove_question(question: EligibilityQuestion, *, actor: User) -> None:
    """Ask a question no more."""
    fresh = lock_draft(question.round, actor=actor)
    before = _content(question)
    EligibilityQuestion.objects.filter(pk=question.pk).delete()
    _number(list(fresh.questions.order_by("order")))
    record(fresh, "remove_question", actor=actor, before=before)


@transaction.atomic
def order_questions(round_: Round, *, order: Sequence[int], actor: User) -> None:
    """Put the questions in the order of these ids.

    Raises DomainError where the ids are not those of the round: somebody else added or removed one.
    """
    fresh = lock_draft(round_, actor=actor)
    questions = {question.pk: question for question in fresh.questions.order_by("order")}
    if sorted(order) != sorted(questions):
        raise DomainError("The questions have changed meanwhile. Look at them again, then put them in order.")
    if list(order) == list(questions):
        return
    _number([questions[pk] for pk in order])
    record(fresh, "order_questions", actor=actor, after={"questions": [questions[pk].text for pk in order]})


def _number(questions: Sequence[EligibilityQuestion]) -> None:
    for order, question in enumerate(questions, start=1):
        if question.order != order:
            question.order = order
            question.save(update_fields=["order"])


def _content(question: EligibilityQuestion) -> dict[str, object]:
    return {
        "text": question.text,
        "help": question.help,
        "needs_yes": question.needs_yes,
        "otherwise": question.otherwise,
    }
