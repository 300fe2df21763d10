"""The places of a panel, as its pages link to one another."""

from dataclasses import dataclass

from django.urls import reverse

from grants.permissions import (
    can_list_meetings,
    can_read_advice,
    can_view_bodies,
    can_view_conflicts,
    can_view_register,
    has_assessments,
    has_interests,
    has_panel_page,
)
from scsc.programs.access import MemberRequest


@dataclass(frozen=True)
class Place:
    """One link, and whether it is the page itself."""

    label: str
    url: str
    is_here: bool


def home_url(request: MemberRequest) -> str:
    return reverse("panel:home", args=[request.program.slug])


def places(request: MemberRequest) -> list[Place]:
    """The places that this person may open; none for who has no page of a panel at all."""
    user, program = request.user, request.program
    if not has_panel_page(user, program):
        return []
    shown = [
        ("For you", "panel:home", True),
        ("Ballots", "ballots:list", can_list_meetings(user, program)),
        ("Meetings", "meetings:list", can_list_meetings(user, program)),
        ("Assessments", "assess:mine", has_assessments(user, program)),
        ("Advice", "assess:advice", can_read_advice(user, program)),
        ("Your interests", "panel:interests", has_interests(user, program)),
        ("Conflicts", "panel:conflicts", can_view_conflicts(user, program)),
        ("Register", "panel:register", can_view_register(user, program)),
        ("Bodies", "panel:bodies", can_view_bodies(user, program)),
    ]
    links = [(label, reverse(name, args=[program.slug])) for label, name, allowed in shown if allowed]
    return [Place(label, url, request.path == url) for label, url in links]
