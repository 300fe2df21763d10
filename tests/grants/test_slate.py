"""The slate: rank, money, what-if, and what is recommended from it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Advice, Application, Body, Decision, Round
from grants.queries.slate import rounds_to_decide, slate_of
from grants.services.deciding import agree, reverse
from partners.models import OrganisationContact
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.decided import (
    ballot_on,
    considered,
    decided,
    out_of,
    published,
    recommended,
    round_to_decide,
    scored,
)
from tests.queries import counted_queries
from tests.ui.markup import one, parse, words

Sign = Callable[[User], Client]
HERE = "/north/decisions/IG27/"
AT_MOST = 30


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_to_decide(cast, endorsed=True)


@pytest.fixture
def four(cast: Cast, round_: Round) -> list[Application]:
    """Four applications for 50, 40, 30 and 20 thousand; the second has the best score, the third none."""
    with program_scope(cast.program):
        amounts = (50_000, 40_000, 30_000, 20_000)
        found = [
            considered(round_, amount=Decimal(amount), title=f"Project {number}")
            for number, amount in enumerate(amounts, start=1)
        ]
        scored(cast, found[0], "80", "70")
        scored(cast, found[1], "90.5")
        scored(cast, found[3], "60")
        return found


def page_of(client: Client, query: str = "", status: int = 200) -> Any:
    response = client.get(HERE + query)
    assert response.status_code == status
    return parse(response.content.decode())


def codes(page: Any) -> list[str]:
    return [row.get("data-application")[-1] for row in page.xpath("//tr[@data-application]")]


def left(page: Any) -> str:
    return words(one(page, "//*[@data-left]"))


def sent_for(client: Client, **data: Any) -> Any:
    return client.post(f"{HERE}recommend/", {"rationale": "By score.", **data})


def test_rank_is_by_mean_score_and_those_without_one_come_last(
    cast: Cast, four: list[Application], round_: Round
) -> None:
    with program_scope(cast.program):
        found = slate_of(round_, cast.officer)
        assert [row.application for row in found.rows] == [four[1], four[0], four[3], four[2]]
        assert [row.score.mean for row in found.rows] == [
            Decimal("90.50"),
            Decimal("75.00"),
            Decimal("60.00"),
            None,
        ]
        assert [row.rank for row in found.rows] == [1, 2, 3, 4]


def test_line_begins_where_the_money_ends(cast: Cast, four: list[Application], round_: Round) -> None:
    """40, 50 and then 20 thousand of 100: the third does not fit any more."""
    with program_scope(cast.program):
        found = slate_of(round_, cast.officer)
        assert (found.line, found.used, found.left) == (2, Decimal(90_000), Decimal(10_000))
        assert [row.is_funded for row in found.rows] == [True, True, False, False]


@pytest.mark.parametrize(
    ("line", "used", "over"),
    [(0, 0, False), (1, 40_000, False), (3, 110_000, True), (4, 140_000, True), (99, 140_000, True)],
)
def test_line_that_is_moved_says_what_is_left(
    cast: Cast, four: list[Application], round_: Round, line: int, used: int, over: bool
) -> None:
    with program_scope(cast.program):
        found = slate_of(round_, cast.officer, line=line)
        assert found.used == used
        assert found.left == 100_000 - used
        assert found.is_over is over


def test_other_amounts_are_counted_and_decisions_are_not_moved(
    cast: Cast, four: list[Application], round_: Round
) -> None:
    with program_scope(cast.program):
        recommended(cast, four[1], amount=Decimal(35_000))
        recommended(cast, four[3], outcome="decline", amount=None)
        amounts = {four[1].code: Decimal(1), four[0].code: Decimal(45_000)}
        found = slate_of(round_, cast.officer, line=4, amounts=amounts)
        assert found.used == 35_000 + 45_000 + 30_000
        assert [row.is_open for row in found.rows] == [False, True, False, True]


def test_round_without_a_budget_has_nothing_left_to_tell(cast: Cast) -> None:
    with program_scope(cast.program):
        round_ = round_to_decide(cast, "NB27", budget=None)
        considered(round_)
        found = slate_of(round_, cast.officer)
        assert (found.left, found.is_over, found.left_words) == (None, False, "no budget")


def test_page_shows_the_line_and_the_money(cast: Cast, four: list[Application], signed_in: Sign) -> None:
    page = page_of(signed_in(cast.officer))
    assert codes(page) == ["2", "1", "4", "3"]
    assert left(page) == "$10,000 left"
    line = one(page, "//tr[@data-line-row]")
    assert line.getprevious().get("data-application") == four[0].code
    assert "after the first 2" in words(line)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?fund=0", "$100,000 left"),
        ("?fund=1", "$60,000 left"),
        ("?fund=3", "$10,000 over the budget"),
        ("?fund=x", "$10,000 left"),
        ("?fund=-1", "$10,000 left"),
    ],
)
def test_line_moves_without_a_script(
    cast: Cast, four: list[Application], signed_in: Sign, query: str, said: str
) -> None:
    assert left(page_of(signed_in(cast.officer), query)) == said


def test_amounts_are_worked_out_again_without_a_script(
    cast: Cast, four: list[Application], signed_in: Sign
) -> None:
    answer = sent_for(
        signed_in(cast.officer), do="work_out", fund="2", **{f"amount-{four[0].code}": "$ 30,000.50"}
    )
    assert answer.status_code == 200
    assert left(parse(answer.content.decode())) == "$29,999.50 left"
    with program_scope(cast.program):
        assert not Decision.objects.exists()


def test_amount_that_is_none_is_named_where_it_stands(
    cast: Cast, four: list[Application], signed_in: Sign
) -> None:
    answer = sent_for(signed_in(cast.officer), do="recommend", fund="2", **{f"amount-{four[0].code}": "lots"})
    assert answer.status_code == 422
    page = parse(answer.content.decode())
    assert f"Amount of {four[0].code}: enter a number" in words(one(page, "//*[@class='errors']"))
    assert one(page, f"//input[@id='amount-{four[0].code}']").get("aria-invalid") == "true"
    with program_scope(cast.program):
        assert not Decision.objects.exists()


def test_those_above_the_line_are_recommended(cast: Cast, four: list[Application], signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    answer = sent_for(client, do="recommend", fund="2", **{f"amount-{four[0].code}": "45000"})
    assert answer.status_code == 302
    with program_scope(cast.program):
        found = {d.application_id: (d.outcome, d.amount, d.rationale) for d in Decision.objects.all()}
        assert found == {
            four[0].pk: ("award", Decimal(45_000), "By score."),
            four[1].pk: ("award", Decimal(40_000), "By score."),
        }
    page = page_of(client)
    assert "Recommended" in words(one(page, f"//tr[@data-application='{four[0].code}']"))


def test_those_below_the_line_are_declined_where_that_is_asked(
    cast: Cast, four: list[Application], signed_in: Sign
) -> None:
    sent_for(signed_in(cast.officer), do="recommend", fund="3", decline_others="on")
    with program_scope(cast.program):
        assert Decision.objects.get(outcome="decline").application == four[2]
        assert Decision.objects.filter(outcome="award").count() == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [({"fund": "0"}, "Nothing is above the line"), ({"fund": "2", "rationale": " "}, "Say why")],
)
def test_recommending_nothing_or_without_a_reason_is_refused(
    cast: Cast, four: list[Application], signed_in: Sign, data: dict[str, str], said: str
) -> None:
    answer = sent_for(signed_in(cast.officer), do="recommend", **data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_what_fails_among_several_is_said_for_each(
    cast: Cast, four: list[Application], signed_in: Sign
) -> None:
    with program_scope(cast.program):
        Application.objects.filter(pk=four[0].pk).update(amount=None)
    answer = sent_for(signed_in(cast.officer), do="recommend", fund="2")
    assert answer.status_code == 200
    page = parse(answer.content.decode())
    assert "Give the amount of the award" in words(one(page, f"//li[@data-result='{four[0].code}']"))
    assert "Done" in words(one(page, f"//li[@data-result='{four[1].code}']"))


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, "Endorsed"),
        ({"outcome": "not_endorsed"}, "Not endorsed"),
        ({"outcome": "lapsed"}, "Lapsed"),
        ({"state": "void"}, "Void"),
        ({"state": "open", "outcome": "", "closed_at": None}, "Ballot open"),
    ],
)
def test_row_says_how_the_body_stands_to_it(
    cast: Cast, four: list[Application], signed_in: Sign, fields: dict[str, Any], label: str
) -> None:
    with program_scope(cast.program):
        ballot_on(cast, four[0], **fields)
    page = page_of(signed_in(cast.officer))
    row = one(page, f"//tr[@data-application='{four[0].code}']")
    assert label in words(one(row, ".//td[@data-label='Endorsement']"))
    other = one(page, f"//tr[@data-application='{four[1].code}']")
    assert "No ballot" in words(one(other, ".//td[@data-label='Endorsement']"))


def test_endorsement_of_what_has_changed_is_shown_as_none(
    cast: Cast, four: list[Application], round_: Round
) -> None:
    with program_scope(cast.program):
        ballot_on(cast, four[0])
        Application.objects.filter(pk=four[0].pk).update(amount=Decimal(80_000))
        found = {row.application: row.endorsement.label for row in slate_of(round_, cast.officer).rows}
        assert found[four[0]] == "Does not hold any more"


def test_advice_is_counted_by_person(cast: Cast, four: list[Application], round_: Round) -> None:
    with program_scope(cast.program):
        body = Body.objects.create(program=cast.program, kind="advisory", name="Advisory Group")
        for author, text in ((cast.advisory, "One"), (cast.advisory, "Two"), (cast.officer, "Three")):
            Advice.objects.create(
                program=cast.program,
                body=body,
                application=four[0],
                position="support",
                text=text,
                author=author,
                given_at=timezone.now(),
            )
        found = {row.application: row.advice for row in slate_of(round_, cast.officer).rows}
        assert [found[application] for application in four] == [2, 0, 0, 0]


@pytest.mark.parametrize("tie", ["declared", "contact"])
def test_who_stepped_out_or_has_a_part_sees_nothing_of_it(
    cast: Cast, four: list[Application], round_: Round, signed_in: Sign, tie: str
) -> None:
    with program_scope(cast.program):
        decision = recommended(cast, four[1], amount=Decimal(40_000))
        if tie == "declared":
            out_of(four[1], cast.officer)
        else:
            OrganisationContact.objects.create(
                program=cast.program, organisation=four[1].organisation, user=cast.officer
            )
        # Of what is only recommended they learn nothing, not even the amount.
        assert slate_of(round_, cast.officer, line=0).used == 0
        assert slate_of(round_, cast.manager, line=0).used == 40_000
    client = signed_in(cast.officer)
    page = page_of(client)
    assert four[1].code not in words(page)
    assert client.get(f"{HERE}{decision.pk}/").status_code == 404
    assert client.get(f"{HERE}recommend/{four[1].code}/").status_code == 404


def test_finance_sees_what_has_a_decision_and_nothing_else(
    cast: Cast, four: list[Application], signed_in: Sign
) -> None:
    with program_scope(cast.program):
        recommended(cast, four[1])
    page = page_of(signed_in(cast.finance))
    assert codes(page) == ["2"]
    assert not page.xpath("//button[@value='recommend']")


def test_list_counts_what_waits(cast: Cast, four: list[Application], round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        Round.objects.filter(pk=round_.pk).update(budget=Decimal(1_000_000))
        round_.stages.filter(kind="endorsement").delete()
        published(cast, four[0])
        decided(cast, four[1])
        agree(recommended(cast, four[2], amount=Decimal(70_000)), actor=cast.manager)
        reverse(recommended(cast, four[3]), reason="Not yet.", actor=cast.officer)
        [line] = rounds_to_decide(cast.officer)
        assert (line.considered, line.recommended, line.agreed) == (3, 0, 1)
        assert (line.decided, line.published, line.letters) == (1, 1, 2)
    page = parse(signed_in(cast.officer).get("/north/decisions/").content.decode())
    assert "IG27" in words(one(page, "//tr[@data-round='IG27']"))


def test_list_without_anything_to_decide_says_so(cast: Cast, signed_in: Sign) -> None:
    assert "Nothing to decide yet" in signed_in(cast.officer).get("/north/decisions/").content.decode()
    with program_scope(cast.program):
        round_to_decide(cast)
    assert "Nothing on the slate yet" in words(page_of(signed_in(cast.officer)))


def test_queries_do_not_grow_with_the_rows(
    cast: Cast, four: list[Application], round_: Round, signed_in: Sign
) -> None:
    client = signed_in(cast.officer)
    client.get(HERE)
    with counted_queries() as few:
        client.get(HERE)
    with program_scope(cast.program):
        for application in [considered(round_) for _ in range(6)]:
            scored(cast, application, "50")
            ballot_on(cast, application)
        recommended(cast, application)
        recommended(cast, four[0])
    with counted_queries() as many:
        client.get(HERE)
    assert many.number <= few.number + 1 <= AT_MOST, many.statements
