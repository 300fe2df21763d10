"""Which of several applications can be screened now, and why not the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.involvement import part_of
from grants.models import Application
from grants.queries.sight import blocked_for
from grants.states import ApplicationState
from scsc.accounts.models import User


@dataclass(frozen=True)
class Candidate:
    """One application that somebody chose; `problem` says why it will be left as it is."""

    application: Application
    problem: str = ""


def candidates_of(codes: Sequence[str], user: User) -> list[Candidate]:
    """The applications of these codes, in their order; codes that the person does not know are left out.

    Two queries.
    """
    found = Application.objects.filter(~blocked_for(user), code__in=codes).select_related(
        "round", "stage", "organisation", "program"
    )
    by_code = {application.code: application for application in found}
    own = set(Application.objects.filter(part_of(user), code__in=by_code).values_list("pk", flat=True))
    return [
        Candidate(by_code[code], _problem(by_code[code], own))
        for code in dict.fromkeys(codes)
        if code in by_code
    ]


def _problem(application: Application, own: set[int]) -> str:
    if application.pk in own:
        return "You have a part in it."
    if application.state != ApplicationState.SUBMITTED:
        return f"It is {ApplicationState(application.state).label.lower()}."
    return ""
