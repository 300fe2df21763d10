"""One application as a person of a panel reads it."""

from dataclasses import dataclass
from typing import Any

from grants.models import Application, Submission
from grants.queries.blind import content_for, is_blind_to
from grants.queries.received import file_states_of, submissions_of
from scsc.accounts.models import User


@dataclass(frozen=True)
class Reading:
    """The latest submission. Without names where the person assesses blind: then there is no paper either."""

    submission: Submission
    content: dict[str, Any]
    file_states: dict[str, str]
    is_blind: bool


def reading_of(user: User, application: Application) -> Reading | None:
    """What this person reads of it. They have sight of it: the caller has asked."""
    submissions = submissions_of(application)
    if not submissions:
        return None
    latest = submissions[0]
    content = content_for(user, application, latest.content)
    return Reading(latest, content, file_states_of(latest), is_blind=is_blind_to(user, application))
