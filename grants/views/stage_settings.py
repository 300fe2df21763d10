"""The settings of one stage: a form and a closing, a body, or how applications are assessed."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from grants.forms.rounds import StageForm
from grants.forms.stage_settings import AssessmentForm, BodyForm
from grants.models import Stage
from grants.queries.stages import KIND_OF_BODY, bodies_for, published_forms, published_rubrics, written
from grants.services.stage_settings import article, choose_body, set_assessment
from grants.services.stages import change_stage
from grants.views.round_pages import FORM, done, staff_round, stage_of, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.views.form_page import form_page


@require_http_methods(FORM)
@member_view
def stage(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """What a stage is done with, by its kind."""
    found, all_stages = stage_of(staff_round(request, code), pk)
    if found.is_written:
        return _written(request, found, all_stages)
    if found.kind in Stage.OF_BODIES:
        return _body(request, found)
    if found.kind == Stage.Kind.ASSESSMENT:
        return _assessment(request, found)
    raise Http404(f"Nothing is set for {found}.")


def _written(request: MemberRequest, found: Stage, all_stages: list[Stage]) -> HttpResponse:
    round_, first = found.round, written(all_stages)[0]
    form = StageForm(*sent(request), stage=found, offered=published_forms(), has_closing=first.pk != found.pk)
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            change_stage(
                found, form_version=data["form_version"], closes_at=data["closes_at"], actor=request.user
            )
            return done(request, f"“{found}” is saved.", url_of(round_, "stages"))
    back = url_of(round_, "stages")
    return form_page(request, form, title=f"{found}", submit="Save", back=back, lead=round_.title)


def _body(request: MemberRequest, found: Stage) -> HttpResponse:
    round_, offered = found.round, bodies_for(found.kind)
    form = BodyForm(*sent(request), stage=found, offered=offered)
    if form.is_valid():
        with errors_on(form):
            choose_body(found, body=form.cleaned_data["body"], actor=request.user)
            return done(request, f"“{found}” is saved.", url_of(round_, "stages"))
    kind = KIND_OF_BODY[found.kind].label
    lead = f"The members of the body take part, each in their term. It must be {article(kind)}."
    if not offered:
        lead = f"There is no {kind} in this program yet. A manager sets one up."
    back = url_of(round_, "stages")
    return form_page(request, form, title=f"Body of “{found}”", submit="Save", back=back, lead=lead)


def _assessment(request: MemberRequest, found: Stage) -> HttpResponse:
    round_, offered = found.round, published_rubrics()
    form = AssessmentForm(*sent(request), stage=found, offered=offered)
    if form.is_valid():
        with errors_on(form):
            set_assessment(found, **form.settings(), actor=request.user)
            return done(request, f"“{found}” is saved.", url_of(round_, "stages"))
    lead = "By what applications are assessed, by how many people, and by when."
    if not offered:
        lead = "There is no published rubric yet. Build one on the page Rubrics first."
    return form_page(
        request,
        form,
        title=f"How “{found}” is done",
        submit="Save",
        back=url_of(round_, "stages"),
        lead=lead,
    )
