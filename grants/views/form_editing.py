"""Edits of a draft, each saved by itself: sections, questions, those of a repeating group, their order."""

from collections.abc import Sequence
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.engine.kinds import KINDS
from grants.engine.kinds.simple import SIMPLE
from grants.engine.schema import Field, FormSchema, Section
from grants.forms.fields import RevisionForm, SectionForm, form_for
from grants.models import FormVersion
from grants.services import form_edits as edits
from grants.views.form_pages import FORM, builder_form, crumbs_to, draft_view, edited, pressed, url_of
from grants.views.round_pages import new_order
from scsc.programs.access import MemberRequest
from scsc.ui.forms import sent

# Kinds as they are offered, by what they are for.
GROUPS = [
    ("Words", ["text", "long_text", "email", "phone", "url"]),
    ("Numbers and days", ["number", "money", "date"]),
    ("Choices", ["yes_no", "choice", "choices"]),
    ("Tables", ["budget", "indicators", "group"]),
    ("Organisation and files", ["abn", "address", "file"]),
    ("Keeping children safe", ["policy", "screening", "principles"]),
    ("Not a question", ["declaration", "info"]),
]


def place_of(schema: FormSchema, key: str) -> Section:
    found = schema.section(key)
    if found is None:
        raise Http404(f"The form has no section {key}.")
    return found


def question_at(schema: FormSchema, key: str) -> tuple[Section, Field]:
    found = next(((section, field) for section, field in schema.fields() if field.key == key), None)
    if found is None:
        raise Http404(f"The form has no question {key}.")
    return found


def group_at(schema: FormSchema, key: str) -> Field:
    """A repeating group."""
    _, field = question_at(schema, key)
    if field.kind != "group":
        raise Http404(f"{field.label} holds no questions.")
    return field


def inner_at(schema: FormSchema, group: str, key: str) -> tuple[Field, Field]:
    """A question of a repeating group, with the group."""
    field = group_at(schema, group)
    found = next((one for one in edits.questions_in(field) if one.key == key), None)
    if found is None:
        raise Http404(f"{field.label} has no question {key}.")
    return field, found


@require_http_methods(FORM)
@draft_view
def add_section(request: MemberRequest, version: FormVersion) -> HttpResponse:
    """A new section."""
    form = SectionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        title, help_ = form.cleaned_data["title"], form.cleaned_data["help"]
        edit = partial(edits.add_section, title=title, help=help_)
        if answer := edited(request, version, form, edit=edit, words=f"section “{title}” added"):
            return answer
    return builder_form(request, version, form, title="Add a section", submit="Add the section")


@require_http_methods(FORM)
@draft_view
def section(request: MemberRequest, version: FormVersion, section: str) -> HttpResponse:
    """Other words for a section."""
    found = place_of(version.schema, section)
    initial = {**SectionForm.shown(found), "revision": version.revision}
    form = SectionForm(*sent(request), initial=initial)
    if form.is_valid():
        title, help_ = form.cleaned_data["title"], form.cleaned_data["help"]
        edit = partial(edits.change_section, key=section, title=title, help=help_)
        if answer := edited(request, version, form, edit=edit, words=f"section “{title}” changed"):
            return answer
    saved = [("Title", found.title), ("Introduction", found.help)]
    return builder_form(request, version, form, title="Change a section", submit="Save", saved=saved)


@require_http_methods(FORM)
@draft_view
def remove_section(request: MemberRequest, version: FormVersion, section: str) -> HttpResponse:
    """Take a section out, with its questions."""
    found = place_of(version.schema, section)
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        edit = partial(edits.remove_section, key=section)
        if answer := edited(request, version, form, edit=edit, words=f"section “{found.title}” removed"):
            return answer
    count = len(found.fields)
    lead = f"Its {count} question{'' if count == 1 else 's'} {'goes' if count == 1 else 'go'} with it."
    title = f"Remove the section “{found.title}”?"
    return builder_form(request, version, form, title=title, submit="Remove the section", lead=lead)


