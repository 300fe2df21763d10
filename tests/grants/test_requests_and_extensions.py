"""Changes that staff ask for, and more time for one application."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from grants.models import Application, ChangeRequest, Round
from grants.services.extensions import extend_application
from grants.services.requests import cancel_change_request, request_changes
from grants.states import ApplicationState
from grants.timing import closing_of, may_write
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.received import application_to, in_days, round_with

Sign = Callable[[User], Client]


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_with(cast.program)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return application_to(round_)


@pytest.fixture
def draft(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return application_to(round_, ApplicationState.DRAFT)


def ask(application: Application, actor: User, **changes: object) -> ChangeRequest:
    values: dict[str, object] = {"fields": ["plan", "title"], "reason": "More detail.", "due_at": in_days(5)}
    return request_changes(application, **(values | changes), actor=actor)  # type: ignore[arg-type]


def test_request_keeps_the_flagged_answers_in_the_order_of_the_form(
    cast: Cast, application: Application
) -> None:
    with program_scope(cast.program):
        change = ask(application, cast.officer)
        assert change.fields == ["title", "plan"]
        assert change.state == "open"
        body = OutgoingMail.objects.get().body
        assert "- Title of the project\n- What you will do" in body
        assert "More detail." not in body
        assert "sent a request for changes" in history_of([change])[0].sentence


def test_second_open_request_is_refused(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        first = ask(application, cast.officer)
        with pytest.raises(DomainError, match="asked for changes already"):
            ask(application, cast.manager)
        cancel_change_request(first, reason="An error.", actor=cast.manager)
        ask(application, cast.manager)
        assert ChangeRequest.objects.filter(state="open").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["plan", "nothing"]}, "fields"),
        ({"reason": "  "}, "reason"),
        ({"due_at": in_days(-1)}, "due_on"),
    ],
)
def test_request_says_what_is_wrong(
    cast: Cast, application: Application, values: dict[str, object], field: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError) as caught:
            ask(application, cast.officer, **values)
        assert list(caught.value.message_dict) == [field]
        assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("state", ["draft", "ineligible", "unsuccessful", "withdrawn", "discarded"])
def test_changes_are_asked_only_under_consideration(cast: Cast, round_: Round, state: str) -> None:
    with program_scope(cast.program):
        application = application_to(round_, state)
        with pytest.raises(DomainError, match="no changes can be asked"):
            ask(application, cast.officer)


@pytest.mark.parametrize("name", ["auditor", "applicant", "finance", "other_manager", "outsider"])
def test_request_is_for_staff(cast: Cast, application: Application, name: str) -> None:
    with program_scope(cast.program):
        change = ask(application, cast.officer)
        with pytest.raises(PermissionDenied):
            cancel_change_request(change, reason="No.", actor=cast.people[name])
        with pytest.raises(PermissionDenied):
            ask(application, cast.people[name])
        assert ChangeRequest.objects.get().state == "open"


def test_staff_in_the_team_neither_ask_nor_extend(cast: Cast, round_: Round) -> None:
    with program_scope(cast.program):
        own = application_to(round_, team=cast.officer)
        own_draft = application_to(round_, ApplicationState.DRAFT, team=cast.officer)
        with pytest.raises(PermissionDenied, match="You have a part in this application"):
            ask(own, cast.officer)
        with pytest.raises(PermissionDenied, match="You have a part in this application"):
            extend_application(own_draft, until=in_days(9), reason="Ill.", actor=cast.officer)


def test_cancelled_request_needs_a_reason_and_tells_the_team(cast: Cast, application: Application) -> None:
    with program_scope(cast.program):
        change = ask(application, cast.officer)
        with pytest.raises(DomainError, match="Say why"):
            cancel_change_request(change, reason="", actor=cast.officer)
        cancel_change_request(change, reason="An error.", actor=cast.officer)
        assert ChangeRequest.objects.get().state == "cancelled"
        assert "need not change anything" in OutgoingMail.objects.latest("pk").body
        with pytest.raises(DomainError, match="is cancelled"):
            cancel_change_request(change, reason="Again.", actor=cast.officer)


def test_extension_opens_one_draft_alone(cast: Cast, round_: Round, draft: Application) -> None:
    with program_scope(cast.program):
        other = application_to(round_, ApplicationState.DRAFT)
        after = closing_of(draft) + timedelta(days=2)
        assert not may_write(draft, after)
        extend_application(draft, until=in_days(9), reason="A flood.", actor=cast.officer)
        fresh = Application.objects.select_related("round", "stage").get(pk=draft.pk)
        assert may_write(fresh, after)
        assert not may_write(other, after)
        assert "You have more time" in OutgoingMail.objects.get().body
        entry = history_of([fresh])[0]
        assert (entry.words, entry.reason) == ("gave more time to", "A flood.")


def test_extension_works_after_the_close(cast: Cast, draft: Application) -> None:
    with program_scope(cast.program):
        later = closing_of(draft) + timedelta(days=1)
        until = later + timedelta(days=1)
        extend_application(draft, until=until, reason="A flood.", actor=cast.officer, now=later)
        assert closing_of(Application.objects.get(pk=draft.pk)) == until


@pytest.mark.parametrize(
    ("days", "reason", "words"),
    [(2, "Ill.", "Everybody has until"), (9, " ", "Say why"), (-3, "Ill.", "Everybody has until")],
)
def test_extension_says_what_is_wrong(
    cast: Cast, draft: Application, days: float, reason: str, words: str
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError, match=words):
            extend_application(draft, until=in_days(days), reason=reason, actor=cast.officer)
        late = timezone.now() + timedelta(days=30)
        with pytest.raises(ValidationError, match="still to come"):
            extend_application(draft, until=in_days(9), reason="Ill.", actor=cast.officer, now=late)
        assert Application.objects.get(pk=draft.pk).extended_until is None


@pytest.mark.parametrize("state", [s for s in ApplicationState if s != ApplicationState.DRAFT])
def test_only_a_draft_gets_more_time(cast: Cast, round_: Round, state: str) -> None:
    with program_scope(cast.program):
        application = application_to(round_, state)
        with pytest.raises(DomainError, match="being written"):
            extend_application(application, until=in_days(9), reason="Ill.", actor=cast.officer)


def test_no_extension_in_an_archived_round(cast: Cast, round_: Round, draft: Application) -> None:
    with program_scope(cast.program):
        Round.objects.update(state="archived")
        with pytest.raises(DomainError, match="does not take applications"):
            extend_application(draft, until=in_days(9), reason="Ill.", actor=cast.officer)


def test_request_page_flags_by_section(cast: Cast, application: Application, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), f"/north/applications/{application.code}/changes/"
    page = client.get(path).content.decode()
    assert "<legend>Your project</legend>" in page
    assert page.count('name="fields_to_change"') == 3
    empty = client.post(path, {})
    assert empty.status_code == 422
    for words in ("Choose the answers that should change.", "Say what should change and why."):
        assert empty.content.decode().count(words) == 2
    day = in_days(5).date()
    data = {"fields_to_change": ["plan"], "reason": "More.", "due_on": day, "due_at": "17:00"}
    done = client.post(path, data, follow=True).content.decode()
    assert "The team was asked for changes." in done
    assert "What you will do" in done
    assert "Changes asked" in done
    again = client.post(path, data)
    assert again.status_code == 422
    assert "asked for changes already" in again.content.decode()
    with program_scope(cast.program):
        change = ChangeRequest.objects.get()
        assert change.due_at.astimezone(timezone.get_fixed_timezone(600)).date() == day
    cancel = f"{path}{change.pk}/cancel/"
    assert client.post(cancel, {}).status_code == 422
    assert "is cancelled" in client.post(cancel, {"reason": "An error."}, follow=True).content.decode()


def test_extension_page_uses_the_clock_of_the_round(cast: Cast, draft: Application, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), f"/north/applications/{draft.code}/extend/"
    assert "Give times of Sydney" in client.get(path).content.decode()
    day = in_days(20).date()
    data = {"until_on": day, "until_at": "17:00", "reason": "A flood."}
    done = client.post(path, data, follow=True).content.decode()
    assert f"{draft.code} has until" in done
    assert "more time was given" in done
    early = client.post(path, data | {"until_on": "2020-01-01"})
    assert early.status_code == 422
    assert "Everybody has until" in early.content.decode()
