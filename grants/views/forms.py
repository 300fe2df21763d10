"""Forms for staff: the list, a new one, a version with its builder, and the steps of a version's life."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grants.access import STAFF_ONLY, get_form_version
from grants.engine.differences import schema_changes
from grants.engine.starters import STARTERS
from grants.forms.fields import FormDetailsForm, NewFormForm, RevisionForm
from grants.models import FormVersion
from grants.permissions import can_manage_rounds
from grants.queries.forms import TONES, bases, list_forms, older_uses, uses_of, versions_of
from grants.queries.outline import outline_of
from grants.services.forms import (
    RevisionConflictError,
    change_form,
    create_form,
    new_version,
    publish_version,
    retire_version,
)
from grants.states import FORM_VERSION, FormState
from grants.views.form_pages import FORM, builder_form, crumbs_to, url_of
from grants.views.round_pages import done
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page


@require_safe
@member_view
def form_list(request: MemberRequest) -> HttpResponse:
    """All forms, and where each is used."""
    require(can_manage_rounds(request.user, request.program), STAFF_ONLY)
    return render(request, "forms_builder/list.html", {"lines": list_forms()})


@require_http_methods(FORM)
@member_view
def new_form(request: MemberRequest) -> HttpResponse:
    """A new form: empty, from a starter, or as a copy of another."""
    require(can_manage_rounds(request.user, request.program), STAFF_ONLY)
    copies = {f"copy:{version.pk}": version for version in bases()}
    form = NewFormForm(*sent(request), starts=_starts(copies), initial={"start": request.GET.get("start")})
    if form.is_valid():
        data = form.cleaned_data
        start = data.pop("start")
        starter = STARTERS.get(start.removeprefix("starter:"))
        with errors_on(form):
            version = create_form(
                request.program,
                **data,
                schema=starter.schema if starter else None,
                based_on=copies.get(start),
                actor=request.user,
            )
            return done(request, f"{version.form} is begun, as a draft.", url_of(version))
    back = reverse("forms:list", args=[request.program.slug])
    return form_page(request, form, title="New form", submit="Begin the form", back=back)


def _starts(copies: dict[str, FormVersion]) -> list[tuple[str, str, str]]:
    """What a form can begin with: value, label, hint."""
    starters = [(f"starter:{key}", starter.name, starter.about) for key, starter in STARTERS.items()]
    forms = [
        (key, f"Copy of {version}", version.form.about or ("A template" if version.form.is_template else ""))
        for key, version in copies.items()
    ]
    return [("empty", "Nothing", "You add each section and question."), *starters, *forms]


@require_safe
@member_view
def version_page(request: MemberRequest, pk: int) -> HttpResponse:
    """The builder of a draft; for other versions the same, to read."""
    version = get_form_version(request, pk)
    published = version.state == FormState.PUBLISHED
    context = {
        "version": version,
        "crumbs": crumbs_to(version)[:1],
        "outline": outline_of(version.schema),
        "tone": TONES[FormState(version.state)],
        "versions": versions_of(version.form),
        "uses": uses_of(version),
        "older_uses": older_uses(version) if published else [],
        "steps": [step for step in version.life.open_to(request.user, version) if step[0] != "publish"],
        "can_edit": version.state == FormState.DRAFT,
        "is_published": published,
        "history": history_of([version, version.form]),
    }
    return render(request, "forms_builder/version.html", context)


@require_http_methods(FORM)
@member_view
def details(request: MemberRequest, pk: int) -> HttpResponse:
    """What the form is called and what it is for."""
    version = get_form_version(request, pk)
    found = version.form
    found.program = request.program
    initial = {"name": found.name, "about": found.about, "is_template": found.is_template}
    form = FormDetailsForm(*sent(request), initial=initial)
    if form.is_valid():
        with errors_on(form):
            change_form(found, **form.cleaned_data, actor=request.user)
            return done(request, "The details are saved.", url_of(version))
    return form_page(request, form, title=f"Details of {found}", submit="Save", back=url_of(version))


@require_http_methods(FORM)
@member_view
def step(request: MemberRequest, pk: int, step: str) -> HttpResponse:
    """Publish a version, retire it, or discard a draft."""
    version = get_form_version(request, pk)
    found = FORM_VERSION.table.get((version.state, step)) if step in FORM_VERSION.actions else None
    if found is None:
        raise Http404(f"{version} has no step {step} now.")
    form = RevisionForm(*sent(request), initial={"revision": version.revision})
    if form.is_valid():
        with errors_on(form):
            try:
                _take(version, step, form.cleaned_data["revision"], request)
            except RevisionConflictError as conflict:
                form.saw(conflict.current.revision)
                raise
            return done(request, f"You {found.done} {version}.", url_of(version))
    problems = outline_of(version.schema).problems if step == "publish" else []
    return builder_form(
        request,
        version,
        form,
        title=f"{found.label} {version}?",
        submit=found.label,
        lead=LEADS[FormState(version.state), step],
        problems=problems,
        blocked=bool(problems),
    )


LEADS = {
    (FormState.DRAFT, "publish"): "Rounds can then use it. A published version never changes again.",
    (FormState.DRAFT, "retire"): "The draft is put away. Other versions of the form stay.",
    (FormState.PUBLISHED, "retire"): "No round can choose it any more.",
}


def _take(version: FormVersion, step: str, revision: int, request: MemberRequest) -> None:
    if step == "publish":
        publish_version(version, revision=revision, actor=request.user)
    else:
        retire_version(version, actor=request.user)


@require_POST
@member_view
def next_version(request: MemberRequest, pk: int) -> HttpResponse:
    """Go to the draft of the form's next version, made as a copy of this one where there is none."""
    version = get_form_version(request, pk)
    version.form.program = request.program
    draft = new_version(version.form, based_on=version, actor=request.user)
    return redirect(url_of(draft))


@require_safe
@member_view
def compare(request: MemberRequest, pk: int, other: int) -> HttpResponse:
    """What changed from another version of the form to this one, and what that means for drafts."""
    version, before = get_form_version(request, pk), get_form_version(request, other)
    if version.form_id != before.form_id:
        raise Http404("Versions of two forms are not compared.")
    context = {
        "version": version,
        "before": before,
        "crumbs": crumbs_to(version),
        "changes": schema_changes(before.schema, version.schema),
        "others": [found for found in versions_of(version.form) if found.pk != version.pk],
    }
    return render(request, "forms_builder/compare.html", context)
