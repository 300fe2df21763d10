"""Whether this process runs, and whether it can work."""

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from scsc.jobs import broker_is_up


@require_safe
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, or 503. A broker that is down is reported but does not take the pages away."""
    database = _database_answers()
    content = {"database": database, "broker": broker_is_up()}
    return JsonResponse(content, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True
