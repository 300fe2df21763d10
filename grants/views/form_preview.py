"""A form as applicants will see it, to fill in and check. Nothing that is typed here is kept."""

from collections.abc import Iterator, Mapping
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from grants.access import get_form_version
from grants.engine.answers import Answers, GivenFile, Limits
from grants.engine.completeness import RELEASED, SectionStatus, problems_of, section_statuses
from grants.engine.conditions import drivers, visible_keys
from grants.engine.kinds import kind_of
from grants.engine.schema import Field, FormSchema, Json, Section
from grants.views.form_pages import FORM, crumbs_to
from scsc.programs.access import MemberRequest, member_view
from scsc.programs.clock import today


@require_http_methods(FORM)
@member_view
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """All sections that are shown, with what was typed; checked when that was asked for."""
    version = get_form_version(request, pk)
    schema = version.schema
    answers = _typed(request, schema)
    if request.method == "POST" and request.headers.get("Accept") == "application/json":
        return JsonResponse(_visible(schema, answers))
    limits = Limits(currency=request.program.currency, today=today(request.program))
    add_row = request.POST.get("add-row", "")
    checked = request.method == "POST" and not add_row and "show" not in request.POST
    context = {
        "version": version,
        "crumbs": crumbs_to(version),
        "schema": schema,
        "sections": list(_sections(schema, answers, limits)),
        "hidden": len(list(schema.fields())) - len(visible_keys(schema, answers).fields),
        "answers": answers,
        "limits": limits,
        "add_row": add_row,
        "checked": checked,
        "problems": problems_of(schema, answers, limits=limits) if checked else {},
        "depends": bool(drivers(schema)),
    }
    return render(request, "forms_builder/preview.html", context)


def _visible(schema: FormSchema, answers: Answers) -> dict[str, list[str]]:
    """What follows from the answers, for the page's script: the sections and questions that are shown."""
    visible = visible_keys(schema, answers)
    return {"sections": sorted(visible.sections), "fields": sorted(visible.fields)}


def _sections(
    schema: FormSchema, answers: Answers, limits: Limits
) -> Iterator[tuple[Section, list[tuple[Field, bool]], SectionStatus | None]]:
    """The sections, each with its questions and how far it is; None for one that is hidden now.

    Hidden ones come along, switched off: the page's script shows them when an answer asks for them.
    """
    visible = visible_keys(schema, answers)
    statuses = section_statuses(schema, answers, limits=limits)
    for section in schema.sections:
        asked = [(field, field.key in visible.fields) for field in section.fields]
        yield section, asked, statuses.get(section.key)


def _typed(request: HttpRequest, schema: FormSchema) -> Answers:
    """The answers in what was posted. A chosen file counts as one that was checked."""
    if request.method != "POST":
        return Answers()
    values: dict[str, Json] = {}
    files: Mapping[str, list[GivenFile]] = {
        field.key: [
            GivenFile(0, str(uuid4()), str(one.name), one.size or 0, "", RELEASED)
            for one in request.FILES.getlist(field.key)
        ]
        for _, field in schema.fields()
    }
    for _, field in schema.fields():
        values[field.key] = kind_of(field).read(field, request.POST, field.key)
    return Answers(values=values, files=files)
