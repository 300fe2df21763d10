"""The addresses that see and enter a round by invitation."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from grants.forms.rounds import InviteForm
from grants.models import Round
from grants.queries.rounds import invited_who_apply
from grants.services.round_invitations import Invited, invite_to_round, withdraw_round_invitation
from grants.states import RoundState
from grants.views.round_pages import FORM, crumbs_to, done, staff_round, url_of
from scsc.errors import errors_on
from scsc.programs.access import MemberRequest, member_view
from scsc.ui.forms import sent
from workplan.forms import StepForm
from workplan.views.form_page import form_page


@require_http_methods(FORM)
@member_view
def invitations(request: MemberRequest, code: str) -> HttpResponse:
    """Who is invited, who of them has begun; more can be pasted."""
    round_ = staff_round(request, code)
    form = InviteForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            outcome = invite_to_round(round_, emails=form.cleaned_data["emails"], actor=request.user)
            return done(request, _said(outcome), url_of(round_, "invitations"))
    context = {
        "round": round_,
        "crumbs": crumbs_to(round_),
        "invitations": list(round_.invitations.select_related("invited_by")),
        "applying": invited_who_apply(round_),
        "form": form,
        "by_invitation": round_.audience == Round.Audience.INVITED,
        "can_invite": round_.state in {RoundState.DRAFT, RoundState.PUBLISHED, RoundState.OPEN},
        "is_draft": round_.state == RoundState.DRAFT,
    }
    return render(request, "rounds/invitations.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
@member_view
def withdraw(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Take an address off the list."""
    round_ = staff_round(request, code)
    invitation = round_.invitations.filter(pk=pk).first()
    if invitation is None:
        raise Http404(f"{round_.code} has no invitation {pk}.")
    invitation.round = round_
    form = StepForm(*sent(request))
    if form.is_valid():
        with errors_on(form):
            withdraw_round_invitation(invitation, actor=request.user)
            return done(request, f"{invitation.email} is no longer invited.", url_of(round_, "invitations"))
    return form_page(
        request,
        form,
        title=f"Withdraw the invitation of {invitation.email}?",
        submit="Withdraw",
        back=url_of(round_, "invitations"),
        lead="They no longer see the round. They are not told.",
    )


def _said(outcome: Invited) -> str:
    added = len(outcome.added)
    words = f"{added} address{'' if added == 1 else 'es'} invited."
    if outcome.known:
        words += f" {len(outcome.known)} had been invited before."
    if added:
        words += " Mail is on its way." if outcome.mailed else " They get mail when the round is published."
    return words
