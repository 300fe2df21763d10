"""Rounds for staff: the list, one round, and its settings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import STAFF_ONLY, get_round
from grants.forms.rounds import CloneForm, DatesForm, MoneyForm, NewRoundForm, TextsForm, WordsForm
from grants.models import Round, Stage
from grants.permissions import (
    can_list_applications,
    can_manage_round,
    can_manage_rounds,
    can_view_rounds,
    can_view_slate,
)
from grants.queries.rounds import TONES, last_closing, list_rounds, round_checks
from grants.queries.stages import stages_of
from grants.services.rounds import change_round, clone_round, create_round
from grants.states import RoundState
from grants.views.round_pages import FORM, done, staff_round, url_of
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

READERS_ONLY = "Those who read the program see its rounds. Yours are on the page of your applications."


@require_safe
@member_view
def round_list(request: MemberRequest) -> HttpResponse:
    """All rounds with how many applications each has."""
    require(can_view_rounds(request.user, request.program), READERS_ONLY)
    archived = "archived" in request.GET
    context = {
        "lines": list_rounds(request.user, archived=archived),
        "archived": archived,
        "can_manage": can_manage_rounds(request.user, request.program),
    }
    return render(request, "rounds/list.html", context)


@require_http_methods(FORM)
@member_view
def new_round(request: MemberRequest) -> HttpResponse:
    """Begin a round."""
    require(can_manage_rounds(request.user, request.program), STAFF_ONLY)
    form = NewRoundForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            round_ = create_round(request.program, **form.cleaned_data, actor=request.user)
            return done(request, f"{round_.title} is begun, as a draft.", url_of(round_))
    back = reverse("rounds:list", args=[request.program.slug])
    return form_page(request, form, title="Begin a round", submit="Begin the round", back=back)


@require_safe
@member_view
def round_page(request: MemberRequest, code: str) -> HttpResponse:
    """One round: its settings, its stages, what is still to do, what happened to it."""
    round_ = get_round(request, code)
    stages = stages_of(round_)
    may_manage = can_manage_round(request.user, round_)
    draft = round_.state == RoundState.DRAFT
    context = {
        "round": round_,
        "crumbs": [("Rounds", reverse("rounds:list", args=[request.program.slug]))],
        "tone": TONES[RoundState(round_.state)],
        "stages": stages,
        "questions": list(round_.questions.all()),
        "invited": round_.invitations.count() if round_.audience == Round.Audience.INVITED else 0,
        "checks": round_checks(round_, stages=stages) if draft else [],
        "ends": last_closing(round_),
        "steps": [(name, step) for name, step in round_.life.open_to(request.user, round_)],
        "history": history_of([round_]),
        "can_manage": may_manage,
        "can_edit": may_manage and draft,
        "can_reword": may_manage and round_.state != RoundState.ARCHIVED,
        "has_assessment": any(stage.kind == Stage.Kind.ASSESSMENT for stage in stages),
        "can_view_slate": can_view_slate(request.user, request.program),
        "can_list_applications": can_list_applications(request.user, request.program),
        "is_running": round_.state in {RoundState.PUBLISHED, RoundState.OPEN},
        "is_announced": round_.state not in {RoundState.DRAFT, RoundState.ARCHIVED},
    }
    return render(request, "rounds/round.html", context)


@require_http_methods(FORM)
@member_view
def edit(request: MemberRequest, code: str) -> HttpResponse:
    """What a round is about; once it is published, only the words that change no rule."""
    round_ = staff_round(request, code)
    draft = round_.state == RoundState.DRAFT
    kind = TextsForm if draft else WordsForm
    form = kind(
        *sent(request), initial={name: getattr(round_, name) for name in kind.base_fields if name != "reason"}
    )
    if form.is_valid():
        reason = form.cleaned_data.pop("reason", "")
        with errors_on(form):
            change_round(round_, changes=form.cleaned_data, reason=reason, actor=request.user)
            return done(request, "The words are saved.", url_of(round_))
    lead = "" if draft else "The round is published. These words can change; its rules stay as they are."
    return form_page(
        request,
        form,
        title=f"What {round_.title} is about",
        submit="Save",
        back=url_of(round_),
        lead=lead,
        guard=True,
    )


@require_http_methods(FORM)
@member_view
def money(request: MemberRequest, code: str) -> HttpResponse:
    """The budget and what one application may ask for."""
    round_ = staff_round(request, code)
    initial = {name: getattr(round_, name) for name in MoneyForm.base_fields}
    form = MoneyForm(*sent(request), initial=initial, currency=request.program.currency)
    if form.is_valid():
        with errors_on(form):
            change_round(round_, changes=form.cleaned_data, actor=request.user)
            return done(request, "The money is saved.", url_of(round_))
    return form_page(request, form, title=f"Money of {round_.title}", submit="Save", back=url_of(round_))


@require_http_methods(FORM)
@member_view
def dates(request: MemberRequest, code: str) -> HttpResponse:
    """When a draft is to open and to close."""
    round_ = staff_round(request, code)
    form = DatesForm(*sent(request), round_=round_)
    if form.is_valid():
        with errors_on(form):
            change_round(round_, changes=form.settings(), actor=request.user)
            return done(request, "The dates are saved.", url_of(round_))
    return form_page(request, form, title=f"Dates of {round_.title}", submit="Save", back=url_of(round_))


@require_http_methods(FORM)
@member_view
def clone(request: MemberRequest, code: str) -> HttpResponse:
    """A new round like this one."""
    source = staff_round(request, code)
    form = CloneForm(*sent(request), initial={"title": f"Copy of {source.title}"[:150]})
    if form.is_valid():
        with errors_on(form):
            round_ = clone_round(source, **form.cleaned_data, actor=request.user)
            return done(request, f"{round_.title} is begun, as a draft. Give it its dates.", url_of(round_))
    return form_page(
        request,
        form,
        title=f"Copy {source.title}",
        submit="Make the copy",
        back=url_of(source),
        lead="Settings, stages, forms, questions and people are copied. Dates and invitations are not.",
    )
