"""What checks from outside rely on: the command, its one line, health, sign-in buttons, the plan's marks."""

import json
import shutil
import subprocess

import pytest

from scsc.programs.roles import Role
from tests.stack.product import ROOT, Product
from tests.stack.visitor import Visitor

# Applicants sign themselves up, and are there where the demonstration has rounds.
ROLES = {role.value for role in Role} - {Role.APPLICANT}
WITH_ROUNDS = {"scsc", "cpf"}
# By program: ambitions, outcomes and actions in each year they begin in, as the published plans have them.
PLANS = {
    "scsc": (4, 10, {1: 9, 2: 7, 3: 8}),
    "cpf": (3, 1, {1: 4}),
    "ipcpp": (2, 0, {1: 5}),
}


def test_one_line_says_that_all_is_up(product: Product) -> None:
    ready = f"Ready: {product.address}/"
    assert product.printed().count(ready) == 1
    assert product.printed()[-1] == ready


def test_personas_are_printed_before_the_ready_line(product: Product) -> None:
    lines = [line.split() for line in product.printed()]
    printed = {(line[0], line[1]) for line in lines if len(line) > 3 and line[-1].endswith("example.org")}
    assert printed >= {(program, role) for program in PLANS for role in ROLES}
    assert {program for program, role in printed if role == Role.APPLICANT} == WITH_ROUNDS
    assert ("all", "auditor") in printed


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_passes_port_and_folder_on() -> None:
    wanted = ["make", "-n", "-o", ".venv/.ready", "demo", "PORT=8123", "VAR=/some/folder"]
    said = subprocess.run(wanted, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '-m scsc.local demo --port "8123" --var "/some/folder"\n' in said


def test_data_lies_in_the_folder_that_was_named(product: Product) -> None:
    assert {"logs", "mail", "postgres", "run"} <= {path.name for path in product.var.iterdir()}


def test_healthz_answers_in_json(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status, answer.type) == (200, "application/json")
    assert json.loads(answer.content) == {"status": "ok"}


def test_readyz_sees_database_and_broker(visitor: Visitor) -> None:
    answer = visitor.get("/readyz")
    assert (answer.status, json.loads(answer.content)) == (200, {"database": True, "broker": True})


def test_start_left_no_error_in_any_log(product: Product) -> None:
    assert product.troubles() == []


def test_demo_has_one_button_a_persona(visitor: Visitor) -> None:
    page = visitor.get("/demo/")
    buttons = list(zip(page.values("data-program"), page.values("data-role"), strict=True))
    for slug in PLANS:
        expected = ROLES | {Role.APPLICANT} if slug in WITH_ROUNDS else ROLES
        assert {role for program, role in buttons if program == slug} == expected
    assert [role for program, role in buttons if program == "all"] == ["auditor"]
    assert len(page.values("data-email")) == len(set(page.values("data-email"))) == len(buttons)


@pytest.mark.parametrize("slug", PLANS)
def test_plan_shows_what_was_published(product: Product, slug: str) -> None:
    ambitions, outcomes, by_year = PLANS[slug]
    page = Visitor(product.address).sign_in(f"officer@{slug}.example.org").get(f"/{slug}/plan/")
    codes = page.values("data-action")
    assert len(codes) == len(set(codes)) == sum(by_year.values())
    assert len(set(page.values("data-ambition"))) == ambitions
    assert len(set(page.values("data-outcome"))) == outcomes
    counted = product.rows(slug, "SELECT first_year, count(*) FROM workplan_action GROUP BY first_year")
    assert dict(counted) == by_year


def test_scsc_plan_marks_its_actions_by_code(product: Product) -> None:
    page = Visitor(product.address).sign_in("executive@scsc.example.org").get("/scsc/plan/")
    assert "WG-1" in page.values("data-action")
    for year, count in PLANS["scsc"][2].items():
        assert f"of {count} Year {year} actions" in page.words


PAGES = ["", "plan/", "plan/list/", "plan/actions/WG-1/", "reports/", "people/", "plan/file/download/"]


@pytest.mark.parametrize("page", PAGES)
def test_other_programs_are_not_there_for_a_member_of_one(product: Product, page: str) -> None:
    manager = Visitor(product.address).sign_in("manager@scsc.example.org")
    assert manager.get(f"/scsc/{page}").status == 200
    for other in ("cpf", "ipcpp"):
        answer = manager.get(f"/{other}/{page}")
        assert answer.status == 404
        assert "Page not found" in answer.words


def test_nothing_of_another_program_shows_on_a_persons_pages(product: Product) -> None:
    officer = Visitor(product.address).sign_in("officer@cpf.example.org")
    seen = " ".join(officer.get(f"/cpf/{page}").text for page in ("", "plan/", "plan/list/", "reports/"))
    assert "/cpf/plan/" in seen
    for other in ("scsc", "ipcpp"):
        assert f"/{other}/" not in seen


def test_report_of_another_program_is_not_found_under_ones_own(product: Product) -> None:
    executive = Visitor(product.address).sign_in("executive@ipcpp.example.org")
    run = executive.post("/ipcpp/reports/request/1/")
    assert run.status == 200
    key = run.path.split("/")[3]
    stranger = Visitor(product.address).sign_in("executive@cpf.example.org")
    for page in ("", "pdf/", "preview/", "figures/", "progress/"):
        assert stranger.get(f"/cpf/reports/{key}/{page}").status == 404
        assert stranger.get(f"/ipcpp/reports/{key}/{page}").status == 404
