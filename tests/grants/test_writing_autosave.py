"""What the page's script asks of the server, and what it answers."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from grants.models import Answer, AnswerFile, Application, EditorPresence
from grants.models.applications import Rights
from grants.queries.writing import answers_of
from grants.services import files
from grants.services.answers import save_answer
from grants.services.files import add_answer_file, remove_answer_file
from grants.services.rights import end_rights
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.documents.states import DocumentState
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import joined, round_of
from tests.grants.writing import answer_of, autosave, close_ago, draft_by, team_of_two, url, write_all
from tests.queries import counted_queries

Team = tuple[Application, User, User]
SignIn = Callable[[User], Client]


@pytest.fixture
def inside(cast: Cast) -> Iterator[None]:
    with program_scope(cast.program):
        yield


@pytest.fixture
def team(cast: Cast, inside: None) -> Team:
    return team_of_two(cast)


@pytest.fixture
def noor(team: Team, signed_in: SignIn) -> Client:
    return signed_in(team[1])


def test_field_is_saved_and_the_answer_says_what_the_page_needs(team: Team, noor: Client) -> None:
    status, said = autosave(noor, team[0], "plan", value="We listen first.")
    assert status == 200
    assert (said["version"], said["problems"]) == (1, [])
    assert said["base"]
    assert "visible" not in said
    assert answer_of(team[0], "plan").value == "We listen first."


@pytest.mark.parametrize(("version", "answer", "most"), [(2, 200, 6), (1, 409, 7)])
def test_saving_one_field_takes_at_most_six_queries_and_a_conflict_one_more(
    cast: Cast, signed_in: SignIn, version: int, answer: int, most: int
) -> None:
    """Outside of the program's scope, as a visitor comes."""
    with program_scope(cast.program):
        application, person, _ = team_of_two(cast)
        write_all(application, person)
    client = signed_in(person)
    # Once before, for the list of the person's sessions.
    autosave(client, application, "plan", version=1, value="We listen.")
    with counted_queries() as count:
        status, _ = autosave(client, application, "plan", version=version, value="We listen first.")
    assert status == answer
    assert count.number <= most, count.statements


def test_conflict_brings_the_others_text_and_the_panel(team: Team, noor: Client) -> None:
    save_answer(team[0], key="plan", value="Lena's plan", version=0, actor=team[2])
    status, said = autosave(noor, team[0], "plan", value="Noor's plan")
    assert status == 409
    assert (said["version"], said["value"], said["by"]) == (1, "Lena's plan", "Lena Okafor")
    assert said["text"] == "Lena's plan"
    assert "Lena&#x27;s plan" in said["html"]
    assert 'name="_version.plan" value="1"' in said["html"]
    assert "Lena&#x27;s plan" in said["panel"]
    assert "Noor&#x27;s plan" in said["panel"]
    assert "Keep both texts" in said["panel"]
    assert answer_of(team[0], "plan").value == "Lena's plan"


def test_same_save_again_is_no_conflict(team: Team, noor: Client) -> None:
    first = autosave(noor, team[0], "plan", value="Sent twice.")
    assert autosave(noor, team[0], "plan", value="Sent twice.") == first


def test_table_is_saved_by_its_inputs(team: Team, noor: Client) -> None:
    lines = {"0.item": "Bus", "0.amount": "1,200", "2.item": "Rooms", "2.amount": "300"}
    status, said = autosave(noor, team[0], "budget", parts=lines)
    assert status == 200
    lines_kept: Any = answer_of(team[0], "budget").value
    assert [line["item"] for line in lines_kept["lines"]] == ["Bus", "Rooms"]
    assert said["problems"] == []


def test_what_is_wrong_comes_with_the_field_as_it_is_drawn(team: Team, noor: Client) -> None:
    save_answer(team[0], key="amount", value="2000.00", version=0, actor=team[1])
    _, said = autosave(noor, team[0], "budget", parts={"0.item": "Bus", "0.amount": "1200"})
    assert [one["message"] for one in said["problems"]] == [
        "The budget lines add up to $1,200, but you asked for $2,000: $800 is missing"
    ]
    assert 'data-field="budget"' in said["html"]
    assert said["problems"][0]["message"] in said["html"]


