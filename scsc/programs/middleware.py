"""Enter the program named in the address, for the whole of a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope


class ProgramMiddleware:
    """Sets `request.program` and wraps the view in that program's scope.

    Entering says nothing about rights: views load and authorise through access functions. An unknown slug
    leaves `request.program` at None, which those functions answer with 404, as they do for outsiders.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.program = _program_of(request.path_info)  # type: ignore[attr-defined]
        if request.program is None:  # type: ignore[attr-defined]
            return self.get_response(request)
        with program_scope(request.program):  # type: ignore[attr-defined]
            return self.get_response(request)


def _program_of(path: str) -> Program | None:
    try:
        slug = resolve(path).kwargs.get("program")
    except Resolver404:
        return None
    return Program.objects.filter(slug=slug).first() if slug else None
