"""Loading what a team writes, and answering a script: the same rules as for pages, in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse

from grants.forms.writing import PERSON
from grants.permissions import can_view_own_application
from grants.queries.writing import Draft, draft_of
from grants.services.answers import ClosedError, NotOpenError
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest
from scsc.programs.permissions import can_enter_program

P = ParamSpec("P")

NOT_THERE = "You cannot open this application any more. Ask a colleague on its team."
SIGNED_OUT = "You were signed out."
SOMEBODY_ELSE = "This page was opened by somebody else than you are signed in as now, so nothing was saved."


def get_draft(request: MemberRequest, code: str, *, lock: bool = False) -> Draft:
    """An application of the person's own team with all that writing needs, in one query; else Http404."""
    draft = draft_of(request.program, request.user, code=code, lock=lock)
    if draft is None or not can_view_own_application(request.user, draft.application):
        raise Http404(f"No application {code} for this person.")
    return draft


def is_somebody_else(request: MemberRequest) -> bool:
    """Whether the page that sent this was opened by another person, who has signed out since."""
    return request.POST.get(PERSON, str(request.user.pk)) != str(request.user.pk)


def answers_script(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view for the page's script: as `member_view`, but every refusal is JSON that says why.

    401 signed out, 403 not allowed or another person, 404 not there for them, 410 writing has ended (for the
    reason "question" of that one only), 422 what the rules do not take.
    """

    @wraps(view)
    def checked(request: HttpRequest, program: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refusal(SIGNED_OUT, 401, reason="sign-in")
        member = cast(MemberRequest, request)
        if member.program is None or not can_enter_program(member.user, member.program):
            return refusal(NOT_THERE, 404)
        if is_somebody_else(member):
            return refusal(SOMEBODY_ELSE, 403, reason="person")
        try:
            return view(member, *args, **kwargs)
        except Http404:
            return refusal(NOT_THERE, 404)
        except PermissionDenied as error:
            return refusal(str(error), 403)
        except NotOpenError as error:
            return refusal(str(error), 410, reason="question")
        except ClosedError as error:
            return refusal(str(error), 410)
        except DomainError as error:
            return refusal(str(error), 422)

    return checked


def refusal(words: str, status: int, *, reason: str = "") -> JsonResponse:
    return JsonResponse({"error": words, "reason": reason}, status=status)
