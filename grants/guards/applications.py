"""Guards of applications and requests for changes."""

from grants.models import Application, ChangeRequest, Stage


def has_next_form(application: Application) -> str | None:
    """There is a full application to invite to after an expression of interest."""
    later = Stage.objects.filter(round=application.round_id, order__gt=application.stage.order)
    if not later.filter(kind=Stage.Kind.APPLICATION).exists():
        return "This round has no full application after this stage."
    return None


def ready_to_submit(application: Application) -> str | None:
    """Everything that is asked for is answered, and there is still time."""
    raise NotImplementedError


def changes_complete(change: ChangeRequest) -> str | None:
    """The flagged answers are complete."""
    raise NotImplementedError
