"""What papers and pages of a body say about an application and its ballot, in words."""

from grants.models import Application, Ballot
from grants.models.panels import Quorum, Threshold
from grants.queries.scores import ScoreSummary, score_of

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def score_words(application: Application) -> str:
    """The mean, how many reviewers, and how far apart they are."""
    return words_of_score(score_of(application))


def words_of_score(score: ScoreSummary) -> str:
    """A score in words; what is missing is said, and never a zero."""
    if score.mean is None:
        return "Not assessed" if not score.assigned else f"No score yet of {_people(score.assigned)}"
    spread = f", spread {score.spread:.0f}" if score.spread is not None else ""
    return f"{score.mean:.0f} of 100 · {_people(score.count)}{spread}"


def quorum_words(ballot: Ballot) -> str:
    """How many must vote, as the rules of the ballot say it."""
    share = Quorum(ballot.quorum).label.lower()
    return f"A quorum is {share} after recusals, and never fewer than {ballot.quorum_least}."


def threshold_words(ballot: Ballot) -> str:
    """What an endorsement needs."""
    share = Threshold(ballot.threshold).label.lower()
    return f"An endorsement needs {share}. Abstentions count towards the quorum, not towards the result."


def _people(count: int) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} reviewer{'' if count == 1 else 's'}"
