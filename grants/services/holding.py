"""What services of applicants begin with: the right to do it, and the row to itself."""

from django.core.exceptions import PermissionDenied

from grants.models import Application, Round


def allow(allowed: bool, message: str = "") -> None:
    """Raise PermissionDenied unless allowed; the message says who can do this instead."""
    if not allowed:
        raise PermissionDenied(message)


def hold_application(application: Application) -> Application:
    """The application as it stands now, kept from other writers until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",), no_key=True)
    fresh = rows.select_related("round", "stage", "form_version", "organisation").get(pk=application.pk)
    fresh.program = fresh.round.program = fresh.organisation.program = application.program
    fresh.stage.round = fresh.round
    return fresh


def hold_round(round_: Round) -> Round:
    """The round as it stands now; of several who begin an application at once, one goes first."""
    fresh = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_.pk)
    fresh.program = round_.program
    return fresh
