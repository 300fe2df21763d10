"""Enter the program named in the address, for the whole of a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope


class ProgramMiddleware:
    """Sets `request.program` and wraps the view in that program's scope and time zone.

    Entering says nothing about rights: views load and authorise through access functions. An unknown slug
    leaves `request.program` at None, which those functions answer with 404, as they do for outsiders.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = slug_in(request.path_info)
        program = Program.objects.filter(slug=slug).first() if slug else None
        request.program = program  # type: ignore[attr-defined]
        if program is None:
            return self.get_response(request)
        with program_scope(program), timezone.override(program.timezone):
            return self.get_response(request)


def slug_in(path: str) -> str | None:
    """The slug of the program in an address; None for an address outside of programs."""
    try:
        return resolve(path).kwargs.get("program")
    except Resolver404:
        return None
