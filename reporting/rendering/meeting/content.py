"""What papers of a body are made from: a cover, and sections in the shape of an application's answers."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from reporting.rendering.application.content import AnswerContent, Part


class PaperSection(Part):
    """An item, or a part of its application. `number` is printed as it is: "3", "3.1", or nothing."""

    number: str = ""
    title: str
    fields: list[AnswerContent] = []


class MeetingFacts(Part):
    """The cover, in words. `created` is when the paper was first asked for."""

    program: str
    sponsor: str = ""
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0f5a63"
    paper: str
    title: str
    lines: list[tuple[str, str]] = []
    notes: list[str] = []
    created: AwareDatetime
    created_words: str
    demonstration: bool = False
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-AU"


class MeetingDocument(Part):
    """All that is printed."""

    version: Literal[1]
    kind: Literal["meeting"]
    facts: MeetingFacts
    sections: list[PaperSection] = []
