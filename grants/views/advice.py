"""Advice of the Advisory Group: on applications, on actions of the plan, on the plan as a whole."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import find_application
from grants.forms.assessing import AdviceForm
from grants.models import Advice, Application
from grants.permissions import can_advise, can_advise_on_plan, can_read_advice
from grants.queries.advice import actions_with_advice, advice_on_action, advice_on_plan, own_advice, to_advise
from grants.queries.blind import content_for
from grants.queries.panel_home import panel_rows
from grants.queries.received import submissions_of
from grants.queries.sight import has_sight
from grants.services.advice import advise, advise_on_plan
from grants.views.panel_places import places
from grants.views.round_pages import FORM, done
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.models import Action
from workplan.views.form_page import form_page

READERS = "Program staff, executives, auditors and members of panels read advice."
MEMBERS = "Members of the Advisory Group advise. Ask one of them."


def home_url(request: MemberRequest) -> str:
    return reverse("assess:advice", args=[request.program.slug])


@require_safe
@member_view
def home(request: MemberRequest) -> HttpResponse:
    """What there is to advise on, and what was advised on the plan."""
    require(can_read_advice(request.user, request.program), READERS)
    put = to_advise(request.user, request.program)
    rows = panel_rows([application for application, _ in put], request.user, request.program)
    context = {
        "to_advise": [(row, given) for row, (_, given) in zip(rows, put, strict=True)],
        "may_advise": can_advise_on_plan(request.user, request.program),
        "on_plan": advice_on_plan(),
        "on_actions": actions_with_advice(),
        "places": places(request),
        "actions": Action.objects.order_by("code").only("code", "text"),
    }
    return render(request, "assessing/advice.html", context)


@require_http_methods(FORM)
@member_view
def on_application(request: MemberRequest, code: str) -> HttpResponse:
    """Advise on an application, beside what was submitted."""
    application = find_application(request, code)
    if application is not None and _waits_for_declaration(request, application):
        return redirect("panel:declare", request.program.slug, code)
    if application is None or not can_advise(request.user, application):
        raise Http404(f"No advice on {code} by this person.")
    last = own_advice(request.user, application)
    form = AdviceForm(*sent(request), initial=_shown(last))
    if form.is_valid():
        with errors_on(form):
            advise(application, **form.cleaned_data, actor=request.user)
            return done(request, f"Your advice on {code} is there.", home_url(request))
    submission = next(iter(submissions_of(application)), None)
    content = content_for(request.user, application, submission.content) if submission else {}
    context = {
        "application": application,
        "crumbs": [("Advice", home_url(request))],
        "form": form,
        "last": last,
        "content": content,
        "title": content.get("title") or code,
    }
    return render(request, "assessing/advise.html", context, status=422 if form.errors else 200)


def _waits_for_declaration(request: MemberRequest, application: Application) -> bool:
    """Whether it is put to the person for advice, and their declaration is what is missing."""
    if has_sight(request.user, application):
        return False
    return any(application == one for one, _ in to_advise(request.user, request.program))


def _shown(last: Advice | None) -> dict[str, str]:
    return {"position": last.position, "text": last.text} if last else {}


@require_http_methods(FORM)
@member_view
def on_action(request: MemberRequest, code: str) -> HttpResponse:
    """Advise on an action of the work plan."""
    require(can_advise_on_plan(request.user, request.program), MEMBERS)
    action = Action.objects.filter(code=code).first()
    if action is None:
        raise Http404(f"No action {code}.")
    last = next((one for one in advice_on_action(action) if one.author_id == request.user.pk), None)
    return _on_plan(request, last, action=action, title=f"Advise on {action.code}", lead=action.text)


@require_http_methods(FORM)
@member_view
def on_plan(request: MemberRequest) -> HttpResponse:
    """Advise on the plan as a whole."""
    require(can_advise_on_plan(request.user, request.program), MEMBERS)
    last = next((one for one in advice_on_plan() if one.author_id == request.user.pk), None)
    return _on_plan(request, last, action=None, title="Advise on the plan", lead="The work plan as a whole.")


def _on_plan(
    request: MemberRequest, last: Advice | None, *, action: Action | None, title: str, lead: str
) -> HttpResponse:
    form = AdviceForm(*sent(request), initial=_shown(last))
    if form.is_valid():
        with errors_on(form):
            advise_on_plan(request.program, **form.cleaned_data, action=action, actor=request.user)
            return done(request, "Your advice is there.", home_url(request))
    back = home_url(request)
    return form_page(request, form, title=title, submit="Give the advice", back=back, lead=lead, guard=True)