@require_safe
@draft_view
def kinds(request: MemberRequest, version: FormVersion, section: str) -> HttpResponse:
    """The kinds of question to choose from."""
    place = place_of(version.schema, section)
    return _choose(request, version, f"Add a question to “{place.title}”", "add_field", section)


@require_safe
@draft_view
def inner_kinds(request: MemberRequest, version: FormVersion, field: str) -> HttpResponse:
    """The kinds that a question of a repeating group can be."""
    group = group_at(version.schema, field)
    return _choose(request, version, f"Add a question to “{group.label}”", "add_inner", field)


def _choose(request: MemberRequest, version: FormVersion, title: str, part: str, place: str) -> HttpResponse:
    offered = SIMPLE if part == "add_inner" else KINDS
    groups = [
        (label, [(KINDS[name], url_of(version, part, place, name)) for name in names if name in offered])
        for label, names in GROUPS
    ]
    context = {
        "version": version,
        "crumbs": crumbs_to(version),
        "title": title,
        "groups": [(label, found) for label, found in groups if found],
        "back": url_of(version),
    }
    return render(request, "forms_builder/kinds.html", context)


@require_http_methods(FORM)
@draft_view
def add_field(request: MemberRequest, version: FormVersion, section: str, kind: str) -> HttpResponse:
    """A new question of a kind, at the end of a section."""
    schema, place = version.schema, place_of(version.schema, section)
    if kind not in KINDS:
        raise Http404(f"There is no kind {kind}.")
    initial = {"revision": version.revision}
    form = form_for(kind)(*sent(request), schema=schema, kind=kind, section=section, initial=initial)
    if form.is_valid():
        field = form.field([other.key for _, other in schema.fields()])
        edit = partial(edits.add_field, section=section, field=field)
        if answer := edited(request, version, form, edit=edit, words=f"{_name(field)} added"):
            return answer
    title = f"Add to “{place.title}”: {KINDS[kind].label.lower()}"
    lead = KINDS[kind].about
    return builder_form(request, version, form, title=title, submit="Add the question", lead=lead)


@require_http_methods(FORM)
@draft_view
def field(request: MemberRequest, version: FormVersion, field: str) -> HttpResponse:
    """Change a question."""
    schema, (place, old) = version.schema, question_at(version.schema, field)
    form = form_for(old.kind)(
        *sent(request),
        schema=schema,
        kind=old.kind,
        old=old,
        section=place.key,
        initial={"revision": version.revision},
    )
    if form.is_valid():
        new, to = form.field(), form.cleaned_data["section"]
        edit = partial(edits.change_field, field=new, section=to)
        if answer := edited(request, version, form, edit=edit, words=f"{_name(new)} changed"):
            return answer
    return builder_form(
        request, version, form, title=f"Change {_name(old)}", submit="Save", saved=_saved(old)
    )


@require_http_methods(FORM)
@draft_view
def remove_field(request: MemberRequest, version: FormVersion, field: str) -> HttpResponse:
    """Take a question out."""
    _, old = question_at(version.schema, field)
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        edit = partial(edits.remove_field, key=field)
        if answer := edited(request, version, form, edit=edit, words=f"{_name(old)} removed"):
            return answer
    lead = _asked_by(version.schema, field)
    return builder_form(
        request, version, form, title=f"Remove {_name(old)}?", submit="Remove the question", lead=lead
    )


def _asked_by(schema: FormSchema, key: str) -> str:
    """What is shown by the answer to a question, in words."""
    parts = [(section.title, section.show_if) for section in schema.sections]
    parts += [(field.label, field.show_if) for _, field in schema.fields()]
    names = [
        f"“{name}”"
        for name, rule in parts
        if rule and any(condition.field == key for condition in rule.conditions)
    ]
    if not names:
        return "Nothing else depends on its answer."
    return (
        f"Its answer decides whether this is shown: {', '.join(names)}. Change those conditions afterwards."
    )


