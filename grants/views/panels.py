"""What a person of a panel sees: what waits for them, an application to declare on, and one to read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import find_application
from grants.forms.panels import DeclareForm
from grants.models import Application, Declaration
from grants.permissions import can_list_applications, has_panel_page, own_assignment
from grants.queries.applications import amount_words
from grants.queries.blind import is_blind_to
from grants.queries.panel_home import panel_home
from grants.queries.panel_reading import reading_of
from grants.queries.sight import has_sight, is_put_before
from grants.services.conflicts import declare
from grants.states import AssignmentState, DeclarationState
from grants.views.handling import FORM
from grants.views.panel_places import home_url, places
from grants.views.panel_side import panel_side
from partners.identifiers import spaced_abn
from scsc.accounts.models import User
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent

PANEL_ONLY = "This is the page of members of panels, program staff and auditors."
# What a person reads after declaring; of what they lost sight of it names nothing.
AFTER = {
    DeclarationState.CLEAR: "You declared no conflict. The application is open to you.",
    DeclarationState.WAITING: "Thank you. The chair rules on it. Until then you do not see the application.",
    DeclarationState.OUT: "Thank you. You step out: the application is not shown to you any more.",
}


@require_safe
@member_view
def home(request: MemberRequest) -> HttpResponse:
    """What waits for a person of a panel."""
    require(has_panel_page(request.user, request.program), PANEL_ONLY)
    context = {
        "home": panel_home(request.user, request.program, now=timezone.now()),
        "places": places(request),
    }
    return render(request, "panels/home.html", context)


@require_http_methods(FORM)
@member_view
def declare_page(request: MemberRequest, code: str) -> HttpResponse:
    """Declare from a summary that shows just enough; the text opens once there is no conflict."""
    application = find_application(request, code)
    if application is None or not is_put_before(request.user, application):
        raise Http404(f"Application {code} is not put to this person.")
    kept = Declaration.objects.filter(application=application, user=request.user).first()
    form = DeclareForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            made = declare(application, **form.cleaned_data, actor=request.user)
            messages.success(request, AFTER[DeclarationState(made.state)])
            return redirect(_after(request, application, made))
    context = {
        "application": application,
        "form": form,
        "summary": _summary(request.user, application),
        "is_blind": is_blind_to(request.user, application),
        "declared": kept is not None,
        "crumbs": [("Panel", home_url(request))],
    }
    return render(request, "panels/declare.html", context, status=422 if form.is_bound else 200)


@require_safe
@member_view
def application_page(request: MemberRequest, code: str) -> HttpResponse:
    """The text and the files of an application; what is not declared on yet leads to the declaration."""
    application = find_application(request, code)
    if application is None or not is_put_before(request.user, application):
        raise Http404(f"No application {code} for this person.")
    if not has_sight(request.user, application):
        return redirect("panel:declare", request.program.slug, code)
    context = {
        "application": application,
        "reading": reading_of(request.user, application),
        "crumbs": [("Panel", home_url(request))],
        "is_listed": can_list_applications(request.user, request.program),
        **panel_side(request.user, application),
    }
    return render(request, "panels/application.html", context)


def _after(request: MemberRequest, application: Application, made: Declaration) -> str:
    """Where to go after declaring: to the text, or away from it. A page of this site may ask for itself."""
    if made.state != DeclarationState.CLEAR:
        return home_url(request)
    slug, own = request.program.slug, own_assignment(request.user, application)
    if own is not None and own.state == AssignmentState.ASSIGNED:
        return reverse("assess:assessment", args=[slug, own.pk])
    return reverse("panel:application", args=[slug, application.code])


def _summary(user: User, application: Application) -> list[tuple[str, str]]:
    """Just enough to know whether something ties one to it; who applies is left out of a blind review."""
    organisation = application.organisation
    place = ", ".join(filter(None, [organisation.suburb, organisation.state]))
    rows = [
        ("Organisation", organisation.name),
        ("ABN", spaced_abn(organisation.abn) or "None given"),
        ("Project", application.title),
        ("Asked for", amount_words(application.amount, application.program)),
        ("Place", place),
        ("Round", application.round.title),
    ]
    if is_blind_to(user, application):
        rows = [row for row in rows if row[0] in {"Asked for", "Round"}]
    return [(label, value) for label, value in rows if value]
