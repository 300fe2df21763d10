"""Loads the person of a session with all that rights are decided by, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from scsc.accounts.models import User
from scsc.accounts.second_factor import factors_of
from scsc.programs.models import Membership
from scsc.programs.permissions import remember_roles


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend, whose `get_user` brings the memberships and whether there is a second factor.

    Read afresh for every request, so a role taken away or a factor removed counts with the next one.
    """

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session; None for an account that is gone or closed."""
        roles = Membership.objects.filter(user=OuterRef("pk")).order_by("pk")
        found = User.objects.annotate(
            memberships_held=ArraySubquery(roles.values(row=JSONObject(program="program_id", role="role"))),
            factor_held=Exists(factors_of(OuterRef("pk"))),
        )
        user = found.filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        held = user.__dict__.pop("memberships_held")
        remember_roles(user, [(row["program"], row["role"]) for row in held])
        user.has_factor = user.__dict__.pop("factor_held")
        return user
