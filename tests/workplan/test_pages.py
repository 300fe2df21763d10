"""The pages of the plan: forms that keep what was typed, messages that say what to do, buttons by role."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, AmbitionFactory, Cast, DeliverableFactory, YearFactory
from workplan import services
from workplan.models import Action, Deliverable, Dependency, Evidence, ProgramYear, ProgressUpdate

Sign = Callable[[User], Client]


@pytest.fixture
def plan(cast: Cast) -> Action:
    """Two years, an ambition, an action with a deliverable, and one that waits for it and runs on."""
    program = cast.program
    program.shown_as_at = date(2021, 7, 10)
    program.save()
    with program_scope(program):
        for number in (1, 2):
            YearFactory.create(program=program, number=number)
        ambition = AmbitionFactory.create(program=program, code="UP")
        action = ActionFactory.create(program=program, ambition=ambition, code="UP-1", state="in_progress")
        DeliverableFactory.create(program=program, action=action, code="UP-1.1", due_on=date(2021, 6, 30))
        long = ActionFactory.create(
            program=program, ambition=ambition, code="UP-2", first_year=2, last_year=4, year_confidence="low"
        )
        Dependency.objects.create(program=program, action=long, depends_on=action)
    return action


def text(client: Client, path: str, **data: object) -> str:
    response = client.post(path, data) if data else client.get(path)
    return response.content.decode()


def test_matrix_shows_each_action_once_with_spans_and_doubts(
    cast: Cast, plan: Action, signed_in: Sign
) -> None:
    page = text(signed_in(cast.auditor), "/north/plan/")
    assert page.count('data-action="UP-1"') == page.count('data-action="UP-2"') == 1
    assert "Runs to Year 4" in page
    assert "year uncertain" in page
    assert "At risk" in page


def test_matrix_of_an_empty_program_says_what_to_do(cast: Cast, signed_in: Sign) -> None:
    assert "No plan yet" in text(signed_in(cast.auditor), "/north/plan/")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", {"UP-1", "UP-2"}),
        ("year=2", {"UP-2"}),
        ("rag=amber", {"UP-1"}),
        ("words=up-2", {"UP-2"}),
        ("words=nothing+like+it", set()),
        ("ambition=UP&year=1", {"UP-1"}),
        ("year=99&rag=purple&owner=x&page=9&sort=nonsense", {"UP-1", "UP-2"}),
    ],
)
def test_list_narrows(cast: Cast, plan: Action, signed_in: Sign, query: str, rows: set[str]) -> None:
    page = text(signed_in(cast.auditor), f"/north/plan/list/?{query}")
    assert {code for code in ("UP-1", "UP-2") if f'data-row="{code}"' in page} == rows
    assert ("No action fits" in page) == (not rows)


def test_list_answers_htmx_with_the_rows_alone(cast: Cast, plan: Action, signed_in: Sign) -> None:
    response = signed_in(cast.auditor).get("/north/plan/list/", headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'data-row="UP-1"' in response.content


def test_list_sorts_both_ways(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client = signed_in(cast.auditor)
    up, down = (text(client, f"/north/plan/list/?sort={sort}") for sort in ("year", "-year"))
    assert up.index('data-row="UP-1"') < up.index('data-row="UP-2"')
    assert down.index('data-row="UP-2"') < down.index('data-row="UP-1"')


def test_report_with_a_mistake_keeps_what_was_typed(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    response = client.post("/north/plan/actions/UP-1/report/", {"narrative": "Two <b>workshops</b>."})
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert "Two &lt;b&gt;workshops&lt;/b&gt;." in page


def test_report_posted_twice_is_one_update(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    with program_scope(cast.program):
        year = ProgramYear.objects.get(number=1)
    data = {"year": year.pk, "rag": "amber", "narrative": "Two workshops."}
    for _ in range(2):
        assert client.post("/north/plan/actions/UP-1/report/", data).status_code == 302
    with program_scope(cast.program):
        assert ProgressUpdate.objects.count() == 1
    assert "Two workshops." in text(client, "/north/plan/actions/UP-1/")


def test_evidence_then_done(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client, path = signed_in(cast.officer), "/north/plan/deliverables/UP-1.1/"
    client.post(f"{path}evidence/", {"title": "Minutes", "url": "https://example.org/m"})
    response = client.post(f"{path}complete/", {"done_on": "2021-07-01"}, follow=True)
    assert "UP-1.1 is done." in response.content.decode()
    with program_scope(cast.program):
        assert Deliverable.objects.get().done_on == date(2021, 7, 1)


def test_complete_without_evidence_says_what_is_missing(cast: Cast, plan: Action, signed_in: Sign) -> None:
    response = signed_in(cast.officer).post(
        "/north/plan/deliverables/UP-1.1/complete/", {"done_on": "2021-07-01"}
    )
    assert response.status_code == 422
    assert "Add evidence first" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Give either a file or a web address"),
        ({"url": "https://example.org/", "file": "notes"}, "Give either a file or a web address"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"file": "program.exe"}, ""),
    ],
)
def test_bad_evidence_is_explained_and_not_kept(
    cast: Cast, plan: Action, signed_in: Sign, data: dict[str, str], message: str
) -> None:
    content = {
        k: SimpleUploadedFile(v, b"MZ\x90" if "exe" in v else b"text") if k == "file" else v
        for k, v in data.items()
    }
    response = signed_in(cast.officer).post("/north/plan/deliverables/UP-1.1/evidence/", content)
    assert response.status_code == 422
    assert message in response.content.decode()
    with program_scope(cast.program):
        assert not Evidence.objects.exists()


def test_step_that_needs_a_reason_asks_for_it(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client, path = signed_in(cast.manager), "/north/plan/actions/UP-1/steps/stop/"
    assert "Kept in the history" in text(client, path)
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "No funds."}).status_code == 302
    assert "No funds." in text(client, "/north/plan/actions/UP-1/")


def test_step_not_open_now_is_refused_in_words(cast: Cast, plan: Action, signed_in: Sign) -> None:
    response = signed_in(cast.manager).post("/north/plan/actions/UP-1/steps/resume/", {})
    assert response.status_code == 422
    assert "This action is in progress" in response.content.decode()


@pytest.mark.parametrize("step", ["fly", "complete"])
def test_step_that_is_none_of_a_deliverable_is_not_found(
    cast: Cast, plan: Action, signed_in: Sign, step: str
) -> None:
    path = f"/north/plan/deliverables/UP-1.1/steps/{step}/"
    assert signed_in(cast.manager).post(path).status_code == 404


def test_code_taken_twice_is_said_at_its_field(cast: Cast, plan: Action, signed_in: Sign) -> None:
    data = {"code": "UP-1.1", "text": "Again", "due_on": "2021-06-01"}
    page = text(signed_in(cast.officer), "/north/plan/actions/UP-1/deliverables/", **data)
    assert "There is a deliverable UP-1.1 already" in page


def test_buttons_are_those_of_the_role(cast: Cast, plan: Action, signed_in: Sign) -> None:
    path = "/north/plan/actions/UP-1/"
    pages = {role: text(signed_in(cast.people[role]), path) for role in ("manager", "officer", "auditor")}
    assert ["Report progress" in pages[role] for role in pages] == [True, True, False]
    assert ["steps/stop/" in pages[role] for role in pages] == [True, False, False]
    assert ["Shared with" in pages[role] for role in pages] == [True, False, False]


def test_partner_contact_is_led_to_what_is_shared(cast: Cast, plan: Action, signed_in: Sign) -> None:
    client = signed_in(cast.partner)
    assert "Nothing is shared with you yet" in text(client, "/north/")
    signed_in(cast.manager).post("/north/plan/actions/UP-1/share/", {"person": cast.partner.pk})
    page = text(client, "/north/")
    assert "UP-1" in page
    assert "UP-2" not in page
    assert "/north/plan/actions/UP-1/report/" in text(client, "/north/plan/actions/UP-1/")


def test_update_of_another_person_cannot_be_corrected_by_a_partner(
    cast: Cast, plan: Action, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        services.share_action(plan, person=cast.partner, actor=cast.manager)
        year = ProgramYear.objects.get(number=1)
        update = services.post_update(plan, year=year, narrative="N", rag="green", actor=cast.officer)
    path = f"/north/plan/updates/{update.pk}/correct/"
    assert signed_in(cast.partner).get(path).status_code == 403
    assert signed_in(cast.officer).get(path).status_code == 200


def test_partner_contact_reads_no_code_of_an_action_that_is_not_shared(
    cast: Cast, plan: Action, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        Action.objects.filter(code="UP-2").update(state="in_progress")
        waiting = Action.objects.get(code="UP-2")
        waiting.program = cast.program
        services.share_action(waiting, person=cast.partner, actor=cast.manager)
    page = text(signed_in(cast.partner), "/north/plan/actions/UP-2/")
    assert "It waits for another action" in page
    assert "UP-1" not in page
    assert "UP-1" in text(signed_in(cast.auditor), "/north/plan/actions/UP-2/")


def test_chain_of_a_thousand_dependencies_is_shown(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        YearFactory.create(program=cast.program, number=1)
        ambition = AmbitionFactory.create(program=cast.program)
        rows = Action.objects.bulk_create(
            ActionFactory.build(program=cast.program, ambition=ambition) for _ in range(1_000)
        )
        Dependency.objects.bulk_create(
            Dependency(program=cast.program, action=later, depends_on=earlier)
            for earlier, later in pairwise(rows)
        )
    assert signed_in(cast.auditor).get("/north/plan/").status_code == 200


def test_list_gives_a_whole_page_when_the_browser_goes_back(
    cast: Cast, plan: Action, signed_in: Sign
) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    response = signed_in(cast.auditor).get("/north/plan/list/", headers=headers)
    assert b"<html" in response.content
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("code", ["%00", "..", "A%2FB", "-", "é"])
def test_address_with_an_impossible_code_is_not_found(cast: Cast, signed_in: Sign, code: str) -> None:
    client = signed_in(cast.officer)
    for kind in ("actions", "deliverables"):
        assert client.get(f"/north/plan/{kind}/{code}/").status_code == 404


def test_year_to_come_has_no_figure_for_long_actions_alone(cast: Cast, plan: Action, signed_in: Sign) -> None:
    with program_scope(cast.program):
        YearFactory.create(program=cast.program, number=3)
    page = text(signed_in(cast.auditor), "/north/plan/")
    assert "Year 1 actions" in page
    assert "Year 2 actions" in page
    assert "Year 3 actions" not in page
