"""Who has a part in an application. Staff with one leave it to their colleagues, for good."""

from django.db.models import Q, QuerySet

from grants.models import Application, ApplicationUserObjectPermission, Submission, TeamInvitation
from partners.models import Organisation
from scsc.accounts.models import User


def team_part_of(user: User) -> Q:
    """The applications somebody began, sent in, works on or once joined, as a condition on Application."""
    rights = ApplicationUserObjectPermission.objects.filter(user=user).values("content_object")
    joined = TeamInvitation.objects.filter(accepted_by=user).values("application")
    sent = Submission.objects.filter(submitted_by=user).values("application")
    return Q(created_by=user) | Q(pk__in=rights) | Q(pk__in=joined) | Q(pk__in=sent)


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Those that somebody acts for, or that another one they act for was merged into."""
    acts_for = Q(contacts__user=user) | Q(merged__contacts__user=user)
    return Organisation.objects.filter(acts_for).order_by()


def part_of(user: User) -> Q:
    """The applications that somebody has or had a part in, as a condition on Application.

    Those they began, sent in, work on or once joined, and those of an organisation that they act for, or that
    another one they act for was merged into. Leaving a team ends no part.
    """
    return team_part_of(user) | Q(organisation__in=organisations_of(user).values("pk"))


def is_involved(user: User, application: Application) -> bool:
    """Whether somebody has or had a part in it. Asked of the database once for one that was loaded."""
    known: dict[int, bool] = application.__dict__.setdefault("_involved", {})
    if user.pk not in known:
        known[user.pk] = Application.objects.filter(part_of(user), pk=application.pk).exists()
    return known[user.pk]
