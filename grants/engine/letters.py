"""Letters from templates: a text with places such as {organisation}, and what stands there."""

import re
from collections.abc import Mapping

# What may stand in a template, and what it stands for.
PLACES = {
    "organisation": "The name of the organisation",
    "title": "The title of the project",
    "code": "The number of the application",
    "round": "The title of the round",
    "amount": "The amount of an award",
    "conditions": "The conditions of an award, one a line",
    "feedback": "The feedback to the applicant",
}
PLACE = re.compile(r"\{([^{}\n]*)\}")


def places_in(text: str) -> list[str]:
    """What stands between braces, each once, in order."""
    return list(dict.fromkeys(found.strip() for found in PLACE.findall(text)))


def unknown_places(text: str) -> list[str]:
    """Places that a letter cannot fill."""
    return [name for name in places_in(text) if name not in PLACES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, once: what was filled in is not read again.

    A paragraph whose places are all empty is left out; other lines lose only the place.
    """
    return "\n\n".join(
        _filled(paragraph, values) for paragraph in text.split("\n\n") if not _is_empty(paragraph, values)
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: values.get(found[1].strip(), found[0]), text).rstrip()


def _is_empty(paragraph: str, values: Mapping[str, str]) -> bool:
    names = [name for name in places_in(paragraph) if name in values]
    return bool(names) and not any(values[name].strip() for name in names)
