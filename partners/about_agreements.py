"""What the page of an organisation shows of its agreements. Registered with partners.related."""

from collections.abc import Sequence

from django.urls import reverse

from partners.models import Organisation
from partners.permissions import can_list_agreements
from partners.queries_agreements import TONES, seen_by
from partners.related import Item, Section
from partners.states import AgreementState
from scsc.accounts.models import User

MOST = 20


def agreements_of(user: User, organisation: Organisation, ids: Sequence[int]) -> list[Section]:
    """Its agreements, for those who may see them; no heading where there is none."""
    if not can_list_agreements(user, organisation.program):
        return []
    rows = seen_by(user).filter(organisation__in=ids).order_by("-pk")
    items = [
        Item(
            label=agreement.title,
            about=f"{agreement.code} · {agreement.get_kind_display().lower()}",
            url=reverse("agreements:agreement", args=[organisation.program.slug, agreement.code]),
            tone=TONES[AgreementState(agreement.state)],
            state=agreement.get_state_display(),
        )
        for agreement in rows[: MOST + 1]
    ]
    more = rows.count() - MOST if len(items) > MOST else 0
    return [Section("Agreements", items[:MOST], more)] if items else []
