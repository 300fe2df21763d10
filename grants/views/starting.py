"""Before writing: your applications, the eligibility check, the organisation, copying an old application."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from grants.access import get_own_application, get_public_round
from grants.forms.starting import EligibilityForm, OrganisationChoiceForm, RoundChoiceForm
from grants.models import Application, EligibilityCheck, Round
from grants.queries.mine import everything_of, own_in
from grants.queries.starting import (
    organisations_for,
    questions_of,
    rounds_to_enter,
    usable_check,
    why_not_now,
)
from grants.services.starting import Profile, check_eligibility, copy_application, start_application
from grants.views.own_page import crumbs, form_page, own_url
from partners.forms import OrganisationForm
from partners.models import Organisation
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, person_view
from scsc.ui.forms import sent


@require_safe
@person_view
def mine(request: MemberRequest) -> HttpResponse:
    """Everything this person applies with, invitations that wait for them, and the rounds open to them."""
    now = timezone.now()
    context = {"all": everything_of(request.user, request.program, now), "now": now}
    return render(request, "apply/mine.html", context)


@require_http_methods(["GET", "POST"])
@person_view
def eligibility(request: MemberRequest, code: str) -> HttpResponse:
    """A few yes-or-no questions before writing. The answers are kept, whichever they are."""
    round_ = get_public_round(request, code)
    if words := why_not_now(round_, timezone.now()):
        return render(request, "apply/not_now.html", {"round": round_, "words": words})
    if failed := _failed(request, round_):
        reasons = [row for row in failed.answers if not row["passed"]]
        context = {"round": round_, "reasons": reasons, "again": _round_url(request, "eligibility", round_)}
        return render(request, "apply/not_eligible.html", context)
    form = EligibilityForm(*sent(request), questions=questions_of(round_))
    if form.is_valid():
        with errors_on(form):
            check = check_eligibility(round_, answers=form.answers, organisation=None, actor=request.user)
            if check.passed:
                return redirect(_round_url(request, "start", round_))
            return redirect(_round_url(request, "eligibility", round_, failed=check.pk))
    passed = usable_check(round_, request.user) if request.method == "GET" and form.questions else None
    context = {"round": round_, "form": form, "passed": passed, "own": own_in(round_, request.user)}
    context |= {"start_url": _round_url(request, "start", round_), "source": _source(request)}
    return render(request, "apply/eligibility.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@person_view
def start(request: MemberRequest, code: str) -> HttpResponse:
    """Choose the organisation that applies, and begin."""
    round_ = get_public_round(request, code)
    check = _check(request, round_)
    if check is None:
        return redirect(_round_url(request, "eligibility", round_))
    offered = organisations_for(round_, request.user)
    free = [row for row in offered if not row.full]
    if not offered:
        return redirect(_round_url(request, "start_new", round_))
    source = _source(request)
    form = OrganisationChoiceForm(*sent(request), offered=free, initial=_usual(source, free))
    if form.is_valid():
        if form.chosen is None:
            return redirect(_round_url(request, "start_new", round_))
        with errors_on(form):
            return _begin(request, round_, check, form.chosen)
    context = {"round": round_, "form": form, "check": check, "source": source}
    context |= {"full": [row for row in offered if row.full], "own": own_in(round_, request.user)}
    return render(request, "apply/start.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@person_view
def start_new(request: MemberRequest, code: str) -> HttpResponse:
    """Enter an organisation that the person does not act for yet, and begin."""
    round_ = get_public_round(request, code)
    check = _check(request, round_)
    if check is None:
        return redirect(_round_url(request, "eligibility", round_))
    form = OrganisationForm(*sent(request), country=request.program.country)
    if form.is_valid():
        with errors_on(form):
            return _begin(request, round_, check, form.cleaned_data)
    context = {"round": round_, "form": form, "check": check, "source": _source(request)}
    context["has_others"] = bool(organisations_for(round_, request.user))
    context["back"] = _round_url(request, "start", round_)
    return render(request, "apply/start_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view
def copy(request: MemberRequest, code: str) -> HttpResponse:
    """Choose the round that an old application is copied into; its eligibility check comes next."""
    application, now = get_own_application(request, code), timezone.now()
    rounds = rounds_to_enter(request.user, now)
    form = RoundChoiceForm(*sent(request), rounds=rounds, now=now)
    if form.is_valid():
        address = reverse("apply:eligibility", args=[request.program.slug, form.cleaned_data["round"]])
        return redirect(f"{address}?{urlencode({'copy': application.code})}")
    if not rounds:
        return render(
            request, "apply/no_round.html", {"application": application, "crumbs": crumbs(application)}
        )
    return form_page(
        request,
        form,
        title=f"Copy {application.code} into a new round",
        lead="Answers and files are taken over where the new form asks the same. Declarations are made anew. "
        "This application stays as it is.",
        submit="Go on",
        back=own_url(application, "status"),
    )


def _begin(
    request: MemberRequest, round_: Round, check: EligibilityCheck, organisation: Organisation | Profile
) -> HttpResponse:
    """Begin, as a copy where one was asked for, and say what became of it."""
    source = _source(request)
    if source is None:
        begun = start_application(round_, organisation=organisation, eligibility=check, actor=request.user)
    else:
        copied = copy_application(
            source, round_=round_, organisation=organisation, eligibility=check, actor=request.user
        )
        begun = copied.application
        messages.success(
            request,
            f"{_counted(copied.answers, 'answer')} and {_counted(copied.files, 'file')} are taken over.",
        )
        if copied.left_out:
            left = ", ".join(f"“{label}”" for label in copied.left_out)
            messages.info(request, f"Not taken over, since this form does not ask for it: {left}.")
    return redirect("apply:tasks", request.program.slug, begun.code)


def _check(request: MemberRequest, round_: Round) -> EligibilityCheck | None:
    """The check that this start rests on: the newest usable one, or on sending the one the page named.

    The form names it, so that pressing the button twice asks for one application twice, and gets one.
    """
    if request.method != "POST":
        return usable_check(round_, request.user)
    return _own_checks(request, round_, request.POST.get("check", "")).first()


def _failed(request: MemberRequest, round_: Round) -> EligibilityCheck | None:
    """The person's own check that was not passed, where the address names one."""
    if request.method != "GET":
        return None
    return _own_checks(request, round_, request.GET.get("failed", "")).filter(passed=False).first()


