"""Countries to choose from, by their ISO 3166 code. The names are those of the time zone database."""

from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "countries.tsv"


@cache
def country_names() -> dict[str, str]:
    """Names by code, in the order of the names."""
    rows = (line.partition("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {code: name for code, _, name in rows}


def country_choices(first: str) -> list[tuple[str, str]]:
    """Every country, the one most people here are in before the others."""
    names = country_names()
    return [(first, names[first]), *((code, name) for code, name in names.items() if code != first)]


def country_name(code: str) -> str:
    """The name of a country; the code itself where no country has it."""
    return country_names().get(code, code)
