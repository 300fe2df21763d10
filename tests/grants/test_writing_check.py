"""Check your answers, the declaration, the receipt, and what a request for changes makes of them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from grants.models import Application, ChangeRequest, Round, Submission
from grants.models.applications import Rights
from grants.services.answers import save_answer
from grants.services.files import add_answer_file
from grants.services.submitting import submit_application
from scsc import jobs
from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import joined
from tests.grants.writing import (
    COMPLETE,
    answer_of,
    close_ago,
    section_data,
    team_of_two,
    url,
    words_of,
    write_all,
)

Team = tuple[Application, User, User]
SignIn = Callable[[User], Client]
DECLARED = {"name": "Noor West", "position": "Director", "declared": "on"}


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda *args, **ids: None)


@pytest.fixture
def inside(cast: Cast) -> Iterator[None]:
    with program_scope(cast.program):
        yield


@pytest.fixture
def team(cast: Cast, inside: None) -> Team:
    found = team_of_two(cast)
    write_all(found[0], found[1])
    return found


@pytest.fixture
def noor(team: Team, signed_in: SignIn) -> Client:
    return signed_in(team[1])


def seen(client: Client, team: Team) -> dict[str, str]:
    """What the declaration sends from a page that was opened now."""
    page = client.get(url(team[0], "check")).content.decode()
    found = re.search(r'name="_seen" value="([0-9a-f]{64})"', page)
    assert found
    return DECLARED | {"_seen": found.group(1), "_person": str(client.session["_auth_user_id"])}


def test_check_shows_every_answer_with_a_link_to_change_it(team: Team, noor: Client) -> None:
    text = words_of(noor.get(url(team[0], "check")))
    for words in ("Safe Online Together", "Workshops in twelve schools.", "Trainers", "$48,000.00"):
        assert words in text
    assert f'href="{url(team[0], "section", "project")}#asked-plan"' in text
    assert "Harbour Families" in text
    assert "51 824 753 556" in text
    assert "I am authorised to make this application for Harbour Families" in text
    assert "Who are your partners?" not in text


def test_check_lists_what_is_missing_and_keeps_the_declaration_back(team: Team, noor: Client) -> None:
    save_answer(team[0], key="plan", value=None, version=1, actor=team[1])
    page = noor.get(url(team[0], "check"))
    text = words_of(page)
    assert "Before you can submit" in text
    assert f'href="{url(team[0], "section", "project")}#f-plan"' in text
    assert "Submit the application" not in text
    forced = noor.post(url(team[0], "check"), DECLARED)
    assert forced.status_code == 422
    assert not Submission.objects.exists()


CHECKING = "“letter.txt” is still being checked. You can submit; staff read it once the check is done."


def test_file_that_is_being_checked_does_not_stop_the_submission_and_stays_sealed(
    cast: Cast, team: Team, noor: Client, signed_in: SignIn
) -> None:
    letter = SimpleUploadedFile("letter.txt", b"We support this.")
    add_answer_file(team[0], key="letters", upload=letter, actor=team[1])
    assert CHECKING in words_of(noor.get(url(team[0], "section", "safety")))
    text = words_of(noor.get(url(team[0], "check")))
    assert CHECKING in text
    assert "Before you can submit" not in text
    assert noor.post(url(team[0], "check"), seen(noor, team)).status_code == 302
    officer = signed_in(cast.officer)
    page, file = f"/north/applications/{team[0].code}/", f"/north/files/{Document.objects.get().key}/"
    assert (officer.get(file).status_code, file in words_of(officer.get(page))) == (404, False)
    assert "Being checked" in words_of(officer.get(page))
    Document.objects.update(state="rejected")
    assert officer.get(file).status_code == 410
    assert ">Refused<" in words_of(officer.get(page))
    Document.objects.update(state="released")
    assert file in words_of(officer.get(page))


def test_file_that_was_refused_keeps_the_declaration_back(team: Team, noor: Client) -> None:
    letter = SimpleUploadedFile("letter.txt", b"We support this.")
    add_answer_file(team[0], key="letters", upload=letter, actor=team[1])
    data = seen(noor, team)
    Document.objects.update(state="rejected")
    assert "“letter.txt” was refused. Remove it" in words_of(noor.get(url(team[0], "check")))
    assert noor.post(url(team[0], "check"), data).status_code == 422
    assert not Submission.objects.exists()


def test_amounts_are_said_as_money(team: Team, noor: Client) -> None:
    Round.objects.update(minimum_amount=40_000, maximum_amount=250_000)
    text = words_of(noor.get(url(team[0], "check")))
    assert "$50,000<small" in text
    assert "The round funds from $40,000 up to $250,000." in text
    Round.objects.update(minimum_amount=None)
    assert "The round funds up to $250,000." in words_of(noor.get(url(team[0], "check")))


def test_declaring_submits_and_leads_to_the_receipt(team: Team, noor: Client) -> None:
    page = noor.post(url(team[0], "check"), seen(noor, team), follow=True)
    assert page.redirect_chain == [(url(team[0], "receipt"), 302)]
    submission = Submission.objects.get()
    text = words_of(page)
    assert "Your application is received" in text
    for words in (team[0].code, submission.sha256, "Noor West, Director"):
        assert words in text
    assert re.search(r"\d{4}, \d+:\d\d [ap]m A[EW][SD]*T", text)


def test_pressing_twice_leads_to_the_same_receipt(team: Team, noor: Client) -> None:
    data = seen(noor, team)
    ends = [noor.post(url(team[0], "check"), data)["Location"] for _ in range(2)]
    assert ends == [url(team[0], "receipt")] * 2
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("name", "Enter the full name of the person who declares this"),
        ("position", "Enter the position of the person who declares this"),
        ("declared", "Tick the box to declare this"),
    ],
)
def test_declaration_needs_all_of_its_parts(team: Team, noor: Client, left_out: str, words: str) -> None:
    data = seen(noor, team)
    del data[left_out]
    page = noor.post(url(team[0], "check"), data)
    text = words_of(page)
    assert page.status_code == 422
    assert "<title>Error: " in text
    assert text.count(words) == 2, "in the summary and at the field"
    assert not Submission.objects.exists()


def test_answers_that_changed_since_are_shown_before_they_are_declared(team: Team, noor: Client) -> None:
    data = seen(noor, team)
    save_answer(team[0], key="plan", value="Lena's plan", version=1, actor=team[2])
    page = noor.post(url(team[0], "check"), data)
    text = words_of(page)
    assert page.status_code == 422
    assert "An answer changed since you opened this page" in text
    assert "Lena&#x27;s plan" in text
    assert not Submission.objects.exists()
    assert noor.post(url(team[0], "check"), seen(noor, team)).status_code == 302


def test_page_of_somebody_else_is_not_declared(team: Team, noor: Client, signed_in: SignIn) -> None:
    data = seen(noor, team)
    colleague = signed_in(joined(team[0], Rights.SUBMIT))
    page = colleague.post(url(team[0], "check"), data)
    assert page.status_code == 422
    assert "opened by somebody else" in words_of(page)
    assert not Submission.objects.exists()


def test_editor_is_told_who_submits_and_cannot(team: Team, signed_in: SignIn) -> None:
    lena = signed_in(team[2])
    text = words_of(lena.get(url(team[0], "check")))
    assert "Noor West can submit this application" in text
    assert "Submit the application" not in text
    page = lena.post(url(team[0], "check"), DECLARED)
    assert page.status_code == 422
    assert not Submission.objects.exists()


def test_after_the_end_the_page_says_so_and_nothing_is_submitted(team: Team, noor: Client) -> None:
    data = seen(noor, team)
    close_ago(team[0].round, hours=1)
    page = noor.post(url(team[0], "check"), data)
    assert page.status_code == 410
    assert "the time to finish ended on" in words_of(page)
    assert not Submission.objects.exists()


def test_receipt_of_a_draft_leads_back_to_it(team: Team, noor: Client) -> None:
    assert noor.get(url(team[0], "receipt"))["Location"] == url(team[0], "tasks")


def test_everybody_on_the_team_sees_the_receipt(team: Team, noor: Client, signed_in: SignIn) -> None:
    noor.post(url(team[0], "check"), seen(noor, team))
    assert "Your application is received" in words_of(signed_in(team[2]).get(url(team[0], "receipt")))


def test_submitted_application_is_read_on_its_status_page_and_printed_as_it_was_sent(
    team: Team, noor: Client
) -> None:
    noor.post(url(team[0], "check"), seen(noor, team))
    assert noor.get(url(team[0], "tasks"))["Location"] == url(team[0], "status")
    assert noor.get(url(team[0], "check"))["Location"] == url(team[0], "receipt")
    text = words_of(noor.get(url(team[0], "print")))
    assert "Submitted" in text
    assert Submission.objects.get().sha256 in text
    section = words_of(noor.get(url(team[0], "section", "project")))
    assert "do not change any more" in section
    assert "<textarea" not in section


# A request for changes.


@pytest.fixture
def change(cast: Cast, team: Team) -> ChangeRequest:
    submit_application(team[0], declared_name="Noor", declared_position="Director", actor=team[1])
    request: ChangeRequest = ChangeRequest.objects.create(
        program=cast.program,
        application=team[0],
        fields=["plan"],
        reason="Say how often.",
        due_at=timezone.now() + timedelta(days=7, hours=1),
        requested_by=cast.officer,
    )
    return request


def test_request_shows_its_reason_and_only_what_it_opens(
    change: ChangeRequest, team: Team, noor: Client
) -> None:
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "Say how often." in text
    assert "Changes are due in 7 days" in text
    assert "What you will do" in text
    assert ">Budget<" not in text
    section = noor.get(url(team[0], "section", "project")).content.decode()
    assert re.findall(r'data-question="(\w+)"', section) == ["plan", "partners"]
    assert "Asked to change" in section


def test_check_of_changes_shows_the_difference(change: ChangeRequest, team: Team, noor: Client) -> None:
    assert "Nothing is changed yet." in words_of(noor.get(url(team[0], "check")))
    data = section_data(team[0], "project", plan="Workshops in twenty schools.", title="Sneaked in")
    noor.post(url(team[0], "section", "project"), data | {"_go": "on"})
    text = words_of(noor.get(url(team[0], "check")))
    assert re.search(r"<del>twelve ?</del><ins>twenty ?</ins>", text)
    assert "Sneaked in" not in text
    assert answer_of(team[0], "title").value == COMPLETE["title"]


def test_sending_changes_makes_a_second_submission_and_closes_them(
    change: ChangeRequest, team: Team, noor: Client
) -> None:
    save_answer(team[0], key="plan", value="Every week.", version=1, actor=team[2])
    page = noor.post(url(team[0], "check"), seen(noor, team), follow=True)
    assert "Your changes are received" in words_of(page)
    assert list(Submission.objects.values_list("number", flat=True)) == [1, 2]
    assert noor.get(url(team[0], "tasks"))["Location"] == url(team[0], "status")


def test_changes_that_are_overdue_can_still_be_sent_and_the_page_says_so(
    change: ChangeRequest, team: Team, noor: Client
) -> None:
    ChangeRequest.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert "Changes are overdue" in words_of(noor.get(url(team[0], "tasks")))
    assert noor.post(url(team[0], "check"), seen(noor, team)).status_code == 302
