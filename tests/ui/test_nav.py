import pytest

from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.ui import nav
from scsc.ui.nav import NavItem, links_for, register

PERSON, PROGRAM = User(name="Alex Kim"), Program(slug="scsc", name="A program")


def everybody(user: User, program: Program) -> bool:
    return True


def nobody(user: User, program: Program) -> bool:
    return False


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three places, registered out of order."""
    monkeypatch.setattr(nav, "_items", {})
    register(NavItem("Reports", "reporting:list", everybody, order=60))
    register(NavItem("Today", "today", everybody, order=10))
    register(NavItem("Work plan", "workplan:matrix", everybody, order=20))


def _current(path: str) -> list[str]:
    return [link.label for link in links_for(PERSON, PROGRAM, path) if link.current]


def test_links_are_in_order_with_the_programs_addresses() -> None:
    links = links_for(PERSON, PROGRAM, "/elsewhere/")
    assert [(link.label, link.url) for link in links] == [
        ("Today", "/scsc/"),
        ("Work plan", "/scsc/plan/"),
        ("Reports", "/scsc/reports/"),
    ]
    assert not any(link.current for link in links)


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/scsc/", ["Today"]),
        ("/scsc/plan/", ["Work plan"]),
        ("/scsc/plan/actions/DN-5/", ["Work plan"]),
        ("/scsc/people/", []),
    ],
)
def test_current_is_the_place_a_page_lies_under(path: str, labels: list[str]) -> None:
    assert _current(path) == labels


def test_links_leave_out_what_a_role_does_not_open() -> None:
    register(NavItem("Reports", "reporting:list", nobody, order=60))
    assert [link.label for link in links_for(PERSON, PROGRAM, "/")] == ["Today", "Work plan"]


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/scsc/ballots/7/", ["Panel"]),
        ("/scsc/reports/meetings/1/pack/", ["Panel"]),
        ("/scsc/reports/", ["Reports"]),
        ("/cpf/ballots/7/", []),
    ],
)
def test_page_that_is_found_from_a_place_lies_under_it(path: str, labels: list[str]) -> None:
    register(NavItem("Panel", "panel:home", everybody, also=("ballots/", "reports/meetings/")))
    assert _current(path) == labels