def test_amount_brings_the_budget_that_must_reach_it(team: Team, noor: Client) -> None:
    write_all(team[0], team[1])
    _, said = autosave(noor, team[0], "amount", version=1, value="60000")
    assert list(said["also"]) == ["budget"]
    assert "but you asked for $60,000" in said["also"]["budget"]
    _, said = autosave(noor, team[0], "amount", version=2, value="50000")
    assert 'class="error"' not in said["also"]["budget"]
    assert autosave(noor, team[0], "title", version=1, value="Other")[1]["also"] == {}


def test_cleared_answer_is_not_scolded_for_being_missing(team: Team, noor: Client) -> None:
    save_answer(team[0], key="title", value="Something", version=0, actor=team[1])
    assert autosave(noor, team[0], "title", version=1, value="")[1]["problems"] == []


def test_answer_that_shows_others_says_which(team: Team, noor: Client) -> None:
    _, said = autosave(noor, team[0], "with_others", value="yes")
    assert {"partners", "lead", "plan"} <= set(said["visible"]["fields"])
    _, said = autosave(noor, team[0], "with_others", version=1, value="no")
    assert {"partners", "lead"}.isdisjoint(said["visible"]["fields"])


# Refusals.


def error_of(response: HttpResponse) -> tuple[int, str, str]:
    """Status, words and reason of a refusal."""
    said = json.loads(response.content)
    return response.status_code, said["error"], said["reason"]


def send(client: Client, team: Team, **extra: str) -> HttpResponse:
    data = {"plan": "Words", "_version": "0"} | extra
    response = client.post(url(team[0], "autosave", "plan"), data)
    assert isinstance(response, HttpResponse)
    return response


def test_signed_out_is_401_in_words(team: Team) -> None:
    assert error_of(send(Client(), team)) == (401, "You were signed out.", "sign-in")


def test_page_of_another_person_is_not_saved(team: Team, signed_in: SignIn) -> None:
    status, words, reason = error_of(send(signed_in(team[2]), team, _person=str(team[1].pk)))
    assert (status, reason) == (403, "person")
    assert "somebody else" in words
    assert not Answer.objects.exists()


def test_reader_is_403_in_words(team: Team, signed_in: SignIn) -> None:
    status, words, _ = error_of(send(signed_in(joined(team[0], Rights.VIEW)), team))
    assert status == 403
    assert words.startswith("You can read this application, but not write in it.")


def test_person_taken_off_the_team_is_told_that_it_is_gone(team: Team, signed_in: SignIn) -> None:
    lena = signed_in(team[2])
    end_rights(team[0], user=team[2])
    status, words, _ = error_of(send(lena, team))
    assert status == 404
    assert words.startswith("You cannot open this application any more.")


def test_after_the_end_is_410_with_the_moment(team: Team, noor: Client) -> None:
    close_ago(team[0].round, minutes=15, seconds=1)
    status, words, _ = error_of(send(noor, team))
    assert status == 410
    assert "the time to finish ended on" in words


@pytest.mark.parametrize("name", ["manager", "auditor", "outsider", "other_manager", "partner"])
@pytest.mark.parametrize("route", ["changes", "autosave", "visibility"])
def test_nothing_is_there_for_others(
    cast: Cast, team: Team, signed_in: SignIn, name: str, route: str
) -> None:
    write_all(team[0], team[1])
    client = signed_in(cast.people[name])
    args = {"autosave": ["plan"], "visibility": ["project"]}.get(route, [])
    response = (client.post if route == "autosave" else client.get)(url(team[0], route, *args))
    assert response.status_code == 404
    assert "Workshops" not in response.content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "9" * 30])
def test_nonsense_for_a_version_counts_as_none(team: Team, noor: Client, version: str) -> None:
    save_answer(team[0], key="plan", value="Kept", version=0, actor=team[2])
    assert send(noor, team, _version=version).status_code == 409
    assert answer_of(team[0], "plan").value == "Kept"


# What others do.


