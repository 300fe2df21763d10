"""Reads of advice: on an application, on an action of the plan, on the plan."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from grants.models import Advice, Application
from grants.permissions import advises_in, can_advise
from grants.queries.sight import put_before
from grants.states import ApplicationState
from scsc.accounts.models import User
from scsc.programs.models import Program
from workplan.models import Action


def advice_on(application: Application) -> list[Advice]:
    """What stands: the newest advice of each member, in the order it was first given. One query."""
    return _newest(Advice.objects.filter(application=application))


def advice_on_action(action: Action) -> list[Advice]:
    """The same for an action of the work plan."""
    return _newest(Advice.objects.filter(action=action))


def advice_on_plan() -> list[Advice]:
    """The same for the plan as a whole."""
    return _newest(Advice.objects.filter(action=None, application=None))


def advice_counts(applications: Iterable[Application]) -> dict[int, int]:
    """How many members advised on each of these applications, by its id. One query."""
    pks = [application.pk for application in applications]
    rows = Advice.objects.filter(application__in=pks).values_list("application_id", "author_id").distinct()
    counted = dict.fromkeys(pks, 0)
    for pk, _ in rows.order_by():
        counted[pk or 0] += 1
    return counted


def actions_with_advice() -> list[tuple[Action, list[Advice]]]:
    """The actions of the plan on which somebody advised, by code, each with what stands. One query."""
    found: dict[int, list[Advice]] = {}
    actions: dict[int, Action] = {}
    for advice in _newest(Advice.objects.filter(action__isnull=False).select_related("action")):
        if advice.action is not None:
            actions[advice.action.pk] = advice.action
            found.setdefault(advice.action.pk, []).append(advice)
    return [(actions[pk], found[pk]) for pk in sorted(found, key=lambda pk: actions[pk].code)]


def to_advise(user: User, program: Program) -> list[tuple[Application, bool]]:
    """The applications put to the person's Advisory Group, each with whether they advised already."""
    bodies = advises_in(user, program)
    if not bodies:
        return []
    wanted = put_before(user, program).filter(
        state=ApplicationState.ACCEPTED, round__stages__kind="advice", round__stages__body__in=bodies
    )
    found = list(wanted.select_related("round", "organisation").order_by("round_id", "number"))
    given = set(
        Advice.objects.filter(author=user, application__in=found).values_list("application", flat=True)
    )
    return [(application, application.pk in given) for application in found]


def own_advice(user: User, application: Application) -> Advice | None:
    """What the person advised last."""
    return Advice.objects.filter(author=user, application=application).order_by("-pk").first()


def advice_link(user: User, application: Application) -> str:
    """Where the person gives advice on an application; empty for who does not."""
    if application.state != ApplicationState.ACCEPTED or not can_advise(user, application):
        return ""
    return reverse("assess:advise", args=[application.program.slug, application.code])


def _newest(rows: "QuerySet[Advice]") -> list[Advice]:
    """The newest of each member on each subject."""
    newest: dict[tuple[int | None, int | None, int], Advice] = {}
    for advice in rows.select_related("author", "body").order_by("pk"):
        newest[advice.application_id, advice.action_id, advice.author_id] = advice
    return list(newest.values())
