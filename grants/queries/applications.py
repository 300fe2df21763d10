"""The list of applications: what it is narrowed to, its order, and one page of it. Constant queries."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OrderBy, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from grants.engine.kinds.amounts import money_words
from grants.models import Application, ChangeRequest, Screening
from grants.queries.sight import listed
from grants.states import ApplicationState, ChangeRequestState
from grants.timing import closing_of
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Program

PER_PAGE = 50
NOT_SCREENED = "none"
# Everything but what its team threw away.
USUAL = frozenset(ApplicationState) - {ApplicationState.DISCARDED}
MOST_WORDS = 8
TONES = {
    ApplicationState.DRAFT: "idle",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.ACCEPTED: "good",
    ApplicationState.INELIGIBLE: "bad",
    ApplicationState.AWARDED: "done",
    ApplicationState.UNSUCCESSFUL: "warn",
    ApplicationState.WITHDRAWN: "idle",
    ApplicationState.DISCARDED: "idle",
}

SORTS = {
    "code": ["round__code", "number"],
    "title": ["title"],
    "organisation": ["organisation__name"],
    "round": ["round__title"],
    "state": ["state"],
    "amount": ["amount"],
    "submitted": ["submitted_at"],
    "begun": ["created_at"],
}
NEWEST = "-submitted"


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values do not narrow. Days are those of the program's zone."""

    words: str = ""
    round: str = ""
    stage: str = ""
    state: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    submitted_from: date | None = None
    submitted_to: date | None = None
    changes: bool = False
    screening: str = ""


@dataclass(frozen=True)
class Row:
    """One application of the list. What was not submitted has neither title nor amount."""

    application: Application
    outcome: str
    has_changes: bool

    @property
    def state_label(self) -> str:
        return ApplicationState(self.application.state).label

    @property
    def tone(self) -> str:
        return TONES[ApplicationState(self.application.state)]

    @property
    def title(self) -> str:
        return self.application.title if self.application.submitted_at else ""

    @property
    def amount(self) -> Decimal | None:
        return self.application.amount if self.application.submitted_at else None

    @property
    def screening(self) -> str:
        return Screening.Outcome(self.outcome).label if self.outcome else ""

    @property
    def closes_at(self) -> datetime | None:
        """When a draft must be in."""
        has_closing = self.application.stage.closes_at or self.application.round.closes_at
        is_draft = self.application.state == ApplicationState.DRAFT
        return closing_of(self.application) if is_draft and has_closing else None


@dataclass(frozen=True)
class StateCount:
    """One tab: a state, and how many applications that fit the other filters are in it."""

    value: str
    label: str
    number: int


@dataclass(frozen=True)
class Listing:
    """A list as its filters make it, for one person. `states` counts what fits the other filters."""

    user: User
    program: Program
    filters: Filters
    sort: str
    by_state: dict[str, int] = field(repr=False)

    @property
    def total(self) -> int:
        """How many applications the list has."""
        if self.filters.state:
            return self.by_state.get(self.filters.state, 0)
        return sum(number for state, number in self.by_state.items() if state in USUAL)

    @property
    def states(self) -> list[StateCount]:
        """The tabs: all, then each state. A state without applications only when it is the chosen one."""
        everything = sum(number for state, number in self.by_state.items() if state in USUAL)
        found = [
            StateCount(state.value, state.label, self.by_state.get(state, 0))
            for state in ApplicationState
            if self.by_state.get(state) or state == self.filters.state
        ]
        return [StateCount("", "All", everything), *found]

    @cached_property
    def found(self) -> QuerySet[Application]:
        """Every application of the list, in order, without what belongs to it."""
        states = [self.filters.state] if self.filters.state else USUAL
        found = narrowed(self.user, self.program, self.filters).filter(state__in=states)
        return found.order_by(*order_of(self.sort))

    def page(self, number: str | None) -> "Page[Row]":
        """One page of the list, the nearest there is. Its length is known from the counts. Two queries.

        The ids come first, so that only the rows of the page are joined with what belongs to them.
        """
        pages: Any = Paginator(self.found.values_list("pk", flat=True), PER_PAGE)
        pages.count = self.total
        page = pages.get_page(number)
        rows = Application.objects.filter(pk__in=list(page.object_list)).order_by(*order_of(self.sort))
        return Page(rows_of(rows), page.number, pages)


