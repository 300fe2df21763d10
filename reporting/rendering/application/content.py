"""What a PDF of a submission is made from: the submission as it was received, and a few facts around it.

The content is that of grants.engine.content. Only what is printed is read here; what else it holds is left
alone, since what was submitted once must stay printable whatever is added later.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of every part: what is not printed is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class NamedFile(Part):
    """A file that was submitted. `field` is the key of its question."""

    key: str
    name: str
    size: Annotated[int, Field(ge=0)] = 0
    sha256: str = ""
    field: str = ""


class ShownAnswer(Part):
    """An answer for reading: lines of text, or a table with its head and total, and files."""

    lines: list[str] = []
    head: list[str] = []
    rows: list[list[str]] = []
    total: str = ""
    files: list[NamedFile] = []


class AnswerContent(Part):
    """A question and its answer."""

    key: str
    label: str
    kind: str = ""
    shown: ShownAnswer = ShownAnswer()


class SectionContent(Part):
    """A section of the form, with the questions that were shown."""

    title: str
    fields: list[AnswerContent] = []


class RoundContent(Part):
    """The round applied to."""

    code: str = ""
    title: str = ""


class OrganisationContent(Part):
    """Who applied."""

    name: str = ""
    abn: str | None = None


class DeclarationContent(Part):
    """Who signed, in which position, and to what."""

    name: str = ""
    position: str = ""
    text: str = ""


class SubmissionContent(Part):
    """What was received, as far as it is printed."""

    application: str
    round: RoundContent = RoundContent()
    stage: str = ""
    organisation: OrganisationContent = OrganisationContent()
    title: str = ""
    declaration: DeclarationContent = DeclarationContent()
    sections: list[SectionContent] = []
    files: list[NamedFile] = []


class Facts(Part):
    """What stands around a submission, frozen when its PDF was first asked for, words included."""

    program: str
    sponsor: str = ""
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0f5a63"
    number: Annotated[int, Field(ge=1)]
    stage: str = ""
    amount: str = ""
    submitted_at: AwareDatetime
    submitted: str
    submitted_by: str
    changed: bool = False
    in_grace: bool = False
    sha256: str
    demonstration: bool = False
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-AU"


class ApplicationDocument(Part):
    """All that is printed."""

    version: Literal[1]
    kind: Literal["application"]
    facts: Facts
    content: SubmissionContent
