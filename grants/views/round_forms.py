"""Letting a stage of a round use a later version of its form, with what follows for those who write."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from grants.access import get_form_version
from grants.queries.effects import effect_of
from grants.services.forms import adopt_version
from grants.views.round_pages import FORM, crumbs_to, done, staff_round, stage_of, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.forms import ReasonForm


@require_http_methods(FORM)
@member_view
def adopt(request: MemberRequest, code: str, pk: int, version: int) -> HttpResponse:
    """Show what the later version changes for the applications in progress; then let the stage use it."""
    round_ = staff_round(request, code)
    stage, _ = stage_of(round_, pk)
    found = get_form_version(request, version)
    if stage.form_version is None or stage.form_version.form_id != found.form_id:
        raise Http404(f"{stage} uses another form.")
    form = ReasonForm(*sent(request))
    form.fields["reason"].help_text = "Kept in the history, and mailed to everybody who is writing."
    if form.is_valid():
        with errors_on(form):
            moved = adopt_version(stage, version=found, actor=request.user, **form.cleaned_data)
            words = f"“{stage}” uses version {found.number}. Applications moved: {moved}."
            return done(request, words, url_of(round_, "stages"))
    context = {
        "round": round_,
        "crumbs": crumbs_to(round_, ("Stages", "stages")),
        "stage": stage,
        "version": found,
        "effect": effect_of(stage, found),
        "form": form,
    }
    return render(request, "rounds/adopt.html", context, status=422 if form.is_bound else 200)
