"""Who is invited to a round and asked what; who sees rounds; lists that stay quick."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grants.models import EligibilityQuestion, Round, RoundInvitation
from grants.queries.rounds import round_problems
from grants.services import rounds
from scsc.accounts.models import User
from scsc.notices.models import OutgoingMail
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, member
from tests.grants.bodies import body_of
from tests.grants.rounds import begun, draft_round, in_days, open_round, writer
from tests.queries import counted_queries

Sign = Callable[[User], Client]
AT_MOST = 12


def text(client: Client, path: str, **data: object) -> str:
    response = client.post(path, data) if data else client.get(path)
    return response.content.decode()


@pytest.fixture
def draft(cast: Cast) -> Round:
    with program_scope(cast.program):
        return draft_round(cast)


@pytest.fixture
def running(cast: Cast) -> Round:
    with program_scope(cast.program):
        return open_round(cast)


def stored(cast: Cast, code: str = "IG27") -> Round:
    with program_scope(cast.program):
        return Round.objects.get(code=code)


def order(page: str) -> list[str]:
    return re.findall(r'data-item="(\d+)"', page)


# Questions, invitations


def test_questions_are_added_changed_moved_and_removed(cast: Cast, draft: Round, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), "/north/rounds/IG27/questions/"
    added = {"text": "Do you work in NSW?", "needs_yes": "no", "otherwise": "This one is for elsewhere."}
    client.post(path, added)
    first, second = order(text(client, path))
    client.post(f"{path}move/", {"item": second, "by": "up"})
    assert order(text(client, path)) == [second, first]
    assert re.search(r'value="no"[^>]* checked', text(client, f"{path}{second}/"))
    client.post(f"{path}{second}/", added | {"text": "Do you work in Victoria?"})
    client.post(f"{path}{first}/remove/")
    with program_scope(cast.program):
        question = EligibilityQuestion.objects.get()
        assert (question.text, question.needs_yes, question.order) == ("Do you work in Victoria?", False, 1)


def invited_round(cast: Cast) -> Round:
    return draft_round(cast, audience=Round.Audience.INVITED)


def test_pasted_addresses_are_invited_and_mailed_when_the_round_is_published(
    cast: Cast, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        round_ = invited_round(cast)
    client, path = signed_in(cast.officer), "/north/rounds/IG27/invitations/"
    pasted = "Lena <Lena@Example.org>; noor@example.org\n\nnoor@example.org, x@example.org"
    page = client.post(path, {"emails": pasted}, follow=True).content.decode()
    assert "3 addresses invited. They get mail when the round is published." in page
    with program_scope(cast.program):
        assert OutgoingMail.objects.count() == 0
        rounds.publish_round(round_, actor=cast.officer)
        mails = OutgoingMail.objects.order_by("to")
        assert [mail.to for mail in mails] == ["lena@example.org", "noor@example.org", "x@example.org"]
        assert "/north/grants/rounds/IG27/" in mails[0].body
    page = client.post(path, {"emails": "late@example.org, x@example.org"}, follow=True).content.decode()
    assert "1 address invited. 1 had been invited before. Mail is on its way." in page
    with program_scope(cast.program):
        assert OutgoingMail.objects.count() == 4


def test_what_is_no_address_is_named_and_nobody_is_invited(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        invited_round(cast)
    response = signed_in(cast.officer).post(
        "/north/rounds/IG27/invitations/", {"emails": "a@example.org, nobody, Lena <lena@>"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Not a mail address: “nobody”, “Lena &lt;lena@&gt;”. Correct or remove it." in page
    with program_scope(cast.program):
        assert not RoundInvitation.objects.exists()


def test_invitation_of_somebody_who_applies_stays(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = invited_round(cast)
        person = writer(cast, email="lena@example.org")
        for email in ("lena@example.org", "noor@example.org"):
            RoundInvitation.objects.create(
                program=cast.program, round=round_, email=email, invited_by=cast.officer
            )
        rounds.publish_round(round_, actor=cast.officer)
        begun(cast, round_, person)
        lena, noor = RoundInvitation.objects.order_by("email")
    client, path = signed_in(cast.officer), "/north/rounds/IG27/invitations/"
    page = text(client, path)
    assert page.count("Begun</span>") == 1
    assert client.post(f"{path}{lena.pk}/withdraw/").status_code == 422
    assert client.post(f"{path}{noor.pk}/withdraw/").status_code == 302
    with program_scope(cast.program):
        assert [found.email for found in RoundInvitation.objects.all()] == ["lena@example.org"]


def test_last_invitation_of_a_published_round_stays(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = invited_round(cast)
        invitation = RoundInvitation.objects.create(
            program=cast.program, round=round_, email="a@example.org", invited_by=cast.officer
        )
        rounds.publish_round(round_, actor=cast.officer)
    response = signed_in(cast.officer).post(f"/north/rounds/IG27/invitations/{invitation.pk}/withdraw/")
    assert response.status_code == 422
    assert "last invitation" in response.content.decode()


def test_public_round_invites_nobody(cast: Cast, draft: Round, signed_in: Sign) -> None:
    response = signed_in(cast.officer).post("/north/rounds/IG27/invitations/", {"emails": "a@example.org"})
    assert response.status_code == 422
    assert "open to anybody" in response.content.decode()


# Who sees what


def test_reader_sees_rounds_and_no_button_to_change_them(cast: Cast, draft: Round, signed_in: Sign) -> None:
    client = signed_in(cast.auditor)
    page = text(client, "/north/rounds/IG27/")
    for path in ("edit", "money", "dates", "stages", "questions", "clone", "steps"):
        assert f"/north/rounds/IG27/{path}/" not in page
        assert client.get(f"/north/rounds/IG27/{path}/").status_code in {403, 404}
    assert "Begin a round" not in text(client, "/north/rounds/")


def test_list_shows_states_and_counts(cast: Cast, running: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        begun(cast, running)
        begun(cast, running, writer(cast), state="submitted", submitted_at=in_days(0))
        begun(cast, running, writer(cast), state="withdrawn", submitted_at=in_days(0))
        begun(cast, running, writer(cast), state="discarded")
        draft_round(cast, code="OLD")
        Round.objects.filter(code="OLD").update(state="archived")
    client = signed_in(cast.auditor)
    page = text(client, "/north/rounds/")
    assert 'data-label="In progress" class="num">1<' in page
    assert 'data-label="Received" class="num">2<' in page
    assert 'data-round="OLD"' not in page
    assert 'data-round="OLD"' in text(client, "/north/rounds/?archived=1")


def test_empty_list_says_what_to_do(cast: Cast, signed_in: Sign) -> None:
    assert "Begin one: nobody sees it until you publish it." in text(
        signed_in(cast.officer), "/north/rounds/"
    )
    assert "Program managers and officers begin rounds." in text(signed_in(cast.auditor), "/north/rounds/")


def many(cast: Cast, count: int) -> None:
    """So many rounds, all their stages with people, questions, invitations, and applications."""
    with program_scope(cast.program):
        for number in range(count):
            round_ = draft_round(cast, code=f"R{number}-{Round.objects.count()}")
            RoundInvitation.objects.create(
                program=cast.program,
                round=round_,
                email=f"a{round_.pk}@example.org",
                invited_by=cast.officer,
            )
            begun(cast, round_, writer(cast))


def many_parts(cast: Cast, round_: Round, count: int) -> None:
    """So many more people, questions and invitations in one round."""
    with program_scope(cast.program):
        for _ in range(count):
            person = member(cast.program, Role.ROUNDTABLE)
            round_.stages.get(kind="assessment").people.create(program=cast.program, user=person)
            body_of(cast.program, "roundtable", person, by=cast.manager)
            number = round_.questions.count() + 1
            round_.questions.create(
                program=cast.program, order=number, text="Q?", otherwise="No.", needs_yes=True
            )
            round_.invitations.create(
                program=cast.program, email=f"p{number}@example.org", invited_by=cast.officer
            )


def queries_of(client: Client, path: str) -> tuple[int, list[str]]:
    client.get(path)
    with counted_queries() as count:
        assert client.get(path).status_code == 200
    return count.number, count.statements


def test_list_of_rounds_asks_the_same_for_one_and_for_many(cast: Cast, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    many(cast, 1)
    few, _ = queries_of(client, "/north/rounds/")
    many(cast, 6)
    more, statements = queries_of(client, "/north/rounds/")
    assert few == more <= AT_MOST, "\n".join(statements)


@pytest.mark.parametrize(
    "part", ["", "stages/", "questions/", "invitations/", "steps/publish/", "preview/", "closing/"]
)
def test_pages_of_a_round_ask_the_same_however_much_is_in_it(cast: Cast, signed_in: Sign, part: str) -> None:
    with program_scope(cast.program):
        round_ = invited_round(cast)
    client, path = signed_in(cast.officer), f"/north/rounds/IG27/{part}"
    many_parts(cast, round_, 1)
    few, _ = queries_of(client, path)
    many_parts(cast, round_, 6)
    more, statements = queries_of(client, path)
    assert few == more, "\n".join(statements)


def test_problems_of_a_round_are_those_of_its_page(cast: Cast, draft: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        rounds.change_round(draft, changes={"opens_at": None, "criteria": ""}, actor=cast.officer)
        messages = [problem.message for problem in round_problems(stored(cast))]
    page = text(signed_in(cast.officer), "/north/rounds/IG27/")
    assert all(message in page for message in messages)
    assert len(messages) == 2


def test_other_program_knows_nothing_of_the_round(cast: Cast, draft: Round, signed_in: Sign) -> None:
    client: Any = signed_in(cast.other_manager)
    for part in ("", "edit/", "money/", "dates/", "stages/", "questions/", "invitations/", "clone/"):
        assert client.get(f"/south/rounds/IG27/{part}").status_code == 404
        assert client.get(f"/north/rounds/IG27/{part}").status_code == 404
