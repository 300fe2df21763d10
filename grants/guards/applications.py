"""Guards of applications and requests for changes."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from grants.engine.answers import Answers
from grants.engine.completeness import problems_of
from grants.engine.kind import Problem
from grants.models import Application, ChangeRequest, Stage
from grants.queries.writing import answers_of, answers_under, limits_of, opened_by
from grants.states import UNDER_CONSIDERATION


def has_next_form(application: Application) -> str | None:
    """There is a full application to invite to after an expression of interest."""
    later = Stage.objects.filter(round=application.round_id, order__gt=application.stage.order)
    if not later.filter(kind=Stage.Kind.APPLICATION).exists():
        return "This round has no full application after this stage."
    return None


def ready_to_submit(application: Application) -> str | None:
    """Everything that is asked for is answered.

    Whether there is still time is asked by the service, which knows the moment that counts.
    """
    found = _problems(application, answers_of(application))
    return _in_words(sum(len(problems) for problems in found.values()))


def changes_complete(change: ChangeRequest) -> str | None:
    """The application is still considered, and the answers that the request opens are right."""
    if change.application.state not in UNDER_CONSIDERATION:
        return "This application is not considered any more, so nothing needs to change."
    found, opened = _problems(change.application, answers_under(change)), opened_by(change)
    return _in_words(sum(len(problems) for key, problems in found.items() if key in opened))


def _problems(application: Application, answers: Answers) -> Mapping[str, Sequence[Problem]]:
    limits = limits_of(application, timezone.now())
    return problems_of(application.form_version.schema, answers, limits=limits)


def _in_words(count: int) -> str | None:
    if not count:
        return None
    things = "One thing is" if count == 1 else f"{count} things are"
    return f"{things} missing or not right yet. Check your answers first."
