"""The Celery application and the base task that enters a program's scope."""

import os
from typing import Any

from celery import Celery, Task, signals
from celery.schedules import crontab
from structlog.contextvars import bound_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scsc.settings")

app = Celery("scsc", include=["scsc.jobs"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _every(seconds: int, task: str) -> dict[str, Any]:
    """A short period. A message not taken within it expires: none pile up behind a slow worker."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def _daily(hour: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": crontab(hour=hour, minute=17)}


app.conf.beat_schedule = {
    "sweep": _every(10, "scsc.jobs.sweep"),
    "seal": _every(30, "scsc.audit.tasks.seal_audit_trails"),
    "anchor": _daily(14, "scsc.audit.tasks.anchor_audit_trails"),
    "sessions": _daily(15, "scsc.jobs.clear_expired_sessions"),
    "orphans": _daily(16, "scsc.documents.tasks.remove_orphans"),
}


class ProgramTask(Task):  # type: ignore[type-arg]
    """A task about one program: takes `program_id` as a keyword and runs inside its scope.

    The whole task is one transaction. A task that must show progress while it runs, or that waits for a
    child process, sets `own_scope=True`: it gets the `program` and enters its scope in short steps itself.
    """

    abstract = True
    own_scope = False
    # `program_id` is for __call__; Celery's own check would compare it with the signature of the function.
    typing = False

    def __call__(self, *args: Any, program_id: int, **kwargs: Any) -> Any:
        # Imported late: this module loads before Django's apps are ready.
        from scsc.programs.models import Program
        from scsc.programs.tenancy import program_scope

        # `self.run`, not super().__call__: that would put an empty request in place of the real one.
        with bound_contextvars(program_id=program_id, request_id=self.request.id or ""):
            program = Program.objects.get(pk=program_id)
            if self.own_scope:
                return self.run(*args, program=program, **kwargs)
            with program_scope(program):
                return self.run(*args, **kwargs)


@signals.worker_init.connect
def _refuse_unsafe_role(**_: Any) -> None:
    from scsc.programs.checks import refuse_unsafe_role

    refuse_unsafe_role()
