"""The templates of printed documents, filled without any setting of the site."""

from pathlib import Path
from typing import Any

from django.template import Context, Engine

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FOLDER = TEMPLATES / "reporting/pdf"


def fill(name: str, context: dict[str, Any]) -> str:
    """A template of templates/reporting/pdf with its context; every text in it is escaped."""
    engine = Engine(dirs=[str(TEMPLATES)], libraries={}, autoescape=True)
    template = engine.get_template(f"reporting/pdf/{name}")
    return str(template.render(Context(context, use_l10n=False, use_tz=False)))


def stylesheet(name: str) -> str:
    """The text of a stylesheet of templates/reporting/pdf."""
    return (FOLDER / name).read_text()
