"""What the page of an organisation shows of its applications and grants. Registered with partners.related."""

from collections.abc import Sequence

from django.urls import reverse

from grants.permissions import can_list_applications, can_list_recipients, can_record_recipients
from grants.queries.applications import TONES
from grants.queries.recipients import recipients_for
from grants.queries.sight import blocked, listed
from grants.statements import source_of
from grants.states import ApplicationState
from partners.models import Organisation
from partners.permissions import is_contact
from partners.related import Item, Section
from scsc.accounts.models import User
from scsc.programs.models import Program

MOST = 20


def grants_of(user: User, organisation: Organisation, ids: Sequence[int]) -> list[Section]:
    """Applications and recipients, for those who may see which there are."""
    program, found = organisation.program, []
    if can_list_applications(user, program):
        found.append(_applications(user, program, ids))
    if can_list_recipients(user, program):
        may_add = can_record_recipients(user, program) and not is_contact(user, organisation)
        add = reverse("applications:new_recipient", args=[program.slug]) if may_add else ""
        found.append(
            _recipients(user, program, ids, add=f"{add}?organisation={organisation.pk}" if add else "")
        )
    return [section for section in found if section.items or section.url]


def _applications(user: User, program: Program, ids: Sequence[int]) -> Section:
    rows = listed(user, program).filter(organisation__in=ids).select_related("round").order_by("-pk")
    items = [
        Item(
            label=(application.title or "Untitled") if application.submitted_at else application.code,
            about=f"{application.code} · {application.round.title}"
            if application.submitted_at
            else application.round.title,
            url=reverse("applications:application", args=[program.slug, application.code]),
            tone=TONES[ApplicationState(application.state)],
            state=application.get_state_display(),
        )
        for application in rows[: MOST + 1]
    ]
    more = rows.count() - MOST if len(items) > MOST else 0
    return Section("Applications", items[:MOST], more)


def _recipients(user: User, program: Program, ids: Sequence[int], *, add: str) -> Section:
    known = recipients_for(user).filter(organisation__in=ids)
    rows = known.select_related("round").order_by("-awarded_on", "-pk")
    items = [
        Item(
            label=recipient.title,
            about=f"{recipient.round.title} · awarded {recipient.awarded_on:%-d %B %Y}",
            url=reverse("applications:recipient", args=[program.slug, recipient.pk]),
            tone="good" if recipient.published_at else "idle",
            state="Published" if recipient.published_at else "Not public",
        )
        for recipient in rows[: MOST + 1]
    ]
    more = rows.count() - MOST if len(items) > MOST else 0
    return Section("Grants", items[:MOST], more, add, "Write down a grant" if add else "")


def hidden_sources(user: User, ids: Sequence[int]) -> list[str]:
    """The sources of statements that came with an application this person must not see. One query."""
    codes = blocked(user).filter(organisation__in=ids).values_list("code", flat=True)
    return [source_of(code) for code in codes]
