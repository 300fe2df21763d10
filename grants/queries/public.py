"""Reads for everybody: rounds that were announced, recipients that were published. Nothing else."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from grants.engine.kinds.amounts import money_words
from grants.models import EligibilityQuestion, Recipient, Round, RoundInvitation, Stage
from grants.states import ANNOUNCED
from grants.timing import RUNNING, accepts_new
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.programs.models import Program

PER_PAGE = 25


@dataclass(frozen=True)
class PublicRound:
    """A round as its readers see it now: the clock says whether it is open, whatever its state says yet."""

    round: Round
    now: datetime

    @property
    def is_open(self) -> bool:
        return accepts_new(self.round, self.now)

    @property
    def is_coming(self) -> bool:
        opens_at = self.round.opens_at
        return self.round.state in RUNNING and opens_at is not None and self.now < opens_at

    @property
    def is_closed(self) -> bool:
        return not self.is_open and not self.is_coming

    @property
    def is_over(self) -> bool:
        """Whether the closing moment itself has passed: one closed early may have it to come."""
        return self.round.closes_at is not None and self.round.closes_at <= self.now

    @property
    def tone(self) -> str:
        return "good" if self.is_open else "info" if self.is_coming else "idle"

    @property
    def label(self) -> str:
        return "Open" if self.is_open else "Coming" if self.is_coming else "Closed"

    @property
    def amounts(self) -> str:
        """What one application may ask for: "$20,000 to $150,000"; empty without a limit."""
        least, most = self._money(self.round.minimum_amount), self._money(self.round.maximum_amount)
        if least and most:
            return least if least == most else f"{least} to {most}"
        return f"Up to {most}" if most else f"{least} or more" if least else ""

    @property
    def budget(self) -> str:
        """What the round has to give in all; empty where that is not said."""
        return self._money(self.round.budget)

    def _money(self, amount: Decimal | None) -> str:
        return "" if amount is None else money_words(amount, self.round.program.currency, cents=False)

    @property
    def by_invitation(self) -> bool:
        return self.round.audience == Round.Audience.INVITED


def public_rounds(program: Program, person: User | None, now: datetime) -> list[PublicRound]:
    """Rounds that anybody may know of, and those this person is invited to. One query.

    Open ones first, the next to close leading; then those to come; then the closed, newest first.
    """
    rounds = list(announced(person).order_by("closes_at", "pk"))
    for round_ in rounds:
        round_.program = program
    found = [PublicRound(round_, now) for round_ in rounds]
    coming = sorted((one for one in found if one.is_coming), key=lambda one: str(one.round.opens_at))
    closed = [one for one in reversed(found) if one.is_closed]
    return [one for one in found if one.is_open] + coming + closed


def announced(person: User | None = None) -> QuerySet[Round]:
    """Rounds published and not archived: the public ones, and those the person is invited to."""
    seen = Q(audience=Round.Audience.PUBLIC)
    if person is not None:
        mine = RoundInvitation.objects.filter(same_address("email", person.email), round=OuterRef("pk"))
        seen |= Q(Exists(mine))
    return Round.objects.filter(seen, state__in=ANNOUNCED)


def has_announced(program: Program) -> bool:
    """Whether strangers find a round of the program."""
    return announced().exists()


def has_recipients(program: Program) -> bool:
    """Whether strangers find a recipient of the program."""
    return published_recipients().exists()


@dataclass(frozen=True)
class RoundDetail:
    """One round with what its page tells: the stages it goes through, the questions asked first."""

    public: PublicRound
    stages: list[Stage]
    questions: list[EligibilityQuestion]
    recipients: int

    @property
    def who_can_apply(self) -> list[str]:
        return _lines(self.public.round.who_can_apply)

    @property
    def criteria(self) -> list[str]:
        return _lines(self.public.round.criteria)


def round_detail(round_: Round, now: datetime) -> RoundDetail:
    """The page of a round that the person may read. Three queries."""
    stages = list(Stage.objects.filter(round=round_))
    for stage in stages:
        stage.round = round_
    return RoundDetail(
        public=PublicRound(round_, now),
        stages=stages,
        questions=list(EligibilityQuestion.objects.filter(round=round_)),
        recipients=published_recipients().filter(round=round_).count(),
    )


def _lines(text: str) -> list[str]:
    """What was written one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def published_recipients() -> QuerySet[Recipient]:
    """Who was funded, as far as it is public."""
    return Recipient.objects.exclude(published_at=None)


@dataclass(frozen=True)
class RecipientFilter:
    """What a reader looks for among the recipients; empty parts ask for nothing."""

    words: str = ""
    round_code: str = ""
    year: int | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.round_code or self.year)


def find_recipients(wanted: RecipientFilter) -> QuerySet[Recipient]:
    """Published recipients, the newest award first, with their round and organisation.

    Words are looked for in the names of organisation and project, the summary and the place.
    """
    found = published_recipients().select_related("organisation", "round")
    if wanted.round_code:
        found = found.filter(round__code=wanted.round_code)
    if wanted.year:
        found = found.filter(awarded_on__year=wanted.year)
    if wanted.words:
        text = SearchVector("organisation__name", "title", "summary", "place", config="english")
        plain = Q(organisation__name__icontains=wanted.words) | Q(title__icontains=wanted.words)
        found = found.annotate(text=text).filter(
            Q(text=SearchQuery(wanted.words, config="english", search_type="websearch")) | plain
        )
    return found


@dataclass(frozen=True)
class PublicRecipient:
    """A recipient as the list shows it."""

    row: Recipient
    amount: str


@dataclass(frozen=True)
class RecipientList:
    """A page of recipients; how many there are, and what they were awarded together where that is public."""

    page: Page[Recipient]
    lines: list[PublicRecipient]
    count: int
    amount: str


def list_recipients(program: Program, wanted: RecipientFilter, *, number: str | None = None) -> RecipientList:
    """One page of the recipients that somebody looks for. Two queries."""

    def words(amount: Decimal | None) -> str:
        return "" if amount is None else money_words(amount, program.currency, cents=False)

    found = find_recipients(wanted)
    totals = found.order_by().aggregate(count=Count("pk"), amount=Sum("amount"))
    pages = Paginator(found, PER_PAGE)
    pages.count = totals["count"]
    page = pages.get_page(number)
    lines = [PublicRecipient(row, words(row.amount)) for row in page.object_list]
    return RecipientList(page, lines, totals["count"], words(totals["amount"]))


@dataclass(frozen=True)
class RecipientChoices:
    """What recipients can be narrowed to: rounds by code with their title, years, newest first."""

    rounds: list[tuple[str, str]]
    years: list[int]


def recipient_choices() -> RecipientChoices:
    """Rounds and years that have a published recipient. One query."""
    rows = published_recipients().order_by().values_list("round__code", "round__title", "awarded_on__year")
    found = set(rows.distinct())
    rounds = sorted({(code, title) for code, title, _ in found}, key=lambda pair: pair[1])
    return RecipientChoices(rounds, sorted({year for *_, year in found}, reverse=True))