@require_http_methods(FORM)
@draft_view
def add_inner(request: MemberRequest, version: FormVersion, field: str, kind: str) -> HttpResponse:
    """A new question in a repeating group."""
    schema, group = version.schema, group_at(version.schema, field)
    if kind not in SIMPLE:
        raise Http404(f"A group holds no question of the kind {kind}.")
    initial = {"revision": version.revision}
    form = form_for(kind)(*sent(request), schema=schema, kind=kind, in_group=True, initial=initial)
    if form.is_valid():
        new = form.field([one.key for one in edits.questions_in(group)])
        edit = partial(edits.add_question, group=field, question=new)
        if answer := edited(request, version, form, edit=edit, words=f"{_name(new)} added"):
            return answer
    title = f"Add to “{group.label}”: {KINDS[kind].label.lower()}"
    return builder_form(request, version, form, title=title, submit="Add the question")


@require_http_methods(FORM)
@draft_view
def inner(request: MemberRequest, version: FormVersion, field: str, question: str) -> HttpResponse:
    """Change a question of a repeating group."""
    schema, (_, old) = version.schema, inner_at(version.schema, field, question)
    form = form_for(old.kind)(
        *sent(request),
        schema=schema,
        kind=old.kind,
        old=old,
        in_group=True,
        initial={"revision": version.revision},
    )
    if form.is_valid():
        edit = partial(edits.change_question, group=field, question=form.field())
        if answer := edited(request, version, form, edit=edit, words=f"{_name(old)} changed"):
            return answer
    return builder_form(
        request, version, form, title=f"Change {_name(old)}", submit="Save", saved=_saved(old)
    )


@require_http_methods(FORM)
@draft_view
def remove_inner(request: MemberRequest, version: FormVersion, field: str, question: str) -> HttpResponse:
    """Take a question out of a repeating group."""
    _, old = inner_at(version.schema, field, question)
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        edit = partial(edits.remove_question, group=field, key=question)
        if answer := edited(request, version, form, edit=edit, words=f"{_name(old)} removed"):
            return answer
    title = f"Remove {_name(old)}?"
    return builder_form(request, version, form, title=title, submit="Remove the question")


@require_POST
@draft_view
def move(request: MemberRequest, version: FormVersion) -> HttpResponse:
    """Put a section, a question, or a question of a group in another place. `item` says which.

    It is posted as "section:key", "field:key" or "question:group.key", with `by` or `to` as for other lists;
    `into` names the section that a question is dropped in.
    """
    return pressed(request, version, edit=partial(_moving, request, version.schema), words="order changed")


def _moving(request: MemberRequest, schema: FormSchema) -> edits.Edit:
    """The edit that a posted move asks for. Raises DomainError for a thing that is gone."""
    thing, _, key = request.POST.get("item", "").partition(":")
    if thing == "section":
        edits.section_of(schema, key)
        return partial(edits.move_section, key=key, to=_place(request, schema.sections, "section:"))
    if thing == "question":
        group, _, key = key.partition(".")
        field, _ = edits.question_of(schema, group, key)
        place = _place(request, edits.questions_in(field), f"question:{group}.")
        return partial(edits.move_question, group=group, key=key, to=place)
    section, field = edits.field_of(schema, key)
    into = edits.section_of(schema, request.POST.get("into") or section.key)
    others = into.fields if into.key == section.key else [*into.fields, field]
    return partial(edits.move_field, key=key, section=into.key, to=_place(request, others, "field:"))


def _place(request: MemberRequest, parts: Sequence[Section] | Sequence[Field], prefix: str) -> int:
    """Where a moved part comes to stand among the others."""
    order = new_order(request.POST, [f"{prefix}{part.key}" for part in parts])
    return order.index(request.POST.get("item", ""))


def _name(field: Field) -> str:
    """A question as messages call it."""
    return f"“{field.label}”" if field.label else KINDS[field.kind].label.lower()


def _saved(field: Field) -> list[tuple[str, str]]:
    """What a question says as it is saved, for somebody whose change met another one."""
    return [
        ("Question", field.label),
        ("Help", field.help),
        ("Must be answered", "Yes" if field.required else "No"),
    ]
