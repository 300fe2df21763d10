"""What waits for one person of a panel: declarations, rulings, assessments, votes, their register."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from grants.models import Application, BodyMember, Declaration, Stage
from grants.permissions import can_rule_on_conflict, has_interests
from grants.queries.assessing import Due, assessments_due
from grants.queries.ballots import OpenBallot, ballots_open
from grants.queries.blind import is_blind_to
from grants.queries.interests import is_statement_due, last_statement
from grants.queries.panels import put_to, terms_of
from grants.queries.sight import blocked_for, sighted, to_declare
from grants.states import DeclarationState, RoundState
from scsc.accounts.models import User
from scsc.programs.models import Program


@dataclass(frozen=True)
class PanelRow:
    """One application of a list. Who assesses it without names reads its code alone."""

    application: Application
    is_blind: bool

    @property
    def title(self) -> str:
        return self.application.code if self.is_blind else self.application.title

    @property
    def about(self) -> str:
        """Who applies, by which code, to which round."""
        application = self.application
        names = [] if self.is_blind else [str(application.organisation), application.code]
        return " · ".join([*names, application.round.title])


@dataclass(frozen=True)
class PanelHome:
    """The page of a member. Of what they stepped out of it has numbers, and nothing else."""

    declare: Sequence[PanelRow]
    readable: Sequence[PanelRow]
    ballots: Sequence[OpenBallot]
    assessments: Sequence[Due]
    rulings: Sequence[Declaration]
    terms: Sequence[BodyMember]
    statement_due: bool
    stated_at: datetime | None
    waiting: int
    out: int

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for this person."""
        return not (self.declare or self.ballots or self.assessments or self.rulings or self.statement_due)


def panel_home(user: User, program: Program, *, now: datetime) -> PanelHome:
    """Everything of the page. A constant number of queries, but for rulings, which are few."""
    to_do = to_declare(user, program).select_related("round", "organisation").order_by("round", "number")
    own = Declaration.objects.filter(user=user)
    stated_at = last_statement(user)
    return PanelHome(
        declare=panel_rows(to_do, user, program),
        readable=panel_rows(_open_to(user, program), user, program),
        ballots=ballots_open(user, program, now=now),
        assessments=assessments_due(user, program),
        rulings=rulings_for(user, program),
        terms=list(terms_of(user, program).select_related("body").order_by("body__name")),
        statement_due=has_interests(user, program) and is_statement_due(stated_at, now),
        stated_at=stated_at,
        waiting=own.filter(state=DeclarationState.WAITING).count(),
        out=own.filter(state=DeclarationState.OUT).count(),
    )


def _open_to(user: User, program: Program) -> QuerySet[Application]:
    """What is put to a person of a panel and open to them, in rounds that run."""
    found = sighted(user, program).filter(put_to(user, program)).exclude(round__state=RoundState.ARCHIVED)
    return found.select_related("round", "organisation").order_by("round", "number")


def panel_rows(found: Iterable[Application], user: User, program: Program) -> list[PanelRow]:
    """These applications, with what this person may know of each."""
    blind = Stage.objects.filter(kind=Stage.Kind.ASSESSMENT, is_blind=True).values_list("round", flat=True)
    rounds, rows = set(blind), []
    for application in found:
        application.program = application.round.program = program
        is_blind = application.round_id in rounds and is_blind_to(user, application)
        rows.append(PanelRow(application, is_blind))
    return rows


def rulings_for(user: User, program: Program) -> list[Declaration]:
    """Declarations that wait for a ruling of this person, the oldest first."""
    waiting = Declaration.objects.filter(state=DeclarationState.WAITING).exclude(user=user)
    return [found for found in _loaded(waiting, user, program) if can_rule_on_conflict(user, found)]


def declarations_for(
    user: User, program: Program, *, everybody: bool, only: int | None = None
) -> list[Declaration]:
    """The register of conflicts, the newest first: of everybody, or of the members of bodies one chairs.

    Without what is about applications that this person must not see.
    """
    found = Declaration.objects.all() if only is None else Declaration.objects.filter(pk=only)
    if not everybody:
        chaired = terms_of(user, program).filter(role=BodyMember.Role.CHAIR).values("body")
        members = BodyMember.objects.filter(body__in=chaired).order_by().values("user")
        found = found.filter(user__in=members)
    return _loaded(found, user, program)[::-1]


def declaration_of(user: User, program: Program, pk: int, *, everybody: bool) -> Declaration | None:
    """One of them."""
    found = declarations_for(user, program, everybody=everybody, only=pk)
    return found[0] if found else None


def _loaded(rows: "QuerySet[Declaration]", user: User, program: Program) -> list[Declaration]:
    hidden = Application.objects.filter(blocked_for(user)).order_by().values("pk")
    found = list(
        rows.exclude(application__in=hidden)
        .select_related("application__round", "application__organisation", "user", "ruled_by")
        .order_by("declared_at", "pk")
    )
    for declaration in found:
        application = declaration.application
        declaration.program = application.program = application.round.program = program
    return found
