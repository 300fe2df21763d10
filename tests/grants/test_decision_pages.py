"""Pages of decisions and letters: each step with what follows from it, refusals in words, what teams read."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Application, Decision, Letter, LetterTemplate, Recipient, Round
from grants.services.deciding import agree, publish
from grants.services.letters_outcome import release_letter, send_letter
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.decided import considered, decided, published, recommended, round_to_decide, scored
from tests.ui.markup import one, parse, words

Sign = Callable[[User], Client]
HERE = "/north/decisions/IG27/"


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return considered(round_, team=cast.applicant)


@pytest.fixture
def recommendation(cast: Cast, application: Application) -> Decision:
    with program_scope(cast.program):
        return recommended(cast, application)


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:2000]
    return words(one(parse(response.content.decode()), "//main"))


def buttons(client: Client, path: str) -> list[str]:
    page = parse(client.get(path).content.decode())
    return [words(link) for link in page.xpath("//main//*[@class='page-head']//*[contains(@class, 'btn')]")]


def test_one_application_is_recommended(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        scored(cast, application, "80", feedback="Say more about schools.")
    client = signed_in(cast.officer)
    page = parse(client.get(f"{HERE}recommend/IG27-0001/").content.decode())
    assert one(page, "//input[@name='amount']").get("value") == "50000.00"
    assert "Say more about schools." in words(one(page, "//textarea[@name='feedback']"))
    data = {
        "outcome": "award",
        "amount": "45,000",
        "rationale": "Strong.",
        "conditions": "One\n\nTwo",
        "summary": "For schools.",
    }
    answer = client.post(f"{HERE}recommend/IG27-0001/", data)
    assert answer.status_code == 302
    with program_scope(cast.program):
        made = Decision.objects.get()
        assert (made.amount, made.conditions, made.feedback) == (Decimal(45_000), ["One", "Two"], "")
    said = text(client, answer["Location"])
    assert "AUD 45,000 of 50,000 asked for" in said
    assert "80.00 of 100, from 1" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"outcome": "award", "rationale": "R"}, "Give the amount of the award."),
        ({"outcome": "award", "amount": "x", "rationale": "R"}, "Give an amount, such as 25000."),
        ({"amount": "1", "rationale": "R"}, "Choose whether to award or to decline."),
        ({"outcome": "decline"}, "Say why"),
        (
            {
                "outcome": "award",
                "amount": "1",
                "rationale": "R",
                "starts_on": "2027-02-01",
                "ends_on": "2027-01-01",
            },
            "The work ends before it begins.",
        ),
    ],
)
def test_recommendation_that_is_wrong_says_what(
    cast: Cast, application: Application, signed_in: Sign, data: dict[str, str], said: str
) -> None:
    answer = signed_in(cast.officer).post(f"{HERE}recommend/IG27-0001/", data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_manager_decides_by_a_page_that_says_what_follows(
    cast: Cast, recommendation: Decision, signed_in: Sign
) -> None:
    client, path = signed_in(cast.manager), f"{HERE}{recommendation.pk}/"
    assert buttons(client, path) == ["Take back", "Change", "Decide"]
    assert "proposes its agreement" in text(client, f"{path}decide/")
    assert client.post(f"{path}decide/").status_code == 302
    said = text(client, path)
    assert "Decided" in said
    assert "IG27-0001, proposed" in said
    assert buttons(client, path) == ["Reverse", "Change", "Publish"]


def test_award_over_the_limit_asks_for_two(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, application, amount=Decimal(70_000))
    path, manager, finance = f"{HERE}{decision.pk}/", signed_in(cast.manager), signed_in(cast.finance)
    assert buttons(manager, path) == ["Take back", "Change", "Agree"]
    refused = manager.post(f"{path}decide/")
    assert refused.status_code == 422
    assert "over what one person may decide" in refused.content.decode()
    assert manager.post(f"{path}agree/").status_code == 302
    assert "Waiting for a second person" in text(manager, path)
    assert "Confirm" not in buttons(manager, path)
    assert manager.get(f"{path}confirm/").status_code == 403
    assert buttons(finance, path) == ["Confirm"]
    assert finance.post(f"{path}confirm/").status_code == 302
    assert "Finance approver North" in text(manager, path)


def test_what_stands_in_the_way_is_said_before_anybody_tries(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, considered(round_to_decide(cast, "EN27", endorsed=True)))
    client, path = signed_in(cast.manager), f"/north/decisions/EN27/{decision.pk}/"
    assert "without a valid endorsement. There is none" in text(client, path)
    refused = client.post(f"{path}decide/")
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()


def test_decision_is_reversed_with_a_reason(cast: Cast, recommendation: Decision, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), f"{HERE}{recommendation.pk}/"
    assert client.post(f"{path}reverse/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}reverse/", {"reason": "Too soon."}).status_code == 302
    said = text(client, path)
    assert "Reversed" in said
    assert "Too soon." in said
    assert buttons(client, path) == []


def test_step_that_the_state_does_not_allow_is_refused_in_words(
    cast: Cast, recommendation: Decision, signed_in: Sign
) -> None:
    client, path = signed_in(cast.manager), f"{HERE}{recommendation.pk}/"
    answer = client.post(f"{path}publish/")
    assert answer.status_code == 422
    assert "is recommended, so “Publish” is not possible" in answer.content.decode()
    assert client.get(f"{path}dance/").status_code == 404


def test_words_are_changed_after_the_decision_and_terms_are_not_offered(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
    client, path = signed_in(cast.officer), f"{HERE}{decision.pk}/edit/"
    page = parse(client.get(path).content.decode())
    assert not page.xpath("//input[@name='amount']")
    assert client.post(path, {"feedback": "F", "summary": "New words.", "place": ""}).status_code == 302
    assert "New words." in text(client, f"{HERE}{decision.pk}/")


def test_several_are_published_at_once(
    cast: Cast, round_: Round, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        ready = decided(cast, application)
        unready = decided(cast, considered(round_), summary="")
    client = signed_in(cast.manager)
    page = parse(client.get(f"{HERE}publish/").content.decode())
    ticked = page.xpath("//input[@name='decisions'][@checked]/@value")
    assert ticked == [str(ready.pk)]
    assert "Say what the award is for" in words(one(page, "//div[@data-decision='IG27-0002']"))
    nothing = client.post(f"{HERE}publish/", {"on_public_page": "on"})
    assert nothing.status_code == 422
    assert "Tick at least one decision" in nothing.content.decode()
    data = {"decisions": [ready.pk, unready.pk], "on_public_page": "on"}
    done = parse(client.post(f"{HERE}publish/", data).content.decode())
    assert "1 of 2 published" in words(one(done, "//h1"))
    assert "Left as it is" in words(one(done, "//li[@data-result='IG27-0002']"))
    with program_scope(cast.program):
        assert Recipient.objects.get().published_at is not None
    assert "Nothing waits" not in text(client, f"{HERE}publish/")


def test_publishing_without_the_tick_keeps_it_off_the_public_page(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application)
    assert signed_in(cast.manager).post(f"{HERE}{decision.pk}/publish/", {}).status_code == 302
    with program_scope(cast.program):
        assert Recipient.objects.get().published_at is None


def test_team_reads_the_outcome_and_its_feedback_once_published(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        decision = decided(cast, application, feedback="The schools convinced us.")
    client, path = signed_in(cast.applicant), "/north/apply/IG27-0001/status/"
    before = text(client, path)
    assert "Being considered" in before
    assert "convinced" not in before
    with program_scope(cast.program):
        publish(decision, on_public_page=False, actor=cast.manager)
    after = text(client, path)
    assert "Awarded" in after
    assert "The schools convinced us." in after
    assert "The program awarded it a grant" in after
    assert "An outcome is expected" not in after
    assert "Awarded" in text(client, "/north/apply/")


def test_team_of_a_decline_reads_its_feedback(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        published(cast, application, outcome="decline", amount=None, feedback="Next time, say who.")
    said = text(signed_in(cast.applicant), "/north/apply/IG27-0001/status/")
    assert "Not going further" in said
    assert "Next time, say who." in said


def test_awarded_is_a_state_of_lists(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        published(cast, application)
    client = signed_in(cast.officer)
    page = parse(client.get("/north/applications/?state=awarded").content.decode())
    assert "Awarded" in words(one(page, "//main"))
    assert "IG27-0001" in words(one(page, "//main"))
    said = text(client, "/north/applications/IG27-0001/")
    assert "Awarded" in said
    assert "Award: published" in said


def test_letters_are_released_in_bulk_and_stopped(
    cast: Cast, round_: Round, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        published(cast, application)
        decided(cast, considered(round_))
        letter = Letter.objects.get(decision__application=application)
    client, path = signed_in(cast.officer), f"{HERE}letters/"
    said = text(client, path)
    assert "Some decisions are not published yet" in said
    page = parse(client.get(path).content.decode())
    assert page.xpath("//input[@name='letters']/@value") == [str(letter.pk)]
    assert client.post(path, {}).status_code == 422
    done = parse(client.post(path, {"letters": [letter.pk]}).content.decode())
    assert "1 of 1 released" in words(one(done, "//h1"))
    assert "Leaving soon" in text(client, path)
    one_page = f"{path}{letter.pk}/"
    assert "Stop this letter" in text(client, one_page)
    client.post(f"{one_page}stop/")
    assert "To review" in text(client, one_page)
    client.post(f"{one_page}release/")
    with program_scope(cast.program):
        Letter.objects.filter(pk=letter.pk).update(leaves_at=timezone.now() - timedelta(seconds=1))
        send_letter(letter.pk)
    assert "to 1 address" in text(client, path)
    client.post(f"{one_page}stop/")
    assert "is not possible" in text(client, one_page)


def test_letter_is_read_and_written_on_its_page(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        decided(cast, application)
        letter = Letter.objects.get()
    client, path = signed_in(cast.officer), f"{HERE}letters/{letter.pk}/"
    said = text(client, path)
    assert f"Applicant North <{cast.applicant.email}>" in said
    assert "The decision is not published yet" in said
    refused = client.post(path, {"subject": "S", "body": "It is {amount}."})
    assert refused.status_code == 422
    assert "Write what is meant in place of “{amount}”" in refused.content.decode()
    assert client.post(path, {"subject": "Ours", "body": "Our words."}).status_code == 302
    assert "Our words." in text(client, path)
    client.post(f"{path}redraft/")
    assert "Dear Organisation 1" in text(client, path)
    client.post(f"{path}release/")
    assert "not published yet. Publish it first" in text(client, path)
    assert client.post(f"{path}discard/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}discard/", {"reason": "They were called."}).status_code == 302
    assert "Stopped" in text(client, path)
    assert client.post(f"{path}sing/").status_code == 404


def test_template_is_written_with_an_example(cast: Cast, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), "/north/decisions/letters/templates/award/"
    said = text(client, path)
    assert "awarded a grant of $48,000.00" in said
    assert "{organisation}" in said
    refused = client.post(path, {"subject": "S", "body": "Dear {who}"})
    assert refused.status_code == 422
    assert "No letter can fill “{who}”" in refused.content.decode()
    assert client.post(path, {"subject": "S", "body": "Dear {organisation}"}).status_code == 302
    assert "Dear Harbour Families" in text(client, path)
    with program_scope(cast.program):
        assert LetterTemplate.objects.get().outcome == "award"
    assert client.get("/north/decisions/letters/templates/other/").status_code == 404


def test_letter_held_up_is_said(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        published(cast, application)
        letter = release_letter(Letter.objects.get(), actor=cast.officer)
        Letter.objects.update(leaves_at=timezone.now() - timedelta(minutes=5))
    client = signed_in(cast.officer)
    assert "Held up" in text(client, f"{HERE}letters/")
    assert "This letter is held up" in text(client, f"{HERE}letters/{letter.pk}/")


@pytest.mark.parametrize("value", ["", "0", "50000"])
def test_limit_of_one_person_is_set_with_the_money(cast: Cast, signed_in: Sign, value: str) -> None:
    with program_scope(cast.program):
        round_to_decide(cast, "NEW", state="draft", two_decide_over=None)
    client = signed_in(cast.officer)
    answer = client.post("/north/rounds/NEW/money/", {"budget": "100000", "two_decide_over": value})
    assert answer.status_code == 302
    with program_scope(cast.program):
        found: Any = Round.objects.get(code="NEW").two_decide_over
        assert found == (Decimal(value) if value else None)
    said = {"": "Never: one person is enough", "0": "Every award", "50000": "Awards over 50,000"}
    assert said[value] in text(client, "/north/rounds/NEW/")


def test_round_leads_to_its_slate(cast: Cast, application: Application, signed_in: Sign) -> None:
    for name, sees in (("officer", True), ("finance", True), ("executive", False)):
        said = text(signed_in(cast.people[name]), "/north/rounds/IG27/")
        assert ("Its slate and decisions" in said) is sees


def test_agreed_decision_stands_in_the_list_of_the_second_person(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        agree(recommended(cast, application, amount=Decimal(70_000)), actor=cast.manager)
    page = parse(signed_in(cast.finance).get("/north/decisions/").content.decode())
    waiting = one(page, "//tr[@data-round='IG27']/td[@data-label='Waiting for a second person']")
    assert words(waiting) == "1"
    assert "Confirm an award of $70,000 to IG27-0001" in text(signed_in(cast.finance), "/north/")
    for person in (cast.manager, cast.officer):
        assert "Confirm an award" not in text(signed_in(person), "/north/")
