"""The agenda of a meeting: applications from the shortlist, words, and their order."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from grants.models import AgendaItem, Application, Ballot, Meeting
from grants.queries.shortlist import shortlist_of
from grants.services.ballot_opening import prepare_ballot, put_on_agenda
from grants.services.conflicts import look_for_conflicts
from grants.services.meetings import hold_meeting
from grants.states import BallotState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError


@transaction.atomic
def add_applications(
    meeting: Meeting, *, codes: Iterable[str], with_ballots: bool, actor: User
) -> list[AgendaItem]:
    """Put applications of the shortlist on the agenda, best first, each with a ballot if asked for.

    What is found against members is looked for at once. Raises ValidationError for one that is not on the
    shortlist of this person.
    """
    wanted = set(codes)
    lines = [line for line in shortlist_of(meeting.body, actor) if line.application.code in wanted]
    if not wanted or {line.application.code for line in lines} != wanted:
        raise ValidationError({"applications": "Choose applications from the list."})
    applications = [line.application for line in lines]
    # Everybody locks applications before meetings, in the order of their keys.
    list(_locked(applications))
    held = hold_meeting(meeting, actor=actor)
    items = [_added(held, application, actor=actor) for application in applications]
    for application in applications:
        if with_ballots:
            prepare_ballot(application, body=held.body, meeting=held, actor=actor)
    look_for_conflicts(applications)
    return items


@transaction.atomic
def add_words(meeting: Meeting, *, title: str, actor: User) -> AgendaItem:
    """Put an item in words at the end of the agenda."""
    held = hold_meeting(meeting, actor=actor)
    words = " ".join(title.split())
    if not words:
        raise ValidationError({"title": "Say what the item is about."})
    last = held.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(program=held.program, meeting=held, title=words[:200], order=last + 1)
    record(item, "add", actor=actor, after={"title": item.title})
    return item


@transaction.atomic
def order_agenda(meeting: Meeting, *, order: Sequence[int], actor: User) -> None:
    """Bring the items into an order of their keys. Those that are not named stay behind the others."""
    held = hold_meeting(meeting, actor=actor)
    places = {pk: place for place, pk in enumerate(order)}
    items = sorted(held.items.all(), key=lambda item: places.get(item.pk, len(places) + item.order))
    for place, item in enumerate(items, start=1):
        if item.order != place:
            before, item.order, item.program = item.order, place, held.program
            item.save(update_fields=["order"])
            record(item, "move", actor=actor, before={"order": before}, after={"order": place})


@transaction.atomic
def remove_item(item: AgendaItem, *, actor: User) -> None:
    """Take an item off. Raises DomainError for one with a ballot in this meeting that was not withdrawn."""
    held = hold_meeting(item.meeting, actor=actor)
    if item.application_id:
        ballots = Ballot.objects.filter(meeting=held, application=item.application_id)
        if ballots.exclude(state=BallotState.VOID).exists():
            raise DomainError("There is a ballot on it in this meeting. Withdraw that first.")
    item.program = held.program
    record(item, "remove", actor=actor, before={"title": str(item), "note": item.note})
    item.delete()


def _added(meeting: Meeting, application: Application, *, actor: User) -> AgendaItem:
    item = put_on_agenda(meeting, application)
    record(item, "add", actor=actor, after={"application": application.code})
    return item


def _locked(applications: Iterable[Application]) -> Iterable[int]:
    rows = Application.objects.select_for_update(no_key=True).order_by("pk")
    pks: Iterable[int] = rows.filter(pk__in=[one.pk for one in applications]).values_list("pk", flat=True)
    return pks
