"""What needs staff now around rounds and applications, for the Today page. Three queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from grants.involvement import part_of
from grants.models import Application, ChangeRequest, Message, Round, Stage, StagePerson
from grants.permissions import is_staff
from grants.queries.sight import blocked_for
from grants.states import ApplicationState, ChangeRequestState, RoundState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.ui.moments import relative
from scsc.ui.needs import Need

SOON = timedelta(days=7)
# So many of a kind stand on their own; the rest are in the lists.
MOST = 10
LIVE = [RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED]


def staff_needs(program: Program, user: User, now: datetime) -> list[Need]:
    """What needs a member of staff; nothing for everybody else, and nothing of applications of their own."""
    if not is_staff(user, program):
        return []
    return [
        *_from_rounds(program, user, now),
        *_from_messages(program, user, now),
        *_from_change_requests(program, user, now),
    ]


@dataclass(frozen=True)
class Load:
    """A round that runs, with what waits in it."""

    round: Round
    to_screen: int
    waits_since: datetime | None
    drafts: int
    without_people: bool
    # Of a written stage with a closing of its own: the next one to come.
    stage_closes_at: datetime | None

    def next_closing(self, now: datetime) -> datetime | None:
        """The next moment at which writing ends for somebody, in the round or a later stage of it."""
        closings = [self.round.closes_at, self.stage_closes_at]
        return min((at for at in closings if at and at > now), default=None)


def _from_rounds(program: Program, user: User, now: datetime) -> Iterator[Need]:
    for load in _loads(user, now):
        round_ = load.round
        if load.waits_since is not None:
            yield _to_screen(load, day_of(program, load.waits_since), program)
        closes_at = load.next_closing(now) if round_.state != RoundState.CLOSED else None
        if closes_at is not None and closes_at <= now + SOON:
            yield _closing(load, closes_at, program, now)
        if load.without_people:
            yield Need(
                tone="warn",
                label="Nobody named",
                title=f"A stage of {round_.title} has nobody to do it",
                detail=f"{round_.code} · name people for each stage that needs them",
                url=reverse("rounds:round", args=[program.slug, round_.code]),
                since=day_of(program, round_.published_at or now),
            )


def _loads(user: User, now: datetime) -> list[Load]:
    """Rounds that run, with what waits in each. One query."""
    waiting = Q(applications__state=ApplicationState.SUBMITTED) & ~Q(applications__in=_own(user))
    # One that waits for its applicant is not screened before the changes are there.
    asked = ChangeRequest.objects.filter(state=ChangeRequestState.OPEN).order_by()
    waiting &= ~Q(applications__in=asked.values("application"))
    drafts = Q(applications__state=ApplicationState.DRAFT)
    named = StagePerson.objects.filter(stage=OuterRef("pk"))
    unstaffed = Stage.objects.filter(round=OuterRef("pk"), kind__in=Stage.STAFFED).exclude(Exists(named))
    later = Stage.objects.filter(round=OuterRef("pk"), kind__in=Stage.WRITTEN, closes_at__gt=now)
    rounds = Round.objects.filter(state__in=LIVE).annotate(
        to_screen=Count("applications", filter=waiting),
        waits_since=Min("applications__submitted_at", filter=waiting),
        drafts=Count("applications", filter=drafts),
        without_people=Exists(unstaffed),
        stage_closes_at=Subquery(later.order_by("closes_at").values("closes_at")[:1]),
    )
    return [
        Load(r, r.to_screen, r.waits_since, r.drafts, r.without_people, r.stage_closes_at) for r in rounds
    ]


def _to_screen(load: Load, since: date, program: Program) -> Need:
    number, round_ = load.to_screen, load.round
    query = f"?round={round_.code}&state={ApplicationState.SUBMITTED}"
    return Need(
        tone="warn",
        label="To screen",
        title=f"Screen {number} application{'' if number == 1 else 's'} to {round_.title}",
        detail=f"{round_.code} · the longest waits since {since:%-d %B}",
        url=reverse("applications:list", args=[program.slug]) + query,
        since=since,
    )


def _closing(load: Load, closes_at: datetime, program: Program, now: datetime) -> Need:
    number = load.drafts
    return Need(
        tone="info",
        label=f"Closes {relative(closes_at, now)}",
        title=load.round.title + (" closes" if closes_at == load.round.closes_at else " closes a stage"),
        detail=f"{load.round.code} · {number} application{'' if number == 1 else 's'} not submitted yet",
        url=reverse("rounds:round", args=[program.slug, load.round.code]),
        since=day_of(program, closes_at),
    )


def _from_messages(program: Program, user: User, now: datetime) -> Iterator[Need]:
    """Applications of running rounds whose last message is the team's."""
    later = Message.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    unanswered = Message.objects.filter(
        ~Exists(later), from_staff=False, application__round__state__in=LIVE
    ).exclude(application__in=_own(user))
    for message in unanswered.select_related("application", "author").order_by("pk")[:MOST]:
        code = message.application.code
        yield Need(
            tone="warn",
            label="Unanswered",
            title=f"{message.author} wrote about {code}",
            detail=f"{relative(message.at, now)}",
            url=reverse("applications:application", args=[program.slug, code]) + "#messages",
            since=day_of(program, message.at),
        )


def _from_change_requests(program: Program, user: User, now: datetime) -> Iterator[Need]:
    late = ChangeRequest.objects.filter(state=ChangeRequestState.OPEN, due_at__lt=now).exclude(
        application__in=_own(user)
    )
    for change in late.select_related("application").order_by("due_at")[:MOST]:
        code = change.application.code
        yield Need(
            tone="bad",
            label="Changes overdue",
            title=f"{code} has not sent the changes it was asked for",
            detail=f"Due {relative(change.due_at, now)}",
            url=reverse("applications:application", args=[program.slug, code]),
            since=day_of(program, change.due_at),
            is_mine=change.requested_by_id == user.pk,
        )


def _own(user: User) -> QuerySet[Application]:
    """What the person has a part or a conflict in, and so leaves to colleagues."""
    return Application.objects.filter(part_of(user) | blocked_for(user))
