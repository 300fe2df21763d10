"""The stages of a round for staff: which, in which order, with which form and people."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from grants.forms.rounds import AddStageForm, PeopleForm
from grants.models import Stage
from grants.queries.forms import newer_versions
from grants.queries.stages import can_be_named, kinds_left, roles_for, stages_of
from grants.services.stages import add_stage, name_people, order_stages, remove_stage
from grants.states import RoundState
from grants.views.round_pages import FORM, attempt, crumbs_to, done, new_order, staff_round, stage_of, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.forms import StepForm
from workplan.views.form_page import form_page


@require_http_methods(FORM)
@member_view
def stages(request: MemberRequest, code: str) -> HttpResponse:
    """The stages in order; one can be added here."""
    round_ = staff_round(request, code)
    found = stages_of(round_)
    form = AddStageForm(*sent(request), kinds=kinds_left(found))
    if form.is_valid():
        with errors_on(form):
            stage = add_stage(round_, **form.cleaned_data, actor=request.user)
            return done(request, f"“{stage}” is added.", url_of(round_, "stages"))
    context = {
        "round": round_,
        "crumbs": crumbs_to(round_),
        "stages": found,
        "newer": newer_versions([stage.form_version for stage in found if stage.form_version]),
        "form": form,
        "can_edit": round_.state == RoundState.DRAFT,
        "is_archived": round_.state == RoundState.ARCHIVED,
    }
    return render(request, "rounds/stages.html", context, status=422 if form.errors else 200)


@require_POST
@member_view
def move_stage(request: MemberRequest, code: str) -> HttpResponse:
    """Put a stage in another place."""
    round_ = staff_round(request, code)
    order = [int(pk) for pk in new_order(request.POST, [str(stage.pk) for stage in stages_of(round_)])]
    return attempt(
        request,
        lambda: order_stages(round_, order=order, actor=request.user),
        words="The order is saved.",
        url=url_of(round_, "stages"),
    )


@require_http_methods(FORM)
@member_view
def remove(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Take a stage out of a draft."""
    round_ = staff_round(request, code)
    found, _ = stage_of(round_, pk)
    form = StepForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            remove_stage(found, actor=request.user)
            return done(request, f"“{found}” is removed.", url_of(round_, "stages"))
    return form_page(
        request,
        form,
        title=f"Remove “{found}”?",
        submit="Remove the stage",
        back=url_of(round_, "stages"),
        lead="The people named for it are taken off with it. You can add the stage again later.",
    )


@require_http_methods(FORM)
@member_view
def people(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Who takes part in a stage."""
    round_ = staff_round(request, code)
    found, _ = stage_of(round_, pk)
    if found.kind not in Stage.STAFFED:
        raise Http404(f"Nobody is named for {found}.")
    offered = can_be_named(found.kind, request.program)
    form = PeopleForm(*sent(request), stage=found, offered=offered)
    if form.is_valid():
        with errors_on(form):
            name_people(found, people=list(form.cleaned_data["people"]), actor=request.user)
            return done(request, f"The people of “{found}” are saved.", url_of(round_, "stages"))
    lead = _who(found, bool(offered))
    return form_page(
        request, form, title=f"People of “{found}”", submit="Save", back=url_of(round_, "stages"), lead=lead
    )


def _who(stage: Stage, anybody: bool) -> str:
    whose = roles_for(stage.kind)
    if anybody:
        return f"Who holds the role of {whose} in this program."
    return f"Nobody in this program is {whose} yet. A manager can invite them on the page People."
