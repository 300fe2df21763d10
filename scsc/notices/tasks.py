"""Jobs of the mail outbox."""

from celery import shared_task

from scsc.celery import ProgramTask
from scsc.notices import services
from scsc.programs.models import Program


@shared_task(base=ProgramTask, own_scope=True)
def deliver_mail(*, program: Program, mail_id: int) -> None:
    """Send one message. Sent again, it does nothing."""
    services.deliver_mail(program=program, mail_id=mail_id)


@shared_task(base=ProgramTask)
def lose_track_of_mail(*, mail_id: int) -> None:
    """Mark one message as perhaps sent."""
    services.lose_track_of_mail(mail_id=mail_id)
