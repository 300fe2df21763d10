"""The eligibility questions of a round for staff."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from grants.forms.rounds import QuestionForm
from grants.models import EligibilityQuestion, Round
from grants.services.questions import add_question, change_question, order_questions, remove_question
from grants.states import RoundState
from grants.views.round_pages import FORM, attempt, crumbs_to, done, new_order, staff_round, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.forms import StepForm
from workplan.views.form_page import form_page


def question_of(round_: Round, pk: int) -> EligibilityQuestion:
    found = round_.questions.filter(pk=pk).first()
    if found is None:
        raise Http404(f"{round_.code} has no question {pk}.")
    found.round, found.program = round_, round_.program
    return found


@require_http_methods(FORM)
@member_view
def questions(request: MemberRequest, code: str) -> HttpResponse:
    """The questions in order; one can be added here."""
    round_ = staff_round(request, code)
    form = QuestionForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            add_question(round_, **form.cleaned_data, actor=request.user)
            return done(request, "The question is added.", url_of(round_, "questions"))
    context = {
        "round": round_,
        "crumbs": crumbs_to(round_),
        "questions": list(round_.questions.order_by("order")),
        "form": form,
        "can_edit": round_.state == RoundState.DRAFT,
    }
    return render(request, "rounds/questions.html", context, status=422 if form.errors else 200)


@require_POST
@member_view
def move_question(request: MemberRequest, code: str) -> HttpResponse:
    """Put a question in another place."""
    round_ = staff_round(request, code)
    ids = [str(pk) for pk in round_.questions.order_by("order").values_list("pk", flat=True)]
    order = [int(pk) for pk in new_order(request.POST, ids)]
    return attempt(
        request,
        lambda: order_questions(round_, order=order, actor=request.user),
        words="The order is saved.",
        url=url_of(round_, "questions"),
    )


@require_http_methods(FORM)
@member_view
def question(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Reword a question."""
    round_ = staff_round(request, code)
    found = question_of(round_, pk)
    form = QuestionForm(*sent(request), initial=QuestionForm.typed(found))
    if form.is_valid():
        with errors_on(form):
            change_question(found, **form.cleaned_data, actor=request.user)
            return done(request, "The question is saved.", url_of(round_, "questions"))
    back = url_of(round_, "questions")
    return form_page(request, form, title="Change a question", submit="Save", back=back)


@require_http_methods(FORM)
@member_view
def remove(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Ask a question no more."""
    round_ = staff_round(request, code)
    found = question_of(round_, pk)
    form = StepForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            remove_question(found, actor=request.user)
            return done(request, "The question is removed.", url_of(round_, "questions"))
    return form_page(
        request,
        form,
        title="Remove this question?",
        submit="Remove the question",
        back=url_of(round_, "questions"),
        lead=found.text,
    )