def listing(user: User, program: Program, filters: Filters, sort: str) -> Listing:
    """The list with its counts, as far as this person may see it. One query."""
    counted = narrowed(user, program, filters).order_by().values_list("state").annotate(number=Count("pk"))
    return Listing(user, program, filters, sort, dict(counted))


def narrowed(user: User, program: Program, filters: Filters) -> QuerySet[Application]:
    """The applications this person may know of that fit every filter but that of the state."""
    found = listed(user, program).filter(
        _words(filters.words), _submitted(program, filters), _amount(filters)
    )
    if filters.round:
        found = found.filter(round__code=filters.round)
    if filters.stage:
        found = found.filter(stage__kind=filters.stage)
    if filters.changes:
        found = found.filter(_open_request())
    if filters.screening:
        found = found.annotate(outcome=_latest_outcome())
        wanted = None if filters.screening == NOT_SCREENED else filters.screening
        found = found.filter(outcome=wanted) if wanted else found.filter(outcome=None)
    return found


def rows_of(applications: QuerySet[Application]) -> list[Row]:
    """These applications as rows in their order, with all that a row says. One query."""
    full = applications.select_related("round", "stage", "organisation").annotate(
        outcome=_latest_outcome(), has_changes=Exists(_open_requests())
    )
    return [Row(found, found.outcome or "", found.has_changes) for found in full]


def amount_words(amount: Decimal | None, program: Program) -> str:
    """An amount for reading, in the program's currency; empty for none."""
    return "" if amount is None else money_words(amount, program.currency, cents=False)


def order_of(sort: str) -> list[OrderBy]:
    """The order of a column, `-column` the other way round; without a value always last.

    An unknown column gives the newest first. The newest of equals come first.
    """
    name = sort.removeprefix("-")
    if name not in SORTS:
        return order_of(NEWEST)
    down = sort.startswith("-")
    columns = [F(column) for column in SORTS[name]]
    ordered = [c.desc(nulls_last=True) if down else c.asc(nulls_last=True) for c in columns]
    return [*ordered, F("pk").desc()]


def _words(words: str) -> Q:
    """Each word is in the code, the title, or the name or ABN of the organisation."""
    together = words.replace(" ", "")
    parts = [together] if together.isdigit() and len(together) >= 9 else words.split()[:MOST_WORDS]
    wanted = Q()
    for part in parts:
        organisations = Organisation.objects.filter(Q(name__icontains=part) | Q(abn__contains=part))
        titled = Q(title__icontains=part, submitted_at__isnull=False)
        wanted &= Q(code__icontains=part) | titled | Q(organisation__in=organisations.order_by().values("pk"))
    return wanted


def _submitted(program: Program, filters: Filters) -> Q:
    wanted = Q()
    if filters.submitted_from:
        wanted &= Q(submitted_at__gte=_midnight(filters.submitted_from, program))
    if filters.submitted_to and filters.submitted_to < date.max:
        wanted &= Q(submitted_at__lt=_midnight(filters.submitted_to + timedelta(days=1), program))
    return wanted


def _midnight(day: date, program: Program) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), ZoneInfo(program.timezone))


def _amount(filters: Filters) -> Q:
    wanted = Q()
    if filters.amount_from is not None:
        wanted &= Q(amount__gte=filters.amount_from)
    if filters.amount_to is not None:
        wanted &= Q(amount__lte=filters.amount_to)
    return wanted & Q(submitted_at__isnull=False) if wanted else wanted


def _open_requests() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(application=OuterRef("pk"), state=ChangeRequestState.OPEN)


def _open_request() -> Exists:
    return Exists(_open_requests())


def _latest_outcome() -> Subquery:
    screenings = Screening.objects.filter(application=OuterRef("pk")).order_by("-pk")
    return Subquery(screenings.values("outcome")[:1])
