"""The pages before writing, through the client: what each person sees, and what double clicks do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Application, EligibilityCheck, Round, RoundInvitation, TeamInvitation
from grants.services.leaving import discard_application
from grants.services.team import invite_to_team
from grants.states import RoundState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, UserFactory
from tests.grants.applicants import (
    ABN,
    answered,
    begun,
    organisation_of,
    passed,
    question,
    received,
    round_of,
)
from tests.queries import counted_queries

SignIn = Callable[[User], Client]
CHECK, START = "/north/apply/rounds/IG27/check/", "/north/apply/rounds/IG27/start/"
NEW, MINE = f"{START}organisation/", "/north/apply/"
ORGANISATION = {"name": "Harbour Families", "kind": "charity", "country": "AU", "abn": ABN}


@pytest.fixture
def person(cast: Cast) -> User:
    """Somebody with an account and no role anywhere."""
    return UserFactory.create(name="Noor West", email="noor@example.org")


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        made = round_of(cast.program)
        question(made)
        question(made, "Are you for profit?", needs_yes=False, otherwise="Only those who make no profit.")
        return made


def answers(round_: Round, *words: str) -> dict[str, str]:
    with program_scope(round_.program):
        return {f"question-{row.pk}": word for row, word in zip(round_.questions.all(), words, strict=True)}


def pass_check(client: Client, round_: Round, address: str = CHECK) -> str:
    return str(client.post(address, answers(round_, "yes", "no"))["Location"])


def check_of(person: User, program: object) -> str:
    with program_scope(program):  # type: ignore[arg-type]
        return str(EligibilityCheck.objects.filter(user=person).latest("pk").pk)


def test_strangers_sign_in_first(cast: Cast, round_: Round) -> None:
    for address in (MINE, CHECK, START, NEW):
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_questions_are_asked_one_by_one_and_all_need_an_answer(
    round_: Round, person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)
    page = client.get(CHECK).content.decode()
    assert "Are you a charity?" in page
    assert "Are you for profit?" in page
    answer = client.post(CHECK, {})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in text
    assert text.count("Choose yes or no: Are you a charity?") == 2, "in the summary and beside the field"
    assert "<title>Error: " in text


def test_failing_says_why_and_is_kept(cast: Cast, round_: Round, person: User, signed_in: SignIn) -> None:
    client = signed_in(person)
    onward = client.post(CHECK, answers(round_, "no", "yes"))["Location"]
    page = client.get(onward).content.decode()
    assert "you cannot apply" in page
    assert "Only charities can apply." in page
    assert "Only those who make no profit." in page
    with program_scope(cast.program):
        assert [check.passed for check in EligibilityCheck.objects.all()] == [False]
    assert client.get(START)["Location"] == CHECK
    assert "you cannot apply" not in signed_in(cast.outsider).get(onward).content.decode()


def test_passing_leads_on_to_the_organisation(round_: Round, person: User, signed_in: SignIn) -> None:
    client = signed_in(person)
    assert pass_check(client, round_) == START
    assert client.get(START)["Location"] == NEW
    page = client.get(NEW).content.decode()
    assert "The organisation that applies" in page
    assert "You have passed this check" in client.get(CHECK).content.decode()


def test_new_organisation_begins_one_application_however_often_it_is_sent(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)
    pass_check(client, round_)
    data = ORGANISATION | {"check": check_of(person, cast.program)}
    places = [client.post(NEW, data)["Location"] for _ in range(2)]
    assert places == ["/north/apply/IG27-0001/"] * 2
    with program_scope(cast.program):
        assert Application.objects.count() == Organisation.objects.count() == 1
    assert client.get(places[0]).status_code == 200


def test_number_that_does_not_add_up_is_said_beside_the_field(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)
    pass_check(client, round_)
    data = ORGANISATION | {"check": check_of(person, cast.program), "abn": "51 824 753 557"}
    answer = client.post(NEW, data)
    assert answer.status_code == 422
    assert answer.content.decode().count("its digits do not add up") == 2
    with program_scope(cast.program):
        assert not Organisation.objects.exists()


def test_own_organisations_are_offered_with_their_numbers(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        organisation = organisation_of(person, cast.program)
        organisation_of(cast.applicant, cast.program, name="Of Strangers")
    client = signed_in(person)
    pass_check(client, round_)
    page = client.get(START).content.decode()
    assert f"ABN {ABN}" in page
    assert "Another organisation" in page
    assert "Of Strangers" not in page
    data = {"check": check_of(person, cast.program), "organisation": str(organisation.pk)}
    assert client.post(START, data)["Location"] == "/north/apply/IG27-0001/"
    assert client.post(START, data)["Location"] == "/north/apply/IG27-0001/"


def test_organisation_of_strangers_is_no_choice(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        organisation_of(person, cast.program)
        theirs = organisation_of(cast.applicant, cast.program)
    client = signed_in(person)
    pass_check(client, round_)
    data = {"check": check_of(person, cast.program), "organisation": str(theirs.pk)}
    assert client.post(START, data).status_code == 422
    assert client.post(START, data | {"organisation": "new"})["Location"] == NEW


def test_start_without_a_check_of_ones_own_leads_back(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        theirs = passed(round_, cast.applicant)
    client = signed_in(person)
    for named in ("", str(theirs.pk), "nonsense", "9" * 30):
        assert client.post(NEW, ORGANISATION | {"check": named})["Location"] == CHECK


def test_full_organisation_is_told_before_it_chooses(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        made = round_of(cast.program, most_per_organisation=1)
        begun(made, person)
    client = signed_in(person)
    client.post(CHECK, {})
    page = client.get(START).content.decode()
    assert "the most that one organisation can have" in page
    assert "You have begun in this round already" in page
    assert 'value="new"' in page


def test_round_without_questions_needs_one_press(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        round_of(cast.program)
    client = signed_in(person)
    assert "Before you begin" in client.get(CHECK).content.decode()
    assert client.post(CHECK, {})["Location"] == START


@pytest.mark.parametrize(
    ("opens", "closes", "words"), [(1, 2, "This round opens"), (-2, -1, "This round closed")]
)
def test_round_that_is_not_open_says_when(
    cast: Cast, person: User, signed_in: SignIn, opens: int, closes: int, words: str
) -> None:
    now = timezone.now()
    with program_scope(cast.program):
        round_of(cast.program, opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))
    client = signed_in(person)
    assert words in client.get(CHECK).content.decode()
    client.post(CHECK, {})
    with program_scope(cast.program):
        assert not EligibilityCheck.objects.exists()


def test_close_between_check_and_start_is_said(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    client = signed_in(person)
    pass_check(client, round_)
    with program_scope(cast.program):
        Round.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(NEW, ORGANISATION | {"check": check_of(person, cast.program)})
    assert answer.status_code == 422
    assert "This round closed" in answer.content.decode()


@pytest.mark.parametrize("address", [CHECK, START, NEW])
def test_round_that_is_not_for_somebody_is_not_there(
    cast: Cast, person: User, signed_in: SignIn, address: str
) -> None:
    with program_scope(cast.program):
        made = round_of(cast.program, audience=Round.Audience.INVITED)
        RoundInvitation.objects.create(
            program=cast.program, round=made, email=person.email, invited_by=cast.officer
        )
        round_of(cast.program, "DR27", state=RoundState.DRAFT)
    assert signed_in(person).get(address).status_code in {200, 302}
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(person).get(address.replace("IG27", "DR27")).status_code == 404
    assert signed_in(person).get(address.replace("north", "south")).status_code == 404


def test_list_shows_drafts_with_progress_and_closing(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        application = begun(round_of(cast.program), person)
        answered(application, title="Safe Online Together", plan="We listen.")
        begun(round_of(cast.program, "SG27"), cast.outsider, name="Of Strangers", abn="")
    page = signed_in(person).get(MINE).content.decode()
    assert "Safe Online Together" in page
    assert "1 of 2 sections complete" in page
    assert "in 2 days" in page or "in 3 days" in page
    assert "Of Strangers" not in page
    assert "Impact grants SG27" in page, "a round that is open to everybody"


def test_list_says_where_submitted_ones_stand(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        received(begun(round_of(cast.program), person))
        gone = begun(round_of(cast.program, "SG27"), person)
        discard_application(gone, actor=person)
    page = signed_in(person).get(MINE).content.decode()
    assert "Received" in page
    assert "checks that it is eligible" in page
    assert "Not submitted (1)" in page


def test_list_is_for_somebody_without_anything_too(cast: Cast, person: User, signed_in: SignIn) -> None:
    assert "No round is open to you now" in signed_in(person).get(MINE).content.decode()


def test_invitation_waits_in_the_list_and_is_accepted_there(
    cast: Cast, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        application = begun(round_of(cast.program), cast.outsider)
        invitation = invite_to_team(application, email=person.email, rights="edit", actor=cast.outsider)
    client = signed_in(person)
    assert "Outsider invites you to work on an application" in client.get(MINE).content.decode()
    address = f"/north/apply/invitations/{invitation.pk}/accept/"
    assert signed_in(cast.applicant).post(address).status_code == 404
    assert client.post(address.replace("north", "south")).status_code == 404
    assert client.post(address)["Location"] == "/north/apply/IG27-0001/"
    assert "invites you" not in client.get(MINE).content.decode()
    assert client.post(address).status_code == 404
    with program_scope(cast.program):
        assert TeamInvitation.objects.get().accepted_by == person


def test_list_asks_as_much_for_many_as_for_one(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        begun(round_of(cast.program, "R0"), person)
    client = signed_in(person)
    client.get(MINE)
    with counted_queries() as one:
        client.get(MINE)
    with program_scope(cast.program):
        for number in range(1, 5):
            application = begun(round_of(cast.program, f"R{number}"), person)
            answered(application, title=f"Title {number}")
        received(application)
    with counted_queries() as many:
        assert client.get(MINE).content.decode().count("data-application") == 5
    assert one.number == many.number <= 12, "\n".join(many.statements)


def test_copy_goes_by_the_check_and_the_organisation_of_the_new_round(
    cast: Cast, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        source = begun(round_of(cast.program, "IG26"), person)
        answered(source, title="Safe Online Together")
        made = round_of(cast.program)
        question(made)
        question(made, "Are you for profit?", needs_yes=False)
        organisation_of(person, cast.program, name="Second", abn="")
    client = signed_in(person)
    page = client.get("/north/apply/IG26-0001/copy/").content.decode()
    assert "Impact grants IG27" in page
    onward = client.post("/north/apply/IG26-0001/copy/", {"round": "IG27"})["Location"]
    assert onward == f"{CHECK}?copy=IG26-0001"
    assert "Answers come from an earlier application" in client.get(onward).content.decode()
    onward = pass_check(client, made, onward)
    assert onward == f"{START}?copy=IG26-0001"
    page = client.get(onward).content.decode()
    assert f'value="{source.organisation_id}" ' in page
    assert "checked" in page
    data = {"check": check_of(person, cast.program), "organisation": str(source.organisation_id)}
    answer = client.post(onward, data, follow=True)
    assert "1 answer and 0 files are taken over" in answer.content.decode()
    with program_scope(cast.program):
        copy = Application.objects.get(code="IG27-0001")
        assert copy.copied_from == source
        assert copy.answers.get().value == "Safe Online Together"


def test_strangers_application_is_no_source(
    cast: Cast, round_: Round, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        theirs = begun(round_of(cast.program, "IG26"), cast.outsider)
        answered(theirs, title="Theirs")
    client = signed_in(person)
    assert client.get(f"/north/apply/{theirs.code}/copy/").status_code == 404
    onward = pass_check(client, round_, f"{CHECK}?copy={theirs.code}")
    data = ORGANISATION | {"check": check_of(person, cast.program)}
    client.post(onward.replace("/start/", "/start/organisation/"), data)
    with program_scope(cast.program):
        made = Application.objects.get(code="IG27-0001")
        assert made.copied_from is None
        assert not made.answers.exists()


def test_without_an_open_round_there_is_nothing_to_copy_into(
    cast: Cast, person: User, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        begun(round_of(cast.program), person)
        Round.objects.update(closes_at=timezone.now() - timedelta(days=1) + timedelta(hours=1))
    page = signed_in(person).get("/north/apply/IG27-0001/copy/").content.decode()
    assert "No round is open to you now" in page


def test_applicant_pages_have_the_quick_exit(cast: Cast, person: User, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        begun(round_of(cast.program), person)
    client = signed_in(person)
    for address in (MINE, CHECK, "/north/apply/IG27-0001/status/", "/north/apply/IG27-0001/team/"):
        assert "data-quick-exit" in client.get(address).content.decode()
