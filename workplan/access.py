"""Load and authorise in one step: what a person may not see is not there (404)."""

from django.http import Http404

from scsc.programs.access import MemberRequest
from workplan.models import Action, Deliverable, Evidence, ProgressUpdate
from workplan.permissions import can_view_action


def get_action(request: MemberRequest, code: str) -> Action:
    """The action of this code, for a person who may see it."""
    action = Action.objects.select_related("ambition", "owner", "rag_by").filter(code=code).first()
    if action is None:
        raise Http404(f"No action {code}.")
    action.program = request.program
    if not can_view_action(request.user, action):
        raise Http404(f"No action {code} for this person.")
    return action


def get_deliverable(request: MemberRequest, code: str) -> Deliverable:
    """The deliverable of this code, under an action that the person may see."""
    deliverable = Deliverable.objects.filter(code=code).first()
    if deliverable is None:
        raise Http404(f"No deliverable {code}.")
    deliverable.action = get_action(request, deliverable.action.code)
    deliverable.program = request.program
    return deliverable


def get_evidence(request: MemberRequest, pk: int) -> tuple[Evidence, Deliverable]:
    """A piece of evidence with its deliverable, which the person may see."""
    evidence = Evidence.objects.filter(pk=pk, deliverable__isnull=False, removed_at=None).first()
    if evidence is None or evidence.deliverable is None:
        raise Http404(f"No evidence {pk}.")
    evidence.deliverable = get_deliverable(request, evidence.deliverable.code)
    return evidence, evidence.deliverable


def get_update(request: MemberRequest, pk: int) -> ProgressUpdate:
    """An update on an action that the person may see."""
    update = ProgressUpdate.objects.select_related("action").filter(pk=pk).first()
    if update is None:
        raise Http404(f"No update {pk}.")
    update.action = get_action(request, update.action.code)
    update.program = request.program
    return update
