"""Tokens of invitation links. Only their hash is stored, so that a copy of the table opens nothing."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse


def new_token() -> str:
    """A token nobody can guess: 256 bits, as text for an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token. It has full entropy, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_link(token: str) -> str:
    """The address to send, with the public address of this installation."""
    return f"{settings.BASE_URL}{reverse('accounts:invitation', args=[token])}"
