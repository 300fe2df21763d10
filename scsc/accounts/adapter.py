"""What differs here from allauth's own ways."""

import base64
import hashlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import get_next_redirect_url, user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from scsc.accounts.addresses import validate_plain
from scsc.accounts.claiming import forget_password
from scsc.accounts.models import User
from scsc.accounts.second_factor import factors_of, has_required_factor

log = structlog.get_logger(__name__)

RESET = "account/email/password_reset_key"
# Where somebody who makes an account was going, in the link that confirms their address.
ONWARD = "onward"
PLATFORM_NAME = "Safer Children programs"
NOT_SENT = "An email to {email} could not be sent just now. If you wait for one, try again in a few minutes."

CHOOSE_ANEW = (
    "Now choose a password. The one typed when the account was made does not count: you may have typed it in "
    "another browser, but somebody else may have used your address."
)
SIGN_IN_TO_CHANGE = (
    "To change the address of your account, sign in with the address it has now. Then confirm the new one."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Who may make an account, where its mails lead, and that personas never sign in like people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody, to apply for grants: an account alone opens no program. The setting can close it.

        An invited person makes theirs on the invitation's own page, for that address only.
        """
        return bool(settings.OPEN_SIGN_UP)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """A new account has the name that was typed."""
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def clean_email(self, email: str) -> str:
        """Refuse an address that looks like another: at signing up and where the address is changed."""
        cleaned: str = super().clean_email(email)
        validate_plain(cleaned)
        return cleaned

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address; a password that perhaps a stranger chose does not become good by it.

        Another address for an account in use is confirmed by its owner, signed in: else somebody could have a
        stranger confirm the stranger's address for their account.
        """
        person = User.objects.select_for_update().get(pk=email_address.user_id)
        if not EmailAddress.objects.filter(pk=email_address.pk, verified=False).exists():
            return False  # An invitation's link has claimed the account while this waited.
        email_address.user, is_own = person, _is_of_this_browser(request, person)
        if not is_own and _changes_address(email_address):
            messages.error(request, SIGN_IN_TO_CHANGE)
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed and not is_own:
            forget_password(person)
            messages.info(request, CHOOSE_ANEW)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now; while the mail server is away, what the person did stands, and they are told.

        Not after a reset, which mails people with an account only: its page says the same to everybody.
        """
        try:
            super().send_mail(template_prefix, email, {"current_site": _this_site(), **context})
        except OSError:  # smtplib's errors are among them
            log.exception("account_mail_not_sent", template=template_prefix)
            if template_prefix != RESET:
                messages.warning(self.request, NOT_SENT.format(email=email))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link in the mail. It knows where the person was going, also in another browser."""
        url = _ours(super().get_email_confirmation_url(request, emailconfirmation))
        onward = _path_within(get_next_redirect_url(request))
        return f"{url}?{urlencode({ONWARD: onward})}" if onward else url

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """After confirming: on to where the person was going; first a password and signing in, if to do."""
        onward = _path_within(self.request.GET.get(ONWARD))
        if self.request.user.is_authenticated:
            return onward or "/"
        if not email_address.verified and _changes_address(email_address):
            onward = self.request.get_full_path()
        login = reverse("account_login")
        after = redirect_to_login(onward, login).url if onward else login
        if email_address.verified and not email_address.user.has_usable_password():
            return _to_choose_password(email_address.user, onward=after)
        return after

    def send_account_already_exists_mail(self, email: str) -> None:
        """Instead of a link to confirm: how to get in. The page that follows is the same for everybody."""
        # As long as it takes to make an account, whose password is hashed: nobody learns from the clock.
        User().set_password(self.request.POST.get("password1", ""))
        onward = _path_within(get_next_redirect_url(self.request))
        login = reverse("account_login") + (f"?{urlencode({'next': onward})}" if onward else "")
        context = {
            "login_url": f"{settings.BASE_URL}{login}",
            "password_reset_url": f"{settings.BASE_URL}{reverse('account_reset_password')}",
        }
        self.send_mail("account/email/account_already_exists", email, context)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse personas by password or passkey, whatever somebody set up for them in a demonstration."""
        if user.is_demonstration:
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response


def _is_of_this_browser(request: HttpRequest, person: User) -> bool:
    """Whether the person signed up, or gave the right password, in this browser."""
    if request.user.is_authenticated:
        return bool(request.user.pk == person.pk)
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return bool(stage and stage.login.user and stage.login.user.pk == person.pk)


def _changes_address(email_address: EmailAddress) -> bool:
    """Whether the account has another address, confirmed before, which this one would replace."""
    others = EmailAddress.objects.filter(user_id=email_address.user_id, verified=True)
    return bool(others.exclude(pk=email_address.pk).exists())


def _to_choose_password(person: User, *, onward: str) -> str:
    """Where a link for a forgotten password leads, for somebody who has just shown they hold the mailbox."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    key = {"uidb36": user_pk_to_url_str(person), "key": token}
    return f"{reverse('account_reset_password_from_key', kwargs=key)}?{urlencode({'next': onward})}"


def _this_site() -> SimpleNamespace:
    """What a mail calls this installation; not what the request's host says."""
    return SimpleNamespace(name=PLATFORM_NAME, domain=urlsplit(settings.BASE_URL).netloc)


def _path_within(url: str | None) -> str:
    """An address on this site as a path; empty for any other, and for none."""
    inside = url_has_allowed_host_and_scheme(url or "", allowed_hosts=None)
    return str(url) if url and inside and url.startswith("/") else ""


def _ours(url: str) -> str:
    """A link in a mail leads to this installation, whatever host the request named."""
    parts = urlsplit(url)
    return f"{settings.BASE_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """A factor that a role needs is not switched off; its secret is encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Your role needs a second factor. Add a passkey first; "
            "then you can switch the authenticator app off."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may go without it: another factor is left, or no role needs one."""
        others = factors_of(authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exists() or has_required_factor(authenticator.user) is None


def _cipher() -> MultiFernet:
    """Encrypts with a key made from SECRET_KEY; reads what an earlier one of SECRET_KEY_FALLBACKS wrote."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factor:{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
