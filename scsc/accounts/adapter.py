"""What differs here from allauth's own ways."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from scsc.accounts.models import User
from scsc.accounts.second_factor import factors_of, has_required_factor

log = structlog.get_logger(__name__)

RESET = "account/email/password_reset_key"
NOT_SENT = "An email to {email} could not be sent just now. If you wait for one, try again in a few minutes."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts begin with an invitation; personas of the demonstration never sign in like people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invited person makes the account on the invitation's own page, for that address only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now; while the mail server is away, what the person did stands, and they are told.

        Not after a reset, which mails people with an account only: its page says the same to everybody.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # smtplib's errors are among them
            log.exception("account_mail_not_sent", template=template_prefix)
            if template_prefix != RESET:
                messages.warning(self.request, NOT_SENT.format(email=email))

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
