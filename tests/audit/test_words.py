"""Every event that the code records has words, and no words are kept for events that nothing records."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from scsc.audit.history import _WORDS

ROOT = Path(__file__).parents[2]
OURS = ("scsc", "workplan", "partners", "grants", "reporting")


def recorded() -> Iterator[str]:
    """The actions that services record, by the second argument of `record`, where it is written out."""
    for app in OURS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "record"
                    and len(node.args) > 1
                ):
                    yield from re.findall(r"'([a-z_]+)'", ast.unparse(node.args[1]))


def test_every_recorded_action_has_words() -> None:
    steps = {
        name
        for model in apps.get_models()
        if hasattr(model, "life")
        for (_, name), step in model.life.table.items()
        if step.done
    }
    described = {action for _, action in _WORDS} | steps
    assert set(recorded()) - described == set()


def test_no_words_are_kept_for_what_nothing_records() -> None:
    files = [path for app in OURS for path in (ROOT / app).rglob("*.py") if "history" not in path.parts]
    text = "".join(path.read_text() for path in files)
    assert [key for key in _WORDS if f'"{key[1]}"' not in text] == []
