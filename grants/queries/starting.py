"""Reads before writing: rounds one may enter, organisations one acts for, checks passed, limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from grants.models import Application, EligibilityCheck, EligibilityQuestion, Round, Stage
from grants.states import ApplicationState
from grants.timing import RUNNING, accepts_new
from partners.models import Organisation
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.ui.moments import moment

# What does not count towards the limit of an organisation.
LEFT = frozenset({ApplicationState.DISCARDED, ApplicationState.WITHDRAWN})


def rounds_to_enter(person: User, now: datetime) -> list[Round]:
    """Rounds that take new applications now and are open to this person, first those that close first."""
    running = Round.objects.filter(state__in=RUNNING, opens_at__lte=now, closes_at__gt=now)
    open_to = Q(audience=Round.Audience.PUBLIC) | same_address("invitations__email", person.email)
    return list(running.filter(open_to).order_by("closes_at", "pk").distinct())


def why_not_now(round_: Round, now: datetime) -> str:
    """Why nobody can begin an application now; empty while the round takes new ones."""
    if accepts_new(round_, now):
        return ""
    if round_.state in RUNNING and round_.opens_at and round_.opens_at > now:
        return f"This round opens {moment(round_.opens_at, round_.timezone)}. You can apply from then on."
    if round_.closes_at and round_.closes_at <= now:
        return f"This round closed {moment(round_.closes_at, round_.timezone)}. It takes no new applications."
    return "This round takes no new applications."


def first_stage(round_: Round) -> Stage | None:
    """The stage that applicants begin with, if it has a form."""
    written = Stage.objects.filter(round=round_, kind__in=Stage.WRITTEN, form_version__isnull=False)
    return written.select_related("form_version").order_by("order").first()


def questions_of(round_: Round) -> list[EligibilityQuestion]:
    """What is asked before writing, in order."""
    return list(round_.questions.all())


def answers_now(
    questions: Sequence[EligibilityQuestion], answers: dict[int, bool]
) -> list[dict[str, object]]:
    """Answers with the questions as they stand, as an EligibilityCheck keeps them."""
    return [
        {
            "question": question.text,
            "answer": "yes" if answers[question.pk] else "no",
            "passed": (passed := answers[question.pk] == question.needs_yes),
            "otherwise": "" if passed else question.otherwise,
        }
        for question in questions
    ]


def is_current(check: EligibilityCheck, questions: Sequence[EligibilityQuestion]) -> bool:
    """Whether a passed check answers what is asked now, with the answers that are needed now."""
    needed = [(question.text, "yes" if question.needs_yes else "no") for question in questions]
    return check.passed and [(row["question"], row["answer"]) for row in check.answers] == needed


def usable_check(round_: Round, person: User) -> EligibilityCheck | None:
    """The person's newest check of this round, if it was passed, is current, and began no application yet."""
    checks = EligibilityCheck.objects.filter(round=round_, user=person, applications=None)
    newest = checks.order_by("-id").first()
    return newest if newest and is_current(newest, questions_of(round_)) else None


@dataclass(frozen=True)
class OwnOrganisation:
    """An organisation that somebody acts for, with why it cannot apply to this round (or nothing)."""

    organisation: Organisation
    full: str


def organisations_of(person: User) -> list[Organisation]:
    """The organisations that somebody acts for, by name; those merged into another are left out."""
    return list(Organisation.objects.filter(contacts__user=person, merged_into=None))


def organisations_for(round_: Round, person: User) -> list[OwnOrganisation]:
    """The same with the round's limit, so that it is said before anything is written. One query."""
    counting = Q(applications__round=round_) & ~Q(applications__state__in=LEFT)
    rows = Organisation.objects.filter(contacts__user=person, merged_into=None)
    counted = rows.annotate(begun=Count("applications", filter=counting, distinct=True))
    return [OwnOrganisation(row, _limit_words(round_, row, row.begun)) for row in counted]


def over_limit(round_: Round, organisation: Organisation) -> str:
    """Why the organisation cannot have one more application in this round; empty while it can."""
    if round_.most_per_organisation is None:
        return ""
    begun = Application.objects.filter(round=round_, organisation=organisation).exclude(state__in=LEFT)
    return _limit_words(round_, organisation, begun.count())


def begun_with(check: EligibilityCheck | None) -> Application | None:
    """The application that was begun with a check, so that asking twice begins one."""
    return check.applications.first() if check else None


def _limit_words(round_: Round, organisation: Organisation, begun: int) -> str:
    most = round_.most_per_organisation
    if most is None or begun < most:
        return ""
    many, that = ("one application", "that one") if most == 1 else (f"{most} applications", "one of them")
    return (
        f"{organisation} has {many} in this round already, the most that one organisation can have. "
        f"Continue {that}, or ask its team to discard it."
    )
