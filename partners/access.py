"""Load and authorise in one step: what a person may not see is not there (404)."""

from django.http import Http404

from partners.models import Organisation
from partners.permissions import can_list_organisations
from scsc.programs.access import MemberRequest, require

READERS_ONLY = "Program staff, finance approvers, executives and auditors see organisations. Ask one of them."
STAFF_ONLY = "Program managers and officers do this, but not for an organisation they act for."


def get_organisation(request: MemberRequest, pk: int) -> Organisation:
    """An organisation, merged or not, for those who see organisations."""
    require(can_list_organisations(request.user, request.program), READERS_ONLY)
    organisation = Organisation.objects.select_related("merged_into", "created_by").filter(pk=pk).first()
    if organisation is None:
        raise Http404(f"No organisation {pk}.")
    organisation.program = request.program
    return organisation
