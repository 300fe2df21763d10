"""Load a meeting or a ballot for a person who may see it: what they may not see is not there (404)."""

from django.db.models import QuerySet
from django.http import Http404

from grants.models import AgendaItem, Application, Ballot, Body, Meeting
from grants.permissions import can_list_meetings, can_plan_meetings, can_run_meeting
from grants.queries.ballots import readable_ballots
from grants.queries.meetings import meetings_of
from grants.queries.panels import terms_of
from grants.queries.sight import put_before, sighted
from scsc.programs.access import MemberRequest, require

FOR_BODIES = "Members of panels, program staff and auditors see meetings and ballots. Ask a program manager."
ONLY_RUNNERS = "The chair and the secretary of the body do this, and program staff."


def get_ballot(request: MemberRequest, pk: int) -> Ballot:
    """A ballot of the person's bodies on an application that they have sight of."""
    require(can_list_meetings(request.user, request.program), FOR_BODIES)
    ballot = readable_ballots(request.user, request.program).filter(pk=pk).first()
    if ballot is None:
        raise Http404(f"No ballot {pk} for this person.")
    ballot.program = ballot.body.program = ballot.application.program = request.program
    ballot.application.organisation.program = request.program
    return ballot


def waits_for_declaration(request: MemberRequest, pk: int) -> Application | None:
    """The application of a ballot of a person's body, where they have to declare before they see it."""
    bodies = terms_of(request.user, request.program).values("body")
    theirs = Ballot.objects.filter(pk=pk, body__in=bodies).order_by()
    found = put_before(request.user, request.program).filter(pk__in=theirs.values("application"))
    found = found.exclude(pk__in=sighted(request.user, request.program).order_by().values("pk"))
    application: Application | None = found.first()
    return application


def get_meeting(request: MemberRequest, pk: int, *, to_run: bool = False) -> Meeting:
    """A meeting of the person's bodies; to run it, for those who do."""
    require(can_list_meetings(request.user, request.program), FOR_BODIES)
    meeting = meetings_of(request.user, request.program).filter(pk=pk).first()
    if meeting is None:
        raise Http404(f"No meeting {pk} for this person.")
    meeting.program = meeting.body.program = request.program
    if to_run:
        require(can_run_meeting(request.user, meeting), ONLY_RUNNERS)
    return meeting


def get_item(meeting: Meeting, pk: int) -> AgendaItem:
    item = meeting.items.select_related("application").filter(pk=pk).first()
    if item is None:
        raise Http404(f"No item {pk} in this meeting.")
    item.meeting = meeting
    return item


def bodies_run_by(request: MemberRequest, bodies: QuerySet[Body] | None = None) -> list[Body]:
    """The bodies that a person plans meetings for. Raises PermissionDenied where there is none."""
    found = list(bodies if bodies is not None else Body.objects.all())
    for body in found:
        body.program = request.program
    mine = [body for body in found if can_plan_meetings(request.user, body)]
    require(bool(mine), ONLY_RUNNERS)
    return mine
