"""Meetings: the list, one meeting with its agenda and record, planning one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access_ballots import FOR_BODIES, bodies_run_by, get_meeting
from grants.forms.ballots import MeetingForm
from grants.forms.moments import typed
from grants.models import Body, Meeting
from grants.permissions import can_list_meetings, can_plan_meetings, can_run_meeting
from grants.queries.ballots import TONES as BALLOT_TONES
from grants.queries.meetings import STEPPED_OUT, TONES, agenda_of, attendance_of, meetings_of
from grants.queries.papers import words_of_score
from grants.services.meetings import SETTLED, change_meeting, plan_meeting
from grants.states import MeetingState
from grants.views.panel_places import places
from grants.views.round_pages import FORM, done
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

PER_PAGE = 25


@require_safe
@member_view
def meeting_list(request: MemberRequest) -> HttpResponse:
    """The meetings of this person's bodies, the latest first."""
    user, program = request.user, request.program
    require(can_list_meetings(user, program), FOR_BODIES)
    page = Paginator(meetings_of(user, program), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(meeting, TONES[MeetingState(meeting.state)]) for meeting in page]
    bodies = list(Body.objects.all())
    for body in bodies:
        body.program = program
    can_plan = any(can_plan_meetings(user, body) for body in bodies)
    context = {"page_obj": page, "rows": rows, "can_plan": can_plan, "places": places(request)}
    return render(request, "meetings/list.html", context)


@require_safe
@member_view
def meeting_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One meeting: its agenda as this person may see it, who came, the minutes."""
    meeting = get_meeting(request, pk)
    runs = can_run_meeting(request.user, meeting) and meeting.state not in SETTLED
    lines = agenda_of(meeting, request.user)
    context = {
        "meeting": meeting,
        "crumbs": crumbs(request),
        "tone": TONES[MeetingState(meeting.state)],
        "lines": [(line, *_words(line)) for line in lines],
        "hidden_words": STEPPED_OUT,
        "attendance": attendance_of(meeting),
        "steps": meeting.life.open_to(request.user, meeting),
        "runs": runs,
        "history": history_of([meeting]),
    }
    return render(request, "meetings/meeting.html", context)


@require_http_methods(FORM)
@member_view
def plan(request: MemberRequest) -> HttpResponse:
    """Plan a meeting of a body."""
    form = MeetingForm(*sent(request), bodies=bodies_run_by(request), zone=request.program.timezone)
    if form.is_valid():
        with errors_on(form):
            facts = {name: form.cleaned_data[name] for name in ("body", "title", "starts_at", "place")}
            meeting = plan_meeting(**facts, actor=request.user)
            return done(request, f"{meeting} is planned. Now its agenda.", url_of(meeting))
    back = reverse("meetings:list", args=[request.program.slug])
    return form_page(request, form, title="Plan a meeting", submit="Plan the meeting", back=back)


@require_http_methods(FORM)
@member_view
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct when and where it is."""
    meeting, zone = get_meeting(request, pk, to_run=True), request.program.timezone
    initial = {"title": meeting.title, "place": meeting.place}
    initial |= typed(meeting.starts_at, zone, day="starts_on", time="starts_time")
    form = MeetingForm(*sent(request), bodies=[meeting.body], zone=zone, initial=initial)
    if form.is_valid():
        with errors_on(form):
            facts = {name: form.cleaned_data[name] for name in ("title", "starts_at", "place")}
            change_meeting(meeting, **facts, actor=request.user)
            return done(request, "The meeting is changed.", url_of(meeting))
    return form_page(
        request, form, title=f"Change {meeting}", submit="Save", back=url_of(meeting), guard=True
    )


def url_of(meeting: Meeting, part: str = "meeting", *more: object) -> str:
    """The address of a page of a meeting."""
    return reverse(f"meetings:{part}", args=[meeting.program.slug, meeting.pk, *more])


def crumbs(request: MemberRequest) -> list[tuple[str, str]]:
    return [("Meetings", reverse("meetings:list", args=[request.program.slug]))]


def _words(line: object) -> tuple[str, str, str]:
    """What a line says of the score and of its ballot: words, tone and label."""
    ballot, score = getattr(line, "ballot", None), getattr(line, "score", None)
    words = words_of_score(score) if score else ""
    if ballot is None:
        return words, "", ""
    label = ballot.get_outcome_display() if ballot.outcome and ballot.state == "closed" else None
    tone = BALLOT_TONES.get(ballot.outcome if label else ballot.state, "idle")
    return words, tone, label or ballot.get_state_display()
