"""Rubrics for staff: the list, a new one, a version with its criteria, and the steps of a version's life."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.access import STAFF_ONLY
from grants.engine import rubric
from grants.engine.rubric import Criterion
from grants.forms.fields import RevisionForm
from grants.forms.rubrics import CriterionForm, NewRubricForm, RubricForm
from grants.models import RubricVersion
from grants.permissions import can_manage_rubrics
from grants.queries.rubrics import (
    TONES,
    lines_of,
    list_rubrics,
    rubric_bases,
    uses_of_rubric,
    versions_of_rubric,
)
from grants.services import rubric_edits as edits
from grants.services.rubrics import (
    RubricConflictError,
    change_rubric,
    create_rubric,
    new_rubric_version,
    publish_rubric,
    retire_rubric,
)
from grants.states import RUBRIC_VERSION, RubricState
from grants.views.round_pages import FORM, done, new_order
from grants.views.rubric_pages import (
    crumbs_to,
    edited,
    get_rubric_draft,
    get_rubric_version,
    pressed,
    rubric_form,
    url_of,
)
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

LEADS = {
    (RubricState.DRAFT, "publish"): "Rounds can then assess by it. A published version never changes again.",
    (RubricState.DRAFT, "retire"): "The draft is put away. Other versions of the rubric stay.",
    (RubricState.PUBLISHED, "retire"): "No round can choose it any more.",
}


@require_safe
@member_view
def rubric_list(request: MemberRequest) -> HttpResponse:
    """All rubrics, and where each is used."""
    require(can_manage_rubrics(request.user, request.program), STAFF_ONLY)
    return render(request, "rubrics/list.html", {"lines": list_rubrics()})


@require_http_methods(FORM)
@member_view
def new_rubric(request: MemberRequest) -> HttpResponse:
    """A new rubric: empty, or as a copy of another."""
    require(can_manage_rubrics(request.user, request.program), STAFF_ONLY)
    copies = {str(version.pk): version for version in rubric_bases()}
    form = NewRubricForm(*sent(request), copies=[(pk, f"A copy of {v}") for pk, v in copies.items()])
    if form.is_valid():
        data = form.cleaned_data
        with errors_on(form):
            version = create_rubric(
                request.program,
                name=data["name"],
                about=data["about"],
                based_on=copies.get(data.get("start", "")),
                actor=request.user,
            )
            return done(request, f"{version.rubric} is begun, as a draft.", url_of(version))
    back = reverse("rubrics:list", args=[request.program.slug])
    return form_page(request, form, title="New rubric", submit="Begin the rubric", back=back)


@require_safe
@member_view
def version_page(request: MemberRequest, pk: int) -> HttpResponse:
    """The criteria of a version: a draft to edit, others to read."""
    version = get_rubric_version(request, pk)
    schema = version.schema
    context = {
        "version": version,
        "crumbs": crumbs_to(version)[:1],
        "lines": lines_of(schema),
        "problems": rubric.problems(schema) if version.state == RubricState.DRAFT else [],
        "tone": TONES[RubricState(version.state)],
        "versions": versions_of_rubric(version.rubric),
        "uses": uses_of_rubric(version),
        "steps": [step for step in version.life.open_to(request.user, version) if step[0] != "publish"],
        "can_edit": version.state == RubricState.DRAFT,
        "history": history_of([version, version.rubric]),
    }
    return render(request, "rubrics/version.html", context)


@require_http_methods(FORM)
@member_view
def details(request: MemberRequest, pk: int) -> HttpResponse:
    """What the rubric is called and what it is for."""
    version = get_rubric_version(request, pk)
    found = version.rubric
    form = RubricForm(*sent(request), initial={"name": found.name, "about": found.about})
    if form.is_valid():
        with errors_on(form):
            change_rubric(found, **form.cleaned_data, actor=request.user)
            return done(request, "The details are saved.", url_of(version))
    return form_page(request, form, title=f"Details of {found}", submit="Save", back=url_of(version))


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Publish a version, retire it, or discard a draft."""
    version = get_rubric_version(request, pk)
    found = RUBRIC_VERSION.table.get((version.state, step)) if step in RUBRIC_VERSION.actions else None
    if found is None:
        raise Http404(f"{version} has no step {step} now.")
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        with errors_on(form):
            try:
                _take(version, step, form.cleaned_data["revision"], request)
            except RubricConflictError as conflict:
                form.saw(conflict.current.revision)
                raise
            return done(request, f"You {found.done} {version}.", url_of(version))
    problems = rubric.problems(version.schema) if step == "publish" else []
    title, lead = f"{found.label} {version}?", LEADS[RubricState(version.state), step]
    return rubric_form(request, version, form, title=title, submit=found.label, lead=lead, problems=problems)


