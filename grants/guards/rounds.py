"""Guards of rounds and forms."""

from grants.models import FormVersion, Round


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
    raise NotImplementedError


def round_ready(round_: Round) -> str | None:
    """A round can be published when its checks find nothing."""
    raise NotImplementedError
