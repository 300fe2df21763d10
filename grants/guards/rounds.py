"""Guards of rounds and forms."""

from grants.engine.checks import form_problems
from grants.models import FormVersion, Round
from grants.queries.rounds import round_problems


def nobody_applied(round_: Round) -> str | None:
    """A round that somebody has begun to apply to stays published."""
    if round_.applications.exists():
        return "Somebody has begun an application. Close the round early instead."
    return None


def form_unused(version: FormVersion) -> str | None:
    """A version that a round asks for, or that somebody writes in, stays."""
    if version.stages.exists() or version.applications.exists():
        return "A round uses this version. Let the round use another one first."
    return None


def form_ready(version: FormVersion) -> str | None:
    """A form can be published when its checks find nothing."""
    return _listed("This form is not ready", [problem.message for problem in form_problems(version.schema)])


def round_ready(round_: Round) -> str | None:
    """A round can be published when its checks find nothing."""
    blocking = [problem.message for problem in round_problems(round_) if not problem.warns]
    return _listed("This round is not ready", blocking)


def _listed(lead: str, problems: list[str]) -> str | None:
    """The first of the problems, and how many more there are."""
    if not problems:
        return None
    more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
    return f"{lead}: {problems[0]}{more}"
