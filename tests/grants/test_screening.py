"""What staff decide about applications: every step that they take, who may not, and several at once."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client

from grants.models import Application, ChangeRequest, Message, Round, Screening, Stage
from grants.models.applications import Rights
from grants.services.requests import request_changes
from grants.services.rights import grant_rights
from grants.services.screening import (
    decline,
    invite_to_apply,
    reconsider,
    reinstate,
    screen,
    screen_many,
)
from grants.states import ApplicationState
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, make_cast
from tests.grants.received import application_to, in_days, round_with

Sign = Callable[[User], Client]
LIST = "/north/applications/"
OUT_OF_SCOPE = [Screening.Reason.OUT_OF_SCOPE]


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_with(cast.program)


def make(
    cast: Cast, state: str = ApplicationState.SUBMITTED, code: str = "IG27", **fields: object
) -> Application:
    round_ = Round.objects.filter(code=code).first() or round_with(cast.program, code)
    round_.program = cast.program
    return application_to(round_, state, **fields)  # type: ignore[arg-type]


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


def last_event(application: Application) -> AuditEvent:
    found = AuditEvent.objects.filter(object_type="grants.application", object_id=application.pk)
    event = found.order_by("-pk").first()
    assert event is not None
    return event


def test_eligible_is_accepted_with_a_finding_a_mail_and_an_event(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast)
        screening = screen(application, outcome="eligible", comment=" Good. ", actor=cast.officer)
        assert state_of(application) == application.state == ApplicationState.ACCEPTED
        assert (screening.reasons, screening.comment) == ([], "Good.")
        assert last_event(application).action == "screen_in"
        mail = OutgoingMail.objects.get()
        assert mail.to == application.created_by.email
        assert "is eligible" in mail.body
        assert "Good." not in mail.body
        assert f"/north/apply/{application.code}/" in mail.body


def test_ineligible_needs_a_reason_and_keeps_it(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast)
        with pytest.raises(ValidationError, match="at least one reason"):
            screen(application, outcome="ineligible", actor=cast.officer)
        with pytest.raises(ValidationError, match="what the other reason is"):
            screen(application, outcome="ineligible", reasons=["other"], actor=cast.officer)
        assert state_of(application) == ApplicationState.SUBMITTED
        screening = screen(
            application,
            outcome="ineligible",
            reasons=["amount", "out_of_scope"],
            feedback="Ask for less.",
            actor=cast.officer,
        )
        assert screening.reasons == ["out_of_scope", "amount"]
        assert last_event(application).reason == (
            "Outside the purpose of the round; The amount is outside the limits"
        )
        assert state_of(application) == ApplicationState.INELIGIBLE
        body = OutgoingMail.objects.get().body
        assert "not eligible" in body
        assert "Ask for less." not in body


def test_other_reason_explained_is_enough(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        screen(make(cast), outcome="ineligible", reasons=["other"], feedback="Why.", actor=cast.officer)
        assert Screening.objects.get().reasons == ["other"]


def test_screening_out_takes_back_what_was_asked(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast)
        request_changes(application, fields=["plan"], reason="More.", due_at=in_days(5), actor=cast.officer)
        screen(application, outcome="ineligible", reasons=OUT_OF_SCOPE, actor=cast.officer)
        change = ChangeRequest.objects.get()
        assert change.state == "cancelled"
        assert history_of([change])[0].reason == "It was found not eligible."


def test_screening_in_leaves_what_was_asked_open(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast)
        request_changes(application, fields=["plan"], reason="More.", due_at=in_days(5), actor=cast.officer)
        screen(application, outcome="eligible", actor=cast.officer)
        assert ChangeRequest.objects.get().state == "open"


@pytest.mark.parametrize("state", [s for s in ApplicationState if s != ApplicationState.SUBMITTED])
def test_only_what_was_submitted_is_screened(cast: Cast, round_: Round, state: str) -> None:
    with program_scope(cast.program):
        application = make(cast, state)
        with pytest.raises(DomainError, match="is not possible"):
            screen(application, outcome="eligible", actor=cast.officer)
        assert not Screening.objects.exists()


STEPS: list[tuple[str, str, Callable[..., object], dict[str, object], str]] = [
    ("accepted", "unsuccessful", decline, {"reason": "Weak.", "message": "Thank you."}, "officer"),
    ("accepted", "submitted", reconsider, {"reason": "An error."}, "manager"),
    ("ineligible", "submitted", reconsider, {"reason": "An error."}, "manager"),
    ("unsuccessful", "accepted", reconsider, {"reason": "Money came."}, "manager"),
    ("withdrawn", "submitted", reinstate, {"reason": "They asked."}, "officer"),
]


@pytest.mark.parametrize(("before", "after", "service", "words", "role"), STEPS)
def test_step_moves_the_application_and_tells_the_team(
    cast: Cast,
    round_: Round,
    before: str,
    after: str,
    service: Callable[..., object],
    words: dict[str, object],
    role: str,
) -> None:
    with program_scope(cast.program):
        application = make(cast, before)
        service(application, **words, actor=cast.people[role])
        assert state_of(application) == application.state == after
        assert last_event(application).reason == words["reason"]
        assert OutgoingMail.objects.get().to == application.created_by.email


@pytest.mark.parametrize(("before", "after", "service", "words", "role"), STEPS)
def test_step_is_refused_to_those_who_may_not(
    cast: Cast,
    round_: Round,
    before: str,
    after: str,
    service: Callable[..., object],
    words: dict[str, object],
    role: str,
) -> None:
    refused = ["auditor", "finance", "applicant", "outsider", "other_manager"]
    with program_scope(cast.program):
        application = make(cast, before)
        for name in [*refused, *(["officer"] if role == "manager" else [])]:
            with pytest.raises(PermissionDenied):
                service(application, **words, actor=cast.people[name])
        assert state_of(application) == before


@pytest.mark.parametrize(("before", "after", "service", "words", "role"), STEPS)
def test_step_needs_a_reason(
    cast: Cast,
    round_: Round,
    before: str,
    after: str,
    service: Callable[..., object],
    words: dict[str, object],
    role: str,
) -> None:
    with program_scope(cast.program):
        application = make(cast, before)
        with pytest.raises(DomainError, match="Say why"):
            service(application, **(words | {"reason": " "}), actor=cast.people[role])
        assert state_of(application) == before


@pytest.mark.parametrize("name", ["manager", "officer"])
def test_staff_in_the_team_take_no_step(cast: Cast, round_: Round, name: str) -> None:
    person = cast.people[name]
    with program_scope(cast.program):
        own = make(cast, team=person)
        with pytest.raises(PermissionDenied, match="You have a part in this application"):
            screen(own, outcome="eligible", actor=person)
        for before, _, service, words, _ in STEPS:
            application = make(cast, before, team=person)
            with pytest.raises(PermissionDenied, match="You have a part in this application"):
                service(application, **words, actor=person)
            assert state_of(application) == before
        assert state_of(own) == ApplicationState.SUBMITTED


def test_declined_team_reads_the_message(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast, ApplicationState.ACCEPTED)
        with pytest.raises(ValidationError, match="Write to the applicant"):
            decline(application, reason="Weak.", message=" ", actor=cast.officer)
        decline(application, reason="Weak.", message="Not this time.", actor=cast.officer)
        message = Message.objects.get()
        assert (message.body, message.from_staff) == ("Not this time.", True)


@pytest.fixture
def idea(cast: Cast) -> Application:
    """An expression of interest that was found eligible, to a round that goes on to full applications."""
    with program_scope(cast.program):
        round_ = round_with(cast.program, "EOI", "eoi", "screening", "application")
        Stage.objects.filter(round=round_, kind="application").update(closes_at=in_days(40))
        return application_to(round_, ApplicationState.ACCEPTED)


def test_invited_team_goes_on_in_the_full_application(cast: Cast, idea: Application) -> None:
    with program_scope(cast.program):
        invite_to_apply(idea, actor=cast.officer)
        found = Application.objects.select_related("stage", "form_version").get(pk=idea.pk)
        assert (found.state, found.stage.kind) == (ApplicationState.DRAFT, Stage.Kind.APPLICATION)
        assert found.form_version == found.stage.form_version
        # What was submitted before stays readable.
        assert found.submitted_at is not None
        assert last_event(found).action == "move_to_stage"
        mail = OutgoingMail.objects.get()
        assert "invited to apply in full" in mail.body
        assert "AED" in mail.body or "AEST" in mail.body


def test_invitation_is_refused_where_nothing_follows(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast, ApplicationState.ACCEPTED)
        with pytest.raises(DomainError, match="no full application"):
            invite_to_apply(application, actor=cast.officer)
        assert state_of(application) == ApplicationState.ACCEPTED


def test_invitation_is_refused_after_the_full_application_closed(cast: Cast, idea: Application) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="Move its closing first"):
            invite_to_apply(idea, actor=cast.officer, now=in_days(41))
        assert state_of(idea) == ApplicationState.ACCEPTED
        Stage.objects.filter(kind="application").update(form_version=None)
        with pytest.raises(DomainError, match="no form yet"):
            invite_to_apply(idea, actor=cast.officer)


def test_invitation_is_for_staff_outside_the_team(cast: Cast, idea: Application) -> None:
    with program_scope(cast.program):
        grant_rights(idea, user=cast.officer, rights=Rights.VIEW)
        with pytest.raises(PermissionDenied):
            invite_to_apply(idea, actor=cast.officer)
        with pytest.raises(PermissionDenied):
            invite_to_apply(idea, actor=cast.auditor)


def test_several_are_screened_each_for_itself(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        good, done, own = make(cast), make(cast, ApplicationState.ACCEPTED), make(cast, team=cast.officer)
        last = make(cast)
        results = screen_many([last, own, done, good], outcome="eligible", actor=cast.officer)
        problems = {result.application.code: result.problem for result in results}
        assert problems[good.code] == problems[last.code] == ""
        assert "You have a part in this application" in problems[own.code]
        assert "is eligible, so" in problems[done.code]
        assert state_of(good) == state_of(last) == ApplicationState.ACCEPTED
        assert state_of(own) == ApplicationState.SUBMITTED
        assert Screening.objects.count() == OutgoingMail.objects.count() == 2


def test_several_without_a_reason_touch_none(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        application = make(cast)
        with pytest.raises(ValidationError):
            screen_many([application], outcome="ineligible", actor=cast.officer)
        assert state_of(application) == ApplicationState.SUBMITTED


def test_bulk_asks_first_and_then_says_what_became_of_each(
    cast: Cast, round_: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        good, done, own = make(cast), make(cast, ApplicationState.ACCEPTED), make(cast, team=cast.officer)
    client = signed_in(cast.officer)
    codes = "&".join(f"codes={a.code}" for a in (good, done, own))
    page = client.get(f"{LIST}bulk/?{codes}&outcome=ineligible").content.decode()
    assert "Mark 1 application as not eligible" in page
    assert "You have a part in it." in page
    assert "It is eligible." in page
    data = {"codes": [good.code, done.code, own.code], "outcome": "ineligible"}
    refused = client.post(f"{LIST}bulk/", data)
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()
    result = client.post(f"{LIST}bulk/", data | {"reasons": ["amount"], "feedback": "Less."})
    text = result.content.decode()
    assert "1 of 3 screened" in text
    assert "You have a part in this application" in text
    with program_scope(cast.program):
        assert Screening.objects.get().feedback == "Less."
        assert state_of(good) == ApplicationState.INELIGIBLE
        assert state_of(own) == ApplicationState.SUBMITTED
    again = client.post(f"{LIST}bulk/", data | {"reasons": ["amount"]}).content.decode()
    assert "0 of 3 screened" in again


def test_bulk_takes_all_of_the_page(cast: Cast, round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        one, two = make(cast), make(cast)
    client = signed_in(cast.manager)
    url = f"{LIST}bulk/?scope=page&all={one.code}&all={two.code}&codes={one.code}&outcome=eligible"
    assert "Mark 2 applications as eligible" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "query", ["", "outcome=eligible", "codes=NONE&codes=%3Cscript%3E", "outcome=odd&codes=X"]
)
def test_bulk_of_nothing_leads_back(cast: Cast, round_: Round, signed_in: Sign, query: str) -> None:
    page = signed_in(cast.officer).get(f"{LIST}bulk/?{query}")
    assert page.status_code == 200
    assert "No application is chosen" in page.content.decode()


def test_bulk_leads_back_to_the_list_as_it_was(cast: Cast, round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = make(cast)
    client = signed_in(cast.officer)
    kept = "round=IG27&amp;state=submitted"
    assert f'name="list" value="{kept}"' in client.get(f"{LIST}?round=IG27&state=submitted").content.decode()
    sent = {"codes": [application.code], "outcome": "eligible", "list": "round=IG27&state=submitted&page=2"}
    asked = client.get(f"{LIST}bulk/", sent).content.decode()
    assert f'href="{LIST}?{kept}&amp;page=2"' in asked
    assert f'name="list" value="{kept}&amp;page=2"' in asked
    # What makes no sense as a filter is not carried on.
    odd = client.get(f"{LIST}bulk/", sent | {"list": "state=lost&next=//x.test&page=%22x"}).content.decode()
    assert f'href="{LIST}"' in odd
    assert 'name="list"' not in odd
    assert f'href="{LIST}?{kept}&amp;page=2"' in client.post(f"{LIST}bulk/", sent).content.decode()


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("finance", 403), ("applicant", 403)])
def test_bulk_is_for_staff(cast: Cast, round_: Round, signed_in: Sign, role: str, status: int) -> None:
    with program_scope(cast.program):
        application = make(cast)
    client = signed_in(cast.people[role])
    data = {"codes": [application.code], "outcome": "eligible"}
    assert client.get(f"{LIST}bulk/").status_code == client.post(f"{LIST}bulk/", data).status_code == status
    with program_scope(cast.program):
        assert state_of(application) == ApplicationState.SUBMITTED


def test_bulk_finds_no_application_of_another_program(cast: Cast, round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = make(cast)
    client = signed_in(cast.other_manager)
    page = client.post("/south/applications/bulk/", {"codes": [application.code], "outcome": "eligible"})
    assert "No application is chosen" in page.content.decode()
    with program_scope(cast.program):
        assert state_of(application) == ApplicationState.SUBMITTED


def test_two_who_screen_at_once_make_one_finding(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        application = make(cast)
    problems: list[str] = []

    def run(actor: User, outcome: str) -> None:
        try:
            with program_scope(cast.program):
                screen(application, outcome=outcome, reasons=OUT_OF_SCOPE, actor=actor)
        except DomainError as error:
            problems.append(str(error))
        finally:
            connections.close_all()

    threads = [
        Thread(target=run, args=(cast.officer, "eligible")),
        Thread(target=run, args=(cast.manager, "ineligible")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with program_scope(cast.program):
        finding = Screening.objects.get()
        wanted = {"eligible": "accepted", "ineligible": "ineligible"}[finding.outcome]
        assert state_of(application) == wanted
    assert len(problems) == 1
