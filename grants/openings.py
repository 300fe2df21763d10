"""The open rounds of a program, for the front page."""

from django.urls import reverse
from django.utils import timezone

from grants.queries.public import PublicRound, announced
from scsc.programs.models import Program
from scsc.ui.openings import Opening


def open_rounds(program: Program) -> list[Opening]:
    """Public rounds that take applications now. One query, in the program's scope."""
    now, found = timezone.now(), []
    for round_ in announced():
        if PublicRound(round_, now).is_open and round_.closes_at is not None:
            url = reverse("grants:round", args=[program.slug, round_.code])
            found.append(Opening(round_.title, round_.summary, url, round_.closes_at, round_.timezone))
    return found
