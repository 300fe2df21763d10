"""Forms to start from, each one file of this folder. A round's form begins as a copy."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from grants.engine.schema import FormSchema

FOLDER = Path(__file__).parent
# In the order in which they are offered.
FILES = ("expression_of_interest", "small_grant", "full_application")


@dataclass(frozen=True)
class Starter:
    """A form to start from: its key, its name, when to choose it, and its questions."""

    key: str
    name: str
    about: str
    schema: FormSchema


def _starter(key: str) -> Starter:
    found = yaml.safe_load((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
    return Starter(key, found["name"], found["about"], FormSchema.model_validate(found["form"]))


STARTERS: dict[str, Starter] = {key: _starter(key) for key in FILES}
