"""Saving one answer: never over somebody else's change, never twice, never after the end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.engine.schema import Json
from grants.models import Answer, Application, ChangeRequest, Round
from grants.models.applications import Rights
from grants.queries.writing import answers_of, draft_of, versions_of, writable_keys
from grants.services.answers import ClosedError, ConflictError, save_answer
from grants.services.rights import end_rights, grant_rights
from grants.services.submitting import submit_application
from grants.states import ApplicationState, ChangeRequestState, RoundState
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import joined
from tests.grants.writing import COMPLETE, answer_of, close_ago, close_of, team_of_two, write_all
from tests.queries import counted_queries


@pytest.fixture
def inside(cast: Cast) -> Iterator[None]:
    with program_scope(cast.program):
        yield


@pytest.fixture
def team(cast: Cast, inside: None) -> tuple[Application, User, User]:
    return team_of_two(cast)


def test_first_answer_is_version_one_and_keeps_who_and_when(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    saved = save_answer(application, key="title", value="Safe Online", version=0, actor=noor)
    answer = answer_of(application, "title")
    assert (saved.version, answer.version, answer.value) == (1, 1, "Safe Online")
    assert (answer.updated_by, answer.updated_at) == (noor, saved.at)


def test_each_change_counts_on(team: tuple[Application, User, User]) -> None:
    application, noor, lena = team
    save_answer(application, key="title", value="One", version=0, actor=noor)
    assert save_answer(application, key="title", value="Two", version=1, actor=lena).version == 2
    assert answer_of(application, "title").updated_by == lena


def test_change_over_an_older_version_is_refused_and_tells_whose_is_there(
    team: tuple[Application, User, User],
) -> None:
    application, noor, lena = team
    save_answer(application, key="title", value="Base", version=0, actor=noor)
    save_answer(application, key="title", value="Lena's", version=1, actor=lena)
    with pytest.raises(ConflictError) as caught:
        save_answer(application, key="title", value="Noor's", version=1, actor=noor)
    assert (caught.value.answer.value, caught.value.answer.version) == ("Lena's", 2)
    assert str(caught.value) == "Lena Okafor changed this answer while you were writing."
    assert answer_of(application, "title").value == "Lena's"


def test_two_first_answers_are_a_conflict_too(team: tuple[Application, User, User]) -> None:
    application, noor, lena = team
    save_answer(application, key="title", value="Lena's", version=0, actor=lena)
    with pytest.raises(ConflictError):
        save_answer(application, key="title", value="Noor's", version=0, actor=noor)


def test_save_whose_answer_was_lost_may_be_sent_again(team: tuple[Application, User, User]) -> None:
    application, noor, lena = team
    first = save_answer(application, key="title", value="Same", version=0, actor=noor)
    again = save_answer(application, key="title", value="Same", version=0, actor=noor)
    assert again == first
    # The same words from somebody else are no conflict either, and stay who wrote them first.
    assert save_answer(application, key="title", value="Same", version=0, actor=lena) == first
    assert answer_of(application, "title").updated_by == noor


@pytest.mark.parametrize(
    "value", ["A text", "", None, ["a", "b"], {"lines": [{"item": "Bus", "amount": "1.00"}]}, True, 0]
)
def test_any_answer_reads_back_as_it_was(team: tuple[Application, User, User], value: Json) -> None:
    application, noor, _ = team
    save_answer(application, key="plan", value=value, version=0, actor=noor)
    assert answer_of(application, "plan").value == value
    assert answers_of(application).values == {"plan": value}
    again = save_answer(application, key="plan", value=value, version=0, actor=noor)
    assert again.version == 1


def test_answer_that_was_cleared_can_be_given_again(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    save_answer(application, key="plan", value="Something", version=0, actor=noor)
    cleared = save_answer(application, key="plan", value=None, version=1, actor=noor)
    assert (
        save_answer(application, key="plan", value="Else", version=cleared.version, actor=noor).version == 3
    )


def test_colleague_who_reads_cannot_write(team: tuple[Application, User, User]) -> None:
    application = team[0]
    reader = joined(application, Rights.VIEW)
    with pytest.raises(PermissionDenied, match="not write in it"):
        save_answer(application, key="title", value="Mine", version=0, actor=reader)


def test_rights_taken_away_count_at_once(team: tuple[Application, User, User]) -> None:
    application, _, lena = team
    save_answer(application, key="title", value="Mine", version=0, actor=lena)
    end_rights(application, user=lena)
    with pytest.raises(PermissionDenied):
        save_answer(application, key="title", value="More", version=1, actor=lena)
    grant_rights(application, user=lena, rights=Rights.EDIT)
    assert save_answer(application, key="title", value="More", version=1, actor=lena).version == 2


@pytest.mark.parametrize("name", ["manager", "officer", "auditor", "outsider", "other_manager", "advisory"])
def test_nobody_outside_the_team_writes(cast: Cast, team: tuple[Application, User, User], name: str) -> None:
    with pytest.raises(PermissionDenied):
        save_answer(team[0], key="title", value="Staff's", version=0, actor=cast.people[name])


@pytest.mark.parametrize("key", ["unknown", "project"])
def test_what_is_no_question_takes_no_answer(team: tuple[Application, User, User], key: str) -> None:
    application, noor, _ = team
    with pytest.raises(ClosedError):
        save_answer(application, key=key, value="x", version=0, actor=noor)
    assert not Answer.objects.filter(application=application).exists()


# The clock.


def save_at(application: Application, person: User, minutes_after_close: float) -> None:
    now = close_of(application) + timedelta(minutes=minutes_after_close)
    version = versions_of(application).get("plan", 0)
    text = f"Written at {minutes_after_close}"
    save_answer(application, key="plan", value=text, version=version, actor=person, now=now)


@pytest.mark.parametrize("minutes", [-60, -0.001, 0, 1, 14.99])
def test_writing_is_possible_until_the_grace_ends(
    team: tuple[Application, User, User], minutes: float
) -> None:
    save_at(team[0], team[1], minutes)
    assert answer_of(team[0], "plan").value == f"Written at {minutes}"


@pytest.mark.parametrize("minutes", [15, 15.001, 600])
def test_after_the_grace_nothing_is_written_and_the_words_say_when(
    team: tuple[Application, User, User], minutes: float
) -> None:
    with pytest.raises(ClosedError, match=r"time to finish ended on \w+ \d+ \w+ \d{4}"):
        save_at(team[0], team[1], minutes)


def test_extension_of_one_application_moves_its_end(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    application.extended_until = close_of(application) + timedelta(hours=2)
    application.save()
    save_at(application, noor, 120 + 14)
    with pytest.raises(ClosedError):
        save_at(application, noor, 120 + 15)


def test_round_that_closed_is_asked_by_its_clock_not_by_its_state(
    team: tuple[Application, User, User],
) -> None:
    application, noor, _ = team
    Round.objects.filter(pk=application.round_id).update(state=RoundState.CLOSED)
    save_answer(application, key="title", value="Still", version=0, actor=noor)
    close_ago(application.round, minutes=16)
    with pytest.raises(ClosedError):
        save_answer(application, key="title", value="Late", version=1, actor=noor)


def test_round_without_grace_says_that_it_closed(cast: Cast, inside: None) -> None:
    application, noor, _ = team_of_two(cast, grace_minutes=0)
    close_ago(application.round, seconds=1)
    with pytest.raises(ClosedError, match="This round closed on"):
        save_answer(application, key="title", value="Late", version=0, actor=noor)


@pytest.mark.parametrize("state", [state for state in ApplicationState if state != ApplicationState.DRAFT])
def test_only_a_draft_is_written(team: tuple[Application, User, User], state: ApplicationState) -> None:
    application, noor, _ = team
    moment = None if state == ApplicationState.DISCARDED else timezone.now()
    Application.objects.filter(pk=application.pk).update(state=state, submitted_at=moment)
    with pytest.raises(ClosedError, match="do not change any more"):
        save_answer(application, key="title", value="x", version=0, actor=noor)


# What may be written.


def test_all_fields_of_a_draft_that_are_shown_are_writable(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    shown = {"title", "plan", "with_others", "amount", "budget", "checks", "letters"}
    assert writable_keys(application) == shown
    save_answer(application, key="with_others", value="yes", version=0, actor=noor)
    assert writable_keys(application) == shown | {"partners", "lead"}


def test_hidden_field_keeps_text_that_was_on_its_way(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    save_answer(application, key="partners", value="The council", version=0, actor=noor)
    assert answer_of(application, "partners").value == "The council"


def asked_to_change(application: Application, person: User, *keys: str) -> ChangeRequest:
    """An application that was submitted, with a request that flags these fields."""
    request: ChangeRequest = ChangeRequest.objects.create(
        program=application.program,
        application=application,
        fields=list(keys),
        reason="Say more.",
        due_at=timezone.now() + timedelta(days=7),
        requested_by=person,
    )
    return request


@pytest.fixture
def flagged(cast: Cast, team: tuple[Application, User, User]) -> Application:
    application, noor, _ = team
    write_all(application, noor)
    submit_application(application, declared_name="Noor", declared_position="Director", actor=noor)
    asked_to_change(application, cast.officer, "plan", "with_others")
    application.refresh_from_db()
    application.program = cast.program
    return application


def test_request_for_changes_opens_only_what_it_flags(
    flagged: Application, team: tuple[Application, User, User]
) -> None:
    noor = team[1]
    assert writable_keys(flagged) == {"plan", "with_others"}
    save_answer(flagged, key="plan", value="More workshops.", version=1, actor=noor)
    for key in ("title", "amount"):
        with pytest.raises(ClosedError, match="not open"):
            save_answer(flagged, key=key, value="x", version=1, actor=noor)
        assert answer_of(flagged, key).value == COMPLETE[key]


def test_changed_answer_opens_what_it_brings_into_view(
    flagged: Application, team: tuple[Application, User, User]
) -> None:
    noor = team[1]
    save_answer(flagged, key="with_others", value="yes", version=1, actor=noor)
    assert writable_keys(flagged) == {"plan", "with_others", "partners", "lead"}
    save_answer(flagged, key="lead", value="The council", version=0, actor=noor)


def test_request_that_was_taken_back_locks_again_and_keeps_its_text_out(
    cast: Cast, flagged: Application, team: tuple[Application, User, User]
) -> None:
    noor = team[1]
    save_answer(flagged, key="plan", value="Half a change.", version=1, actor=noor)
    ChangeRequest.objects.update(state=ChangeRequestState.CANCELLED)
    with pytest.raises(ClosedError):
        save_answer(flagged, key="plan", value="More", version=2, actor=noor)
    asked_to_change(flagged, cast.officer, "title")
    draft = draft_of(cast.program, noor, code=flagged.code)
    assert draft
    assert draft.answers.values["plan"] == COMPLETE["plan"]
    assert draft.writable >= {"title"}
    assert "plan" not in draft.writable


# Economy and interleavings.


def test_draft_comes_in_one_query_and_is_saved_in_one_more(team: tuple[Application, User, User]) -> None:
    application, noor, _ = team
    write_all(application, noor)
    with counted_queries() as count:
        draft = draft_of(application.program, noor, code=application.code)
    assert count.number == 1
    assert draft
    assert draft.answers.values == COMPLETE
    assert dict(draft.versions) == versions_of(application)
    # The role of the person is one more here; a request brings it with them.
    with counted_queries() as count:
        save_answer(application, key="plan", value="New", version=1, actor=noor)
    assert count.number <= 3, count.statements


SAVES = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.sampled_from(["one", "two", "three", "four"])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=SAVES)
def test_no_interleaving_of_two_editors_loses_a_change(
    team: tuple[Application, User, User], steps: list[tuple[int, bool, str]]
) -> None:
    """Each step: who saves, whether they looked before, and what they write."""
    application, *people = team
    Answer.objects.filter(application=application).delete()
    seen, now, version = [0, 0], None, 0
    for who, looks, text in steps:
        if looks:
            seen[who] = version
        theirs: Answer | None = None
        try:
            saved = save_answer(application, key="plan", value=text, version=seen[who], actor=people[who])
        except ConflictError as error:
            theirs = error.answer
        if theirs:
            assert seen[who] != version
            assert (theirs.value, theirs.version) == (now, version)
        else:
            assert seen[who] == version or text == now, "written over what the person had not seen"
            assert saved.version == (version if text == now else version + 1)
            seen[who], now, version = saved.version, text, saved.version
        assert answer_of(application, "plan").value == now
