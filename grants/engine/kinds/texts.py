"""Fields of text: a line, several paragraphs, and lines of a known shape."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import EQUAL, Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.reading import (
    LONGEST_TEXT,
    clean_line,
    count_words,
    lines_in,
    posted_line,
    posted_text,
)
from grants.engine.schema import Field, Json, Part

LONGEST_SHORT_TEXT = 300
# Application.title and Submission.title.
LONGEST_TITLE = 200
MOST_WORDS = 6_000
PHONE = re.compile(r"\+?[\d ().\-/]{6,30}(?: ?(?:x|ext\.?) ?\d{1,6})?", re.IGNORECASE)
ANSWER_AGAIN = "Answer {} again: the question has changed since it was answered"


class LineKind(Kind):
    """An answer on one line."""

    operators = EQUAL
    longest = LONGEST_SHORT_TEXT

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return posted_line(data, name) or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        if not isinstance(value, str):
            return [Problem(ANSWER_AGAIN.format(quoted(field)))]
        most = LONGEST_TITLE if field.role == "title" else self.longest
        if len(value) > most:
            return [Problem(f"{quoted(field)} must be {most} characters or fewer; it has {len(value)}")]
        found = self.wrong(field, value)
        return [Problem(found)] if found else []

    @abstractmethod
    def wrong(self, field: Field, value: str) -> str:
        """What is wrong with the shape of a line, or nothing."""

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        return Shown(lines=lines_in(value))


class Text(LineKind):
    name = "text"
    label = "Short text"
    about = "One line, such as a name or a title."

    def wrong(self, field: Field, value: str) -> str:
        # The title of a project stands in mails.
        if field.role == "title" and "://" in value:
            return f"Leave the web address out of {quoted(field)}"
        return ""


class Email(LineKind):
    name = "email"
    label = "Email address"
    about = "An email address, checked for its shape."

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        return {"type": "email", "size": "medium"}

    def wrong(self, field: Field, value: str) -> str:
        try:
            EmailValidator()(value)
        except ValidationError:
            return f"Enter an email address for {quoted(field)}, such as name@example.org"
        return ""


class Phone(LineKind):
    name = "phone"
    label = "Phone number"
    about = "A phone number, with or without the code of a country."

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        return {"type": "tel", "size": "medium"}

    def wrong(self, field: Field, value: str) -> str:
        digits = sum(char.isdigit() for char in value)
        if PHONE.fullmatch(value) and 6 <= digits <= 21:
            return ""
        return f"Enter a phone number for {quoted(field)}, such as 02 9876 5432 or +61 400 123 456"


class Url(LineKind):
    name = "url"
    label = "Web address"
    about = "The address of a web page."

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        # Not the type "url": browsers refuse there what is read here, such as example.org.
        return {"keyboard": "url", "literal": True}

    longest = 500

    def read(self, field: Field, data: Posted, name: str) -> Json:
        typed = posted_line(data, name)
        if not typed:
            return None
        # People leave this out, and every page of today has it.
        named = f"https://{typed}"
        return named if "://" not in typed and not _web_problem(named) else typed

    def wrong(self, field: Field, value: str) -> str:
        example = f"Enter a web address for {quoted(field)}, such as https://www.example.org"
        return example if _web_problem(value) else ""


def _web_problem(value: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(value)
        return urlsplit(value).username is not None
    except (ValidationError, ValueError):
        return True


class LongTextOptions(Part):
    """How many words at most; none for as many as the box holds."""

    words: Annotated[int, Setting(ge=1, le=MOST_WORDS)] | None = None


class LongText(Kind):
    name = "long_text"
    label = "Long text"
    about = "Paragraphs, with a limit of words if you want one."
    control = "long_text"
    Options = LongTextOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return posted_text(data, name) or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        if not isinstance(value, str):
            return [Problem(ANSWER_AGAIN.format(quoted(field)))]
        if len(value) > LONGEST_TEXT:
            return [Problem(f"{quoted(field)} must be {LONGEST_TEXT:,} characters or fewer")]
        most = options_of(field, LongTextOptions).words
        over = count_words(value) - most if most else 0
        if most and over > 0:
            words = "word" if over == 1 else "words"
            return [Problem(f"{quoted(field)} must be {most:,} words or fewer: take out {over:,} {words}")]
        return []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if isinstance(value, str):
            return Shown(lines=value.splitlines())
        return Shown(lines=lines_in(value))

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        most = options_of(field, LongTextOptions).words or 0
        return {"words": most, "longest": LONGEST_TEXT, "rows": min(max(most // 25, 5), 16)}

    def compared(self, value: Json) -> str | None:
        return clean_line(value) if isinstance(value, str) else None
