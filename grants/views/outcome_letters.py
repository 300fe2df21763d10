"""Letters of a round: their outbox, one to read and to write, and the templates that they begin with."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from grants.access import STAFF_ONLY
from grants.engine.letters import PLACES, fill
from grants.forms.handling import WhyForm
from grants.forms.letters import LetterForm
from grants.models import Letter, Outcome
from grants.permissions import can_edit_letter_templates, can_release_letter
from grants.queries.letters import LetterLine, letters_of, template_for
from grants.queries.team import team_of
from grants.services.letters import link_to
from grants.services.letters_outcome import (
    LEAVES_IN,
    change_letter,
    discard_letter,
    redraft_letter,
    release_letter,
    release_many,
    save_template,
    stop_letter,
)
from grants.states import LetterState
from grants.views.deciding_pages import (
    FORM,
    crumbs_to,
    done,
    get_letter,
    results_context,
    staff_round,
    url_to,
)
from grants.views.round_pages import attempt
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view, require
from scsc.ui.forms import sent
from workplan.views.form_page import form_page

MINUTES = int(LEAVES_IN.total_seconds() // 60)
# Steps of a letter that are one press of a button, with what to say then.
BUTTONS: dict[str, tuple[Callable[[Letter, User], Letter], str]] = {
    "release": (
        lambda letter, actor: release_letter(letter, actor=actor),
        f"The letter leaves in {MINUTES} minutes. Until then you can stop it.",
    ),
    "stop": (lambda letter, actor: stop_letter(letter, actor=actor), "The letter is stopped: a draft again."),
    "redraft": (
        lambda letter, actor: redraft_letter(letter, actor=actor),
        "The letter is begun again from its template.",
    ),
}
EXAMPLE = {
    "organisation": "Harbour Families",
    "title": "Safe Online Together",
    "code": "IG27-0004",
    "round": "Impact grants 2027",
    "amount": "$48,000.00",
    "conditions": "- Report every half year",
    "feedback": "The assessors liked the work with schools.",
}


@require_http_methods(FORM)
@member_view
def letters(request: MemberRequest, code: str) -> HttpResponse:
    """The letters of a round: those to review, those that leave soon, those that left; release several."""
    round_ = staff_round(request, code)
    lines = letters_of(round_, request.user)
    problem = ""
    if request.method == "POST":
        ticked = request.POST.getlist("letters")
        chosen = [line.letter for line in lines if str(line.letter.pk) in ticked]
        if chosen:
            results = release_many(chosen, actor=request.user)
            title = f"released. They leave in {MINUTES} minutes; until then you can stop each of them"
            context = results_context(round_, results, title=title, back=url_to(round_, "letters"))
            return render(request, "decisions/done.html", context)
        problem = "Tick at least one letter to release."
    context = {
        "round": round_,
        "lines": lines,
        "crumbs": crumbs_to(round_),
        "can_release": any(line.is_releasable for line in lines),
        "unpublished": sum(line.waits_for_publishing for line in lines),
        "minutes": MINUTES,
        "problem": problem,
        "outcomes": Outcome.choices,
    }
    return render(request, "decisions/letters.html", context, status=422 if problem else 200)


@require_http_methods(FORM)
@member_view
def letter(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """One letter as it will be read, and its text to change while it is a draft."""
    round_ = staff_round(request, code)
    found = get_letter(request, round_, pk)
    require(can_release_letter(request.user, found), STAFF_ONLY)
    form = LetterForm(*sent(request), initial={"subject": found.subject, "body": found.body})
    if form.is_valid():
        with errors_on(form):
            change_letter(found, **form.cleaned_data, actor=request.user)
            return done(request, "The letter is saved.", url_to(round_, "letter", pk))
    application = found.decision.application
    context = {
        "round": round_,
        "letter": found,
        "line": LetterLine.at_once(found),
        "application": application,
        "form": form,
        "team": team_of(application),
        "link": link_to(request.program, "apply:status", application.code),
        "crumbs": crumbs_to(round_, ("Letters", "letters")),
        "is_draft": found.state == LetterState.DRAFT,
        "minutes": MINUTES,
        "history": history_of([found]),
    }
    return render(request, "decisions/letter.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_view
def letter_step(request: MemberRequest, code: str, pk: int, step: str) -> HttpResponse:
    """Release, stop or begin again, by one press of a button."""
    round_ = staff_round(request, code)
    found = get_letter(request, round_, pk)
    require(can_release_letter(request.user, found), STAFF_ONLY)
    if step not in BUTTONS:
        raise Http404(f"A letter has no step {step}.")
    act, words = BUTTONS[step]
    return attempt(request, lambda: act(found, request.user), words=words, url=url_to(round_, "letter", pk))


@require_http_methods(FORM)
@member_view
def discard(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Decide not to send a letter at all."""
    round_ = staff_round(request, code)
    found = get_letter(request, round_, pk)
    require(can_release_letter(request.user, found), STAFF_ONLY)
    form, back = WhyForm(*sent(request)), url_to(round_, "letter", pk)
    if form.is_valid():
        with errors_on(form):
            discard_letter(found, **form.cleaned_data, actor=request.user)
            return done(request, "The letter will not be sent.", url_to(round_, "letters"))
    return form_page(
        request,
        form,
        title=f"Do not send the letter about {found.decision.application}?",
        lead="For an applicant who hears of it in another way. The letter stays here, unsent.",
        submit="Do not send",
        back=back,
    )


@require_http_methods(FORM)
@member_view
def template(request: MemberRequest, outcome: str) -> HttpResponse:
    """What letters of an outcome begin with, with an example of what becomes of it."""
    require(can_edit_letter_templates(request.user, request.program), STAFF_ONLY)
    if outcome not in Outcome.values:
        raise Http404(f"No letter for {outcome}.")
    known = template_for(request.program, outcome)
    form = LetterForm(*sent(request), initial={"subject": known.subject, "body": known.body})
    if form.is_valid():
        with errors_on(form):
            save_template(request.program, outcome=outcome, **form.cleaned_data, actor=request.user)
            return done(request, "The template is saved. Letters drafted from now on use it.", request.path)
    context = {
        "form": form,
        "outcome": Outcome(outcome),
        "others": [(value, label) for value, label in Outcome.choices if value != outcome],
        "places": PLACES.items(),
        "example": {"subject": fill(known.subject, EXAMPLE), "body": fill(known.body, EXAMPLE)},
        "is_kept": known.pk is not None,
        "history": history_of([known]) if known.pk else [],
        "crumbs": [("Decisions", reverse("decisions:list", args=[request.program.slug]))],
    }
    return render(request, "decisions/template.html", context, status=422 if form.is_bound else 200)
