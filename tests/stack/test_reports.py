"""Reports of the running product: one run however often asked for, the same bytes, readable for all."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from outloud import check as listen

from reporting.rendering.parent import render
from tests.local.conftest import eventually
from tests.stack.product import Product
from tests.stack.reports import Report, ask
from tests.stack.visitor import Answer, Visitor

PROGRAMS = ("scsc", "cpf", "ipcpp")


@pytest.fixture(scope="module")
def reports(product: Product) -> list[Report]:
    """The report of every year that has begun, of all programs; all asked for before the first is awaited."""
    asked = [ask(product, program, year) for program in PROGRAMS for year in begun(product, program)]
    assert len(asked) >= 5
    assert {report.wait(seconds=240) for report in asked} == {"ready"}
    return asked


def begun(product: Product, program: str) -> list[int]:
    """The years whose report can be asked for: those that have begun."""
    page = Visitor(product.address).sign_in(f"executive@{program}.example.org").get(f"/{program}/reports/")
    return sorted({int(number) for number in re.findall(r"/reports/request/(\d+)/", page.text)})


def test_every_report_of_the_demonstration_is_readable_for_all(reports: list[Report], tmp_path: Path) -> None:
    found = []
    for report in reports:
        path = tmp_path / f"{report.key}.pdf"
        path.write_bytes(report.pdf())
        errors = [item for item in listen(str(path)).findings if item.severity == "error"]
        found += [f"{report.page} p.{item.page} {item.rule}: {item.message}" for item in errors]
    assert found == []


def test_same_figures_give_the_same_bytes_in_another_process(reports: list[Report], tmp_path: Path) -> None:
    report = reports[0]
    figures = json.loads(report.visitor.get(f"{report.page}figures/").content)
    rendered = render(
        figures["snapshot"],
        output=tmp_path / "again.pdf",
        on_progress=lambda _done, _step: None,
        draft=figures["edition"] == "draft",
    )
    assert (tmp_path / "again.pdf").read_bytes() == report.pdf()
    assert report.hashes() == [figures["sha256"], rendered.sha256]
    assert hashlib.sha256(report.pdf()).hexdigest() == rendered.sha256


def test_asking_at_the_same_moment_gives_one_report(product: Product) -> None:
    people = [
        Visitor(product.address).sign_in(f"{role}@cpf.example.org")
        for role in ("executive", "manager", "officer", "executive")
    ]
    assert eventually(lambda: "request/1/" in people[0].get("/cpf/reports/").text, seconds=120)
    known = set(keys(people[0]))
    barrier = Barrier(len(people))

    def press(person: Visitor) -> Answer:
        barrier.wait()
        return person.post("/cpf/reports/request/1/")

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(press, people))
    assert {answer.status for answer in answers} == {200}
    assert len(set(keys(people[0])) - known) == 1


def keys(person: Visitor) -> list[str]:
    """The keys of all reports in the list."""
    return re.findall(r'href="/cpf/reports/([0-9a-f-]{36})/"', person.get("/cpf/reports/").text)
