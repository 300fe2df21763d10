"""The documentation says what the code does. `make docs` writes the parts that are made from the code."""

import ast
import importlib.metadata
import os
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.core.management import get_commands

from scsc.programs.roles import Role
from tests.docs.permissions import kind_of, permissions_page, predicates_by_app
from tests.docs.states import life_table, lives
from tests.docs.world import OUTSIDER, World, make_world
from tests.factories import ProgramFactory, member

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BY_NAME = {page.name: page for page in PAGES}
LARGEST_IMAGE = 250_000  # bytes


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def agree(name: str, text: str) -> None:
    """The page holds this text; with WRITE_DOCS it is given it."""
    page = ROOT / "docs" / name
    if os.environ.get("WRITE_DOCS"):
        page.write_text(text)
    assert page.read_text() == text, f"docs/{name} is stale: run `make docs`"


def test_permissions_page_is_what_the_predicates_say(world: World) -> None:
    agree("permissions.md", permissions_page(world))


def test_manager_of_another_program_is_an_outsider(world: World) -> None:
    elsewhere = ProgramFactory.create(slug="south")
    people = {"Here": world.people[OUTSIDER], "Elsewhere": member(elsewhere, Role.MANAGER)}
    outsiders = World(world.program, people, world.subjects)
    for predicate in chain.from_iterable(predicates_by_app().values()):
        for subject in world.of(kind_of(predicate)):
            assert outsiders.allowed(predicate, subject) in ([], list(people)), predicate.__name__


def test_workflows_page_has_the_states_of_the_code(world: World) -> None:
    text = BY_NAME["workflows.md"].read_text()
    for model, life in lives().items():
        begin, end = f"<!-- begin {life.noun} -->\n", f"\n<!-- end {life.noun} -->"
        assert text.count(begin) == text.count(end) == 1, f"docs/workflows.md has no place for a {life.noun}"
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}{life_table(model, life, world)}{end}{rest.partition(end)[2]}"
    agree("workflows.md", text)


def names_in_settings() -> dict[str, ast.expr | None]:
    """The environment variables that the settings read, each with the expression of its default."""
    found: dict[str, ast.expr | None] = {}
    for node in ast.walk(ast.parse((ROOT / "scsc/settings.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env" and node.args:
            default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
            name = ast.literal_eval(node.args[0])
            found[name] = default or found.get(name)
    return found


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The cells of the tables under a heading of a page, by the name in the first."""
    section = BY_NAME[page].read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, f"{page} has no heading “{heading}”"
    cells = [re.split(r" *\| *", line.strip("| ")) for line in section.splitlines() if line.startswith("| `")]
    return {first.strip("`"): rest for first, *rest in cells}


def test_every_setting_of_the_environment_is_explained() -> None:
    assert rows("operations.md", "Environment").keys() == names_in_settings().keys()


def test_defaults_of_the_environment_are_those_of_the_code() -> None:
    documented = rows("operations.md", "Environment")
    for name, default in names_in_settings().items():
        if isinstance(default, ast.Constant):
            value = {"": "none", "False": "off", "True": "on"}.get(str(default.value), f"`{default.value!s}`")
            assert documented[name][0] == value, f"{name}: the default is {value}"


def requirements(group: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", requirement)[0] for requirement in group}


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    assert rows("dependencies.md", "At run time").keys() == requirements(runtime)
    assert rows("dependencies.md", "For development and tests").keys() == requirements(dev)
    for name, cells in rows("dependencies.md", "At run time").items():
        assert len(cells) == 3, name
        assert all(cells), f"{name}: a reason, its licence, and the cost of going without"


def test_at_most_25_dependencies_at_run_time_beside_those_that_others_bring() -> None:
    """WeasyPrint's own requirements are named because we import them too; they add nothing to install."""
    lines = importlib.metadata.requires("weasyprint") or []
    brought = {re.split(r"[^\w-]", line)[0].lower() for line in lines}
    chosen = [name for name in rows("dependencies.md", "At run time") if name.lower() not in brought]
    assert len(chosen) <= 25


def links() -> Iterator[tuple[Path, str]]:
    """Links and pictures of all pages that lead to a file."""
    for page in PAGES:
        text = page.read_text()
        found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
        yield from ((page, link) for link in found if "://" not in link)


def anchors(page: Path) -> set[str]:
    """The anchors that headings get, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), list(links()))
def test_link_leads_somewhere(page: Path, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists(), f"{page.name} links to {link}"
    assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {link for page, link in links() if page.name == "README.md"}
    assert {f"docs/{page.name}" for page in PAGES[1:]} <= linked


def test_commands_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        text = page.read_text()
        assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= get_commands().keys(), page.name
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= targets, page.name


def test_images_are_small() -> None:
    images = sorted((ROOT / "docs/images").iterdir())
    assert images
    assert [image.name for image in images if image.stat().st_size > LARGEST_IMAGE] == []
