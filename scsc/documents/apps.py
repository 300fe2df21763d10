from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "scsc.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from scsc import jobs
        from scsc.audit.history import describe
        from scsc.documents.queries import waiting_for_scan
        from scsc.documents.tasks import scan_document

        describe("documents.document", upload="uploaded")
        jobs.register(jobs.JobKind("scan", waiting_for_scan, scan_document, "document_id"))