def _take(version: RubricVersion, step: str, revision: int, request: MemberRequest) -> None:
    if step == "publish":
        publish_rubric(version, revision=revision, actor=request.user)
    else:
        retire_rubric(version, actor=request.user)


@require_POST
@member_view
def next_version(request: MemberRequest, pk: int) -> HttpResponse:
    """Go to the draft of the rubric's next version, made as a copy of this one where there is none."""
    version = get_rubric_version(request, pk)
    draft = new_rubric_version(version.rubric, based_on=version, actor=request.user)
    return redirect(url_of(draft))


@require_http_methods(FORM)
@member_view
def add_criterion(request: MemberRequest, pk: int) -> HttpResponse:
    """A new criterion, at the end."""
    version = get_rubric_draft(request, pk)
    form = CriterionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        edit = partial(edits.add_criterion, values=form.values())
        words = f"criterion “{form.cleaned_data['label']}” added"
        if answer := edited(request, version, form, edit=edit, words=words):
            return answer
    return rubric_form(request, version, form, title="Add a criterion", submit="Add the criterion")


@require_http_methods(FORM)
@member_view
def criterion(request: MemberRequest, pk: int, key: str) -> HttpResponse:
    """Change a criterion."""
    version = get_rubric_draft(request, pk)
    found = _criterion_at(version, key)
    form = CriterionForm(*sent(request), initial={**CriterionForm.shown(found), "revision": version.revision})
    if form.is_valid():
        edit = partial(edits.change_criterion, key=key, values=form.values())
        words = f"criterion “{form.cleaned_data['label']}” changed"
        if answer := edited(request, version, form, edit=edit, words=words):
            return answer
    return rubric_form(request, version, form, title=f"Change “{found.label}”", submit="Save")


@require_http_methods(FORM)
@member_view
def remove_criterion(request: MemberRequest, pk: int, key: str) -> HttpResponse:
    """Take a criterion out of a draft."""
    version = get_rubric_draft(request, pk)
    found = _criterion_at(version, key)
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        edit, words = partial(edits.remove_criterion, key=key), f"criterion “{found.label}” removed"
        if answer := edited(request, version, form, edit=edit, words=words):
            return answer
    title = f"Remove “{found.label}”?"
    return rubric_form(request, version, form, title=title, submit="Remove the criterion")


@require_POST
@member_view
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """Put a criterion in another place."""
    version, item = get_rubric_draft(request, pk), request.POST.get("item", "")
    keys = [criterion.key for criterion in version.schema.criteria]
    order = new_order(request.POST, keys)
    if item not in keys or order == keys:
        return redirect(url_of(version))
    edit = partial(edits.move_criterion, key=item, to=order.index(item))
    label = _criterion_at(version, item).label
    return pressed(request, version, edit=edit, words=f"criterion “{label}” moved")


def _criterion_at(version: RubricVersion, key: str) -> Criterion:
    found = version.schema.criterion(key)
    if found is None:
        raise Http404(f"{version} has no criterion {key}.")
    return found
