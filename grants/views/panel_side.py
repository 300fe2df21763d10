"""What the panel's side adds to the page of an application: its scores, the advice, the discussion."""

from typing import Any

from grants.models import Application
from grants.permissions import may_see_scores
from grants.queries.advice import advice_link, advice_on
from grants.queries.discussion import comment_choices, comments_for
from grants.queries.scores import score_of
from scsc.accounts.models import User


def panel_side(user: User, application: Application) -> dict[str, Any]:
    """For a page that somebody with sight of the application reads. Scores only once their own is in."""
    return {
        "score": score_of(application) if may_see_scores(user, application) else None,
        "advice": advice_on(application),
        "advice_link": advice_link(user, application),
        "comments": comments_for(user, application),
        "comment_choices": comment_choices(user, application),
    }
