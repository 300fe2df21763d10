"""What the pages of a form share: loading a version, the way back, one edit and its check."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from grants.access import get_form_version
from grants.forms.fields import RevisionForm
from grants.models import FormVersion
from grants.services.form_edits import Edit
from grants.services.forms import RevisionConflictError, edit_draft
from grants.states import FormState
from scsc.errors import DomainError, errors_on
from scsc.programs.access import MemberRequest, member_view

P = ParamSpec("P")
FORM = ["GET", "HEAD", "POST"]
Crumbs = list[tuple[str, str]]


def url_of(version: FormVersion, part: str = "version", *more: object) -> str:
    """The address of a page of a version."""
    return reverse(f"forms:{part}", args=[version.program.slug, version.pk, *more])


def crumbs_to(version: FormVersion) -> Crumbs:
    """The way back: all forms, this version."""
    return [("Forms", reverse("forms:list", args=[version.program.slug])), (str(version), url_of(version))]


def draft_view(
    view: Callable[Concatenate[MemberRequest, FormVersion, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view that edits a draft; for a version that is none any more, the way to its page, which says so."""

    @wraps(view)
    def checked(request: MemberRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        version = get_form_version(request, pk)
        if version.state != FormState.DRAFT:
            state = version.get_state_display().lower()
            messages.error(request, f"{version} is {state} and never changes again. Make a new version.")
            return redirect(url_of(version))
        return view(request, version, *args, **kwargs)

    return member_view(cast(Any, checked))


def edited(
    request: MemberRequest,
    version: FormVersion,
    form: RevisionForm,
    *,
    edit: Edit,
    words: str,
    back: str = "",
) -> HttpResponseRedirect | None:
    """Make an edit that a form asks for, and go back to the builder, or to `back`.

    None where the form says what is wrong. Where somebody else saved meanwhile, it says so and can be sent
    again.
    """
    answer = None
    with errors_on(form):
        try:
            revision = form.cleaned_data["revision"]
            edit_draft(version, edit=edit, revision=revision, actor=request.user, words=words)
        except RevisionConflictError as conflict:
            form.saw(conflict.current.revision)
            raise
        messages.success(request, f"Saved: {words}.")
        answer = redirect(back or url_of(version))
    return answer


def pressed(
    request: MemberRequest,
    version: FormVersion,
    *,
    edit: Callable[[], Edit],
    words: str,
    back: str = "",
) -> HttpResponseRedirect:
    """The same for a button: what is wrong is said on the builder, which shows what there is now."""
    typed = request.POST.get("revision", "")
    try:
        revision = int(typed) if typed.isascii() and typed.isdigit() else -1
        edit_draft(version, edit=edit(), revision=revision, actor=request.user, words=words)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Saved: {words}.")
    return redirect(back or url_of(version))


def builder_form(
    request: MemberRequest,
    version: FormVersion,
    form: RevisionForm,
    *,
    title: str,
    submit: str,
    lead: str = "",
    template: str = "forms_builder/form.html",
    **context: object,
) -> HttpResponse:
    """Show a form of the builder, or show it again with what is wrong (status 422)."""
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
    return render(request, template, shown, status=422 if form.is_bound else 200)
