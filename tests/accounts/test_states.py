from datetime import timedelta

import pytest
from django.utils import timezone

from scsc.accounts.models import Invitation
from scsc.accounts.states import InvitationState, state_of

NOW = timezone.now()
BEFORE, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("moments", "state"),
    [
        ({"expires_at": LATER}, InvitationState.OPEN),
        ({"expires_at": BEFORE}, InvitationState.EXPIRED),
        ({"expires_at": LATER, "revoked_at": BEFORE}, InvitationState.REVOKED),
        ({"expires_at": BEFORE, "revoked_at": BEFORE}, InvitationState.REVOKED),
        ({"expires_at": LATER, "accepted_at": BEFORE}, InvitationState.ACCEPTED),
        ({"expires_at": BEFORE, "accepted_at": BEFORE}, InvitationState.ACCEPTED),
    ],
)
def test_state_of_follows_the_moments(moments: dict[str, object], state: InvitationState) -> None:
    assert state_of(Invitation(**moments)) is state
