"""Who needs a second factor, who has one, and whether this session has shown it."""

from enum import Enum
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from scsc.accounts.models import User
from scsc.programs.models import Membership

# Recovery codes alone are no factor: allauth removes them with the last of these.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
ENROLLED_IN_SESSION = "second_factor_enrolled"


class Standing(Enum):
    """How a request stands towards the second factor."""

    NOT_NEEDED = "not needed"
    MISSING = "missing"  # needed, and the person has none
    NOT_SHOWN = "not shown"  # the person has one, but this session began before it
    SHOWN = "shown"

    @property
    def may_pass(self) -> bool:
        return self in {Standing.NOT_NEEDED, Standing.SHOWN}


def factors_of(user_id: Any) -> "QuerySet[Authenticator]":
    """The authenticator apps and passkeys of a person."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS)
    return found


def has_required_factor(user: User) -> bool | None:
    """Whether a person whose role needs a second factor has one; None where no role does.

    One query, and none for the person of a request, who came with the answer.
    """
    if user.all_roles is not None and user.has_factor is not None:
        held = {role for roles in user.all_roles.values() for role in roles}
        return None if held.isdisjoint(settings.SECOND_FACTOR_ROLES) else user.has_factor
    roles = Membership.objects.filter(user=user, role__in=settings.SECOND_FACTOR_ROLES)
    answer = roles.annotate(has_factor=Exists(factors_of(OuterRef("user_id"))))
    return answer.values_list("has_factor", flat=True).first()


def standing_of(request: HttpRequest) -> Standing:
    """How a signed-in request stands, by what came with its person: a removed factor or a new role counts
    from the next request on.

    Having a factor is not enough, this session must have shown it: otherwise a session that somebody else
    began with a stolen password would open as soon as the owner enrols.
    """
    user = cast(User, request.user)
    has_factor = has_required_factor(user)
    if has_factor is None:
        return Standing.NOT_NEEDED
    if not has_factor:
        return Standing.MISSING
    return Standing.SHOWN if _shown_in(request) else Standing.NOT_SHOWN


def note_enrolment(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Receiver of allauth's `authenticator_added`: who sets a factor up here has shown it here."""
    if authenticator.type in FACTORS:
        request.session[ENROLLED_IN_SESSION] = user.pk


def _shown_in(request: HttpRequest) -> bool:
    if request.session.get(ENROLLED_IN_SESSION) == request.user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
