"""The pages of writing through the client, as somebody without JavaScript uses them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from grants.models import Application, EditorPresence, Round
from grants.models.applications import Rights
from grants.queries.writing import answers_of
from grants.services.answers import save_answer
from grants.services.rights import end_rights, grant_rights
from scsc.accounts.models import User
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


# The list of tasks.


def test_list_shows_the_sections_the_end_and_the_team(team: Team, noor: Client) -> None:
    page = noor.get(url(team[0], "tasks"))
    text = words_of(page)
    assert page.status_code == 200
    assert text.count("Not started") == 2
    assert "Your partnership" not in text
    assert re.search(r"Closes in 2 days</h2>", text)
    assert re.search(r"\d+ \w+ \d{4}, \d+:\d\d [ap]m A[EW][SD]*T \(Sydney\)", text)
    assert "Noor West (submits)" in text
    assert "Lena Okafor (edits)" in text
    assert "call 000" in text
    assert "Continue: What you will do" in text


def test_list_tells_how_far_each_section_is(team: Team, noor: Client) -> None:
    write_all(team[0], team[1], {key: COMPLETE[key] for key in ("title", "plan", "with_others")})
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "Completed" in text
    assert "Continue: Budget" in text


def test_list_says_what_is_wrong_and_leads_to_the_field(team: Team, noor: Client) -> None:
    write_all(team[0], team[1], COMPLETE | {"amount": "60000.00"})
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "There is a problem" in text
    assert "The budget lines add up to $50,000, but you asked for $60,000" in text
    assert f'href="{url(team[0], "section", "money")}#f-budget"' in text
    assert "Does not add up" in text


def test_list_says_nothing_of_what_is_only_missing(team: Team, noor: Client) -> None:
    assert "There is a problem" not in words_of(noor.get(url(team[0], "tasks")))


def test_list_names_who_has_a_section_open(team: Team, noor: Client, signed_in: SignIn) -> None:
    signed_in(team[2]).get(url(team[0], "section", "money"))
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "Not started, Lena" in text
    assert "also here: Lena Okafor" in text
    EditorPresence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "also here" not in words_of(noor.get(url(team[0], "tasks")))


def test_list_of_an_application_that_closed_says_so(team: Team, noor: Client) -> None:
    close_ago(team[0].round, hours=1)
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "You cannot write here now." in text
    assert "Continue:" not in text


def test_list_in_the_grace_asks_to_finish(team: Team, noor: Client) -> None:
    close_ago(team[0].round, minutes=5)
    text = words_of(noor.get(url(team[0], "tasks")))
    assert "Closed: finish now" in text
    assert "You may finish and submit what you have begun until" in text


@pytest.mark.parametrize("page", ["tasks", "check", "receipt", "print"])
@pytest.mark.parametrize("name", ["manager", "officer", "auditor", "outsider", "other_manager"])
def test_pages_are_not_there_for_others(
    cast: Cast, team: Team, signed_in: SignIn, page: str, name: str
) -> None:
    assert signed_in(cast.people[name]).get(url(team[0], page)).status_code == 404


# One section.


def test_section_saves_everything_and_goes_on(team: Team, noor: Client) -> None:
    data = section_data(team[0], "project", title="Safe", plan="We listen.", with_others="no")
    page = noor.post(url(team[0], "section", "project"), data | {"_go": "on"})
    assert page.status_code == 302
    assert page["Location"] == url(team[0], "section", "money")
    assert answers_of(team[0]).values == {"title": "Safe", "plan": "We listen.", "with_others": "no"}


def test_section_goes_back_to_the_list_when_asked_to(team: Team, noor: Client) -> None:
    data = section_data(team[0], "project", title="Safe") | {"_go": "back"}
    page = noor.post(url(team[0], "section", "project"), data)
    assert page["Location"] == url(team[0], "tasks")


def test_last_section_leads_to_the_check(team: Team, noor: Client) -> None:
    data = section_data(team[0], "safety") | {"_go": "on"}
    assert noor.post(url(team[0], "section", "safety"), data)["Location"] == url(team[0], "check")


def test_answer_that_shows_a_section_leads_there_next(team: Team, noor: Client) -> None:
    data = section_data(team[0], "project", with_others="yes") | {"_go": "on"}
    page = noor.post(url(team[0], "section", "project"), data)
    assert page["Location"] == url(team[0], "section", "partnership")
    assert "Who are your partners?" in words_of(noor.get(url(team[0], "section", "project")))


def test_hidden_field_is_on_the_page_switched_off(team: Team, noor: Client) -> None:
    html = noor.get(url(team[0], "section", "project")).content.decode()
    tag = next(line for line in html.splitlines() if 'data-question="partners"' in line)
    assert tag.endswith("hidden disabled>")


def test_section_that_is_not_asked_any_more_leads_back_and_says_why(team: Team, noor: Client) -> None:
    page = noor.get(url(team[0], "section", "partnership"), follow=True)
    assert page.redirect_chain == [(url(team[0], "tasks"), 302)]
    assert "is not asked any more" in words_of(page)


def test_unknown_section_is_not_there(team: Team, noor: Client) -> None:
    assert noor.get(url(team[0], "section", "nowhere")).status_code == 404


def test_wrong_answer_is_saved_and_said_before_going_on(team: Team, noor: Client) -> None:
    data = section_data(team[0], "money", amount="a lot") | {"_go": "on"}
    page = noor.post(url(team[0], "section", "money"), data)
    text = words_of(page)
    assert page.status_code == 422
    assert "<title>Error: Budget" in text
    assert 'href="#f-amount"' in text
    assert answer_of(team[0], "amount").value == "a lot"
    back = noor.post(url(team[0], "section", "money"), section_data(team[0], "money") | {"_go": "back"})
    assert back.status_code == 302


def test_what_was_only_looked_at_is_not_written(team: Team, noor: Client) -> None:
    """The page was opened, Lena changed the title, and Noor saves her plan with the old title on her page."""
    application, person, lena = team
    write_all(application, person)
    data = section_data(application, "project", plan="Noor's plan")
    save_answer(application, key="title", value="Lena's title", version=1, actor=lena)
    page = noor.post(url(application, "section", "project"), data | {"_go": "on"})
    assert page.status_code == 302
    assert answer_of(application, "title").value == "Lena's title"
    assert answer_of(application, "plan").value == "Noor's plan"


@pytest.fixture
def clash(team: Team, noor: Client) -> dict[str, str]:
    """Noor has a page open with a plan of her own; Lena has saved another meanwhile. What Noor sends."""
    application, person, lena = team
    write_all(application, person)
    data = section_data(application, "project", title="Noor's title", plan="Noor's plan") | {"_go": "on"}
    save_answer(application, key="plan", value="Lena's plan", version=1, actor=lena)
    return data


def test_two_texts_are_shown_side_by_side_and_nothing_is_overwritten(
    team: Team, noor: Client, clash: dict[str, str]
) -> None:
    page = noor.post(url(team[0], "section", "project"), clash)
    text = words_of(page)
    assert page.status_code == 409
    assert "Lena Okafor changed “What will you do?” while you were writing" in text
    assert text.count("Lena&#x27;s plan") == 1
    assert text.count("Noor&#x27;s plan") == 2, "beside theirs, and in the field"
    assert answer_of(team[0], "plan").value == "Lena's plan"
    assert answer_of(team[0], "title").value == "Noor's title", "the rest is saved"


def inputs_of(html: str) -> dict[str, str]:
    """The hidden inputs of a page."""
    return dict(re.findall(r'<input type="hidden" name="(_[^"]+)" value="([^"]*)">', html))


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("mine", "Noor's plan"), ("theirs", "Lena's plan"), ("both", "Lena's plan\n\nNoor's plan")],
)
def test_choice_between_two_texts_is_kept(
    team: Team, noor: Client, clash: dict[str, str], choice: str, kept: str
) -> None:
    html = noor.post(url(team[0], "section", "project"), clash).content.decode()
    data = clash | inputs_of(html) | {"_choice.plan": choice, "_go": ""}
    page = noor.post(url(team[0], "section", "project"), data)
    assert page["Location"] == url(team[0], "section", "project")
    assert answer_of(team[0], "plan").value == kept


def test_saving_again_without_a_choice_asks_again(team: Team, noor: Client, clash: dict[str, str]) -> None:
    page = noor.post(url(team[0], "section", "project"), clash).content.decode()
    again = noor.post(url(team[0], "section", "project"), clash | inputs_of(page))
    assert again.status_code == 409
    assert answer_of(team[0], "plan").value == "Lena's plan"


def test_choice_over_a_text_that_changed_once_more_is_asked_again(
    team: Team, noor: Client, clash: dict[str, str]
) -> None:
    page = noor.post(url(team[0], "section", "project"), clash).content.decode()
    save_answer(team[0], key="plan", value="Lena again", version=2, actor=team[2])
    data = clash | inputs_of(page) | {"_choice.plan": "mine"}
    again = noor.post(url(team[0], "section", "project"), data)
    assert again.status_code == 409
    assert "Lena again" in words_of(again)
    assert answer_of(team[0], "plan").value == "Lena again"


def test_section_after_the_end_keeps_the_text_on_the_page(team: Team, noor: Client) -> None:
    data = section_data(team[0], "project", plan="Too late, but here.")
    close_ago(team[0].round, hours=1)
    page = noor.post(url(team[0], "section", "project"), data | {"_go": "on"})
    text = words_of(page)
    assert page.status_code == 410
    assert "Too late, but here." in text
    assert "the time to finish ended on" in text
    assert "plan" not in answers_of(team[0]).values


def test_section_after_rights_were_removed_keeps_the_text_on_the_page(team: Team, signed_in: SignIn) -> None:
    lena = signed_in(team[2])
    data = section_data(team[0], "project", plan="Half a thought.")
    end_rights(team[0], user=team[2])
    grant_rights(team[0], user=team[2], rights=Rights.VIEW)
    page = lena.post(url(team[0], "section", "project"), data | {"_go": "on"})
    assert page.status_code == 403
    assert "Half a thought." in words_of(page)


def test_page_of_somebody_else_is_not_saved_in_ones_own_name(team: Team, signed_in: SignIn) -> None:
    data = section_data(team[0], "project", plan="Noor's words") | {"_person": str(team[1].pk)}
    page = signed_in(team[2]).post(url(team[0], "section", "project"), data)
    assert page.status_code == 403
    assert "opened by somebody else" in words_of(page)
    assert not answers_of(team[0]).values


def test_section_for_who_reads_only_shows_the_answers(team: Team, signed_in: SignIn) -> None:
    write_all(team[0], team[1])
    reader = joined(team[0], Rights.VIEW)
    text = words_of(signed_in(reader).get(url(team[0], "section", "project")))
    assert "Workshops in twelve schools." in text
    assert '<form class="form writing"' not in text
    assert not EditorPresence.objects.filter(user=reader).exists()


def test_one_more_line_comes_with_the_page(team: Team, noor: Client) -> None:
    data = section_data(team[0], "money") | {"budget.0.item": "Bus", "budget.0.amount": "10"}
    page = noor.post(url(team[0], "section", "money"), data | {"add-row": "budget"})
    assert page.status_code == 302
    before = noor.get(url(team[0], "section", "money")).content.decode().count("<tr data-row")
    after = noor.get(page["Location"]).content.decode().count("<tr data-row")
    assert after == before + 1
    assert answer_of(team[0], "budget").value == {"lines": [{"item": "Bus", "note": "", "amount": "10.00"}]}


# Files.


def letter(name: str = "letter.txt", text: str = "We support this.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_files_come_with_the_section_and_are_checked_first(team: Team, noor: Client) -> None:
    data = section_data(team[0], "safety") | {
        "letters": [letter(), letter("two.txt", "Second.")],
        "_go": "stay",
    }
    page = noor.post(url(team[0], "section", "safety"), data, follow=True)
    text = words_of(page)
    assert [file.name for file in answers_of(team[0]).files["letters"]] == ["letter.txt", "two.txt"]
    assert text.count("Being checked") == 2


def test_one_file_too_many_is_refused_with_the_reason_at_the_field(team: Team, noor: Client) -> None:
    files = [letter(f"{n}.txt", f"Letter {n}.") for n in range(3)]
    data = section_data(team[0], "safety") | {"letters": files, "_go": "on"}
    page = noor.post(url(team[0], "section", "safety"), data)
    assert page.status_code == 422
    assert "2.txt: No more than 2 files can be given here." in words_of(page)
    assert len(answers_of(team[0]).files["letters"]) == 2


def test_file_that_is_not_accepted_is_refused_and_the_rest_is_saved(team: Team, noor: Client) -> None:
    wrong = SimpleUploadedFile("letter.pdf", b"MZ this is a program")
    data = section_data(team[0], "safety") | {"letters": [wrong], "checks.people": "4", "_go": "on"}
    page = noor.post(url(team[0], "section", "safety"), data)
    assert page.status_code == 422
    assert "letter.pdf:" in words_of(page)
    counts: Any = answer_of(team[0], "checks").value
    assert counts["people"] == 4
    assert not answers_of(team[0]).files


def test_file_is_removed_from_the_page(team: Team, noor: Client) -> None:
    noor.post(url(team[0], "section", "safety"), section_data(team[0], "safety") | {"letters": [letter()]})
    file = answers_of(team[0]).files["letters"][0]
    page = noor.post(
        url(team[0], "section", "safety"), section_data(team[0], "safety") | {"remove-file": str(file.id)}
    )
    assert page.status_code == 302
    assert not answers_of(team[0]).files


@pytest.mark.parametrize("given", ["²", "9" * 5_000, "9" * 19, "x", "-1"])
def test_what_names_no_file_removes_none(team: Team, noor: Client, given: str) -> None:
    noor.post(url(team[0], "section", "safety"), section_data(team[0], "safety") | {"letters": [letter()]})
    data = section_data(team[0], "safety") | {"remove-file": given}
    assert noor.post(url(team[0], "section", "safety"), data).status_code == 302
    assert answers_of(team[0]).files["letters"]


# On paper.


def test_draft_on_paper_says_that_it_is_one(team: Team, noor: Client) -> None:
    write_all(team[0], team[1])
    text = words_of(noor.get(url(team[0], "print")))
    assert "not submitted" in text
    assert "Workshops in twelve schools." in text
    assert "Who are your partners?" not in text


def test_pages_ask_a_constant_number_of_queries(
    team: Team, noor: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    write_all(team[0], team[1])
    for _ in range(2):
        for page in (url(team[0], "tasks"), url(team[0], "section", "money"), url(team[0], "check")):
            noor.get(page)
    for page in (url(team[0], "tasks"), url(team[0], "section", "money"), url(team[0], "check")):
        with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
            assert noor.get(page).status_code == 200
    assert Round.objects.count() == 1
