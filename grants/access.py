"""Load and authorise in one step: what a person may not see is not there (404)."""

from django.http import Http404

from grants.models import Application, FormVersion, Round
from grants.permissions import (
    can_list_applications,
    can_manage_rounds,
    can_read_application,
    can_view_own_application,
    can_view_rounds,
)
from grants.queries.rounds import is_open_to
from grants.queries.sight import is_blocked
from scsc.accounts.models import User
from scsc.programs.access import MemberRequest, PublicRequest, require

STAFF_ONLY = "Program managers and officers do this. Ask one of them."
LISTED_FOR = "Program staff and auditors see the applications. Ask one of them."


def get_public_round(request: MemberRequest | PublicRequest, code: str) -> Round:
    """A round that this person, or anybody, may read about: announced, and public or for them."""
    round_ = Round.objects.filter(code=code).first()
    if round_ is None:
        raise Http404(f"No round {code}.")
    round_.program = request.program
    person = request.user if isinstance(request.user, User) else None
    if not is_open_to(round_, person):
        raise Http404(f"No round {code} for this person.")
    return round_


def get_round(request: MemberRequest, code: str) -> Round:
    """A round in whatever state, for a reader of the program."""
    require(can_view_rounds(request.user, request.program), STAFF_ONLY)
    round_ = Round.objects.filter(code=code).first()
    if round_ is None:
        raise Http404(f"No round {code}.")
    round_.program = request.program
    return round_


def get_form_version(request: MemberRequest, pk: int) -> FormVersion:
    """A version of a form, for staff."""
    require(can_manage_rounds(request.user, request.program), STAFF_ONLY)
    version = FormVersion.objects.select_related("form").filter(pk=pk).first()
    if version is None:
        raise Http404(f"No version {pk} of a form.")
    version.program = request.program
    return version


def get_own_application(request: MemberRequest, code: str) -> Application:
    """An application of the person's own team."""
    application = find_application(request, code)
    if application is None or not can_view_own_application(request.user, application):
        raise Http404(f"No application {code} for this person.")
    return application


def get_listed_application(request: MemberRequest, code: str) -> Application:
    """An application in whatever state, for those who see which there are.

    What was not submitted is its team's alone: a page shows no more than `can_read_application` allows. For
    somebody who stepped out of it, or waits for a ruling, it is not there.
    """
    require(can_list_applications(request.user, request.program), LISTED_FOR)
    application = find_application(request, code)
    if application is None or is_blocked(request.user, application):
        raise Http404(f"No application {code} for this person.")
    return application


def get_received_application(request: MemberRequest, code: str) -> Application:
    """An application that was submitted, for those who read them; a draft's text is its team's alone."""
    require(can_list_applications(request.user, request.program), STAFF_ONLY)
    application = find_application(request, code)
    if application is None or not can_read_application(request.user, application):
        raise Http404(f"No application {code} that was submitted.")
    return application


def find_application(request: MemberRequest, code: str) -> Application | None:
    """The application of this code, for whoever: the caller asks whether the person may know of it."""
    found = Application.objects.select_related("round", "stage", "form_version", "organisation")
    application = found.filter(code=code).first()
    if application is not None:
        application.program = application.round.program = request.program
        application.stage.round = application.round
    return application
