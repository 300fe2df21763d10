"""What those who run a meeting do with it: agenda, attendance, minutes, and the steps of its life."""

from collections.abc import Callable

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from grants.access_ballots import get_item, get_meeting
from grants.forms.ballots import AgendaForm, AttendanceForm, ItemForm, MinutesForm
from grants.models import Meeting
from grants.permissions import can_approve_minutes
from grants.queries.meetings import agenda_of, attendance_of
from grants.queries.papers import words_of_score
from grants.queries.shortlist import shortlist_of
from grants.services.agenda import add_applications, add_words, order_agenda, remove_item
from grants.services.meetings import (
    approve_minutes,
    cancel_meeting,
    close_meeting,
    note_attendance,
    open_meeting,
    people_of,
    reopen_meeting,
    write_minutes,
)
from grants.states import MEETING
from grants.views.meetings import crumbs, url_of
from grants.views.round_pages import FORM, attempt, done, new_order
from scsc.accounts.models import User
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.forms import ReasonForm, StepForm
from workplan.views.form_page import form_page

LEADS = {
    "open": "Its ballots can be opened from now on.",
    "close": "Its ballots are closed and counted by then. You can still write the minutes.",
    "reopen": "You can hold more ballots. What was counted stays as it was counted.",
    "cancel": "Ballots that were prepared for it are withdrawn.",
    "approve_minutes": "The record of this meeting never changes after that.",
}
STEPS: dict[str, Callable[[Meeting, User, str], object]] = {
    "open": lambda meeting, actor, reason: open_meeting(meeting, actor=actor),
    "close": lambda meeting, actor, reason: close_meeting(meeting, actor=actor),
    "reopen": lambda meeting, actor, reason: reopen_meeting(meeting, reason=reason, actor=actor),
    "cancel": lambda meeting, actor, reason: cancel_meeting(meeting, reason=reason, actor=actor),
    "approve_minutes": lambda meeting, actor, reason: approve_minutes(meeting, actor=actor),
}


@require_http_methods(FORM)
@member_view
def agenda(request: MemberRequest, pk: int) -> HttpResponse:
    """Fill the agenda: applications from the shortlist, or words."""
    meeting = get_meeting(request, pk, to_run=True)
    lines = shortlist_of(meeting.body, request.user) if meeting.body.kind == "roundtable" else []
    words = "title" in request.POST
    data = sent(request)
    form = ItemForm(*data) if words else AgendaForm(*data, lines=lines)
    if form.is_valid():
        with errors_on(form):
            add = add_words if words else add_applications
            name = "codes" if not words else "title"
            facts = dict(form.cleaned_data)
            facts = (
                {"title": facts["title"]}
                if words
                else {name: facts["applications"], "with_ballots": facts["with_ballots"]}
            )
            add(meeting, **facts, actor=request.user)
            return done(request, "The agenda is changed.", url_of(meeting, "agenda"))
    context = {
        "meeting": meeting,
        "crumbs": [*crumbs(request), (str(meeting), url_of(meeting))],
        "form": form,
        "item_form": form if words else ItemForm(),
        "shortlist": [(line, words_of_score(line.score)) for line in lines],
        "lines": agenda_of(meeting, request.user),
    }
    return render(request, "meetings/agenda.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_view
def move_item(request: MemberRequest, pk: int) -> HttpResponseRedirect:
    """Move an item of the agenda."""
    meeting = get_meeting(request, pk, to_run=True)
    items = [str(key) for key in meeting.items.order_by("order", "pk").values_list("pk", flat=True)]
    order = [int(key) for key in new_order(request.POST, items)]
    return attempt(
        request,
        lambda: order_agenda(meeting, order=order, actor=request.user),
        words="The agenda has another order.",
        url=url_of(meeting, "agenda"),
    )


@require_POST
@member_view
def remove(request: MemberRequest, pk: int, item: int) -> HttpResponseRedirect:
    """Take an item off the agenda."""
    meeting = get_meeting(request, pk, to_run=True)
    found = get_item(meeting, item)
    return attempt(
        request,
        lambda: remove_item(found, actor=request.user),
        words="The item is off the agenda.",
        url=url_of(meeting, "agenda"),
    )


@require_http_methods(FORM)
@member_view
def attendance(request: MemberRequest, pk: int) -> HttpResponse:
    """Note who came."""
    meeting = get_meeting(request, pk, to_run=True)
    people = sorted(people_of(meeting).values(), key=str)
    statuses = {row.user_id: row.status for row in attendance_of(meeting)}
    form = AttendanceForm(*sent(request), people=people, statuses=statuses)
    if form.is_valid():
        with errors_on(form):
            note_attendance(meeting, statuses=form.statuses(), actor=request.user)
            return done(request, "Who came is noted.", url_of(meeting))
    lead = "Only who is noted as present can vote in a ballot of this meeting."
    title = f"Attendance: {meeting}"
    return form_page(request, form, title=title, submit="Save", back=url_of(meeting), lead=lead, guard=True)


@require_http_methods(FORM)
@member_view
def minutes(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the minutes, item by item. What the person stepped out of is not theirs to write about."""
    meeting = get_meeting(request, pk, to_run=True)
    lines = [line for line in agenda_of(meeting, request.user) if not (line.hidden or line.undeclared)]
    items = [(line.item, f"{line.number}. {line.item}") for line in lines]
    form = MinutesForm(*sent(request), items=items, initial={"minutes": meeting.minutes})
    if form.is_valid():
        with errors_on(form):
            text = form.cleaned_data["minutes"]
            write_minutes(meeting, minutes=text, notes=form.notes(), actor=request.user)
            return done(request, "The minutes are saved.", url_of(meeting))
    title = f"Minutes: {meeting}"
    return form_page(request, form, title=title, submit="Save", back=url_of(meeting), guard=True)


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """A step in the life of a meeting."""
    found = next((s for (_, name), s in MEETING.table.items() if name == step), None)
    if found is None:
        raise Http404(f"A meeting has no step {step}.")
    meeting = get_meeting(request, pk, to_run=step != "approve_minutes")
    if step == "approve_minutes":
        require(can_approve_minutes(request.user, meeting), "A chair of the body approves its minutes.")
    form = (ReasonForm if found.needs_reason else StepForm)(*sent(request))
    if form.is_valid():
        with errors_on(form):
            STEPS[step](meeting, request.user, form.cleaned_data.get("reason", ""))
            return done(request, f"You {found.done} {meeting}.", url_of(meeting))
    title = f"{found.label}: {meeting}"
    back = url_of(meeting)
    return form_page(request, form, title=title, submit=found.label, back=back, lead=LEADS[step])
