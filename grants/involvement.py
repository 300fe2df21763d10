"""Who has a part in an application. Staff with one leave it to their colleagues, for good."""

from django.db.models import Q

from grants.models import Application, ApplicationUserObjectPermission, Submission, TeamInvitation
from partners.models import Organisation
from scsc.accounts.models import User


def part_of(user: User) -> Q:
    """The applications that somebody has or had a part in, as a condition on Application.

    Those they began, sent in, work on or once joined, and those of an organisation that they act for, or that
    another one they act for was merged into. Leaving a team ends no part.
    """
    rights = ApplicationUserObjectPermission.objects.filter(user=user).values("content_object")
    joined = TeamInvitation.objects.filter(accepted_by=user).values("application")
    sent = Submission.objects.filter(submitted_by=user).values("application")
    acts_for = Organisation.objects.filter(Q(contacts__user=user) | Q(merged__contacts__user=user))
    return (
        Q(created_by=user)
        | Q(pk__in=rights)
        | Q(pk__in=joined)
        | Q(pk__in=sent)
        | Q(organisation__in=acts_for.values("pk"))
    )


def is_involved(user: User, application: Application) -> bool:
    """Whether somebody has or had a part in it. Asked of the database once for one that was loaded."""
    known: dict[int, bool] = application.__dict__.setdefault("_involved", {})
    if user.pk not in known:
        known[user.pk] = Application.objects.filter(part_of(user), pk=application.pk).exists()
    return known[user.pk]
