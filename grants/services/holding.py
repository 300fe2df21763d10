"""What services of applicants begin with: the right to do it, and the row to itself.

Everybody locks in one order, so that no two wait for each other for ever: the round, the organisation, the
application, then what belongs to it (change requests, invitations, files, recipients). Each may be left out;
of several of one kind the lowest id goes first. A row that may change hands is locked without joins: once
another transaction has let go of it, PostgreSQL would join the new row with the old one's and find nothing.
"""

from django.core.exceptions import PermissionDenied

from grants.models import Application, Round
from partners.models import Organisation


def allow(allowed: bool, message: str = "") -> None:
    """Raise PermissionDenied unless allowed; the message says who can do this instead."""
    if not allowed:
        raise PermissionDenied(message)


def hold_application(application: Application) -> Application:
    """The application as it stands now, kept from other writers until the transaction ends."""
    Application.objects.select_for_update(no_key=True).only("pk").get(pk=application.pk)
    rows = Application.objects.select_related("round", "stage", "form_version", "organisation")
    fresh = rows.get(pk=application.pk)
    fresh.program = fresh.round.program = fresh.organisation.program = application.program
    fresh.stage.round = fresh.round
    return fresh


def hold_with_organisation(application: Application) -> Application:
    """The same, locked after its organisation, whose applications are counted."""
    organisations = Organisation.objects.select_for_update(no_key=True)
    own = Application.objects.filter(pk=application.pk)
    held = None
    # A merge that was faster has moved it to another organisation, which is locked then.
    while held != (current := own.values_list("organisation", flat=True).get()):
        held = organisations.only("pk").get(pk=current).pk
    return hold_application(application)


def hold_round(round_: Round) -> Round:
    """The round as it stands now; of several who begin an application at once, one goes first."""
    fresh = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_.pk)
    fresh.program = round_.program
    return fresh