def poll(client: Client, team: Team, *, section: str = "", since: Any = None) -> dict[str, Any]:
    at = since or timezone.now() - timedelta(minutes=5)
    response = client.get(f"{url(team[0], 'changes')}?since={quote(at.isoformat())}&section={section}")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_poll_brings_what_others_wrote_in_this_section(team: Team, noor: Client) -> None:
    save_answer(team[0], key="title", value="Lena's title", version=0, actor=team[2])
    save_answer(team[0], key="amount", value="10.00", version=0, actor=team[2])
    said = poll(noor, team, section="project")
    assert [(one["key"], one["version"], one["by"]) for one in said["fields"]] == [
        ("title", 1, "Lena Okafor")
    ]
    assert "Lena&#x27;s title" in said["fields"][0]["html"]
    assert said["closing"].startswith("Closes in")


def test_poll_looks_back_a_little_and_no_further(team: Team, noor: Client) -> None:
    save_answer(team[0], key="title", value="x", version=0, actor=team[2])
    now = timezone.now()
    assert poll(noor, team, section="project", since=now + timedelta(seconds=20))["fields"]
    assert not poll(noor, team, section="project", since=now + timedelta(seconds=40))["fields"]


def test_own_changes_of_another_tab_come_without_a_name(team: Team, noor: Client) -> None:
    save_answer(team[0], key="title", value="Mine", version=0, actor=team[1])
    assert poll(noor, team, section="project")["fields"][0]["by"] == ""


def test_poll_says_that_an_answer_shows_or_hides_others(team: Team, noor: Client) -> None:
    assert poll(noor, team, section="project")["drives"] is False
    save_answer(team[0], key="with_others", value="yes", version=0, actor=team[2])
    assert poll(noor, team, section="project")["drives"] is True
    shown = json.loads(noor.get(url(team[0], "visibility", "project")).content)
    assert "partners" in shown["fields"]


def test_poll_notes_who_is_where_for_a_minute(team: Team, noor: Client, signed_in: SignIn) -> None:
    poll(noor, team, section="money")
    poll(noor, team, section="project")
    assert EditorPresence.objects.get().section == "project"
    assert "Noor West" in poll(signed_in(team[2]), team)["editors"]
    assert poll(noor, team)["editors"] == ""
    EditorPresence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert poll(signed_in(team[2]), team)["editors"] == ""


def test_reader_is_not_noted_as_at_work(team: Team, signed_in: SignIn) -> None:
    poll(signed_in(joined(team[0], Rights.VIEW)), team, section="project")
    assert not EditorPresence.objects.exists()


@pytest.mark.parametrize(
    "since",
    [
        "",
        "yesterday",
        "2027-03-05T10:00:00",
        "2027-99-99T10:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_poll_without_a_moment_begins_now(team: Team, noor: Client, since: str) -> None:
    response = noor.get(url(team[0], "changes"), {"since": since})
    assert response.status_code == 200


# Files.


def letter(name: str = "letter.txt", text: str = "We support this.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def upload(
    client: Client, team: Team, file: SimpleUploadedFile, key: str = "letters"
) -> tuple[int, dict[str, Any]]:
    response = client.post(url(team[0], "upload", key), {"file": file})
    return response.status_code, json.loads(response.content)


def test_file_is_kept_and_drawn_as_being_checked(team: Team, noor: Client) -> None:
    status, said = upload(noor, team, letter())
    assert status == 200
    assert "letter.txt" in said["html"]
    assert "Being checked" in said["html"]
    file = AnswerFile.objects.get()
    assert (file.key, file.added_by, file.document.state) == ("letters", team[1], DocumentState.QUARANTINED)
    assert AuditEvent.objects.filter(object_type="grants.answerfile", action="add").count() == 1


def test_poll_tells_when_a_file_was_checked(team: Team, noor: Client) -> None:
    upload(noor, team, letter())
    assert "Being checked" in poll(noor, team, section="safety")["files"]["letters"]
    Document.objects.update(state=DocumentState.RELEASED)
    drawn = poll(noor, team, section="safety")["files"]["letters"]
    assert "Checked" in drawn
    assert f"/{team[0].program.slug}/files/" in drawn


def test_upload_repeated_after_a_lost_answer_is_one_file(team: Team, noor: Client) -> None:
    assert upload(noor, team, letter())[0] == upload(noor, team, letter())[0] == 200
    assert AnswerFile.objects.count() == Document.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("policy.pdf", b"MZ\x90 program"), "a Windows program"),
        (SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "Export the drawing"),
        (SimpleUploadedFile("page.html", b"<html></html>"), "Print the page to a PDF"),
    ],
)
def test_refused_file_says_why_and_leaves_nothing(
    team: Team, noor: Client, file: SimpleUploadedFile, words: str
) -> None:
    status, said = upload(noor, team, file)
    assert status == 422
    assert words in said["error"]
    assert not AnswerFile.objects.exists()


