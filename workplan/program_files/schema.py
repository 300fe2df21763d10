"""What a program file may say. Unknown fields are refused, so that a misspelt one cannot be lost unseen."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workplan.program_files.fields import (
    Amount,
    Code,
    Country,
    Currency,
    DarkAccent,
    Day,
    DeliverableCode,
    LightAccent,
    Line,
    Month,
    MonthDay,
    Number,
    Short,
    Slug,
    Source,
    Span,
    Text,
    Timezone,
    Title,
    YearNumber,
)

# As many columns as the matrix has room for: `.years-8` in static/css/plan.css.
MAX_YEARS = 8


class Part(BaseModel):
    """Base of every group: known fields only, no silent conversion, text without blanks around it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class Year(Part):
    number: YearNumber
    label: Short
    starts_on: Day
    ends_on: Day


class Accent(Part):
    """The program's colour on the light and on the dark page."""

    light: LightAccent
    dark: DarkAccent


class SponsorFacts(Part):
    established: Month | None = None
    charity: bool | None = None
    dgr: bool | None = None


class ProgramPart(Part):
    slug: Slug
    name: Line
    sponsor: Line
    purpose: Text | None = None
    origin: Text | None = None
    regions: list[Title] = []
    country: Country
    currency: Currency
    timezone: Timezone
    reporting_year_ends: MonthDay
    sponsor_facts: SponsorFacts | None = None
    years: list[Year] = Field(min_length=1, max_length=MAX_YEARS)
    years_note: Text | None = None
    accent: Accent | None = None
    shown_as_at: Day | None = None


class AmbitionPart(Part):
    code: Code
    stream: Title
    headline: Line
    statement: Text


class OutcomePart(Part):
    code: Code
    horizon: Literal["short", "medium_long"]
    ambition: Code
    text: Text


class DeliverablePart(Part):
    code: DeliverableCode
    text: Text
    due: Day
    demonstration: bool = False


class ActionPart(Part):
    code: Code
    ambition: Code
    years: Span
    year_confidence: Literal["explicit", "high", "medium", "low"] = "explicit"
    depends_on: list[Code] = []
    partner: Code | None = None
    module: Literal["grants", "service_map", "network"] | None = None
    feeds: list[Literal["annual_report", "modern_slavery_statement"]] = []
    needs: list[Literal["partner_feedback"]] = []
    text: Text
    note: Text | None = None
    source: Source | None = None
    deliverables: list[DeliverablePart] = []


class BodyPart(Part):
    """A panel that advises or endorses."""

    code: Code
    name: Line
    expertise: list[Line] = []
    functions: list[Line] = []
    decides: Literal["endorsement", "advice"]


class PartnerPart(Part):
    code: Code
    name: Line
    short_name: Short
    country_of_work: Country
    project: Line | None = None
    years: Span | None = None


class ProposalPart(Part):
    """Funding that a partner asked for. Amounts are in the program's currency, as printed."""

    partner: Code
    code: Code
    title: Line
    amount: Amount
    years: YearNumber
    per_year: Amount | None = None
    recurring: bool = False
    action: Code
    country: Country | None = None
    note: Text | None = None


class FactPart(Part):
    """A printed result."""

    name: Line
    value: Number
    unit: Short


class ProgramFileContent(Part):
    """A whole program file."""

    program: ProgramPart
    ambitions: list[AmbitionPart] = Field(min_length=1)
    outcomes: list[OutcomePart] = []
    actions: list[ActionPart] = Field(min_length=1)
    bodies: list[BodyPart] = []
    partners: list[PartnerPart] = []
    proposals: list[ProposalPart] = []
    facts: list[FactPart] = []
