"""What the pages of a rubric share: loading a version, the way back, one edit and its check."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from grants.access import STAFF_ONLY
from grants.forms.fields import RevisionForm
from grants.models import RubricVersion
from grants.permissions import can_manage_rubrics
from grants.services.rubric_edits import Edit
from grants.services.rubrics import RubricConflictError, edit_rubric
from grants.states import RubricState
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, require


def get_rubric_version(request: MemberRequest, pk: int) -> RubricVersion:
    """A version of a rubric, for staff."""
    require(can_manage_rubrics(request.user, request.program), STAFF_ONLY)
    version = RubricVersion.objects.select_related("rubric").filter(pk=pk).first()
    if version is None:
        raise Http404(f"No version {pk} of a rubric.")
    version.program = version.rubric.program = request.program
    return version


def get_rubric_draft(request: MemberRequest, pk: int) -> RubricVersion:
    """A draft, for staff. One that is none any more has no page to edit it."""
    version = get_rubric_version(request, pk)
    if version.state != RubricState.DRAFT:
        raise Http404(f"{version} never changes again.")
    return version


def url_of(version: RubricVersion, part: str = "version", *more: object) -> str:
    """The address of a page of a version."""
    return reverse(f"rubrics:{part}", args=[version.program.slug, version.pk, *more])


def crumbs_to(version: RubricVersion) -> list[tuple[str, str]]:
    """The way back: all rubrics, this version."""
    return [
        ("Rubrics", reverse("rubrics:list", args=[version.program.slug])),
        (str(version), url_of(version)),
    ]


def edited(
    request: MemberRequest, version: RubricVersion, form: RevisionForm, *, edit: Edit, words: str
) -> HttpResponseRedirect | None:
    """Make an edit that a form asks for, and go back. None where the form says what is wrong."""
    answer = None
    with errors_on(form):
        try:
            revision = form.cleaned_data["revision"]
            edit_rubric(version, edit=edit, revision=revision, actor=request.user, words=words)
        except RubricConflictError as conflict:
            form.saw(conflict.current.revision)
            raise
        messages.success(request, f"Saved: {words}.")
        answer = redirect(url_of(version))
    return answer


def pressed(
    request: MemberRequest, version: RubricVersion, *, edit: Edit, words: str
) -> HttpResponseRedirect:
    """The same for a button: what is wrong is said on the page of the rubric."""
    typed = request.POST.get("revision", "")
    try:
        revision = int(typed) if typed.isascii() and typed.isdigit() else -1
        edit_rubric(version, edit=edit, revision=revision, actor=request.user, words=words)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Saved: {words}.")
    return redirect(url_of(version))


def rubric_form(
    request: MemberRequest,
    version: RubricVersion,
    form: RevisionForm,
    *,
    title: str,
    submit: str,
    lead: str = "",
    **context: object,
) -> HttpResponse:
    """Show a form of a rubric, or show it again with what is wrong (status 422)."""
    shown = {
        "form": form,
        "version": version,
        "crumbs": crumbs_to(version),
        "title": title,
        "submit": submit,
        "lead": lead,
        "back": url_of(version),
        **context,
    }
    return render(request, "rubrics/form.html", shown, status=422 if form.is_bound else 200)
