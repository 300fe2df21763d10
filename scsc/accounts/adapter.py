"""What differs here from allauth's own ways."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse

from scsc.accounts.models import User
from scsc.accounts.second_factor import factors_of, has_required_factor


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts begin with an invitation; personas of the demonstration never sign in like people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invited person makes the account on the invitation's own page, for that address only."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse personas by password or passkey, whatever somebody set up for them in a demonstration."""
        if user.is_demonstration:
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """A factor that a role needs is not switched off."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Your role needs a second factor. Add a passkey first; "
            "then you can switch the authenticator app off."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may go without it: another factor is left, or no role needs one."""
        others = factors_of(authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exists() or has_required_factor(authenticator.user) is None