def test_one_more_than_most_is_refused(team: Team, noor: Client) -> None:
    for number in range(2):
        assert upload(noor, team, letter(text=f"Letter {number}"))[0] == 200
    status, said = upload(noor, team, letter(text="Letter 3"))
    assert status == 422
    assert said["error"].startswith("No more than 2 files")
    assert AnswerFile.objects.count() == 2


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MOST_OF_APPLICATION", "removed ones included"), ("MOST_A_DAY", "within a day. Go on tomorrow")],
)
def test_uploading_and_removing_again_and_again_ends(
    team: Team, noor: Client, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(files, limit, 3)
    for number in range(3):
        assert upload(noor, team, letter(text=f"Letter {number}"))[0] == 200
        remove_answer_file(AnswerFile.objects.get(removed_at=None), actor=team[1])
    status, said = upload(noor, team, letter(text="Letter 4"))
    assert status == 422
    assert words in said["error"]
    assert Document.objects.count() == 3


def test_refused_upload_leaves_no_bytes(team: Team, noor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[Document] = []
    monkeypatch.setattr(files, "forget_upload", forgotten.append)
    for number in (1, 2, 2, 3):
        upload(noor, team, letter(text=f"Letter {number}"))
    assert len(forgotten) == Document.objects.count() == 2


def test_refused_by_the_scanner_leaves_room_for_another(team: Team, noor: Client) -> None:
    for number in range(2):
        upload(noor, team, letter(text=f"Letter {number}"))
    Document.objects.filter(pk=Document.objects.earliest("pk").pk).update(state=DocumentState.REJECTED)
    assert upload(noor, team, letter(text="Letter 3"))[0] == 200


@pytest.mark.parametrize("key", ["plan", "nowhere"])
def test_field_without_files_takes_none(team: Team, noor: Client, key: str) -> None:
    assert upload(noor, team, letter(), key)[0] == 410
    assert not Document.objects.exists()


def test_upload_after_the_end_is_refused_before_anything_is_kept(team: Team, noor: Client) -> None:
    close_ago(team[0].round, hours=1)
    assert upload(noor, team, letter())[0] == 410
    assert not Document.objects.exists()


def test_removing_a_file_twice_is_once(team: Team, noor: Client) -> None:
    upload(noor, team, letter())
    file = AnswerFile.objects.get()
    for _ in range(2):
        assert noor.post(url(team[0], "remove_file", file.pk)).status_code == 200
    assert not answers_of(team[0]).files
    assert AuditEvent.objects.filter(object_type="grants.answerfile", action="remove").count() == 1


def test_file_of_another_application_cannot_be_removed(team: Team, noor: Client, cast: Cast) -> None:
    file = add_answer_file(team[0], key="letters", upload=letter(), actor=team[1])
    AnswerFile.objects.filter(pk=file.pk).update(application=other_draft(cast))
    assert noor.post(url(team[0], "remove_file", file.pk)).status_code == 404


def other_draft(cast: Cast) -> Application:
    return draft_by(cast.officer, cast.program, round_of(cast.program, "OTHER"), name="Another", abn="")


def test_file_services_refuse_who_may_not_write(team: Team) -> None:
    file = add_answer_file(team[0], key="letters", upload=letter(), actor=team[2])
    file.application.program = team[0].program
    close_ago(team[0].round, hours=1)
    with pytest.raises(DomainError):
        remove_answer_file(file, actor=team[2])