def _own_checks(request: MemberRequest, round_: Round, named: str) -> QuerySet[EligibilityCheck]:
    """The person's check of this round with this id; none for anything else."""
    pk = int(named) if named.isdecimal() and len(named) < 19 else 0
    return EligibilityCheck.objects.filter(round=round_, user=request.user, pk=pk)


def _source(request: MemberRequest) -> Application | None:
    """The application to copy from, where the address names one of the person's own."""
    code = request.GET.get("copy", "")
    try:
        return get_own_application(request, code) if code else None
    except Http404:
        return None


def _usual(source: Application | None, offered: list[Any]) -> dict[str, str]:
    """What is chosen at first: the organisation of the application to copy, or the only one there is."""
    keys = [str(row.organisation.pk) for row in offered]
    if source and str(source.organisation_id) in keys:
        return {"organisation": str(source.organisation_id)}
    return {"organisation": keys[0]} if len(keys) == 1 else {}


def _round_url(request: MemberRequest, name: str, round_: Round, **more: object) -> str:
    """A step before writing, with what is to be copied carried along."""
    carried = {"copy": request.GET["copy"]} if request.GET.get("copy") else {}
    query = urlencode(carried | more)
    address = reverse(f"apply:{name}", args=[request.program.slug, round_.code])
    return f"{address}?{query}" if query else address


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
