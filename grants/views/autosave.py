"""What the page's script asks: save one field, send a file, what changed meanwhile."""

from dataclasses import replace
from datetime import MAXYEAR, datetime
from typing import Any

from django.http import Http404, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from grants.engine.conditions import drivers, visible_keys
from grants.engine.kind import options_of
from grants.engine.kinds import kind_of
from grants.engine.kinds.budget import BudgetOptions
from grants.engine.schema import Field
from grants.forms.writing import DRAW, digest, version_in
from grants.models import Answer, AnswerFile
from grants.permissions import can_edit_application
from grants.queries.writing import Draft, changes_since, others_at_work
from grants.services.answers import NO_FIELD, ConflictError, NotOpenError, check_open, write_answer
from grants.services.files import add_answer_file, remove_answer_file
from grants.services.presence import note_presence
from grants.views.asking import drawn_clash, drawn_field, given_problems
from grants.views.closing import closing_words_of
from grants.views.drafts import answers_script, get_draft
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest


@require_POST
@answers_script
def autosave(request: MemberRequest, code: str, key: str) -> HttpResponseBase:
    """Save one field over the version that the page had. At most six queries, the frame's included."""
    draft, now = get_draft(request, code, lock=True), timezone.now()
    field = _field(draft, key)
    value = kind_of(field).read(field, request.POST, key)
    version = version_in(request.POST)
    try:
        saved = write_answer(draft, key=key, value=value, version=version, actor=request.user, now=now)
    except ConflictError as error:
        return JsonResponse(_conflict(draft, field, error, mine=value), status=409)
    answers = draft.with_value(key, value)
    found = given_problems(draft, answers, now=now).get(key, [])
    said: dict[str, Any] = {
        "version": saved.version,
        "at": saved.at.isoformat(),
        "base": digest(field, value),
        "problems": [{"message": problem.message, "part": problem.part} for problem in found],
    }
    if key in drivers(draft.schema):
        said["visible"] = {"fields": sorted(visible_keys(draft.schema, answers).fields)}
    if found or request.POST.get(DRAW):
        answer = Answer(key=key, value=value, version=saved.version)
        said["html"] = drawn_field(draft, field, answer=answer, now=now)
    said["also"] = {
        one.key: drawn_field(replace(draft, answers=answers), one, now=now) for one in _sums_up(draft, key)
    }
    return JsonResponse(said)


@require_POST
@answers_script
def upload(request: MemberRequest, code: str, key: str) -> HttpResponseBase:
    """Take one file for a field. It is checked before anybody can open it."""
    draft = get_draft(request, code)
    field = _field(draft, key)
    check_open(draft, actor=request.user, now=timezone.now())
    file = request.FILES.get("file")
    if file is None:
        raise DomainError("Choose a file first.")
    add_answer_file(draft.application, key=key, upload=file, actor=request.user)
    return JsonResponse({"html": drawn_field(get_draft(request, code), field)})


@require_POST
@answers_script
def remove_file(request: MemberRequest, code: str, pk: int) -> HttpResponseBase:
    """Take a file away from its field."""
    draft = get_draft(request, code)
    found = AnswerFile.objects.filter(application=draft.application).select_related("document")
    file = found.filter(pk=pk).first()
    if file is None:
        raise Http404(f"No file {pk} in {code}.")
    file.application = draft.application
    remove_answer_file(file, actor=request.user)
    return JsonResponse({"html": drawn_field(get_draft(request, code), _field(draft, file.key))})


@require_safe
@answers_script
def changes(request: MemberRequest, code: str) -> HttpResponseBase:
    """What was written since a moment, who else is here, how long there is; and note that this person is."""
    draft, now = get_draft(request, code), timezone.now()
    here = request.GET.get("section", "")
    if here and can_edit_application(request.user, draft.application):
        note_presence(draft.application, actor=request.user, section=here, now=now)
    section = draft.schema.section(here)
    mine = {field.key: field for field in section.fields} if section else {}
    changed = [
        answer for answer in changes_since(draft.application, _since(request, now)) if answer.key in mine
    ]
    context = {"draft": draft, "editors": others_at_work(draft.application, request.user, now)}
    return JsonResponse(
        {
            "now": now.isoformat(),
            "form": draft.application.form_version_id,
            "fields": [_change(draft, mine[answer.key], answer, request) for answer in changed],
            "drives": any(answer.key in drivers(draft.schema) for answer in changed),
            "files": {
                key: drawn_field(draft, field) for key, field in mine.items() if kind_of(field).takes_files
            },
            "editors": render_to_string("apply/_editors.html", context).strip(),
            "closing": closing_words_of(draft, now),
        }
    )


@require_safe
@answers_script
def visibility(request: MemberRequest, code: str, section: str) -> HttpResponseBase:
    """Which fields of a section are shown, given the answers that are kept."""
    draft = get_draft(request, code)
    found = draft.schema.section(section)
    shown = visible_keys(draft.schema, draft.answers).fields
    fields = [field.key for field in found.fields if field.key in shown] if found else []
    return JsonResponse({"fields": fields})


def _sums_up(draft: Draft, key: str) -> list[Field]:
    """The budgets that must add up to this field: what is wrong with them changes with it."""
    budgets = [field for _, field in draft.schema.fields() if field.kind == "budget"]
    return [field for field in budgets if options_of(field, BudgetOptions).total_of == key]


def _field(draft: Draft, key: str) -> Field:
    field = draft.schema.field(key)
    if field is None:
        raise NotOpenError(NO_FIELD)
    return field


def _conflict(draft: Draft, field: Field, error: ConflictError, *, mine: Any) -> dict[str, Any]:
    """The other's answer as data, for reading and drawn, and the panel that asks."""
    answer = error.answer
    return {
        "error": str(error),
        "version": answer.version,
        "base": digest(field, answer.value),
        "value": answer.value,
        "text": answer.value if isinstance(answer.value, str) else "",
        "by": str(answer.updated_by),
        "at": answer.updated_at.isoformat(),
        "html": drawn_field(draft, field, answer=answer),
        "panel": drawn_clash(draft, field, answer, mine),
    }


def _change(draft: Draft, field: Field, answer: Answer, request: MemberRequest) -> dict[str, Any]:
    by = "" if answer.updated_by_id == request.user.pk else str(answer.updated_by)
    return {
        "key": field.key,
        "version": answer.version,
        "by": by,
        "at": answer.updated_at.isoformat(),
        "html": drawn_field(draft, field, answer=answer),
    }


def _since(request: MemberRequest, now: datetime) -> datetime:
    """The moment that the page names, or now where it names none that can be counted with."""
    try:
        given = parse_datetime(request.GET.get("since", ""))
    except ValueError:
        given = None
    # The first and last days of the calendar have no earlier moment, or none in other time zones.
    return given if given and given.tzinfo and 1970 <= given.year < MAXYEAR else now
