from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "scsc.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        from scsc import jobs
        from scsc.audit.history import describe
        from scsc.notices.queries import due_mail, lost_mail
        from scsc.notices.tasks import deliver_mail, lose_track_of_mail

        describe("notices.outgoingmail", queue="queued")
        jobs.register(jobs.JobKind("mail", due_mail, deliver_mail, "mail_id"))
        jobs.register(jobs.JobKind("lost_mail", lost_mail, lose_track_of_mail, "mail_id"))
